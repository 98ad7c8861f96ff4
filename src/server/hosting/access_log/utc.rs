//! The calendar: system time as date and time of day in UTC.

use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use crate::syntax::calendar;

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// A date and a time of day in UTC; `month` and `day` count from one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Utc {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) millisecond: u32,
}

impl From<SystemTime> for Utc {
    /// A clock before 1970 is wrong, so such a time is treated as 1970.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
        let (days, second) = (seconds / SECONDS_PER_DAY, seconds % SECONDS_PER_DAY);
        let (year, month, day) = calendar::date_of(days);
        Self {
            year,
            month,
            day,
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
            millisecond: since.subsec_millis(),
        }
    }
}
