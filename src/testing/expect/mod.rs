//! What is expected of an answer. What fails panics, at the line of the caller, with the exchange.

use std::time::SystemTime;

use http::StatusCode;
use http::header;

use crate::base::url;
use crate::syntax::media_type;
use crate::testing::TestResponse;
use crate::testing::jar::SetCookie;
use crate::testing::redirect::is_redirect;

#[cfg(feature = "json")]
mod json;

#[expect(
    clippy::return_self_not_must_use,
    reason = "what is expected last need not be passed on"
)]
impl TestResponse {
    /// Expects a status, as a number or a [`StatusCode`].
    ///
    /// ```should_panic
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::new(|| Err::<(), _>("no such table"));
    /// client.get("/").wait().unwrap().expect_status(200);
    /// // expected the status 200 OK, got 500 Internal Server Error
    /// //
    /// // > GET / HTTP/1.1
    /// // > host: localhost
    /// //
    /// // < 500 Internal Server Error
    /// // …
    /// // The response is the page of an error: 500 Internal Server Error: no such table
    /// ```
    ///
    /// # Panics
    ///
    /// When it is another, or what is expected is no status.
    #[track_caller]
    pub fn expect_status<S: TryInto<StatusCode>>(self, status: S) -> Self {
        let Ok(status) = status.try_into() else {
            self.fail("what is expected is no status");
        };
        if self.status() != status {
            self.fail(&format!(
                "expected the status {status}, got {}",
                self.status()
            ));
        }
        self
    }

    /// Expects a header, one of whose lines is exactly this.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[track_caller]
    pub fn expect_header(self, name: &str, value: &str) -> Self {
        let mut lines = self.headers().get_all(name).iter();
        if !lines.any(|line| line.as_bytes() == value.as_bytes()) {
            let got = self.lines_of(name);
            self.fail(&format!("expected the header `{name}: {value}`, got {got}"));
        }
        self
    }

    /// Expects that there is no such header.
    ///
    /// # Panics
    ///
    /// When there is one.
    #[track_caller]
    pub fn expect_no_header(self, name: &str) -> Self {
        if self.headers().contains_key(name) {
            let got = self.lines_of(name);
            self.fail(&format!("expected no header `{name}`, got {got}"));
        }
        self
    }

    /// Expects a media type, in any case and whatever its parameters: `text/html`.
    ///
    /// # Panics
    ///
    /// When it is another, or not said.
    #[track_caller]
    pub fn expect_content_type(self, expected: &str) -> Self {
        if !media_type::is(media_type::value(self.headers()), expected) {
            let got = self.lines_of("content-type");
            self.fail(&format!(
                "expected the content type `{expected}`, got {got}"
            ));
        }
        self
    }

    /// Expects the body to be exactly this text.
    ///
    /// # Panics
    ///
    /// When it is not.
    #[track_caller]
    pub fn expect_text(self, text: &str) -> Self {
        if self.text() != text {
            self.fail(&format!(
                "expected the text {text:?}, got {}",
                short(self.text())
            ));
        }
        self
    }

    /// Expects the body to be a text in which this occurs.
    ///
    /// # Panics
    ///
    /// When it does not.
    #[track_caller]
    pub fn expect_text_contains(self, part: &str) -> Self {
        if !self.text().contains(part) {
            self.fail(&format!(
                "expected a text with {part:?} in it, got {}",
                short(self.text())
            ));
        }
        self
    }

    /// Expects the body to be a text in which this does not occur.
    ///
    /// ```
    /// use rustzeug::testing::Client;
    ///
    /// Client::new(|| "hello, Ada").get("/").wait()?.expect_no_text("Sign in");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// When it does.
    #[track_caller]
    pub fn expect_no_text(self, part: &str) -> Self {
        if self.text().contains(part) {
            self.fail(&format!(
                "expected a text without {part:?}, got {}",
                short(self.text())
            ));
        }
        self
    }

    /// Expects the body to be exactly these bytes.
    ///
    /// # Panics
    ///
    /// When it is not.
    #[track_caller]
    pub fn expect_bytes(self, bytes: impl AsRef<[u8]>) -> Self {
        let (want, got) = (bytes.as_ref(), self.bytes());
        if got != want {
            let differ = got.iter().zip(want).position(|(a, b)| a != b);
            let differ = differ.unwrap_or_else(|| got.len().min(want.len()));
            self.fail(&format!(
                "expected {} bytes, got {}, which differ from byte {differ} on",
                want.len(),
                got.len()
            ));
        }
        self
    }

    /// Expects an empty body.
    ///
    /// # Panics
    ///
    /// When it is not.
    #[track_caller]
    pub fn expect_empty(self) -> Self {
        if !self.bytes().is_empty() {
            self.fail(&format!(
                "expected an empty body, got {} bytes",
                self.bytes().len()
            ));
        }
        self
    }

    /// Expects a redirect to a place: any of 301, 302, 303, 307 and 308, with a `Location` that
    /// is this, or leads there from the request.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::new(|| Response::redirect("/login"));
    /// client.get("/notes/7").wait()?
    ///     .expect_redirect("/login")
    ///     .expect_redirect("../login")
    ///     .expect_redirect("http://localhost/login");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// When it is none, or leads elsewhere.
    #[track_caller]
    pub fn expect_redirect(self, to: &str) -> Self {
        let location = self.headers().get(header::LOCATION);
        let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()));
        match location {
            Some(location) if is_redirect(self.status()) => {
                let base = self.request().url();
                if url::resolve(&base, &location) != url::resolve(&base, to) {
                    self.fail(&format!(
                        "expected a redirect to `{to}`, got one to `{location}`"
                    ));
                }
            }
            _ => self.fail(&format!(
                "expected a redirect to `{to}`, got {}",
                self.status()
            )),
        }
        self
    }

    /// Expects the response to set a cookie to a value.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::testing::Client;
    ///
    /// let client = Client::new(|| Response::text("hi").with_header("set-cookie", "theme=dark; Path=/"));
    /// client.get("/").wait()?.expect_cookie("theme", "dark");
    /// assert_eq!(client.cookie("theme").as_deref(), Some("dark"));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// When it does not, or to another.
    #[track_caller]
    pub fn expect_cookie(self, name: &str, value: &str) -> Self {
        match self.cookie_line(name) {
            Some(cookie) if cookie.value == value.as_bytes() => {}
            Some(cookie) => {
                let got = String::from_utf8_lossy(&cookie.value);
                self.fail(&format!(
                    "expected the cookie `{name}={value}`, got `{name}={got}`"
                ));
            }
            None => self.fail(&format!(
                "expected the cookie `{name}={value}`, which is not set"
            )),
        }
        self
    }

    /// Expects the response to set no cookie of this name.
    ///
    /// # Panics
    ///
    /// When it does, be it to delete it.
    #[track_caller]
    pub fn expect_no_cookie(self, name: &str) -> Self {
        if self.cookie_line(name).is_some() {
            self.fail(&format!("expected no cookie `{name}`, which is set"));
        }
        self
    }

    /// The last line that sets a cookie.
    fn cookie_line(&self, name: &str) -> Option<SetCookie> {
        let lines = self.headers().get_all(header::SET_COOKIE).iter();
        let now = SystemTime::now();
        let cookies = lines.filter_map(|line| SetCookie::parse(line.as_bytes(), now));
        cookies.rev().find(|cookie| cookie.name == name)
    }

    fn lines_of(&self, name: &str) -> String {
        let lines = self.headers().get_all(name).iter();
        let lines = lines.map(|line| format!("`{}`", String::from_utf8_lossy(line.as_bytes())));
        let lines: Vec<_> = lines.collect();
        if lines.is_empty() {
            "none".to_owned()
        } else {
            lines.join(", ")
        }
    }
}

/// A text on one line; that of a long one is left to the exchange.
fn short(text: &str) -> String {
    if text.len() > 200 {
        format!("{} bytes", text.len())
    } else {
        format!("{text:?}")
    }
}
