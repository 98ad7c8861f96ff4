//! Converts a path to the name of a file.

use std::borrow::Cow;

use crate::base::url;

/// The name in a path, relative to the folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target<'p> {
    pub(super) name: Cow<'p, str>,
    /// Whether the path ends with a slash, so that relative links of an index lead below it.
    pub(super) has_slash: bool,
}

impl<'p> Target<'p> {
    /// Decodes a raw path once; `None` if it cannot be the name of a served file.
    pub(super) fn of(raw: &'p str) -> Option<Self> {
        let name = match raw.strip_prefix('/') {
            Some(name) if name.starts_with('/') => return None,
            Some(name) => name,
            None if raw.is_empty() => raw,
            None => return None,
        };
        let name = if name.contains('%') {
            Cow::Owned(decoded(name)?)
        } else {
            Cow::Borrowed(name)
        };
        let has_slash = raw.ends_with('/');
        let name = match name {
            Cow::Borrowed(name) => Cow::Borrowed(name.strip_suffix('/').unwrap_or(name)),
            Cow::Owned(mut name) => {
                if has_slash && name.ends_with('/') {
                    name.pop();
                }
                Cow::Owned(name)
            }
        };
        (!is_hidden(&name)).then_some(Self { name, has_slash })
    }
}

/// Decodes each segment; a segment that contains a slash is not a name.
fn decoded(raw: &str) -> Option<String> {
    let mut name = String::with_capacity(raw.len());
    for (index, segment) in raw.split('/').enumerate() {
        if index > 0 {
            name.push('/');
        }
        let segment = url::decode_path(segment);
        let segment = std::str::from_utf8(&segment).ok()?;
        if segment.contains('/') {
            return None;
        }
        name.push_str(segment);
    }
    Some(name)
}

/// Names that begin with a dot are not served, except below `/.well-known` (RFC 8615).
pub(super) fn is_hidden(name: &str) -> bool {
    let shown = name.strip_prefix(".well-known");
    let name = shown
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
        .unwrap_or(name);
    name.split('/').any(|segment| segment.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_asks_for_a_name() {
        #[rustfmt::skip]
        let cases = [
            ("/a.txt",            Some(("a.txt", false)),       "a file"),
            ("/a/b",              Some(("a/b", false)),         "in a folder"),
            ("/a/",               Some(("a", true)),            "a folder"),
            ("/",                 Some(("", true)),             "the top"),
            ("",                  Some(("", false)),            "a mount without its slash"),
            ("/a%20b/%C3%BC",     Some(("a b/ü", false)),       "escapes"),
            ("/%252e%252e/a",     Some(("%2e%2e/a", false)),    "decoded once"),
            ("/a;b",              Some(("a;b", false)),         "a semicolon is part of the name"),
            ("/.well-known/x",    Some((".well-known/x", false)), "what RFC 8615 keeps there"),
            ("/a//b",             Some(("a//b", false)),        "an empty segment, which no file has"),
            ("//",                None,                         "an empty segment at the top"),
            ("//server/share",    None,                         "a share of Windows"),
            ("/a/%2F",            None,                         "a slash in a segment"),
            ("/..%2f..%2fetc",    None,                         "a way out that is escaped"),
            ("/%c0%ae%c0%ae/a",   None,                         "not UTF-8"),
            ("/%2e%2e/a",         None,                         "dots that are escaped"),
            ("/../a",             None,                         "dots"),
            ("/.git/config",      None,                         "hidden"),
            ("/a/.env",           None,                         "hidden further on"),
            ("/.well-knownx",     None,                         "another name"),
            ("/.well-known/.git", None,                         "hidden below it"),
            ("/a/.well-known/x",  None,                         "it is special at the top alone"),
            ("*",                 None,                         "of OPTIONS"),
        ];
        for (raw, want, why) in cases {
            let read = Target::of(raw);
            let read = read.as_ref().map(|it| (&*it.name, it.has_slash));
            assert_eq!(read, want, "{raw:?}: {why}");
        }
    }
}
