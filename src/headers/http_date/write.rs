//! `IMF-fixdate`, the form that is written.

use crate::syntax::calendar;

pub(super) const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

const DAYS: &[u8; 21] = b"ThuFriSatSunMonTueWed";

pub(super) const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), for a second in the years 1 to 9999.
pub(super) fn imf_fixdate(seconds: i64) -> [u8; 29] {
    let (days, second) = (
        seconds.div_euclid(SECONDS_PER_DAY),
        seconds.rem_euclid(SECONDS_PER_DAY),
    );
    let (year, month, day) = calendar::date_of(days);
    let mut text = *b"Thu, 01 Jan 1970 00:00:00 GMT";
    // The epoch was a Thursday.
    let weekday = 3 * index(days.rem_euclid(7));
    text[..3].copy_from_slice(&DAYS[weekday..weekday + 3]);
    text[8..11].copy_from_slice(MONTHS[index(month - 1)]);
    for (at, number) in [
        (5, day),
        (12, year / 100),
        (14, year % 100),
        (17, second / 3600),
        (20, second / 60 % 60),
        (23, second % 60),
    ] {
        text[at] = digit(number / 10);
        text[at + 1] = digit(number % 10);
    }
    text
}

fn index(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

fn digit(number: i64) -> u8 {
    b'0' + u8::try_from(number).unwrap_or_default()
}
