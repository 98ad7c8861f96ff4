//! Which content types get shorter when they are compressed.

/// The media type of a `Content-Type`, without its parameters.
pub(super) fn media_type(content_type: &[u8]) -> &[u8] {
    let end = content_type.iter().position(|byte| *byte == b';');
    content_type[..end.unwrap_or(content_type.len())].trim_ascii()
}

/// Whether it is a stream of events.
pub(super) fn is_events(media_type: &[u8]) -> bool {
    media_type.eq_ignore_ascii_case(b"text/event-stream")
}

/// Whether a `Content-Type` is one of the usual media, by its first letters.
pub(super) fn is_never_compressed(content_type: &[u8]) -> bool {
    matches!(
        content_type,
        [
            b'i',
            b'm',
            b'a',
            b'g',
            b'e',
            b'/',
            b'a' | b'g' | b'j' | b'p' | b'w',
            ..
        ] | [b'v', b'i', b'd', b'e', b'o', b'/', ..]
            | [b'a', b'u', b'd', b'i', b'o', b'/', ..]
            | [b'f', b'o', b'n', b't', b'/', b'w', ..]
    )
}

/// Whether content of this media type usually gets shorter. Case is ignored.
pub(super) fn compresses(media_type: &[u8]) -> bool {
    let Some(slash) = media_type.iter().position(|byte| *byte == b'/') else {
        return false;
    };
    let (kind, subtype) = (&media_type[..slash], &media_type[slash + 1..]);
    let is_kind = |name: &str| kind.eq_ignore_ascii_case(name.as_bytes());
    match kind.first() {
        Some(b't' | b'T') => is_kind("text") && !is_events(media_type),
        Some(b'a' | b'A') if is_kind("application") => {
            is_among(APPLICATION, subtype) || has_suffix(subtype)
        }
        Some(b'i' | b'I') if is_kind("image") => is_among(IMAGE, subtype),
        Some(b'f' | b'F') => is_kind("font") && is_among(FONT, subtype),
        Some(b'm' | b'M') => has_suffix(subtype) && is_kind("model"),
        _ => false,
    }
}

const APPLICATION: &[&str] = &[
    "ecmascript",
    "graphql",
    "javascript",
    "json",
    "json-seq",
    "jsonl",
    "rtf",
    "sql",
    "toml",
    "vnd.ms-fontobject",
    "wasm",
    "x-font-ttf",
    "x-javascript",
    "x-ndjson",
    "x-sh",
    "x-www-form-urlencoded",
    "x-yaml",
    "xml",
    "xml-dtd",
    "yaml",
];

const IMAGE: &[&str] = &["bmp", "svg+xml", "vnd.microsoft.icon", "x-icon", "x-ms-bmp"];

/// WOFF and WOFF2 are already compressed.
const FONT: &[&str] = &["collection", "otf", "sfnt", "ttf"];

/// Structured syntax suffixes (RFC 6839 and its registry) of text.
const SUFFIXES: &[&str] = &["json", "json-seq", "xml", "yaml"];

fn is_among(names: &[&str], name: &[u8]) -> bool {
    let mut names = names.iter();
    names.any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

fn has_suffix(subtype: &[u8]) -> bool {
    let plus = subtype.iter().rposition(|byte| *byte == b'+');
    plus.is_some_and(|plus| is_among(SUFFIXES, &subtype[plus + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_compressed_and_media_are_not() {
        #[rustfmt::skip]
        let cases = [
            ("text/plain",                     true,  "text"),
            ("text/html; charset=utf-8",       true,  "with a parameter"),
            (" TEXT/HTML ;charset=x",          true,  "in any case, with blanks"),
            ("text/x-anything",                true,  "all text"),
            ("text/event-stream",              false, "a client waits for each event"),
            ("Text/Event-Stream; charset=x",   false, "the same"),
            ("application/json",               true,  "text by another name"),
            ("application/problem+json",       true,  "by its suffix"),
            ("application/rss+XML",            true,  "in any case"),
            ("application/x-ndjson",           true,  "a stream of JSON"),
            ("application/wasm",               true,  "not compressed by itself"),
            ("application/octet-stream",       false, "may be anything"),
            ("application/zip",                false, "compressed"),
            ("application/pdf",                false, "compressed inside"),
            ("application/vnd.x+zip",          false, "compressed, by its suffix"),
            ("application/jsonish",            false, "not a part of a name"),
            ("image/svg+xml",                  true,  "XML"),
            ("image/png",                      false, "compressed"),
            ("image/x-icon",                   true,  "mostly raw pixels"),
            ("video/mp4",                      false, "compressed"),
            ("audio/wav",                      false, "not worth it"),
            ("font/ttf",                       true,  "raw"),
            ("font/woff2",                     false, "compressed"),
            ("model/gltf+json",                true,  "JSON"),
            ("model/stl",                      false, "not in the table"),
            ("multipart/mixed; boundary=b",    false, "may be anything"),
            ("json",                           false, "no media type"),
            ("textual/x",                      false, "not a part of a name"),
            ("",                               false, "nothing"),
        ];
        for (content_type, want, why) in cases {
            let media_type = media_type(content_type.as_bytes());
            assert_eq!(compresses(media_type), want, "{content_type}: {why}");
            assert!(
                !(want && is_never_compressed(content_type.as_bytes())),
                "{content_type}"
            );
        }
    }
}
