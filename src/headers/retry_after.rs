//! `Retry-After`: when to send the request again.

use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::HttpDate;
use super::lines::only;
use super::lines::seconds;
use super::text::header_text;

/// The `Retry-After` header: after how many seconds, or when, a client may send the request again.
///
/// It is for `503`, `429` and redirects. [`Error::service_unavailable`](crate::Error::service_unavailable) and
/// [`Error::too_many_requests`](crate::Error::too_many_requests) set it themselves. A [`Duration`] is rounded up to
/// whole seconds.
///
/// # Grammar
///
/// `Retry-After = HTTP-date / delay-seconds` (RFC 9110
/// [§10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3))
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::{HttpDate, RetryAfter};
/// use std::time::Duration;
///
/// let response = Response::empty(503).with_retry_after(Duration::from_millis(1500));
/// assert_eq!(response.headers()["retry-after"], "2");
///
/// let date: RetryAfter = "Fri, 31 Dec 1999 23:59:59 GMT".parse()?;
/// assert_eq!(date, RetryAfter::At(HttpDate::from_unix_seconds(946_684_799)));
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryAfter {
    /// After this many seconds.
    Seconds(u64),
    /// At that time.
    At(HttpDate),
}

impl From<Duration> for RetryAfter {
    fn from(delay: Duration) -> Self {
        let more = u64::from(delay.subsec_nanos() > 0);
        Self::Seconds(delay.as_secs().saturating_add(more))
    }
}

impl From<HttpDate> for RetryAfter {
    fn from(date: HttpDate) -> Self {
        Self::At(date)
    }
}

impl Header for RetryAfter {
    const NAME: HeaderName = header::RETRY_AFTER;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let read = |line| {
            let seconds = seconds(line).map(Self::Seconds);
            seconds.or_else(|| HttpDate::parse(line).ok().map(Self::At))
        };
        only(lines)
            .and_then(read)
            .ok_or(HeaderError::new(Self::NAME, "seconds or a date"))
    }

    fn encode(&self) -> HeaderValue {
        match self {
            Self::Seconds(seconds) => HeaderValue::from(*seconds),
            Self::At(date) => HeaderValue::from(*date),
        }
    }
}

header_text! { RetryAfter }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_or_a_date() {
        let new_year = RetryAfter::At(HttpDate::from_unix_seconds(946_684_799));
        #[rustfmt::skip]
        let cases = [
            ("120",                            Some(RetryAfter::Seconds(120)), "seconds"),
            ("0",                              Some(RetryAfter::Seconds(0)),   "at once"),
            ("007",                            Some(RetryAfter::Seconds(7)),   "zeros in front"),
            ("99999999999999999999",           Some(RetryAfter::Seconds(u64::MAX)), "very long"),
            ("Fri, 31 Dec 1999 23:59:59 GMT",  Some(new_year),                 "a date"),
            ("Friday, 31-Dec-99 23:59:59 GMT", Some(new_year),                 "in an old form"),
            ("",                               None,                           "an empty value"),
            ("-1",                             None,                           "no such number"),
            ("1.5",                            None,                           "whole seconds"),
            ("1, 2",                           None,                           "it is not a list"),
            ("soon",                           None,                           "no date"),
        ];
        for (text, want, why) in cases {
            assert_eq!(text.parse().ok(), want, "{text:?}: {why}");
        }
    }

    #[test]
    fn two_lines_are_malformed() {
        let line = HeaderValue::from_static("1");
        assert!(RetryAfter::decode([&line, &line].into_iter()).is_err());
    }

    #[test]
    fn a_duration_is_rounded_up() {
        let of = |millis| RetryAfter::from(Duration::from_millis(millis));
        assert_eq!(of(1000), RetryAfter::Seconds(1));
        assert_eq!(of(1001), RetryAfter::Seconds(2));
        assert_eq!(
            RetryAfter::from(Duration::MAX),
            RetryAfter::Seconds(u64::MAX)
        );
    }
}
