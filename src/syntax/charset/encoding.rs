//! The encodings of the Encoding Standard, from `encoding_rs`.

use std::borrow::Cow;

/// The reason why a charset is not supported.
pub(super) const WHY: &str = "is not known";

#[derive(Clone, Copy, Debug)]
pub(crate) struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// It excludes the encodings that the standard replaces, since they hide ASCII from readers that do not
    /// know them.
    pub(super) fn of(label: &[u8]) -> Option<Self> {
        encoding_rs::Encoding::for_label_no_replacement(label).map(Self)
    }

    /// Returns the text, and whether nothing in it was malformed.
    pub(super) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        let is_utf_16 = [encoding_rs::UTF_16LE, encoding_rs::UTF_16BE].contains(&self.0);
        let (text, is_malformed) = if is_utf_16 {
            // A byte order mark decides between the two.
            let (text, _, is_malformed) = self.0.decode(bytes);
            (text, is_malformed)
        } else {
            self.0.decode_without_bom_handling(bytes)
        };
        (text, !is_malformed)
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::charset::Charset;

    #[test]
    fn charsets_are_those_of_the_encoding_standard() {
        #[rustfmt::skip]
        let cases: [(&str, &[u8], &str, &str); 10] = [
            ("iso-8859-1",   b"\xe9",             "é",  "in fact windows-1252"),
            ("LATIN-1",      b"\x80",             "€",  "as browsers have it"),
            ("us-ascii",     b"\xe9",             "é",  "also windows-1252"),
            ("windows-1251", b"\xe0",             "а",  "Cyrillic"),
            ("Shift_JIS",    b"\x82\xa0",         "あ", "two bytes"),
            ("gbk",          b"\xc4\xe3",         "你", "two bytes"),
            ("iso-2022-jp",  b"\x1b$B$\"\x1b(B",  "あ", "with escapes"),
            ("utf-16le",     b"a\0",              "a",  "with NULs"),
            ("utf-16",       b"\xfe\xff\0a",      "a",  "a byte order mark counts"),
            ("iso-8859-1",   b"\xff\xfea",        "ÿþa", "it has no meaning in other charsets"),
        ];
        for (label, bytes, want, why) in cases {
            let text = Charset::of(label.as_bytes()).decode(bytes);
            assert_eq!(text.as_deref(), Ok(want), "{label}: {why}");
        }
    }

    #[test]
    fn malformed_bytes_are_replaced_or_refused() {
        let charset = Charset::of(b"shift_jis");
        assert_eq!(charset.decode(b"a\x82").as_deref(), Ok("a\u{fffd}"));
        assert_eq!(charset.decode_strictly(b"a\x82"), Ok(None));
        assert!(
            Charset::of(b"hz-gb-2312").decode(b"\xe9").is_err(),
            "a replaced one"
        );
    }
}
