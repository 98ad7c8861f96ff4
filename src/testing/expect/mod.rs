//! Expectations for an answer. A failed expectation panics at the line of the caller, and shows the exchange.

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
    reason = "the result of the last expectation may be dropped"
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
    /// Panics if the status is another one, or if `status` is not a valid status.
    #[track_caller]
    pub fn expect_status<S: TryInto<StatusCode>>(self, status: S) -> Self {
        let Ok(status) = status.try_into() else {
            self.fail("the expected status is not valid");
        };
        if self.status() != status {
            self.fail(&format!(
                "expected the status {status}, got {}",
                self.status()
            ));
        }
        self
    }

    /// Expects a header that has a line with exactly this value.
    ///
    /// # Panics
    ///
    /// Panics if there is none.
    #[track_caller]
    pub fn expect_header(self, name: &str, value: &str) -> Self {
        let mut lines = self.headers().get_all(name).iter();
        if !lines.any(|line| line.as_bytes() == value.as_bytes()) {
            let got = self.lines_of(name);
            self.fail(&format!("expected the header `{name}: {value}`, got {got}"));
        }
        self
    }

    /// Expects that the header is absent.
    ///
    /// # Panics
    ///
    /// Panics if it is there.
    #[track_caller]
    pub fn expect_no_header(self, name: &str) -> Self {
        if self.headers().contains_key(name) {
            let got = self.lines_of(name);
            self.fail(&format!("expected no header `{name}`, got {got}"));
        }
        self
    }

    /// Expects a media type, such as `text/html`, in any case and with any parameters.
    ///
    /// # Panics
    ///
    /// Panics if the media type is another one or absent.
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
    /// Panics if it is not.
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

    /// Expects the body to be text that contains `part`.
    ///
    /// # Panics
    ///
    /// Panics if it does not contain it.
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

    /// Expects the body to be text that does not contain `part`.
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
    /// Panics if it contains it.
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
    /// Panics if it is not.
    #[track_caller]
    pub fn expect_bytes(self, bytes: impl AsRef<[u8]>) -> Self {
        let (want, got) = (bytes.as_ref(), self.bytes());
        if got != want {
            let differ = got.iter().zip(want).position(|(a, b)| a != b);
            let differ = differ.unwrap_or_else(|| got.len().min(want.len()));
            self.fail(&format!(
                "expected {} bytes, got {}, different from byte {differ} on",
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
    /// Panics if it is not empty.
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

    /// Expects a redirect to `to`: a status of 301, 302, 303, 307 or 308, and a `Location` that equals `to` or resolves
    /// to it.
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
    /// Panics if it is not a redirect, or leads elsewhere.
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

    /// Expects the response to set this cookie to this value.
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
    /// Panics if it does not set the cookie, or sets another value.
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
                "expected the cookie `{name}={value}`, but it is not set"
            )),
        }
        self
    }

    /// Expects the response to set no cookie of this name.
    ///
    /// # Panics
    ///
    /// Panics if it sets the cookie, even to delete it.
    #[track_caller]
    pub fn expect_no_cookie(self, name: &str) -> Self {
        if self.cookie_line(name).is_some() {
            self.fail(&format!("expected no cookie `{name}`, but it is set"));
        }
        self
    }

    /// The last line that sets this cookie.
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

/// A text on one line; a long text is left to the exchange.
fn short(text: &str) -> String {
    if text.len() > 200 {
        format!("{} bytes", text.len())
    } else {
        format!("{text:?}")
    }
}
