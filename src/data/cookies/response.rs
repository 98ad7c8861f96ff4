//! The cookies of a response: setting and deleting them.

use cookie::Cookie;
use cookie::time::Duration;
use cookie::time::OffsetDateTime;
use http::HeaderValue;
use http::header::SET_COOKIE;

use crate::base::error::Result;
use crate::data::cookies::IntoCookie;
use crate::data::cookies::check::needs_secure;
use crate::data::cookies::write::Identity;
use crate::data::cookies::write::write;
use crate::response::Response;

impl Response {
    /// Sets a cookie in the browser: a pair of name and value, or a [`Cookie`] with attributes.
    ///
    /// `HttpOnly`, `SameSite=Lax` and `Path=/` are set unless the cookie [says otherwise](crate::cookies#defaults). A
    /// cookie with the same name, domain, path and partition that was set on this response before is replaced.
    ///
    /// A response with a cookie is usually for one user, but caches store it for all users unless a `Cache-Control`
    /// such as `private` or `no-store` forbids that.
    ///
    /// # Errors
    ///
    /// A `500` whose cause is a [`CookieError`](crate::cookies::CookieError): a name or value that cannot be written; a
    /// domain or path that could add attributes; a prefix, `SameSite=None` or `Partitioned` without the attributes that
    /// it requires; more than 4096 bytes.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::cookie::Cookie;
    /// use rustzeug::cookies::{CookieError, CookieFault};
    ///
    /// let mut response = Response::text("hello");
    /// let mut cookie = Cookie::new("theme", "dark");
    /// cookie.set_http_only(false); // for a script to read
    /// response.set_cookie(cookie)?;
    /// assert_eq!(response.headers()["set-cookie"], "theme=dark; Path=/; SameSite=Lax");
    ///
    /// let error = response.set_cookie(("q", "a; Domain=evil.example")).unwrap_err();
    /// let cause = error.downcast_ref::<CookieError>().unwrap();
    /// assert_eq!(cause.fault(), CookieFault::Value(';'));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// RFC 6265 [§4.1](https://www.rfc-editor.org/rfc/rfc6265#section-4.1).
    pub fn set_cookie<'c>(&mut self, cookie: impl IntoCookie<'c>) -> Result<&mut Self> {
        let line = write(&cookie.into_cookie())?;
        self.forget(&line);
        self.headers_mut().try_append(SET_COOKIE, line)?;
        Ok(self)
    }

    /// Sets a cookie in the browser: [`set_cookie`](Self::set_cookie) in a chain. An invalid cookie turns the response
    /// into a `500`, and the log says what is wrong.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let response = Response::text("x").with_cookie(("lang", "de")).with_cookie(("lang", "en"));
    /// assert_eq!(response.headers()["set-cookie"], "lang=en; Path=/; HttpOnly; SameSite=Lax");
    /// assert_eq!(Response::text("x").with_cookie(("two words", "x")).status(), 500);
    /// ```
    #[must_use]
    #[doc(alias = "set_cookie")]
    pub fn with_cookie<'c>(mut self, cookie: impl IntoCookie<'c>) -> Self {
        let outcome = self.set_cookie(cookie).map(drop);
        self.keep_fault(outcome)
    }

    /// Deletes a cookie in the browser: a name, or a [`Cookie`] with the attributes with which it was set.
    ///
    /// A browser deletes the cookie that a new cookie with these attributes would replace. So path and domain must be
    /// those with which it was set (the defaults are `/` and no domain), and so must `Partitioned`. The browser must
    /// also accept the line: a page embedded in another site needs `SameSite::None` again. `Secure` is added where it
    /// is required, for example by a `__Host-` name.
    ///
    /// # Errors
    ///
    /// As for [`set_cookie`](Self::set_cookie).
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let mut response = Response::text("bye");
    /// response.delete_cookie("__Host-session")?;
    /// assert_eq!(
    ///     response.headers()["set-cookie"],
    ///     "__Host-session=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; \
    ///      Secure; HttpOnly; SameSite=Lax",
    /// );
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// RFC 6265 [§3.1](https://www.rfc-editor.org/rfc/rfc6265#section-3.1) (the last example).
    pub fn delete_cookie<'c>(&mut self, cookie: impl Into<Cookie<'c>>) -> Result<&mut Self> {
        let mut cookie = cookie.into();
        cookie.set_value("");
        cookie.set_max_age(Duration::ZERO);
        cookie.set_expires(OffsetDateTime::UNIX_EPOCH);
        if needs_secure(&cookie).is_some() {
            cookie.set_secure(true);
        }
        self.set_cookie(cookie)
    }

    /// Deletes a cookie in the browser: [`delete_cookie`](Self::delete_cookie) in a chain. An invalid cookie turns the
    /// response into a `500`.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::cookie::Cookie;
    ///
    /// let mut cart = Cookie::from("cart");
    /// cart.set_path("/shop");
    /// let response = Response::text("bye").with_deleted_cookie("lang").with_deleted_cookie(cart);
    /// assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    /// ```
    #[must_use]
    pub fn with_deleted_cookie<'c>(mut self, cookie: impl Into<Cookie<'c>>) -> Self {
        let outcome = self.delete_cookie(cookie).map(drop);
        self.keep_fault(outcome)
    }

    /// Removes the lines for the same cookie as `line`; the others stay in order.
    fn forget(&mut self, line: &HeaderValue) {
        let identity = Identity::of(line);
        let lines = self.headers().get_all(SET_COOKIE);
        if !lines.iter().any(|line| Identity::of(line) == identity) {
            return;
        }
        let others = lines.iter().filter(|line| Identity::of(line) != identity);
        let others: Vec<_> = others.cloned().collect();
        self.headers_mut().remove(SET_COOKIE);
        for line in others {
            self.headers_mut().append(SET_COOKIE, line);
        }
    }
}
