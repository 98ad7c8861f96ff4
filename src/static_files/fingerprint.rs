//! Names of files with a fingerprint of the content: `app.5d41402abc4b2a76.css`.

use super::entry::DIGITS;

/// Inserts a fingerprint before the suffix of a name.
pub(super) fn insert(name: &str, fingerprint: &str) -> String {
    let start = name.rfind('/').map_or(0, |slash| slash + 1);
    let dot = name[start..].rfind('.').filter(|dot| *dot > 0);
    let (stem, suffix) = name.split_at(dot.map_or(name.len(), |dot| start + dot));
    format!("{stem}.{fingerprint}{suffix}")
}

/// The name without the fingerprint, and the fingerprint; `None` if the name has no fingerprint.
pub(super) fn split(name: &str) -> Option<(String, &str)> {
    let start = name.rfind('/').map_or(0, |slash| slash + 1);
    let (stem, suffix) = match name[start..].rfind('.') {
        Some(dot) => name.split_at(start + dot),
        None => return None,
    };
    if is_fingerprint(&suffix[1..]) && start < stem.len() {
        return Some((stem.to_owned(), &suffix[1..]));
    }
    let (stem, fingerprint) = stem[start..].rsplit_once('.')?;
    if stem.is_empty() || !is_fingerprint(fingerprint) {
        return None;
    }
    Some((format!("{}{stem}{suffix}", &name[..start]), fingerprint))
}

fn is_fingerprint(text: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == DIGITS && text.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINT: &str = "0123456789abcdef";

    #[test]
    fn a_fingerprint_goes_in_and_out() {
        #[rustfmt::skip]
        let cases = [
            ("app.css",       "app.0123456789abcdef.css",       "before the suffix"),
            ("a.min.js",      "a.min.0123456789abcdef.js",      "before the last suffix"),
            ("css/app.css",   "css/app.0123456789abcdef.css",   "in a folder"),
            ("v1.2/app",      "v1.2/app.0123456789abcdef",      "a dot in the folder is not a suffix"),
            ("LICENSE",       "LICENSE.0123456789abcdef",       "no suffix"),
        ];
        for (name, want, why) in cases {
            assert_eq!(insert(name, PRINT), want, "{why}");
            assert_eq!(split(want), Some((name.to_owned(), PRINT)), "{why}");
        }
    }

    #[test]
    fn other_names_have_none() {
        #[rustfmt::skip]
        let cases = [
            ("app.css",                        "no fingerprint"),
            ("app.0123456789abcde.css",        "a digit less"),
            ("app.0123456789ABCDEF.css",       "in upper case"),
            ("0123456789abcdef.css",           "no name before it"),
            (".0123456789abcdef.css",          "an empty name before it"),
            ("a/.0123456789abcdef",            "an empty name in a folder"),
            ("a.0123456789abcdef/b",           "of a folder"),
            ("",                               "nothing"),
        ];
        for (name, why) in cases {
            assert_eq!(split(name), None, "{name:?}: {why}");
        }
    }
}
