//! The rules of browsers for cookies, checked before a cookie is written.
//!
//! A browser does not report a cookie that breaks a rule: it drops the cookie, cuts it, or reads it differently.

use std::net::Ipv6Addr;

use cookie::Cookie;
use cookie::SameSite;

use crate::data::cookies::cookie_error::CookieFault;
use crate::data::cookies::pairs::trim;
use crate::data::cookies::pairs::unquoted;
use crate::syntax::is_token;

/// RFC 6265bis §5.6: longer values of attributes are ignored.
const ATTRIBUTE_BYTES: usize = 1024;

/// The prefixes of names; browsers compare them without case (RFC 6265bis §4.1.3).
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

/// RFC 6265 §4.1.1: `cookie-octet`. Quotes are not allowed, because reading removes them.
fn check_value(value: &str) -> Result<(), CookieFault> {
    let is_octet = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\');
    match value.chars().find(|c| !is_octet(*c)) {
        Some(character) => Err(CookieFault::Value(character)),
        None => Ok(()),
    }
}

/// Checks a value that a client sends. Clients may send more than servers may set, if the value is read back unchanged.
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
        // A blank or a quote at the beginning or the end.
        Some(first) if matches!(first, ' ' | '\t' | '"') => Err(CookieFault::Value(first)),
        Some(_) => Err(CookieFault::Value(' ')),
        None => Ok(()),
    }
}

/// Checks a domain: labels of letters, digits, `-` and `_`, or an IPv6 address in brackets. Browsers ignore a domain
/// with a port.
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

/// Browsers replace a path without a leading slash by the folder of the request, and remove blanks at the end.
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

/// The attribute or prefix of this cookie that browsers ignore without `Secure`.
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
