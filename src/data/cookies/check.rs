//! What a browser demands of a cookie, asked before it is written.
//!
//! A cookie that breaks a rule is not refused by a browser but dropped, cut or read as another, and
//! nobody is told.

use std::net::Ipv6Addr;

use cookie::Cookie;
use cookie::SameSite;

use crate::data::cookies::cookie_error::CookieFault;
use crate::data::cookies::pairs::trim;
use crate::data::cookies::pairs::unquoted;
use crate::syntax::is_token;

/// RFC 6265bis §5.6: longer values of attributes are ignored.
const ATTRIBUTE_BYTES: usize = 1024;

/// The prefixes of names, which browsers compare without case (RFC 6265bis §4.1.3).
const SECURE: &str = "__Secure-";
const HOST: &str = "__Host-";
const HTTP: &str = "__Http-";
const HOST_HTTP: &str = "__Host-Http-";

pub(super) fn check_cookie(cookie: &Cookie<'_>) -> Result<(), CookieFault> {
    check_name(cookie.name())?;
    check_value(cookie.value())?;
    if let Some(domain) = cookie.domain() {
        check_domain(domain)?;
    }
    if let Some(path) = cookie.path() {
        check_path(path)?;
    }
    if cookie.secure() != Some(true)
        && let Some(what) = needs_secure(cookie)
    {
        return Err(CookieFault::NotSecure(what));
    }
    check_prefix(cookie)
}

/// RFC 6265 §4.1.1: a token (RFC 9110 §5.6.2).
pub(super) fn check_name(name: &str) -> Result<(), CookieFault> {
    if is_token(name.as_bytes()) {
        Ok(())
    } else {
        Err(CookieFault::Name)
    }
}

/// RFC 6265 §4.1.1: `cookie-octet`. Quotes are none: reading takes them off.
fn check_value(value: &str) -> Result<(), CookieFault> {
    let is_octet = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\');
    match value.chars().find(|c| !is_octet(*c)) {
        Some(character) => Err(CookieFault::Value(character)),
        None => Ok(()),
    }
}

/// What a client may send: more than a server may set, as long as it is read as it was meant.
pub(super) fn check_sent(value: &str) -> Result<(), CookieFault> {
    let stray = value
        .chars()
        .find(|c| matches!(c, ';' | '\0'..='\x08' | '\n'..='\x1f' | '\x7f'));
    if let Some(character) = stray {
        return Err(CookieFault::Value(character));
    }
    let read = unquoted(trim(value.as_bytes()));
    match value.chars().next() {
        Some(_) if read == value.as_bytes() => Ok(()),
        // A blank or a quote, at one end or the other.
        Some(first) if matches!(first, ' ' | '\t' | '"') => Err(CookieFault::Value(first)),
        Some(_) => Err(CookieFault::Value(' ')),
        None => Ok(()),
    }
}

/// Labels of letters, digits, `-` and `_`, or an IPv6 address in brackets. With a port it is no
/// host, and ignored.
fn check_domain(domain: &str) -> Result<(), CookieFault> {
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_host);
    let address = domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let fits = match address {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => domain.split('.').all(is_label),
    };
    if !fits {
        return Err(CookieFault::Domain);
    }
    within_attribute(domain)
}

/// Browsers put the folder of the request in place of a path without a leading slash, and take
/// blanks off its end.
fn check_path(path: &str) -> Result<(), CookieFault> {
    let is_octet = |byte: u8| matches!(byte, b' '..=b'~') && byte != b';';
    let begins = path.is_empty() || path.starts_with('/');
    if !begins || path.ends_with(' ') || !path.bytes().all(is_octet) {
        return Err(CookieFault::Path);
    }
    within_attribute(path)
}

fn within_attribute(value: &str) -> Result<(), CookieFault> {
    if value.len() > ATTRIBUTE_BYTES {
        return Err(CookieFault::Attribute);
    }
    Ok(())
}

/// What about this cookie is nothing without `Secure`.
pub(super) fn needs_secure(cookie: &Cookie<'_>) -> Option<&'static str> {
    let prefixes = [SECURE, HOST, HTTP];
    let prefix = prefixes.into_iter().find(|prefix| has(cookie, prefix));
    let same_site = (cookie.same_site() == Some(SameSite::None)).then_some("SameSite=None");
    let partitioned = (cookie.partitioned() == Some(true)).then_some("Partitioned");
    prefix.or(same_site).or(partitioned)
}

fn check_prefix(cookie: &Cookie<'_>) -> Result<(), CookieFault> {
    let elsewhere = cookie.domain().is_some() || cookie.path().is_some_and(|path| path != "/");
    if has(cookie, HOST) && elsewhere {
        return Err(CookieFault::NotHost);
    }
    let prefixes = [HTTP, HOST_HTTP];
    match prefixes.into_iter().find(|prefix| has(cookie, prefix)) {
        Some(prefix) if cookie.http_only() == Some(false) => Err(CookieFault::NotHttpOnly(prefix)),
        _ => Ok(()),
    }
}

fn has(cookie: &Cookie<'_>, prefix: &str) -> bool {
    let start = cookie.name().as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}
