//! Parses a `Set-Cookie` line as browsers do.
//!
//! RFC 6265 [§5.2](https://www.rfc-editor.org/rfc/rfc6265#section-5.2): lenient where servers must be strict. The jar
//! decides whether to keep the cookie.

use std::time::Duration;
use std::time::SystemTime;

use crate::testing::jar::date;

/// The name, value and attributes of one line. If an attribute is repeated, the last counts.
#[derive(Debug, Default)]
pub(in crate::testing) struct SetCookie {
    pub(in crate::testing) name: String,
    pub(in crate::testing) value: Vec<u8>,
    /// In lower case, without a leading dot; `None` if there is none.
    pub(super) domain: Option<String>,
    pub(super) path: Option<String>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    /// The time at which the cookie expires, from `Max-Age` if present, otherwise from `Expires`.
    pub(super) expires: Option<SystemTime>,
}

/// The maximum length of name and value together, in bytes, as in browsers.
const LONGEST_BYTES: usize = 4096;

impl SetCookie {
    /// Parses a line; `None` if browsers ignore it: no name, control characters, too long.
    pub(in crate::testing) fn parse(line: &[u8], now: SystemTime) -> Option<Self> {
        if line
            .iter()
            .any(|byte| byte.is_ascii_control() && *byte != b'\t')
        {
            return None;
        }
        let mut pieces = line.split(|byte| *byte == b';');
        let (name, value) = pair(pieces.next()?);
        let name = String::from_utf8(name.to_vec()).ok()?;
        let value = value?.to_vec();
        if name.is_empty() || name.len() + value.len() > LONGEST_BYTES {
            return None;
        }
        let mut cookie = Self {
            name,
            value,
            ..Self::default()
        };
        let mut max_age = None;
        for piece in pieces {
            let (name, value) = pair(piece);
            let value = String::from_utf8_lossy(value.unwrap_or_default());
            match name.to_ascii_lowercase().as_slice() {
                b"expires" => cookie.expires = date::parse(&value).or(cookie.expires),
                b"max-age" => max_age = age(&value).or(max_age),
                b"domain" => {
                    let domain = value.strip_prefix('.').unwrap_or(&value);
                    cookie.domain = (!domain.is_empty()).then(|| domain.to_ascii_lowercase());
                }
                b"path" => cookie.path = value.starts_with('/').then(|| value.into_owned()),
                b"secure" => cookie.secure = true,
                b"httponly" => cookie.http_only = true,
                _ => {}
            }
        }
        if let Some(age) = max_age {
            // An overflow means that the cookie never expires.
            cookie.expires = now.checked_add(age);
            if age.is_zero() {
                cookie.expires = Some(SystemTime::UNIX_EPOCH);
            }
        }
        Some(cookie)
    }
}

/// `Max-Age` in seconds; a negative number is zero. `None` if it is not a number.
fn age(value: &str) -> Option<Duration> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if digits.len() < value.len() {
        return Some(Duration::ZERO);
    }
    Some(Duration::from_secs(digits.parse().unwrap_or(u64::MAX)))
}

/// The text before and after the first `=`, without white space around it.
fn pair(piece: &[u8]) -> (&[u8], Option<&[u8]>) {
    match piece.iter().position(|byte| *byte == b'=') {
        Some(at) => (piece[..at].trim_ascii(), Some(piece[at + 1..].trim_ascii())),
        None => (piece.trim_ascii(), None),
    }
}
