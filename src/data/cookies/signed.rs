//! Signed cookies: anybody can read them, but only the server can make them.

use std::time::Duration;
use std::time::SystemTime;

use cookie::Cookie;

use crate::data::cookies::Cookies;
use crate::data::cookies::IntoCookie;
use crate::data::signed::Keys;
use crate::data::signed::Scope;
use crate::data::signed::check_age;
use crate::request::Request;

/// Tokens have no name, and cookies always have one. So a token is never accepted as a cookie, or a cookie as a
/// token.
const PURPOSE: &str = "cookie";

impl Keys {
    /// Signs the value of a cookie, together with its name and the time (feature `signed`).
    ///
    /// The value may be any text: it is written in base64. Anybody who sees the cookie can read it, and anybody who has
    /// it can send it until it expires.
    ///
    /// ```
    /// use rustzeug::{Request, Response, signed::Keys};
    /// use std::time::Duration;
    ///
    /// let keys = Keys::generate()?;
    /// let response = Response::text("welcome").with_cookie(keys.sign_cookie(("user", "Ada Lovelace")));
    ///
    /// let line = response.headers()["set-cookie"].to_str()?;
    /// let request = Request::blank("/").with_header("cookie", line.split(';').next().unwrap());
    /// let week = Duration::from_hours(7 * 24);
    /// assert_eq!(request.signed_cookie(&keys, "user", week).as_deref(), Some("Ada Lovelace"));
    ///
    /// let forged = Request::blank("/").with_cookie("user", "Ada Lovelace");
    /// assert_eq!(forged.signed_cookie(&keys, "user", week), None);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn sign_cookie<'c>(&self, cookie: impl IntoCookie<'c>) -> Cookie<'c> {
        self.sign_cookie_at(cookie, SystemTime::now())
    }

    /// [`sign_cookie`](Self::sign_cookie) with the time as an argument.
    #[must_use]
    pub fn sign_cookie_at<'c>(&self, cookie: impl IntoCookie<'c>, now: SystemTime) -> Cookie<'c> {
        let mut cookie = cookie.into_cookie();
        let signed = self.seal(scope(cookie.name()), cookie.value(), now);
        cookie.set_value(signed);
        cookie
    }
}

fn scope(name: &str) -> Scope<'_> {
    Scope {
        purpose: PURPOSE,
        name,
    }
}

impl Request {
    /// The value of a cookie that was [signed](Keys::sign_cookie) with one of the keys, under this name, at most
    /// `max_age` ago (feature `signed`).
    ///
    /// For example, `request.signed_cookie(&keys, "user", Duration::from_secs(14 * 86_400))`.
    ///
    /// If several cookies have the name, the first genuine one counts, so that a cookie planted by another host of the
    /// domain cannot hide it. `None` if there is none, for whatever reason.
    #[must_use]
    pub fn signed_cookie(&self, keys: &Keys, name: &str, max_age: Duration) -> Option<String> {
        let now = SystemTime::now();
        self.cookies().signed_at(keys, name, max_age, now)
    }
}

impl Cookies<'_> {
    /// [`Request::signed_cookie`] with the time as an argument.
    #[must_use]
    pub fn signed_at(
        &self,
        keys: &Keys,
        name: &str,
        max_age: Duration,
        now: SystemTime,
    ) -> Option<String> {
        self.first_genuine(name, max_age, now, |value| {
            keys.open(scope(name), value).ok()
        })
    }

    /// The first value of a name that `open` opens and that is at most `max_age` old. `open` gives the value and
    /// the time at which it was issued.
    pub(super) fn first_genuine(
        &self,
        name: &str,
        max_age: Duration,
        now: SystemTime,
        open: impl Fn(&str) -> Option<(String, u64)>,
    ) -> Option<String> {
        self.get_all(name).find_map(|value| {
            let (value, issued) = open(&value)?;
            check_age(issued, max_age, now).ok()?;
            Some(value)
        })
    }
}
