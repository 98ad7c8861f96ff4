//! Private cookies: encrypted, so that only the server can read and make them.
//!
//! The encryption is that of the crate `cookie`: AES-256-GCM, with the name as associated data. This module adds the
//! time of encryption, the derivation of keys, and the use of several keys.

use std::time::Duration;
use std::time::SystemTime;

use cookie::Cookie;
use cookie::CookieJar;
use cookie::Key;

use crate::data::cookies::Cookies;
use crate::data::cookies::IntoCookie;
use crate::data::signed::Keys;
use crate::data::signed::seconds;
use crate::request::Request;

const PURPOSE: &[u8] = b"private cookies";

impl Keys {
    /// Encrypts the value of a cookie, together with the time, and binds it to the name of the cookie (feature
    /// `private-cookies`).
    ///
    /// The value may be any text; only its length is visible to others. As with signed cookies, anybody who has the
    /// cookie can send it.
    ///
    /// # Panics
    ///
    /// Panics if the system cannot provide random bytes.
    ///
    /// ```
    /// use rustzeug::{Request, Response, signed::Keys};
    /// use std::time::Duration;
    ///
    /// let keys = Keys::generate()?;
    /// let response = Response::text("noted").with_cookie(keys.encrypt_cookie(("diagnosis", "hay fever")));
    ///
    /// let line = response.headers()["set-cookie"].to_str()?;
    /// let request = Request::blank("/").with_header("cookie", line.split(';').next().unwrap());
    /// let hour = Duration::from_hours(1);
    /// assert_eq!(request.private_cookie(&keys, "diagnosis", hour).as_deref(), Some("hay fever"));
    /// assert_eq!(request.private_cookie(&Keys::generate()?, "diagnosis", hour), None);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn encrypt_cookie<'c>(&self, cookie: impl IntoCookie<'c>) -> Cookie<'c> {
        self.encrypt_cookie_at(cookie, SystemTime::now())
    }

    /// [`encrypt_cookie`](Self::encrypt_cookie) with the time as an argument.
    ///
    /// # Panics
    ///
    /// Panics if the system cannot provide random bytes.
    #[must_use]
    pub fn encrypt_cookie_at<'c>(
        &self,
        cookie: impl IntoCookie<'c>,
        now: SystemTime,
    ) -> Cookie<'c> {
        let mut cookie = cookie.into_cookie();
        let dated = format!("{:x}.{}", seconds(now), cookie.value());
        let (mut jar, name) = (CookieJar::new(), cookie.name().to_owned());
        let key = self.derived(PURPOSE).next().map(key);
        if let Some(key) = key {
            jar.private_mut(&key).add((name.clone(), dated));
        }
        let value = jar.get(&name).map(|cookie| cookie.value().to_owned());
        cookie.set_value(value.unwrap_or_default());
        cookie
    }
}

fn key(bytes: [u8; 64]) -> Key {
    Key::from(&bytes)
}

impl Request {
    /// The value of a cookie that was [encrypted](Keys::encrypt_cookie) with one of the keys, under this name, at most
    /// `max_age` ago (feature `private-cookies`).
    ///
    /// If several cookies have the name, the first genuine one counts. `None` if there is none, for whatever reason.
    #[must_use]
    pub fn private_cookie(&self, keys: &Keys, name: &str, max_age: Duration) -> Option<String> {
        let now = SystemTime::now();
        self.cookies().private_at(keys, name, max_age, now)
    }
}

impl Cookies<'_> {
    /// [`Request::private_cookie`] with the time as an argument.
    #[must_use]
    pub fn private_at(
        &self,
        keys: &Keys,
        name: &str,
        max_age: Duration,
        now: SystemTime,
    ) -> Option<String> {
        let keys: Vec<Key> = keys.derived(PURPOSE).map(key).collect();
        let jar = CookieJar::new();
        self.first_genuine(name, max_age, now, |value| {
            let decrypted = keys.iter().find_map(|key| {
                let cookie = Cookie::new(name.to_owned(), value.to_owned());
                jar.private(key).decrypt(cookie)
            })?;
            let (issued, value) = decrypted.value().split_once('.')?;
            let issued = u64::from_str_radix(issued, 16).ok()?;
            Some((value.to_owned(), issued))
        })
    }
}
