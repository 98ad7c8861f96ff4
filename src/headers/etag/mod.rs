//! `ETag`: a name for the state of a representation.

use std::fmt::Write;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::only;
use super::lines::written;
use super::text::header_text;

mod content_hash;
mod tag;

pub(crate) use tag::Tag;
pub(crate) use tag::tags;

use tag::is_tag_byte;

/// The `ETag` header: a name for the state of a representation, which changes whenever the representation does.
///
/// A **strong** tag identifies the exact bytes. A **weak** tag (`W/"…"`) identifies equivalent content, and cannot be
/// used for ranges or for `If-Match`.
///
/// | made from | with |
/// |---|---|
/// | a version that you have: a version number of a row, a revision, a checksum | `ETag::from(7)`, `ETag::from("v7")`, `with_etag("v7")` |
/// | the content | [`ETag::of`] |
/// | a file's length and time | [`ETag::of_file`] |
///
/// # Grammar
///
/// `ETag = [ "W/" ] DQUOTE *etagc DQUOTE` (RFC 9110 [§8.8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3)). A
/// tag cannot have blanks, quotes and control characters. If a tag is made from a text with such characters, they are
/// percent-encoded.
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::ETag;
///
/// let response = Response::text("hello").with_etag("v7");
/// assert_eq!(response.headers()["etag"], "\"v7\"");
///
/// let etag = ETag::of("hello");
/// assert_eq!(etag, ETag::of(b"hello"));
/// assert_ne!(etag, ETag::of("hello "));
///
/// assert_eq!("W/\"v7\"".parse::<ETag>()?, ETag::weak("v7"));
/// assert_eq!(ETag::from("a \"b\"").to_string(), "\"a%20%22b%22\"");
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ETag(HeaderValue);

impl ETag {
    /// Makes a strong tag: it must change whenever a byte of the representation changes.
    #[must_use]
    pub fn strong(name: impl AsRef<str>) -> Self {
        Self(quoted("", name.as_ref()))
    }

    /// Makes a weak tag: it must change when the meaning of the representation changes.
    #[must_use]
    pub fn weak(name: impl AsRef<str>) -> Self {
        Self(quoted("W/", name.as_ref()))
    }

    /// Makes a strong tag from content. It is the same on every machine.
    ///
    /// It is a hash of 128 bits (SipHash-1-3), about a nanosecond for 2 bytes. Two contents do not have the same tag by
    /// chance. But an attacker who writes both contents can make such a pair. If that matters, pass a cryptographic
    /// hash to [`ETag::strong`].
    #[must_use]
    pub fn of(content: impl AsRef<[u8]>) -> Self {
        let [one, two] = content_hash::hash(content.as_ref());
        Self(written(format!("\"{one:016x}{two:016x}\"")))
    }

    /// Makes a strong tag for a file from its length and the time of its last change.
    ///
    /// The tag is as precise as the clock of the file system. If a file changes twice within one tick of this clock,
    /// and its length stays the same, its tag stays the same too. If that can happen, use [`ETag::of`] or make it weak
    /// by [`into_weak`](Self::into_weak).
    ///
    /// ```
    /// use rustzeug::headers::ETag;
    ///
    /// let metadata = std::fs::metadata("Cargo.toml")?;
    /// let etag = ETag::of_file(metadata.len(), metadata.modified()?);
    /// assert!(!etag.is_weak());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn of_file(length_bytes: u64, modified: SystemTime) -> Self {
        let (sign, since) = match modified.duration_since(UNIX_EPOCH) {
            Ok(since) => ("", since),
            Err(before) => ("-", before.duration()),
        };
        let (seconds, nanos) = (since.as_secs(), since.subsec_nanos());
        let text = format!("\"{sign}{seconds:x}.{nanos:x}-{length_bytes:x}\"");
        Self(written(text))
    }

    /// Whether it is weak.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.0.as_bytes().starts_with(b"W/")
    }

    /// The tag as a weak one.
    #[must_use]
    pub fn into_weak(self) -> Self {
        if self.is_weak() {
            return self;
        }
        Self(written([b"W/", self.0.as_bytes()].concat()))
    }

    /// The text between the quotes.
    ///
    /// ```
    /// use rustzeug::headers::ETag;
    ///
    /// assert_eq!(ETag::weak("v7").name(), b"v7");
    /// ```
    #[must_use]
    pub fn name(&self) -> &[u8] {
        let opaque = self.tag().opaque;
        &opaque[1..opaque.len() - 1]
    }

    /// Strong comparison, as for `If-Match` and ranges: the same name, and neither is weak.
    ///
    /// ```
    /// use rustzeug::headers::ETag;
    ///
    /// let (strong, weak) = (ETag::strong("1"), ETag::weak("1"));
    /// assert!(strong.matches_strongly(&strong));
    /// assert!(!weak.matches_strongly(&weak));
    /// assert!(weak.matches_weakly(&strong));
    /// ```
    ///
    /// RFC 9110 [§8.8.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2).
    #[must_use]
    pub fn matches_strongly(&self, other: &Self) -> bool {
        self.tag().matches_strongly(other.tag())
    }

    /// Weak comparison, as for `If-None-Match`: the same name, weak or not.
    #[must_use]
    pub fn matches_weakly(&self, other: &Self) -> bool {
        self.tag().matches_weakly(other.tag())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn tag(&self) -> Tag<'_> {
        Tag::whole(self.0.as_bytes()).expect("it was checked when it was made")
    }

    pub(super) fn of_tag(tag: Tag<'_>) -> Self {
        let weak: &[u8] = if tag.is_weak { b"W/" } else { b"" };
        Self(written([weak, tag.opaque].concat()))
    }
}

fn quoted(prefix: &str, name: &str) -> HeaderValue {
    let mut text = String::with_capacity(prefix.len() + name.len() + 2);
    text.push_str(prefix);
    text.push('"');
    for byte in name.bytes() {
        if is_tag_byte(byte) && byte.is_ascii() && byte != b'%' {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text.push('"');
    written(text)
}

/// Makes a strong tag from a name.
impl From<&str> for ETag {
    fn from(name: &str) -> Self {
        Self::strong(name)
    }
}

/// Makes a strong tag from a name.
impl From<String> for ETag {
    fn from(name: String) -> Self {
        Self::strong(name)
    }
}

/// Makes a strong tag from a version number.
impl From<u64> for ETag {
    fn from(version: u64) -> Self {
        Self(written(format!("\"{version}\"")))
    }
}

impl From<&Self> for ETag {
    fn from(etag: &Self) -> Self {
        etag.clone()
    }
}

impl Header for ETag {
    const NAME: HeaderName = header::ETAG;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let tag = only(lines).and_then(Tag::whole);
        tag.map(Self::of_tag)
            .ok_or(HeaderError::new(Self::NAME, "a tag in quotes"))
    }

    fn encode(&self) -> HeaderValue {
        self.0.clone()
    }
}

header_text! { ETag }

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_tag_is_quoted_and_weak_by_an_upper_case_w() {
        #[rustfmt::skip]
        let cases = [
            ("\"a\"",      Some("\"a\""),   "strong"),
            ("W/\"a\"",    Some("W/\"a\""), "weak"),
            ("\"\"",       Some("\"\""),    "an empty name"),
            ("\"a,b\"",    Some("\"a,b\""), "a comma in it"),
            ("\"a\\\"",    Some("\"a\\\""), "a backslash is a character like others"),
            ("\"W/\"",     Some("\"W/\""),  "strong, whatever its name"),
            (" \"a\"\t",   Some("\"a\""),   "blanks around it"),
            ("w/\"a\"",    None,            "the prefix has its case"),
            ("W/ \"a\"",   None,            "and no blank after it"),
            ("a",          None,            "no quotes"),
            ("\"a",        None,            "an open quote"),
            ("\"",         None,            "half of two"),
            ("\"a\"b\"",   None,            "a quote inside"),
            ("\"a b\"",    None,            "a blank inside"),
            ("\"a\", \"b\"", None,          "it is not a list"),
            ("*",          None,            "for conditions only"),
            ("",           None,            "an empty value"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<ETag>().ok().map(|etag| etag.to_string());
            assert_eq!(read.as_deref(), want, "{text:?}: {why}");
        }
    }

    #[test]
    fn any_text_makes_a_tag_that_is_read_back_and_no_other_text_makes_the_same() {
        arbtest::arbtest(|u| {
            let (one, two): (String, String) = (u.arbitrary()?, u.arbitrary()?);
            let (first, second) = (ETag::strong(&one), ETag::strong(&two));
            assert_eq!(first.to_string().parse(), Ok(first.clone()));
            assert_eq!(first == second, one == two);
            let weak = first.clone().into_weak();
            assert_eq!(weak, ETag::weak(&one));
            assert_eq!(weak.to_string().parse(), Ok(weak.clone()));
            assert_eq!(weak.name(), first.name());
            Ok(())
        });
    }

    #[test]
    fn comparisons_are_those_of_the_rfc() {
        // RFC 9110 §8.8.3.2, the table there.
        let cases = [
            ("W/\"1\"", "W/\"1\"", false, true),
            ("W/\"1\"", "W/\"2\"", false, false),
            ("W/\"1\"", "\"1\"", false, true),
            ("\"1\"", "\"1\"", true, true),
        ];
        for (one, two, strong, weak) in cases {
            let tag = |text: &str| text.parse::<ETag>().expect("a tag");
            let (one, two) = (tag(one), tag(two));
            assert_eq!(one.matches_strongly(&two), strong, "{one} {two}");
            assert_eq!(one.matches_weakly(&two), weak, "{one} {two}");
        }
    }

    #[test]
    fn a_file_has_another_tag_when_length_or_time_differ() {
        let time = |nanos| UNIX_EPOCH + Duration::from_nanos(nanos);
        let before = UNIX_EPOCH - Duration::from_secs(1);
        let tags = [
            ETag::of_file(1, time(0)),
            ETag::of_file(2, time(0)),
            ETag::of_file(1, time(1)),
            ETag::of_file(1, time(1_000_000_000)),
            ETag::of_file(1, before),
        ];
        for (index, tag) in tags.iter().enumerate() {
            assert_eq!(tags.iter().position(|other| other == tag), Some(index));
            assert_eq!(tag.to_string().parse().as_ref(), Ok(tag));
        }
    }
}
