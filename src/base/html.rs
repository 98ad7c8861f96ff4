//! Makes text safe for HTML.
//!
//! One function, so that pages made with `format!` can be safe. Templates, sanitising of HTML, and the contents of
//! `<script>` and `<style>` do not belong here.

use std::borrow::Cow;

/// Escapes `text` for an element's content or a quoted attribute value.
///
/// Replaces the five characters that can end such a context: `&` by `&amp;`, `<` by `&lt;`, `>` by `&gt;`,
/// `"` by `&quot;` and `'` by `&#39;`. Everything else stays, control characters too. Borrows when there is
/// nothing to replace. Text that is escaped twice shows the first escape to the reader.
///
/// This is not enough for an attribute value without quotes, for the inside of `<script>` or `<style>`, or
/// for a `href` with an untrusted scheme: `javascript:` contains nothing that needs escaping.
///
/// # Examples
///
/// ```
/// use rustzeug::html::escape;
///
/// let name = "<b>Ada</b>";
/// assert_eq!(
///     format!("<p title='{0}'>{0}", escape(name)),
///     "<p title='&lt;b&gt;Ada&lt;/b&gt;'>&lt;b&gt;Ada&lt;/b&gt;",
/// );
/// ```
///
/// WHATWG HTML [§13.1.2.3] (attributes), [§13.1.2.6] (text).
///
/// [§13.1.2.3]: https://html.spec.whatwg.org/multipage/syntax.html#attributes-2
/// [§13.1.2.6]: https://html.spec.whatwg.org/multipage/syntax.html#cdata-rcdata-restrictions
#[must_use]
#[doc(alias = "markupsafe")]
#[doc(alias = "html_escape")]
pub fn escape(text: &str) -> Cow<'_, str> {
    let Some(first) = text.bytes().position(|byte| entity(byte).is_some()) else {
        return Cow::Borrowed(text);
    };
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate().skip(first) {
        if let Some(entity) = entity(byte) {
            escaped.push_str(&text[copied..at]);
            escaped.push_str(entity);
            copied = at + 1;
        }
    }
    escaped.push_str(&text[copied..]);
    Cow::Owned(escaped)
}

/// The character reference for `byte`, if it needs one.
const fn entity(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::escape;

    #[test]
    fn the_five_characters_are_replaced_and_no_other() {
        #[rustfmt::skip]
        let cases = [
            ("",                  "",                                  "nothing to do"),
            ("Grüße, 世界",       "Grüße, 世界",                       "letters beyond ASCII stay"),
            ("<script>",          "&lt;script&gt;",                    "an element cannot begin"),
            (r#"" onclick="x"#,   "&quot; onclick=&quot;x",            "a double-quoted value cannot end"),
            ("' onclick='x",      "&#39; onclick=&#39;x",              "a single-quoted value cannot end"),
            ("&lt;",              "&amp;lt;",                          "an entity in the text is text"),
            ("a&b",               "a&amp;b",                           "the text after the last escape is kept"),
            ("ü<ü>ü",             "ü&lt;ü&gt;ü",                       "cuts fall between characters"),
            ("&<>\"'",            "&amp;&lt;&gt;&quot;&#39;",          "all five, side by side"),
            ("\0\t`=/",           "\0\t`=/",                           "harmless inside quotes"),
        ];
        for (text, want, why) in cases {
            assert_eq!(escape(text), want, "{text:?}: {why}");
        }
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(escape("plain"), Cow::Borrowed("plain")));
        assert!(matches!(escape("a<b"), Cow::Owned(_)));
    }
}
