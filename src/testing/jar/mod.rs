//! The cookies that a client stores, as a browser does.
//!
//! Pure functions of text and a clock: RFC 6265 [§5.3](https://www.rfc-editor.org/rfc/rfc6265#section-5.3) (storing),
//! [§5.4](https://www.rfc-editor.org/rfc/rfc6265#section-5.4) (sending).

use std::borrow::Cow;
use std::net::IpAddr;
use std::time::SystemTime;

mod date;
mod set_cookie;
#[cfg(test)]
mod tests;

pub(super) use set_cookie::SetCookie;

/// A cookie that a [`Client`](crate::testing::Client) stores.
///
/// ```
/// use rustzeug::testing::Client;
///
/// let client = Client::new(|| "hello");
/// client.set_cookie("theme", "dark");
/// let cookies = client.cookies();
/// assert_eq!((cookies[0].name(), &*cookies[0].value()), ("theme", "dark"));
/// assert_eq!((cookies[0].domain(), cookies[0].path()), ("localhost", "/"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCookie {
    name: String,
    value: Vec<u8>,
    domain: String,
    host_only: bool,
    path: String,
    secure: bool,
    http_only: bool,
    expires: Option<SystemTime>,
}

impl StoredCookie {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value as it was sent; bytes that are not valid UTF-8 become U+FFFD.
    #[must_use]
    pub fn value(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.value)
    }

    /// The host to which it is sent, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Returns whether it is sent to that host only, and not to its subdomains.
    #[must_use]
    pub fn is_host_only(&self) -> bool {
        self.host_only
    }

    /// The path for which it is sent, including paths below it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns whether it is sent over `https` only (or to this machine).
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Returns whether scripts cannot read it.
    #[must_use]
    pub fn is_http_only(&self) -> bool {
        self.http_only
    }

    /// The time at which it expires; `None` if it ends with the session.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// Returns whether one replaces the other (RFC 6265bis §5.7, step 23).
    fn is_same(&self, other: &Self) -> bool {
        (&self.name, &self.domain, self.host_only, &self.path)
            == (&other.name, &other.domain, other.host_only, &other.path)
    }

    fn is_over(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }

    fn goes_to(&self, place: &Place<'_>, now: SystemTime) -> bool {
        let host = if self.host_only {
            self.domain == place.host
        } else {
            is_within(place.host, &self.domain)
        };
        host && path_matches(place.path, &self.path)
            && (!self.secure || place.is_secure())
            && !self.is_over(now)
    }
}

/// The target of a request: the parts that matter for cookies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'r> {
    pub(super) scheme: &'r str,
    /// In lower case, without port.
    pub(super) host: &'r str,
    /// As it was sent.
    pub(super) path: &'r str,
}

impl Place<'_> {
    /// Returns whether browsers send `Secure` cookies there: over `https`, and to their own machine.
    fn is_secure(&self) -> bool {
        self.scheme == "https"
            || is_within(self.host, "localhost")
            || address(self.host).is_some_and(|address| address.is_loopback())
    }

    /// The directory of the path (RFC 6265 §5.1.4).
    fn directory(&self) -> &str {
        match self.path.rfind('/') {
            Some(end) if end > 0 && self.path.starts_with('/') => &self.path[..end],
            _ => "/",
        }
    }
}

/// All cookies, in the order of their creation.
#[derive(Debug, Default)]
pub(super) struct Jar(Vec<StoredCookie>);

impl Jar {
    /// Stores the cookie of a `Set-Cookie` line of a response from `place`.
    pub(super) fn receive(&mut self, place: &Place<'_>, line: &[u8], now: SystemTime) {
        let Some(cookie) = SetCookie::parse(line, now).and_then(|line| accept(line, place)) else {
            return;
        };
        let before = self.0.iter().position(|kept| kept.is_same(&cookie));
        match before {
            _ if cookie.is_over(now) => self.0.retain(|kept| !kept.is_same(&cookie)),
            // §5.3: the replaced cookie passes on its creation time, and so its position.
            Some(at) => self.0[at] = cookie,
            None => self.0.push(cookie),
        }
    }

    /// The cookies for a request to `place`: longer paths first, then older cookies.
    pub(super) fn for_place(&self, place: &Place<'_>, now: SystemTime) -> Vec<&StoredCookie> {
        let fitting = self.0.iter().filter(|cookie| cookie.goes_to(place, now));
        let mut fitting: Vec<_> = fitting.collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        fitting
    }

    /// The cookies for `place` as a `Cookie` line, without those whose names are taken.
    pub(super) fn line(
        &self,
        place: &Place<'_>,
        now: SystemTime,
        is_taken: impl Fn(&str) -> bool,
    ) -> Vec<u8> {
        let mut line = Vec::new();
        let cookies = self.for_place(place, now).into_iter();
        for cookie in cookies.filter(|cookie| !is_taken(&cookie.name)) {
            if !line.is_empty() {
                line.extend_from_slice(b"; ");
            }
            line.extend_from_slice(cookie.name.as_bytes());
            line.push(b'=');
            line.extend_from_slice(&cookie.value);
        }
        line
    }

    /// The cookies that have not expired.
    pub(super) fn all(&self, now: SystemTime) -> Vec<StoredCookie> {
        let kept = self.0.iter().filter(|cookie| !cookie.is_over(now));
        kept.cloned().collect()
    }

    /// Keeps the cookies for which `keep` returns true.
    pub(super) fn retain(&mut self, keep: impl FnMut(&StoredCookie) -> bool) {
        self.0.retain(keep);
    }
}

/// The cookie of a line, if a response from `place` may set it.
fn accept(line: SetCookie, place: &Place<'_>) -> Option<StoredCookie> {
    let name = line.name.to_ascii_lowercase();
    let has = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let broken = has(&["__host-", "__secure-", "__http-"]) && !line.secure
        || has(&["__host-"]) && (line.domain.is_some() || line.path.as_deref() != Some("/"))
        || has(&["__http-", "__host-http-"]) && !line.http_only;
    if broken || (line.secure && !place.is_secure()) {
        return None;
    }
    let (domain, host_only) = match line.domain {
        Some(domain) if domain == place.host => (domain, !has_hosts_below(place.host)),
        // Domains such as `com` are shared by many sites.
        Some(domain) if domain.contains('.') && is_within(place.host, &domain) => (domain, false),
        Some(_) => return None,
        None => (place.host.to_owned(), true),
    };
    Some(StoredCookie {
        name: line.name,
        value: line.value,
        domain,
        host_only,
        path: line.path.unwrap_or_else(|| place.directory().to_owned()),
        secure: line.secure,
        http_only: line.http_only,
        expires: line.expires,
    })
}

/// Returns whether a host can have subdomains.
fn has_hosts_below(host: &str) -> bool {
    host.contains('.') && address(host).is_none()
}

/// Returns whether a host is a domain or one of its subdomains (RFC 6265 §5.1.3).
fn is_within(host: &str, domain: &str) -> bool {
    match host.strip_suffix(domain) {
        Some("") => true,
        Some(rest) => rest.ends_with('.') && address(host).is_none(),
        None => false,
    }
}

fn address(host: &str) -> Option<IpAddr> {
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

/// RFC 6265 §5.1.4.
fn path_matches(path: &str, cookie: &str) -> bool {
    path.strip_prefix(cookie)
        .is_some_and(|rest| rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'))
}
