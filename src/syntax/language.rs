//! Language tags and language ranges (RFC 5646, RFC 4647): `de`, `zh-Hant-TW`, `*`.

/// `language-range = ( 1*8ALPHA *( "-" 1*8alphanum ) ) / "*"` (RFC 4647 §2.1); without the `*`, the form of a tag.
pub(crate) fn is_range(text: &[u8]) -> bool {
    if text == b"*" {
        return true;
    }
    let mut subtags = text.split(|byte| *byte == b'-');
    let has_length = |subtag: &[u8]| (1..=8).contains(&subtag.len());
    let first = subtags.next().unwrap_or_default();
    has_length(first)
        && first.iter().all(u8::is_ascii_alphabetic)
        && subtags.all(|subtag| has_length(subtag) && subtag.iter().all(u8::is_ascii_alphanumeric))
}

/// The tag in the usual case: languages in lower case, regions in upper, scripts with a capital (RFC 5646 §2.1.1).
pub(crate) fn canonical(tag: &str) -> String {
    let mut written = String::with_capacity(tag.len());
    let mut is_after_singleton = false;
    for (index, subtag) in tag.split('-').enumerate() {
        if index > 0 {
            written.push('-');
        }
        let start = written.len();
        written.push_str(subtag);
        let subtag = &mut written[start..];
        subtag.make_ascii_lowercase();
        match subtag.len() {
            2 if index > 0 && !is_after_singleton => subtag.make_ascii_uppercase(),
            4 if index > 0 && !is_after_singleton => subtag[..1].make_ascii_uppercase(),
            1 => is_after_singleton = true,
            _ => {}
        }
    }
    written
}
