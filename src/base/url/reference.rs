//! References: resolving one against a base, and whether it leaves the site.

use std::borrow::Cow;

use percent_encoding::utf8_percent_encode;

use super::NOT_AUTHORITY;
use super::NOT_REFERENCE;
use super::default_port;
use super::is_same_host;

/// Resolves `reference` against `base`, strictly.
///
/// `base` is an absolute URL; without a scheme it is treated as a path, and the result is a path too. Its
/// fragment is dropped. Characters that a URI may not contain are percent-encoded (a backslash too), so the
/// result is ASCII without controls and spaces; `%` stays. Dot segments are removed; `%2E` does not count as
/// a dot. The path of a result is never mistaken for an authority or a scheme: `/.` or `./` is added in
/// front, as the RFC advises.
///
/// A reference with a scheme or an authority keeps it. If it comes from an untrusted source, call
/// [`leaves_site`] first.
///
/// # Examples
///
/// ```
/// use rustzeug::url::resolve;
///
/// assert_eq!(resolve("http://a/b/c?q", "../d e"), "http://a/d%20e");
/// assert_eq!(resolve("http://a/b/c?q", "//d"), "http://d");
/// assert_eq!(resolve("/b/c", "d"), "/b/d");
/// ```
///
/// RFC 3986 [§5.2] (resolution), [§5.4] (examples), [§4.2] (`./`).
///
/// [§5.2]: https://www.rfc-editor.org/rfc/rfc3986#section-5.2
/// [§5.4]: https://www.rfc-editor.org/rfc/rfc3986#section-5.4
/// [§4.2]: https://www.rfc-editor.org/rfc/rfc3986#section-4.2
#[must_use]
pub fn resolve(base: &str, reference: &str) -> String {
    let base = clean_reference(base);
    let reference = clean_reference(reference);
    let base = Parts::split(&base);
    let reference = Parts::split(&reference);
    let fragment = reference.fragment;

    // §5.2.2: from the most complete kind of reference to the least.
    if reference.scheme.is_some() {
        let path = remove_dot_segments(reference.path);
        return Parts {
            path: &path,
            ..reference
        }
        .join();
    }
    let scheme = base.scheme;
    if reference.authority.is_some() {
        let path = remove_dot_segments(reference.path);
        return Parts {
            scheme,
            path: &path,
            ..reference
        }
        .join();
    }
    if reference.path.is_empty() {
        let query = reference.query.or(base.query);
        return Parts {
            query,
            fragment,
            ..base
        }
        .join();
    }
    let path = if reference.path.starts_with('/') {
        remove_dot_segments(reference.path)
    } else {
        remove_dot_segments(&merge(&base, reference.path))
    };
    let authority = base.authority;
    Parts {
        scheme,
        authority,
        path: &path,
        ..reference
    }
    .join()
}

/// Percent-encodes the characters of `reference` that a URI may not contain, and brackets outside its
/// authority.
pub(crate) fn clean_reference(reference: &str) -> Cow<'_, str> {
    let authority = Parts::split(reference).authority.unwrap_or_default();
    if !authority.contains(['[', ']']) {
        return utf8_percent_encode(reference, NOT_REFERENCE).into();
    }
    // The first `//` is the one before the authority.
    let start = reference.find("//").map_or(0, |slashes| slashes + 2);
    let (before, rest) = reference.split_at(start);
    let (authority, after) = rest.split_at(authority.len());
    let encoded = [
        utf8_percent_encode(before, NOT_REFERENCE).to_string(),
        utf8_percent_encode(authority, NOT_AUTHORITY).to_string(),
        utf8_percent_encode(after, NOT_REFERENCE).to_string(),
    ];
    encoded.concat().into()
}

/// Whether a browser would follow this `Location` or `href` to another site.
///
/// True if the reference has a scheme (even this site's, or `javascript:`), or begins with two or more of `/`
/// and `\`. Both are tested after removing the characters that browsers remove: controls and spaces in front,
/// and TAB, CR and LF anywhere. False for everything else, including the empty reference. A request can
/// compare with its own site: `Request::is_local_url`.
///
/// # Examples
///
/// ```
/// use rustzeug::url::leaves_site;
///
/// assert!(leaves_site("https://example.org/"));
/// assert!(leaves_site("/\t\\example.org"));
/// assert!(!leaves_site("/login?next=https://example.org/"));
/// ```
///
/// [RFC 3986 §4.2](https://www.rfc-editor.org/rfc/rfc3986#section-4.2), and the [URL
/// parser](https://url.spec.whatwg.org/#concept-basic-url-parser) of browsers, the source of the rules for
/// `\` and for removed characters.
#[must_use]
pub fn leaves_site(reference: &str) -> bool {
    let mut bytes = reference
        .bytes()
        .skip_while(|byte| *byte <= b' ')
        .filter(|byte| !matches!(byte, b'\t' | b'\r' | b'\n'));
    match bytes.next() {
        Some(b'/' | b'\\') => matches!(bytes.next(), Some(b'/' | b'\\')),
        Some(first) if first.is_ascii_alphabetic() => {
            bytes.find(|byte| !is_scheme_byte(*byte)) == Some(b':')
        }
        _ => false,
    }
}

/// Whether an absolute URL belongs to this site: same scheme, host and port, without user info.
///
/// Browsers and this function read its authority in the same way, since only a strictly valid host is
/// accepted; a backslash is not valid.
pub(crate) fn is_of_site(reference: &str, scheme: &str, host: &str) -> bool {
    let Some((named, rest)) = reference.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    named.eq_ignore_ascii_case(scheme)
        && is_same_host(
            authority.as_bytes(),
            host.as_bytes(),
            Some(default_port(scheme)),
        )
}

/// The five components of a reference. There is always a path.
#[derive(Clone, Copy)]
struct Parts<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// Splits any text like the expression of RFC 3986 appendix B. A scheme must have the form of one.
    fn split(text: &'a str) -> Self {
        let (rest, fragment) = cut(text, '#');
        let (rest, query) = cut(rest, '?');
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, rest),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, rest),
        };
        Self {
            scheme,
            authority,
            path,
            query,
            fragment,
        }
    }

    /// Joins the components (§5.3).
    fn join(self) -> String {
        let mut url = String::new();
        if let Some(scheme) = self.scheme {
            url.push_str(scheme);
            url.push(':');
        }
        if let Some(authority) = self.authority {
            url.push_str("//");
            url.push_str(authority);
        } else if self.path.starts_with("//") {
            // §3.3: otherwise the path would be read as an authority.
            url.push_str("/.");
        } else if self.scheme.is_none() && colon_in_first_segment(self.path) {
            // §4.2: otherwise the segment would be read as a scheme.
            url.push_str("./");
        }
        url.push_str(self.path);
        if let Some(query) = self.query {
            url.push('?');
            url.push_str(query);
        }
        if let Some(fragment) = self.fragment {
            url.push('#');
            url.push_str(fragment);
        }
        url
    }
}

/// Returns the text before the first `separator` and, if there is one, the text after it.
fn cut(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )` (§3.1)
pub(crate) fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(is_scheme_byte)
}

const fn is_scheme_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

fn colon_in_first_segment(path: &str) -> bool {
    path.split('/')
        .next()
        .is_some_and(|segment| segment.contains(':'))
}

/// Replaces the last segment of the base with a relative path (§5.2.3).
fn merge(base: &Parts<'_>, path: &str) -> String {
    if base.authority.is_some() && base.path.is_empty() {
        return format!("/{path}");
    }
    let directory = base
        .path
        .rfind('/')
        .map_or("", |slash| &base.path[..=slash]);
    format!("{directory}{path}")
}

/// Removes `.` and `..` segments, as §5.2.4 specifies.
fn remove_dot_segments(path: &str) -> String {
    let mut input = path;
    let mut output = String::with_capacity(path.len());
    while !input.is_empty() {
        if let Some(rest) = input
            .strip_prefix("../")
            .or_else(|| input.strip_prefix("./"))
        {
            input = rest;
        } else if input.starts_with("/./") {
            input = &input[2..];
        } else if input == "/." {
            input = "/";
        } else if input.starts_with("/../") || input == "/.." {
            input = if input.len() > 3 { &input[3..] } else { "/" };
            output.truncate(output.rfind('/').unwrap_or(0));
        } else if matches!(input, "." | "..") {
            input = "";
        } else {
            let next_slash = input.bytes().skip(1).position(|byte| byte == b'/');
            let (segment, rest) = input.split_at(next_slash.map_or(input.len(), |at| at + 1));
            output.push_str(segment);
            input = rest;
        }
    }
    output
}
