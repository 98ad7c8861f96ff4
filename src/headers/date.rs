//! `Date`: when a message was made.

use http::HeaderName;
use http::HeaderValue;

use super::HeaderError;
use super::HttpDate;
use super::lines::only;

/// Declares headers whose value is a date: they are made from an [`HttpDate`] or a
/// [`SystemTime`](std::time::SystemTime), read and written.
macro_rules! date_headers {
    ($($name:ident $field:ident;)*) => {$(
        impl From<$crate::headers::HttpDate> for $name {
            fn from(date: $crate::headers::HttpDate) -> Self {
                Self(date)
            }
        }

        impl From<std::time::SystemTime> for $name {
            fn from(time: std::time::SystemTime) -> Self {
                Self(time.into())
            }
        }

        impl From<$name> for $crate::headers::HttpDate {
            fn from(header: $name) -> Self {
                header.0
            }
        }

        impl $crate::headers::Header for $name {
            const NAME: http::HeaderName = http::header::$field;

            fn decode<'a>(
                lines: impl Iterator<Item = &'a http::HeaderValue>,
            ) -> Result<Self, $crate::headers::HeaderError> {
                $crate::headers::date::read(Self::NAME, lines).map(Self)
            }

            fn encode(&self) -> http::HeaderValue {
                self.0.into()
            }
        }

        $crate::headers::text::header_text! { $name }
    )*};
}

pub(super) use date_headers;

pub(super) fn read<'a>(
    name: HeaderName,
    lines: impl Iterator<Item = &'a HeaderValue>,
) -> Result<HttpDate, HeaderError> {
    let date = only(lines).and_then(|line| HttpDate::parse(line).ok());
    date.ok_or(HeaderError::new(
        name,
        "a date such as `Sun, 06 Nov 1994 08:49:37 GMT`",
    ))
}

/// The `Date` header: when the message was made.
///
/// The server sets it, unless the application has set it. In `response.date()` and `response.with_date(..)` it is an
/// [`HttpDate`], which is made from a [`SystemTime`](std::time::SystemTime).
///
/// # Grammar
///
/// `Date = HTTP-date` (RFC 9110 [§6.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1),
/// [§5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7))
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::HttpDate;
/// use std::time::SystemTime;
///
/// let response = Response::text("x").with_date(SystemTime::UNIX_EPOCH);
/// assert_eq!(response.headers()["date"], "Thu, 01 Jan 1970 00:00:00 GMT");
/// assert_eq!(response.date(), Some(HttpDate::from_unix_seconds(0)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(HttpDate);

date_headers! { Date DATE; }
