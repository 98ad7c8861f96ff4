//! `Age`: for how long a response has been in caches.

use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::seconds;
use super::text::header_text;

/// The `Age` header: how long ago, in whole seconds, the origin server generated or validated this response.
///
/// Caches set it. In `response.age()` and `response.with_age(..)` it is a [`Duration`]. A fraction of a second is cut
/// off, and more than 2³¹ seconds become 2³¹ ([RFC 9111 §1.2.2](https://www.rfc-editor.org/rfc/rfc9111#section-1.2.2)).
/// If there are several values, the first one counts.
///
/// # Grammar
///
/// `Age = delta-seconds` ([RFC 9111 §5.1](https://www.rfc-editor.org/rfc/rfc9111#section-5.1))
///
/// ```
/// use rustzeug::Response;
/// use std::time::Duration;
///
/// let response = Response::text("x").with_age(Duration::from_secs(90));
/// assert_eq!(response.headers()["age"], "90");
/// assert_eq!(response.age(), Some(Duration::from_secs(90)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Age(u32);

/// The maximum number of seconds: 2³¹.
pub(crate) const MOST_SECONDS: u64 = 1 << 31;

/// Whole seconds as caches count them.
pub(crate) fn delta_seconds(time: Duration) -> u64 {
    time.as_secs().min(MOST_SECONDS)
}

impl From<Duration> for Age {
    fn from(age: Duration) -> Self {
        Self(u32::try_from(delta_seconds(age)).expect("at most 2^31"))
    }
}

impl From<Age> for Duration {
    fn from(age: Age) -> Self {
        Self::from_secs(age.0.into())
    }
}

impl Header for Age {
    const NAME: HeaderName = header::AGE;

    fn decode<'a>(mut lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let line = lines.next().map_or(&b""[..], HeaderValue::as_bytes);
        // §5.1: the first member of a list counts.
        let first = line.split(|byte| *byte == b',').next().unwrap_or_default();
        seconds(first.trim_ascii())
            .map(|seconds| Self::from(Duration::from_secs(seconds)))
            .ok_or(HeaderError::new(Self::NAME, "a number of seconds"))
    }

    fn encode(&self) -> HeaderValue {
        self.0.into()
    }
}

header_text! { Age }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_up_to_a_limit() {
        #[rustfmt::skip]
        let cases = [
            ("0",                    Some(0),       "new"),
            ("90",                   Some(90),      "seconds"),
            ("007",                  Some(7),       "zeros in front"),
            ("2147483648",           Some(1 << 31), "the most"),
            ("2147483649",           Some(1 << 31), "one more is the same"),
            ("99999999999999999999", Some(1 << 31), "and so is anything beyond"),
            ("10, 20",               Some(10),      "the first of a list"),
            ("-1",                   None,          "negative"),
            ("1.5",                  None,          "a fraction"),
            (", 1",                  None,          "an empty first member"),
            ("",                     None,          "an empty value"),
            ("x",                    None,          "no number"),
        ];
        for (text, want, why) in cases {
            assert_eq!(text.parse().ok(), want.map(Age), "{text:?}: {why}");
        }
        assert_eq!(Age::from(Duration::MAX), Age(1 << 31));
        let lines = [HeaderValue::from_static("3"), HeaderValue::from_static("x")];
        assert_eq!(
            Age::decode(lines.iter()),
            Ok(Age(3)),
            "the first of several lines"
        );
    }
}
