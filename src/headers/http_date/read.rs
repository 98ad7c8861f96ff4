//! Parses the three forms of dates into seconds since the epoch.

use super::write::MONTHS;
use super::write::SECONDS_PER_DAY;
use crate::syntax::calendar;

const DAYS: [&[u8]; 7] = [
    b"Monday",
    b"Tuesday",
    b"Wednesday",
    b"Thursday",
    b"Friday",
    b"Saturday",
    b"Sunday",
];

/// `HTTP-date = IMF-fixdate / rfc850-date / asctime-date` (RFC 9110 §5.6.7)
pub(super) fn date(text: &[u8], now: impl FnOnce() -> i64) -> Option<i64> {
    match text.get(3)? {
        b',' => imf_fixdate(text),
        b' ' => asctime(text),
        _ => rfc850(text, now),
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn imf_fixdate(text: &[u8]) -> Option<i64> {
    let text: &[u8; 29] = text.try_into().ok()?;
    let frame = [
        &text[3..5],
        &text[7..8],
        &text[11..12],
        &text[16..17],
        &text[25..],
    ];
    if frame != [&b", "[..], b" ", b" ", b" ", b" GMT"] || !is_short_day(&text[..3]) {
        return None;
    }
    let year = pair(&text[12..14])? * 100 + pair(&text[14..16])?;
    moment(
        year,
        month(&text[8..11])?,
        pair(&text[5..7])?,
        clock(&text[17..25])?,
    )
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(text: &[u8]) -> Option<i64> {
    let text: &[u8; 24] = text.try_into().ok()?;
    let blanks = [text[3], text[7], text[10], text[19]];
    if blanks != [b' '; 4] || !is_short_day(&text[..3]) {
        return None;
    }
    let day = match text[8] {
        b' ' => digit(text[9])?,
        _ => pair(&text[8..10])?,
    };
    let year = pair(&text[20..22])? * 100 + pair(&text[22..])?;
    moment(year, month(&text[4..7])?, day, clock(&text[11..19])?)
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`
fn rfc850(text: &[u8], now: impl FnOnce() -> i64) -> Option<i64> {
    let comma = text.iter().position(|byte| *byte == b',')?;
    let (day_name, rest) = text.split_at(comma);
    let text: &[u8; 24] = rest.try_into().ok()?;
    let frame = [
        &text[..2],
        &text[4..5],
        &text[8..9],
        &text[11..12],
        &text[20..],
    ];
    if frame != [&b", "[..], b"-", b"-", b" ", b" GMT"] || !DAYS.contains(&day_name) {
        return None;
    }
    let (month, day) = (month(&text[5..8])?, pair(&text[2..4])?);
    let (short, second) = (pair(&text[9..11])?, clock(&text[12..20])?);
    let now = now();
    let (this_year, this_month, this_day) = calendar::date_of(now.div_euclid(SECONDS_PER_DAY));
    let century = this_year - this_year % 100;
    // The latest year with these digits that is not more than 50 years in the future.
    let is_near = |year: i64| {
        let now = (
            this_year + 50,
            this_month,
            this_day,
            now.rem_euclid(SECONDS_PER_DAY),
        );
        (year, month, day, second) <= now
    };
    let years = [
        century + 100 + short,
        century + short,
        century - 100 + short,
    ];
    let year = years.into_iter().find(|year| is_near(*year))?;
    moment(year, month, day, second)
}

/// The given second of a day, counted from the epoch; `None` if the date does not exist.
fn moment(year: i64, month: i64, day: i64, second: i64) -> Option<i64> {
    if year == 0 || !calendar::is_date(year, month, day) {
        return None;
    }
    Some(calendar::days_to(year, month, day) * SECONDS_PER_DAY + second)
}

/// `08:49:37`, as seconds of the day. A leap second is read as the second after it.
fn clock(text: &[u8]) -> Option<i64> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *text else {
        return None;
    };
    let (hour, minute, second) = (pair(&[h1, h2])?, pair(&[m1, m2])?, pair(&[s1, s2])?);
    let is_leap = (hour, minute, second) == (23, 59, 60);
    let is_time = hour < 24 && minute < 60 && (second < 60 || is_leap);
    is_time.then_some(hour * 3600 + minute * 60 + second)
}

fn is_short_day(name: &[u8]) -> bool {
    DAYS.iter().any(|day| day[..3] == *name)
}

fn month(name: &[u8]) -> Option<i64> {
    let months = MONTHS.iter().zip(1..);
    let mut found = months.filter(|(month, _)| **month == name);
    found.next().map(|(_, number)| number)
}

fn pair(text: &[u8]) -> Option<i64> {
    match *text {
        [tens, ones] => Some(digit(tens)? * 10 + digit(ones)?),
        _ => None,
    }
}

fn digit(byte: u8) -> Option<i64> {
    byte.is_ascii_digit().then(|| i64::from(byte - b'0'))
}
