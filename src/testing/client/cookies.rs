//! The cookies of a client, read and set by the test itself.

use std::time::SystemTime;

use http::HeaderMap;
use http::HeaderValue;
use http::header;

use crate::request::Request;
use crate::testing::Client;
use crate::testing::StoredCookie;
use crate::testing::TestResponse;
use crate::testing::exchange::mount;
use crate::testing::exchange::place;
use crate::testing::jar::Place;

impl Client {
    /// The value of a cookie that is kept, whatever it is for; of several that with the longest path.
    ///
    /// ```
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::new(|| "hello");
    /// assert_eq!(client.cookie("theme"), None);
    /// client.set_cookie("theme", "dark");
    /// assert_eq!(client.cookie("theme").as_deref(), Some("dark"));
    /// client.remove_cookie("theme");
    /// assert_eq!(client.cookie("theme"), None);
    /// ```
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self
            .cookies()
            .into_iter()
            .filter(|cookie| cookie.name() == name);
        let cookie = cookies.min_by_key(|cookie| std::cmp::Reverse(cookie.path().len()))?;
        Some(cookie.value().into_owned())
    }

    /// All cookies that are kept, in the order in which they came.
    #[must_use]
    pub fn cookies(&self) -> Vec<StoredCookie> {
        self.jar().all(SystemTime::now())
    }

    /// Keeps a cookie for all paths of the client's own host, as if a response had set it.
    ///
    /// # Panics
    ///
    /// When no response could: a name or value with `;` or control characters, too long, or a name
    /// such as `__Host-sid`, whose prefix demands attributes: that is for
    /// [`receive_cookie`](Self::receive_cookie).
    #[track_caller]
    pub fn set_cookie(&self, name: &str, value: &str) {
        assert!(
            !name.contains([';', '=']) && !value.contains(';'),
            "no cookie can be `{name}={value}`"
        );
        self.receive_cookie("/", &format!("{name}={value}; Path=/"));
        // There may be others of the name, for other paths and domains.
        let is_it = |kept: &StoredCookie| {
            (kept.name(), &*kept.value(), kept.path()) == (name, value.trim_ascii(), "/")
        };
        assert!(
            self.cookies().iter().any(is_it),
            "a browser would not keep the cookie `{name}`: set it by `receive_cookie`, with what it demands"
        );
    }

    /// Takes in a `Set-Cookie` line, as if a response to a request for `target` had it. What browsers
    /// would ignore is ignored.
    ///
    /// ```
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::new(|| "hello").with_base("https://app.example.org");
    /// client.receive_cookie("/", "sid=7; Domain=example.org; Secure");
    /// client.receive_cookie("/", "sid=8; Domain=example.com");
    /// assert_eq!(client.cookies().len(), 1);
    /// assert_eq!(client.cookies()[0].domain(), "example.org");
    /// ```
    pub fn receive_cookie(&self, target: &str, line: &str) {
        let mut request = Request::blank(target);
        mount(self.base(), &mut request);
        place(self.base(), &mut request);
        with_place(&request, |place| {
            self.jar()
                .receive(place, line.as_bytes(), SystemTime::now());
        });
    }

    /// Forgets the cookies of a name.
    pub fn remove_cookie(&self, name: &str) {
        self.jar().retain(|cookie| cookie.name() != name);
    }

    /// Forgets all cookies.
    pub fn clear_cookies(&self) {
        self.jar().retain(|_| false);
    }

    /// Forgets the cookies without an end, as browsers do when they are closed.
    pub fn end_session(&self) {
        self.jar().retain(|cookie| cookie.expires().is_some());
    }

    /// Sends the cookies that are for this request, but for those that it brings itself.
    pub(in crate::testing) fn add_cookies(&self, request: &mut Request) {
        if !self.keeps_cookies() {
            return;
        }
        let own = names(request.headers());
        let line = with_place(request, |place| {
            let is_taken = |name: &str| own.iter().any(|own| own == name.as_bytes());
            self.jar().line(place, SystemTime::now(), is_taken)
        });
        if let (Ok(line), true) = (HeaderValue::try_from(line.clone()), !line.is_empty()) {
            let lines = request.headers().get_all(header::COOKIE).iter();
            let mut joined: Vec<u8> = Vec::new();
            for part in lines.chain([&line]) {
                if !joined.is_empty() {
                    joined.extend_from_slice(b"; ");
                }
                joined.extend_from_slice(part.as_bytes());
            }
            // Valid parts, joined, are valid.
            if let Ok(joined) = HeaderValue::try_from(joined) {
                request.headers_mut().insert(header::COOKIE, joined);
            }
        }
    }

    /// Keeps what an answer sets.
    pub(in crate::testing) fn keep_cookies(&self, answer: &TestResponse) {
        if !self.keeps_cookies() {
            return;
        }
        let now = SystemTime::now();
        with_place(answer.request(), |place| {
            for line in answer.headers().get_all(header::SET_COOKIE) {
                self.jar().receive(place, line.as_bytes(), now);
            }
        });
    }
}

/// Does something with where a request goes.
fn with_place<T>(request: &Request, act: impl FnOnce(&Place<'_>) -> T) -> T {
    act(&Place {
        scheme: request.scheme(),
        host: &request.domain(),
        path: request.raw_path(),
    })
}

/// The names in the `Cookie` lines of a request.
fn names(headers: &HeaderMap) -> Vec<Vec<u8>> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pieces = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let names = pieces.map(|piece| piece.split(|byte| *byte == b'=').next().unwrap_or_default());
    names.map(|name| name.trim_ascii().to_vec()).collect()
}
