//! Conversions between HTTP dates and dates of the crate `chrono`.

use chrono::DateTime;
use chrono::TimeZone;
use chrono::Utc;

use super::HttpDate;

impl<Tz: TimeZone> From<DateTime<Tz>> for HttpDate {
    /// The same moment in UTC, rounded down to a whole second.
    fn from(date: DateTime<Tz>) -> Self {
        Self::from_unix_seconds(date.timestamp())
    }
}

impl From<HttpDate> for DateTime<Utc> {
    fn from(date: HttpDate) -> Self {
        Self::from_timestamp(date.unix_seconds(), 0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    #[test]
    fn a_date_in_any_zone_is_written_in_utc() {
        let east = FixedOffset::east_opt(2 * 3600).expect("two hours");
        let date = east.with_ymd_and_hms(1994, 11, 6, 10, 49, 37).single();
        let date = HttpDate::from(date.expect("a date"));
        assert_eq!(date.to_string(), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(HttpDate::from(DateTime::<Utc>::from(date)), date);
    }

    #[test]
    fn the_ends_of_either_calendar_do_no_harm() {
        assert_eq!(HttpDate::from(DateTime::<Utc>::MAX_UTC), HttpDate::MAX);
        assert_eq!(HttpDate::from(DateTime::<Utc>::MIN_UTC), HttpDate::MIN);
        for date in [HttpDate::MIN, HttpDate::MAX] {
            assert_eq!(HttpDate::from(DateTime::<Utc>::from(date)), date);
        }
    }
}
