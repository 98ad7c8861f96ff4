//! Entity tags within a header line, not copied.

/// A tag within a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag<'t> {
    pub(crate) is_weak: bool,
    /// With its quotes.
    pub(crate) opaque: &'t [u8],
}

impl<'t> Tag<'t> {
    /// Parses a whole text as a tag.
    pub(crate) fn whole(text: &'t [u8]) -> Option<Self> {
        match Self::first(text) {
            Some((tag, [])) if tag.is_sound() => Some(tag),
            _ => None,
        }
    }

    /// The tag at the beginning of a text, and the rest of the text.
    fn first(text: &'t [u8]) -> Option<(Self, &'t [u8])> {
        let (is_weak, quoted) = match text.strip_prefix(b"W/") {
            Some(quoted) => (true, quoted),
            None => (false, text),
        };
        let inner = quoted.strip_prefix(b"\"")?;
        let length = inner.iter().position(|byte| *byte == b'"')?;
        let (opaque, rest) = quoted.split_at(length + 2);
        Some((Self { is_weak, opaque }, rest))
    }

    /// Whether all bytes are valid in a tag.
    pub(crate) fn is_sound(self) -> bool {
        let name = &self.opaque[1..self.opaque.len() - 1];
        name.iter().all(|byte| is_tag_byte(*byte))
    }

    pub(crate) fn matches_strongly(self, other: Self) -> bool {
        !self.is_weak && !other.is_weak && self.opaque == other.opaque
    }

    pub(crate) fn matches_weakly(self, other: Self) -> bool {
        self.opaque == other.opaque
    }
}

/// `etagc = %x21 / %x23-7E / obs-text` (RFC 9110 §8.8.3)
pub(super) const fn is_tag_byte(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x7e | 0x80..)
}

/// The elements of a line that lists tags, without the empty ones. A malformed element is `None`, up to the next comma.
pub(crate) fn tags(line: &[u8]) -> impl Iterator<Item = Option<Tag<'_>>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        while let [b' ' | b'\t' | b',', after @ ..] = rest {
            rest = after;
        }
        if rest.is_empty() {
            return None;
        }
        if let Some((tag, after)) = Tag::first(rest) {
            let after = after.trim_ascii_start();
            if matches!(after, [] | [b',', ..]) {
                rest = after;
                return Some(Some(tag).filter(|tag| tag.is_sound()));
            }
        }
        let comma = rest.iter().position(|byte| *byte == b',');
        rest = &rest[comma.unwrap_or(rest.len())..];
        Some(None)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_elements_of_a_list_are_passed_over_alone() {
        #[rustfmt::skip]
        let cases: [(&str, &[Option<&str>], &str); 14] = [
            ("\"a\"",                  &[Some("\"a\"")],                  "one"),
            ("\"a\", W/\"b\"",         &[Some("\"a\""), Some("\"b\"")],   "two"),
            ("\"a\",\"b\"",            &[Some("\"a\""), Some("\"b\"")],   "without a blank"),
            (" ,, \"a\" ,\t, ",        &[Some("\"a\"")],                  "empty elements"),
            ("\"a,b\", \"c\"",         &[Some("\"a,b\""), Some("\"c\"")], "a comma in quotes"),
            ("a, \"b\"",               &[None, Some("\"b\"")],            "one without quotes"),
            ("a b, \"b\"",             &[None, Some("\"b\"")],            "or two"),
            ("\"a\" \"b\", \"c\"",     &[None, Some("\"c\"")],            "no comma between them"),
            ("\"a\"x, \"c\"",          &[None, Some("\"c\"")],            "something after the quotes"),
            ("\"a b\", \"c\"",         &[None, Some("\"c\"")],            "a blank in a tag"),
            ("\"a",                    &[None],                           "an open quote"),
            ("*",                      &[None],                           "no tag"),
            ("",                       &[],                               "an empty value"),
            (" , ",                    &[],                               "nothing but a comma"),
        ];
        for (line, want, why) in cases {
            let read: Vec<_> = tags(line.as_bytes())
                .map(|tag| tag.map(|tag| std::str::from_utf8(tag.opaque).expect("ASCII")))
                .collect();
            assert_eq!(read, want, "{line:?}: {why}");
        }
    }
}
