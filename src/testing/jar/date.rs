//! Parses the dates of cookies as browsers do: parts in any order, nearly any separators.
//!
//! RFC 6265 [§5.1.1](https://www.rfc-editor.org/rfc/rfc6265#section-5.1.1). All other dates follow the rules of HTTP,
//! which are stricter.

use std::time::Duration;
use std::time::SystemTime;

use crate::syntax::calendar;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The time of a cookie-date; `None` if it is not one. Times before 1970 become 1970.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        if time.is_none() && clock(token).is_some() {
            time = clock(token);
        } else if day.is_none() && digits(token, 1..=2).is_some() {
            day = digits(token, 1..=2);
        } else if month.is_none() && month_of(token).is_some() {
            month = month_of(token);
        } else if year.is_none() {
            year = digits(token, 2..=4);
        }
    }
    let ([hour, minute, second], day, month) = (time?, day?, month?);
    let year = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        year => year,
    };
    let sound = year >= 1601 && hour <= 23 && minute <= 59 && second <= 59;
    if !sound || !calendar::is_date(year, month, day) {
        return None;
    }
    let seconds = calendar::days_to(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let seconds = u64::try_from(seconds).unwrap_or(0);
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

fn is_delimiter(character: char) -> bool {
    matches!(character, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~')
}

/// The number at the beginning of a token, if it has an allowed number of digits.
fn digits(token: &str, allowed: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let end = token.find(|c: char| !c.is_ascii_digit());
    let number = &token[..end.unwrap_or(token.len())];
    number
        .parse()
        .ok()
        .filter(|_| allowed.contains(&number.len()))
}

fn clock(token: &str) -> Option<[i64; 3]> {
    let mut fields = token.splitn(3, ':');
    let mut next = || fields.next();
    let (hour, minute, second) = (next()?, next()?, next()?);
    let whole = |field: &str| field.bytes().all(|byte| byte.is_ascii_digit());
    if !whole(hour) || !whole(minute) {
        return None;
    }
    Some([
        digits(hour, 1..=2)?,
        digits(minute, 1..=2)?,
        digits(second, 1..=2)?,
    ])
}

fn month_of(token: &str) -> Option<i64> {
    let name = token.get(..3)?.to_ascii_lowercase();
    MONTHS
        .iter()
        .zip(1..)
        .find(|(month, _)| **month == name)
        .map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_browsers_read_them() {
        #[rustfmt::skip]
        let cases: [(&str, Option<u64>, &str); 14] = [
            ("Sun, 06 Nov 1994 08:49:37 GMT",  Some(784_111_777),   "as servers write it"),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777),   "with two digits of the year"),
            ("Sun Nov  6 08:49:37 1994",       Some(784_111_777),   "as C prints it"),
            ("8:49:37 1994 November 6",        Some(784_111_777),   "parts in any order"),
            ("Thu, 01 Jan 1970 00:00:00 GMT",  Some(0),             "how cookies are deleted"),
            ("Mon, 01 Jan 1601 00:00:00 GMT",  Some(0),             "a date before 1970"),
            ("Thu, 29 Feb 2024 12:00:00 GMT",  Some(1_709_208_000), "a leap day"),
            ("Thu, 01 Mar 2000 00:00:00 GMT",  Some(951_868_800),   "after the leap day of a century"),
            ("Wed, 29 Feb 2023 12:00:00 GMT",  None,                "no leap day"),
            ("Tue, 31 Dec 1600 23:59:59 GMT",  None,                "before the calendar"),
            ("Sun, 06 Nov 1994 24:00:00 GMT",  None,                "no such hour"),
            ("Sun, 06 Nov 1994",               None,                "no time"),
            ("tomorrow",                       None,                "no date"),
            ("",                               None,                "nothing"),
        ];
        for (text, want, why) in cases {
            let want = want.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(parse(text), want, "{text}: {why}");
        }
    }
}
