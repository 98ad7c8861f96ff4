//! A `Set-Cookie` line: checks, defaults, and which lines set the same cookie.

use cookie::Cookie;
use cookie::SameSite;
use http::HeaderValue;

use crate::data::cookies::check::check_cookie;
use crate::data::cookies::cookie_error::CookieError;
use crate::data::cookies::cookie_error::CookieFault;
use crate::data::cookies::pairs::trim;
use crate::headers::HttpDate;

/// RFC 6265 §6.1: the size that every browser keeps, which is also the maximum of today's browsers.
const COOKIE_BYTES: usize = 4096;

/// The largest number of seconds that no browser reads as negative.
const LONGEST_SECONDS: i64 = i32::MAX as i64;

/// The `Set-Cookie` line of a cookie, for applications without a `Response`.
///
/// It has the [defaults](crate::cookies#defaults) for attributes that the cookie does not set. `Max-Age` is clamped to
/// 0 … 2³¹ − 1, and `Expires` to the years 1970 to 9999. A cookie with only a `Max-Age` gets no `Expires`: all browsers
/// since 2011 support `Max-Age`.
///
/// # Errors
///
/// [`CookieError`] if a browser would drop the cookie, cut it, or read it differently.
///
/// ```
/// use rustzeug::cookie::{Cookie, SameSite, time::Duration};
/// use rustzeug::cookies::{CookieFault, write};
///
/// assert_eq!(write(&Cookie::new("a", "1"))?, "a=1; Path=/; HttpOnly; SameSite=Lax");
///
/// let mut cookie = Cookie::new("__Host-id", "7");
/// assert_eq!(write(&cookie).unwrap_err().fault(), CookieFault::NotSecure("__Host-"));
/// cookie.set_secure(true);
/// cookie.set_same_site(SameSite::Strict);
/// cookie.set_max_age(Duration::hours(1));
/// assert_eq!(write(&cookie)?, "__Host-id=7; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Strict");
/// # Ok::<(), rustzeug::cookies::CookieError>(())
/// ```
///
/// RFC 6265 [§4.1.1](https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1) (grammar),
/// [§6.1](https://www.rfc-editor.org/rfc/rfc6265#section-6.1) (lengths).
pub fn write(cookie: &Cookie<'_>) -> Result<HeaderValue, CookieError> {
    let error = |fault| CookieError::new(cookie.name(), fault);
    check_cookie(cookie).map_err(error)?;
    let line = line(cookie);
    if line.len() > COOKIE_BYTES {
        return Err(error(CookieFault::TooLong(line.len())));
    }
    Ok(visible(line))
}

fn visible(line: String) -> HeaderValue {
    HeaderValue::try_from(line).expect("every part was checked to be visible ASCII")
}

fn line(cookie: &Cookie<'_>) -> String {
    let mut line = format!("{}={}", cookie.name(), cookie.value());
    let mut add = |name: &str, value: &str| {
        line.push_str("; ");
        line.push_str(name);
        line.push_str(value);
    };
    match cookie.path() {
        Some("") => {}
        path => add("Path=", path.unwrap_or("/")),
    }
    if let Some(domain) = cookie.domain() {
        add("Domain=", domain);
    }
    if let Some(age) = cookie.max_age() {
        let seconds = age.whole_seconds().clamp(0, LONGEST_SECONDS);
        add("Max-Age=", &seconds.to_string());
    }
    if let Some(date) = cookie.expires_datetime() {
        let seconds = date.unix_timestamp().max(0);
        add(
            "Expires=",
            &HttpDate::from_unix_seconds(seconds).to_string(),
        );
    }
    if cookie.secure() == Some(true) {
        add("Secure", "");
    }
    if cookie.http_only() != Some(false) {
        add("HttpOnly", "");
    }
    let same_site = match cookie.same_site().unwrap_or(SameSite::Lax) {
        SameSite::Strict => "Strict",
        SameSite::Lax => "Lax",
        SameSite::None => "None",
    };
    add("SameSite=", same_site);
    if cookie.partitioned() == Some(true) {
        add("Partitioned", "");
    }
    line
}

/// Cookies with equal identity replace each other in a browser (RFC 6265bis §5.7, and CHIPS for `Partitioned`): name,
/// domain, path, and whether the cookie is partitioned.
#[derive(Default)]
pub(super) struct Identity<'l> {
    name: &'l [u8],
    domain: &'l [u8],
    path: &'l [u8],
    partitioned: bool,
}

impl<'l> Identity<'l> {
    /// The identity of any line. The last attribute of a name counts (§5.6).
    pub(super) fn of(line: &'l HeaderValue) -> Self {
        let mut parts = line.as_bytes().split(|byte| *byte == b';');
        let (name, _) = at_equals(parts.next().unwrap_or_default());
        let mut identity = Self {
            name,
            ..Self::default()
        };
        for (name, value) in parts.map(at_equals) {
            if name.eq_ignore_ascii_case(b"domain") {
                identity.domain = value.strip_prefix(b".").unwrap_or(value);
            } else if name.eq_ignore_ascii_case(b"path") {
                identity.path = value;
            } else if name.eq_ignore_ascii_case(b"partitioned") {
                identity.partitioned = true;
            }
        }
        identity
    }
}

impl PartialEq for Identity<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.domain.eq_ignore_ascii_case(other.domain)
            && self.path == other.path
            && self.partitioned == other.partitioned
    }
}

fn at_equals(part: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'=', part) {
        Some(at) => (trim(&part[..at]), trim(&part[at + 1..])),
        None => (trim(part), b""),
    }
}
