//! The pairs of `Cookie` lines, as bytes: where a pair ends, its name, and its value.
//!
//! This module does not decode text; the view does.

use http::HeaderMap;
use http::HeaderValue;
use http::header::COOKIE;
use http::header::ValueIter;
use memchr::memchr;

/// The pieces between semicolons, of all lines, up to a limit. RFC 9113 §8.2.3: several lines count as one.
#[derive(Debug)]
pub(super) struct Pieces<'r> {
    lines: ValueIter<'r, HeaderValue>,
    rest: Option<&'r [u8]>,
    left: usize,
}

impl<'r> Pieces<'r> {
    pub(super) fn of(headers: &'r HeaderMap, limit: usize) -> Self {
        Self {
            lines: headers.get_all(COOKIE).iter(),
            rest: None,
            left: limit,
        }
    }
}

impl<'r> Iterator for Pieces<'r> {
    type Item = &'r [u8];

    fn next(&mut self) -> Option<&'r [u8]> {
        self.left = self.left.checked_sub(1)?;
        let line = match self.rest.take() {
            Some(rest) => rest,
            None => self.lines.next()?.as_bytes(),
        };
        let Some(end) = memchr(b';', line) else {
            return Some(line);
        };
        self.rest = Some(&line[end + 1..]);
        Some(&line[..end])
    }
}

/// The name and value of a piece; `None` if it has no `=`, or no name before it.
pub(super) fn pair(piece: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = memchr(b'=', piece)?;
    let name = trim(&piece[..equals]);
    // `=__Host-sid=evil` has no name (CVE-2023-23934).
    (!name.is_empty()).then(|| (name, unquoted(trim(&piece[equals + 1..]))))
}

/// The value of a piece if it has this name: the result of [`pair`], without a search for the `=`.
pub(super) fn value_of<'r>(piece: &'r [u8], name: &[u8]) -> Option<&'r [u8]> {
    let rest = trim_start(trim_start(piece).strip_prefix(name)?);
    let value = rest.strip_prefix(b"=").filter(|_| can_be_read(name))?;
    Some(unquoted(trim(value)))
}

/// Returns whether a piece can have this name.
fn can_be_read(name: &[u8]) -> bool {
    !name.is_empty() && trim(name).len() == name.len() && !name.contains(&b'=')
}

/// Removes one pair of quotes (RFC 6265 §4.1.1: they are not part of the value).
pub(super) fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        _ => value,
    }
}

// Only space and tab, as bytes. Browsers trim nothing else; a server that trims U+2000 would read the protected name
// `__Host-x` where a browser reads another name.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

pub(super) fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes
        && is_blank(*first)
    {
        bytes = rest;
    }
    bytes
}

pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    let mut bytes = trim_start(bytes);
    while let [rest @ .., last] = bytes
        && is_blank(*last)
    {
        bytes = rest;
    }
    bytes
}
