//! The cookies of a request: reading them, and editing the header for tests and proxies.

use http::HeaderMap;
use http::HeaderValue;
use http::header::COOKIE;

use crate::base::error::Result;
use crate::data::cookies::Cookies;
use crate::data::cookies::check::check_name;
use crate::data::cookies::check::check_sent;
use crate::data::cookies::cookie_error::CookieError;
use crate::data::cookies::pairs::trim_start;
use crate::data::cookies::pairs::value_of;
use crate::request::Request;

impl Request {
    /// The cookies of the request.
    ///
    /// ```
    /// use rustzeug::{IntoApplication, Request, Response};
    ///
    /// fn greet(request: &Request) -> Response {
    ///     let name = request.cookies().get("name").unwrap_or("stranger".into());
    ///     Response::text(format!("Hello, {name}!"))
    /// }
    ///
    /// let mut response = Request::blank("/").with_cookie("name", "Ada").send(&greet.into_application()).wait()?;
    /// assert_eq!(response.read_text().wait()?, "Hello, Ada!");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "CookieJar")]
    pub fn cookies(&self) -> Cookies<'_> {
        Cookies::of(self.environ())
    }

    /// Sets a cookie of the request and replaces all cookies of its name: for tests, and for proxies.
    ///
    /// The other cookies stay, in their order; several `Cookie` lines become one. This changes what an application
    /// sees. To store a cookie in the browser, set it on the response.
    ///
    /// # Errors
    ///
    /// A `500` if the name is not a valid token, or if the value would be read differently: if it has a `;`, a control
    /// character, or blanks or a pair of quotes around it. Clients may send more than servers may set, so spaces,
    /// commas and letters beyond ASCII are allowed here.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut request = Request::blank("/").with_header("cookie", "a=1; b=2; a=3; c=4");
    /// request.set_cookie("a", "5")?.set_cookie("d", "6")?;
    /// assert_eq!(request.headers()["cookie"], "a=5; b=2; c=4; d=6");
    /// assert!(request.set_cookie("a", "7; admin=1").is_err());
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn set_cookie(&mut self, name: &str, value: &str) -> Result<&mut Self> {
        check_name(name)
            .and_then(|()| check_sent(value))
            .map_err(|fault| CookieError::new(name, fault))?;
        let line = edited(self.headers(), name, Some(value));
        let line = HeaderValue::try_from(line)?;
        self.headers_mut().try_insert(COOKIE, line)?;
        Ok(self)
    }

    /// Removes all cookies of this name from the request.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let mut request = Request::blank("/").with_header("cookie", "a=1; b=2; a=3");
    /// assert_eq!(request.remove_cookie("a").headers()["cookie"], "b=2");
    /// assert!(request.remove_cookie("b").headers().get("cookie").is_none());
    /// ```
    pub fn remove_cookie(&mut self, name: &str) -> &mut Self {
        if self.headers().contains_key(COOKIE) {
            match HeaderValue::try_from(edited(self.headers(), name, None)) {
                Ok(line) if !line.is_empty() => {
                    self.headers_mut().insert(COOKIE, line);
                }
                _ => {
                    self.headers_mut().remove(COOKIE);
                }
            }
        }
        self
    }

    /// Sets a cookie of the request: [`set_cookie`](Self::set_cookie) in a chain. The first error of the chain is kept.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/").with_cookie("theme", "dark").with_cookie("lang", "de");
    /// assert_eq!(request.headers()["cookie"], "theme=dark; lang=de");
    /// ```
    #[must_use]
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        let outcome = self.set_cookie(name, value).map(drop);
        self.keep_fault(outcome);
        self
    }
}

/// All `Cookie` lines as one. The first cookie of this name gets `value` (or a new one is added at the end), and the
/// others of this name are removed.
fn edited(headers: &HeaderMap, name: &str, value: Option<&str>) -> Vec<u8> {
    let mut line = Vec::new();
    let mut value = value.map(|value| format!("{name}={value}"));
    let lines = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    for (n, piece) in lines.flat_map(|line| line.split(|byte| *byte == b';').enumerate()) {
        let content = trim_start(piece);
        let blanks: &[u8] = if n == 0 {
            b" "
        } else {
            &piece[..piece.len() - content.len()]
        };
        if value_of(piece, name.as_bytes()).is_none() {
            push(&mut line, blanks, content);
        } else if let Some(value) = value.take() {
            push(&mut line, blanks, value.as_bytes());
        }
    }
    if let Some(value) = value {
        while matches!(line.last(), Some(b';' | b' ' | b'\t')) {
            line.pop();
        }
        push(&mut line, b" ", value.as_bytes());
    }
    line
}

fn push(line: &mut Vec<u8>, blanks: &[u8], content: &[u8]) {
    if !line.is_empty() {
        line.push(b';');
        line.extend_from_slice(blanks);
    }
    line.extend_from_slice(content);
}
