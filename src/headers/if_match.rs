//! `If-Match` and `If-None-Match`: conditions on entity tags.

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::ETag;
use super::Header;
use super::HeaderError;
use super::etag::tags;
use super::lines::written;
use super::text::header_text;

/// `*`, or a list of tags.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    Any,
    Tags(Vec<ETag>),
}

impl Wanted {
    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Option<Self> {
        let lines: Vec<_> = lines
            .map(|line| line.as_bytes().trim_ascii())
            .filter(|line| !line.is_empty())
            .collect();
        if lines == [b"*"] {
            return Some(Self::Any);
        }
        let tags: Option<Vec<_>> = lines
            .into_iter()
            .flat_map(tags)
            .map(|tag| tag.map(ETag::of_tag))
            .collect();
        tags.filter(|tags| !tags.is_empty()).map(Self::Tags)
    }

    /// The same without the malformed elements.
    fn decode_leniently<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Option<Self> {
        let lines: Vec<_> = lines.collect();
        if let Some(strictly) = Self::decode(lines.iter().copied()) {
            return Some(strictly);
        }
        let lines = lines.into_iter().map(HeaderValue::as_bytes);
        let tags: Vec<_> = lines.flat_map(tags).flatten().map(ETag::of_tag).collect();
        (!tags.is_empty()).then_some(Self::Tags(tags))
    }

    fn encode(&self) -> HeaderValue {
        match self {
            Self::Any => HeaderValue::from_static("*"),
            Self::Tags(tags) => {
                let tags: Vec<_> = tags.iter().map(Header::encode).collect();
                let tags: Vec<_> = tags.iter().map(HeaderValue::as_bytes).collect();
                written(tags.join(&b", "[..]))
            }
        }
    }

    fn meets(&self, current: Option<&ETag>, equal: fn(&ETag, &ETag) -> bool) -> bool {
        match (self, current) {
            (Self::Any, current) => current.is_some(),
            (Self::Tags(tags), Some(current)) => tags.iter().any(|tag| equal(tag, current)),
            (Self::Tags(_), None) => false,
        }
    }
}

/// Declares a condition on tags. Holds no logic.
macro_rules! conditions {
    ($($(#[$doc:meta])* $name:ident $field:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(Wanted);

        impl $name {
            /// `*`: any state, but there must be a representation.
            #[must_use]
            pub fn any() -> Self {
                Self(Wanted::Any)
            }

            /// The tags; `None` for `*`.
            #[must_use]
            pub fn tags(&self) -> Option<&[ETag]> {
                match &self.0 {
                    Wanted::Any => None,
                    Wanted::Tags(tags) => Some(tags),
                }
            }
        }

        impl<E: Into<ETag>> From<E> for $name {
            fn from(etag: E) -> Self {
                Self(Wanted::Tags(vec![etag.into()]))
            }
        }

        /// A list of tags. An empty list becomes `*`, since the header cannot be empty.
        impl FromIterator<ETag> for $name {
            fn from_iter<I: IntoIterator<Item = ETag>>(tags: I) -> Self {
                let tags: Vec<_> = tags.into_iter().collect();
                Self(if tags.is_empty() { Wanted::Any } else { Wanted::Tags(tags) })
            }
        }

        impl Header for $name {
            const NAME: HeaderName = header::$field;

            fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
                Wanted::decode(lines)
                    .map(Self)
                    .ok_or(HeaderError::new(Self::NAME, "`*`, or tags in quotes with commas between them"))
            }

            /// A malformed element is skipped alone: it matches nothing.
            fn decode_leniently<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Option<Self> {
                Wanted::decode_leniently(lines).map(Self)
            }

            fn encode(&self) -> HeaderValue {
                self.0.encode()
            }
        }

        header_text! { $name }
    )*};
}

conditions! {
    /// The `If-Match` header: the request applies only if the current state is one of these, so that no update is lost.
    ///
    /// [`Request::check_preconditions`](crate::Request::check_preconditions) evaluates it, so applications rarely read
    /// it. The comparison is strong: a weak tag matches nothing.
    ///
    /// # Grammar
    ///
    /// `If-Match = "*" / #entity-tag` (RFC 9110 [§13.1.1](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1))
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::headers::{ETag, IfMatch};
    ///
    /// let request = Request::blank("/note").with_method("PUT").with_if_match("v7");
    /// assert_eq!(request.headers()["if-match"], "\"v7\"");
    ///
    /// let condition = request.header::<IfMatch>()?.unwrap();
    /// assert!(condition.is_met_by(Some(&ETag::from("v7"))));
    /// assert!(!condition.is_met_by(Some(&ETag::weak("v7"))));
    /// assert!(!condition.is_met_by(None));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    IfMatch IF_MATCH;

    /// The `If-None-Match` header: the request applies only if the current state is not one of these. A cache that has
    /// one of these states gets `304` instead of a copy. With `*`, a `PUT` can create but not overwrite.
    ///
    /// [`Response::conditional`](crate::Response::conditional) and
    /// [`Request::check_preconditions`](crate::Request::check_preconditions) evaluate it. The comparison is weak.
    ///
    /// # Grammar
    ///
    /// `If-None-Match = "*" / #entity-tag` (RFC 9110 [§13.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2))
    ///
    /// ```
    /// use rustzeug::headers::{ETag, IfNoneMatch};
    ///
    /// let condition: IfNoneMatch = "\"v6\", W/\"v7\"".parse()?;
    /// assert!(!condition.is_met_by(Some(&ETag::from("v7"))));
    /// assert!(condition.is_met_by(Some(&ETag::from("v8"))));
    ///
    /// assert!(IfNoneMatch::any().is_met_by(None));
    /// # Ok::<(), rustzeug::headers::HeaderError>(())
    /// ```
    IfNoneMatch IF_NONE_MATCH;
}

impl IfMatch {
    /// Whether the condition holds for the current state. `None` means that there is no representation.
    #[must_use]
    pub fn is_met_by(&self, current: Option<&ETag>) -> bool {
        self.0.meets(current, ETag::matches_strongly)
    }
}

impl IfNoneMatch {
    /// Whether the condition holds for the current state. `None` means that there is no representation.
    #[must_use]
    pub fn is_met_by(&self, current: Option<&ETag>) -> bool {
        !self.0.meets(current, ETag::matches_weakly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_or_a_list_of_tags() {
        #[rustfmt::skip]
        let cases = [
            ("*",                Some("*"),                 "anything"),
            (" * ",              Some("*"),                 "blanks around it"),
            ("\"a\"",            Some("\"a\""),             "one"),
            (",\"a\",,W/\"b\",", Some("\"a\", W/\"b\""),    "empty elements"),
            ("\"a,b\"",          Some("\"a,b\""),           "a comma in quotes"),
            ("*, \"a\"",         None,                      "not both"),
            ("a",                None,                      "no quotes"),
            ("\"a\", b",         None,                      "a bad element"),
            ("",                 None,                      "an empty value"),
            (",",                None,                      "an empty list"),
        ];
        for (text, want, why) in cases {
            let read = text.parse::<IfMatch>().ok().map(|it| it.to_string());
            assert_eq!(read.as_deref(), want, "{text:?}: {why}");
            let read = text.parse::<IfNoneMatch>().ok().map(|it| it.to_string());
            assert_eq!(read.as_deref(), want, "{text:?}: {why}");
        }
        for (text, want, why) in [
            ("a, \"b\"", Some("\"b\""), "a bad element"),
            ("*, \"b\"", Some("\"b\""), "a star in a list"),
            ("a", None, "nothing is left"),
        ] {
            let line = HeaderValue::from_static(text);
            let read = IfNoneMatch::decode_leniently(std::iter::once(&line));
            let read = read.map(|it| it.to_string());
            assert_eq!(read.as_deref(), want, "{text:?}: {why}");
        }
        let lines = ["\"a\"", "", "\"b\""].map(HeaderValue::from_static);
        let read = IfMatch::decode(lines.iter()).expect("one list in three lines");
        assert_eq!(read.to_string(), "\"a\", \"b\"");
    }
}
