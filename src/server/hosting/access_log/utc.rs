//! The calendar: a time of the system as date and time of day in UTC.

use std::time::SystemTime;
use std::time::UNIX_EPOCH;

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// Days from 0000-03-01 to 1970-01-01, in the Gregorian calendar extended backwards.
const DAYS_TO_EPOCH: u64 = 719_468;

/// Days in 400 years, after which the calendar repeats.
const DAYS_PER_CYCLE: u64 = 146_097;

/// A date and a time of day in UTC; `month` and `day` count from one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Utc {
    pub(super) year: u64,
    pub(super) month: u64,
    pub(super) day: u64,
    pub(super) hour: u64,
    pub(super) minute: u64,
    pub(super) second: u64,
    pub(super) millisecond: u32,
}

impl From<SystemTime> for Utc {
    /// A clock that stands before 1970 is wrong anyhow: it is taken for 1970.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (days, second) = (
            since.as_secs() / SECONDS_PER_DAY,
            since.as_secs() % SECONDS_PER_DAY,
        );
        let (year, month, day) = date(days);
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

/// Year, month and day of a number of days since 1970-01-01, by Howard Hinnant's
/// [`civil_from_days`](https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
///
/// Years begin in March, so that the leap day is the last of its year, and the lengths of the
/// months repeat every five.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + DAYS_TO_EPOCH;
    let (cycle, day) = (days / DAYS_PER_CYCLE, days % DAYS_PER_CYCLE);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (400 * cycle + year + later, month, day)
}
