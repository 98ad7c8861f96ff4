//! The Gregorian calendar, extended backwards: days as numbers, and numbers as days.

/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

/// Days in 400 years, after which the calendar repeats.
const DAYS_PER_CYCLE: i64 = 146_097;

/// Year, month and day of a number of days since 1970-01-01, by Howard Hinnant's
/// [`civil_from_days`](https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
///
/// Years begin in March, so that the leap day is the last of its year, and the lengths of the
/// months repeat every five.
pub(crate) const fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_EPOCH;
    let (cycle, day) = (
        days.div_euclid(DAYS_PER_CYCLE),
        days.rem_euclid(DAYS_PER_CYCLE),
    );
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

/// The days from 1970-01-01 to a date that exists: the inverse of [`date_of`].
pub(crate) const fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - DAYS_TO_EPOCH
}

/// Whether the calendar has this date; `month` and `day` count from one.
pub(crate) const fn is_date(year: i64, month: i64, day: i64) -> bool {
    1 <= month && month <= 12 && 1 <= day && day <= days_in(year, month)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_a_cycle_is_read_as_it_is_written() {
        let mut last = (-1, 12, 31);
        for days in days_to(0, 1, 1)..=days_to(800, 12, 31) {
            let (year, month, day) = date_of(days);
            assert!(is_date(year, month, day), "{year}-{month}-{day}");
            assert_eq!(days_to(year, month, day), days);
            assert!((year, month, day) > last, "{year}-{month}-{day}");
            last = (year, month, day);
        }
        assert_eq!(last, (800, 12, 31));
    }

    #[test]
    fn the_epoch_is_day_zero() {
        assert_eq!(days_to(1970, 1, 1), 0);
        assert_eq!(date_of(-1), (1969, 12, 31));
    }

    #[test]
    fn a_leap_year_has_a_29th_of_february() {
        for (year, is, why) in [
            (2024, true, "every fourth year"),
            (2023, false, "not every other year"),
            (1900, false, "not every century"),
            (2000, true, "but every fourth century"),
        ] {
            assert_eq!(is_date(year, 2, 29), is, "{year}: {why}");
        }
        assert!(!is_date(2024, 4, 31) && !is_date(2024, 13, 1) && !is_date(2024, 0, 1));
        assert!(!is_date(2024, 1, 0));
    }
}
