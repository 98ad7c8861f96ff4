//! The cookies of a client, read and set by the test.

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
    /// The value of a stored cookie, whatever its host and path; if there are several, the one with the longest path.
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

    /// All stored cookies, in the order of their creation.
    #[must_use]
    pub fn cookies(&self) -> Vec<StoredCookie> {
        self.jar().all(SystemTime::now())
    }

    /// Stores a cookie for all paths of the client's host, as if a response had set it.
    ///
    /// # Panics
    ///
    /// Panics if no response could set it: if the name or the value has `;` or control characters, or is too long, or
    /// if the name has a prefix that requires attributes, such as `__Host-sid`. Use
    /// [`receive_cookie`](Self::receive_cookie) for the latter.
    #[track_caller]
    pub fn set_cookie(&self, name: &str, value: &str) {
        assert!(
            !name.contains([';', '=']) && !value.contains(';'),
            "`{name}={value}` is not a valid cookie"
        );
        self.receive_cookie("/", &format!("{name}={value}; Path=/"));
        // There may be other cookies of this name, for other paths and domains.
        let is_it = |kept: &StoredCookie| {
            (kept.name(), &*kept.value(), kept.path()) == (name, value.trim_ascii(), "/")
        };
        assert!(
            self.cookies().iter().any(is_it),
            "a browser would not keep the cookie `{name}`: use `receive_cookie`, with the attributes that it requires"
        );
    }

    /// Processes a `Set-Cookie` line as if a response to a request for `target` had it. Lines that browsers would
    /// ignore are ignored.
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

    /// Removes the cookies of this name.
    pub fn remove_cookie(&self, name: &str) {
        self.jar().retain(|cookie| cookie.name() != name);
    }

    /// Removes all cookies.
    pub fn clear_cookies(&self) {
        self.jar().retain(|_| false);
    }

    /// Removes the cookies without an expiry time, as a browser does when it is closed.
    pub fn end_session(&self) {
        self.jar().retain(|cookie| cookie.expires().is_some());
    }

    /// Sends the cookies for this request, except those whose names the request already has.
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
            // Joined parts that are valid stay valid.
            if let Ok(joined) = HeaderValue::try_from(joined) {
                request.headers_mut().insert(header::COOKIE, joined);
            }
        }
    }

    /// Stores the cookies that an answer sets.
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

/// Calls a function with the target of a request.
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
