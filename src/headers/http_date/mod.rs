//! HTTP dates: three forms are read, one is written.
//!
//! Dates of cookies do not belong here: clients read them by another, much more lenient rule.

use std::error::Error;
use std::fmt;
use std::ops::Add;
use std::ops::Sub;
use std::str::FromStr;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use http::HeaderValue;

#[cfg(feature = "chrono")]
mod by_chrono;
mod read;
#[cfg(test)]
mod tests;
mod write;

/// An HTTP date: a whole second in UTC, from the year 1 to the year 9999.
///
/// It converts from and into a [`SystemTime`] and, with the feature `chrono`, a `chrono::DateTime` in any time zone.
/// Fractions of a second are cut off. An earlier or later time becomes the first or the last second of these years. So
/// no conversion panics, and each value can be written.
///
/// # Grammar
///
/// `HTTP-date = IMF-fixdate / obs-date` (RFC 9110 [§5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)). All
/// three forms are read, the first is written. Names are case-sensitive, and an impossible date is refused. It is not
/// checked whether the name of the day fits the date.
///
/// ```
/// use rustzeug::headers::HttpDate;
/// use std::time::{Duration, SystemTime};
///
/// let date: HttpDate = "Sun, 06 Nov 1994 08:49:37 GMT".parse()?;
/// assert_eq!(SystemTime::from(date), SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777));
/// for form in ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
///     assert_eq!(form.parse::<HttpDate>()?.to_string(), "Sun, 06 Nov 1994 08:49:37 GMT");
/// }
/// assert!("Thu, 31 Feb 1994 08:49:37 GMT".parse::<HttpDate>().is_err());
///
/// let tomorrow = HttpDate::from(SystemTime::now()) + Duration::from_secs(86_400);
/// assert!(tomorrow > date);
/// # Ok::<(), rustzeug::headers::InvalidDate>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpDate(i64);

impl HttpDate {
    /// The first second of the year 1.
    pub const MIN: Self = Self(-62_135_596_800);

    /// The last second of the year 9999.
    pub const MAX: Self = Self(253_402_300_799);

    /// The date this many seconds after 1970-01-01T00:00:00Z, or before it if negative; [`MIN`](Self::MIN) or
    /// [`MAX`](Self::MAX) if that is out of range.
    ///
    /// ```
    /// use rustzeug::headers::HttpDate;
    ///
    /// assert_eq!(HttpDate::from_unix_seconds(-1).to_string(), "Wed, 31 Dec 1969 23:59:59 GMT");
    /// assert_eq!(HttpDate::from_unix_seconds(i64::MAX), HttpDate::MAX);
    /// ```
    #[must_use]
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        if seconds < Self::MIN.0 {
            Self::MIN
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// The seconds since 1970-01-01T00:00:00Z; negative before it.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// The time from `earlier` to this date; `None` if `earlier` is later.
    ///
    /// ```
    /// use rustzeug::headers::HttpDate;
    /// use std::time::Duration;
    ///
    /// let (one, two) = (HttpDate::from_unix_seconds(1), HttpDate::from_unix_seconds(3));
    /// assert_eq!(two.duration_since(one), Some(Duration::from_secs(2)));
    /// assert_eq!(one.duration_since(two), None);
    /// ```
    #[must_use]
    pub fn duration_since(self, earlier: Self) -> Option<Duration> {
        let seconds = u64::try_from(self.0 - earlier.0).ok()?;
        Some(Duration::from_secs(seconds))
    }

    /// Parses a date in one of the three forms. The current time is needed only for the form whose year has two digits.
    ///
    /// # Errors
    ///
    /// [`InvalidDate`] for anything else, white space around it included.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, InvalidDate> {
        Self::read(text.as_ref(), || SystemTime::now().into())
    }

    /// The same for a given current time. A year of two digits that would be more than 50 years in the future is in the
    /// past.
    ///
    /// ```
    /// use rustzeug::headers::HttpDate;
    ///
    /// let now = HttpDate::parse("Thu, 01 Jan 2026 00:00:00 GMT")?;
    /// let year = |text| HttpDate::parse_at(text, now).map(|date| date.to_string()[12..16].to_owned());
    /// assert_eq!(year("Monday, 06-Jan-75 08:49:37 GMT")?, "2075");
    /// assert_eq!(year("Monday, 06-Jan-77 08:49:37 GMT")?, "1977");
    /// # Ok::<(), rustzeug::headers::InvalidDate>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_at(text: impl AsRef<[u8]>, now: Self) -> Result<Self, InvalidDate> {
        Self::read(text.as_ref(), || now)
    }

    fn read(text: &[u8], now: impl FnOnce() -> Self) -> Result<Self, InvalidDate> {
        let seconds = read::date(text, || now().0);
        // A leap second may be after the last second.
        let date = seconds.filter(|seconds| *seconds <= Self::MAX.0);
        date.map(Self).ok_or(InvalidDate)
    }
}

/// The text is not an HTTP date: see [`HttpDate::parse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDate;

impl fmt::Display for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date of HTTP, such as `Sun, 06 Nov 1994 08:49:37 GMT`")
    }
}

impl Error for InvalidDate {}

impl FromStr for HttpDate {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        Self::parse(text)
    }
}

impl From<SystemTime> for HttpDate {
    /// Rounds down to a whole second.
    fn from(time: SystemTime) -> Self {
        let seconds = match time.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                let before = before.duration();
                let seconds = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                (-seconds).saturating_sub(i64::from(before.subsec_nanos() > 0))
            }
        };
        Self::from_unix_seconds(seconds)
    }
}

impl From<HttpDate> for SystemTime {
    /// A date that the platform cannot represent (on Windows, before 1601) becomes 1970.
    fn from(date: HttpDate) -> Self {
        let distance = Duration::from_secs(date.0.unsigned_abs());
        let time = if date.0 < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        time.unwrap_or(UNIX_EPOCH)
    }
}

/// Adds whole seconds; [`HttpDate::MAX`] if the result is out of range.
impl Add<Duration> for HttpDate {
    type Output = Self;

    fn add(self, later: Duration) -> Self {
        let seconds = i64::try_from(later.as_secs()).unwrap_or(i64::MAX);
        Self::from_unix_seconds(self.0.saturating_add(seconds))
    }
}

/// Subtracts whole seconds; [`HttpDate::MIN`] if the result is out of range.
impl Sub<Duration> for HttpDate {
    type Output = Self;

    fn sub(self, earlier: Duration) -> Self {
        let seconds = i64::try_from(earlier.as_secs()).unwrap_or(i64::MAX);
        Self::from_unix_seconds(self.0.saturating_sub(seconds))
    }
}

impl fmt::Display for HttpDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(str::from_utf8(&write::imf_fixdate(self.0)).expect("digits, letters and blanks"))
    }
}

impl fmt::Debug for HttpDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpDate({self})")
    }
}

impl From<HttpDate> for HeaderValue {
    fn from(date: HttpDate) -> Self {
        Self::from_bytes(&write::imf_fixdate(date.0)).expect("digits, letters and blanks")
    }
}
