//! The media type of a file by the suffix of its name.

use http::HeaderValue;

use crate::syntax::media_type::with_charset;

const BINARY: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The value of `Content-Type` for a file of this name; `application/octet-stream` if the suffix is unknown.
pub(super) fn by_name(name: &str) -> HeaderValue {
    let name = name.rsplit('/').next().unwrap_or_default();
    let Some((_, suffix)) = name.rsplit_once('.') else {
        return BINARY;
    };
    let known = if suffix.eq_ignore_ascii_case("mjs") {
        // RFC 9239 §6: the only type that is not obsolete.
        Some("text/javascript")
    } else if suffix.eq_ignore_ascii_case("map") {
        Some("application/json")
    } else if suffix.eq_ignore_ascii_case("xml") {
        // Without a charset, which would override the charset in the document (RFC 7303 §3).
        Some("application/xml")
    } else {
        mime_guess::from_ext(suffix).first_raw()
    };
    known.map_or(BINARY, |known| {
        with_charset(HeaderValue::from_static(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_has_a_type() {
        #[rustfmt::skip]
        let cases = [
            ("index.html",      "text/html; charset=utf-8",       "text is declared as UTF-8"),
            ("a/b.CSS",         "text/css; charset=utf-8",        "the case does not matter"),
            ("app.js",          "text/javascript; charset=utf-8", "a script"),
            ("app.mjs",         "text/javascript; charset=utf-8", "a module"),
            ("app.js.map",      "application/json",               "a source map"),
            ("app.wasm",        "application/wasm",               "compiled while it streams only with this type"),
            ("a.svg",           "image/svg+xml",                  "XML names its encoding itself"),
            ("feed.xml",        "application/xml",                "so does this"),
            ("a.webp",          "image/webp",                     "an image"),
            ("a.tar.gz",        "application/gzip",               "the archive itself"),
            ("a.unknown-type",  "application/octet-stream",       "not known"),
            ("README",          "application/octet-stream",       "no suffix"),
            ("html",            "application/octet-stream",       "a name is not a suffix"),
            ("a.html/b",        "application/octet-stream",       "nor is that of a folder"),
            ("",                "application/octet-stream",       "no name"),
        ];
        for (name, want, why) in cases {
            assert_eq!(by_name(name), want, "{name:?}: {why}");
        }
    }
}
