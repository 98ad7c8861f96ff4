//! How numbers, dates and UUIDs are spelled in paths.

use std::fmt;
use std::fmt::Write;

use crate::syntax::calendar;

/// Which spellings of a value are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::routing) enum Spelling {
    /// The canonical spelling, which `url_for` builds.
    Own,
    /// Any spelling, such as `1.50`.
    Any,
}

/// How many bytes at the beginning can belong to a whole number.
pub(super) fn integer_length(text: &[u8]) -> usize {
    let sign = usize::from(text.starts_with(b"-"));
    let digits = text[sign..].iter().take_while(|byte| byte.is_ascii_digit());
    sign + digits.count()
}

/// How many bytes at the beginning can belong to a number with a fraction.
pub(super) fn decimal_length(text: &[u8]) -> usize {
    let whole = integer_length(text);
    match &text[whole..] {
        [b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit());
            whole + 1 + digits.count()
        }
        _ => whole,
    }
}

/// A whole number in its canonical spelling: no plus, no `-0`, leading zeros only up to `digits`.
pub(super) fn integer(text: &[u8], digits: Option<usize>) -> Option<i128> {
    let number = text.strip_prefix(b"-").unwrap_or(text);
    let is_spelled = match digits {
        Some(digits) => number.len() == digits,
        None => !number.starts_with(b"0") || text == b"0",
    };
    whole(text).filter(|_| is_spelled)
}

/// A whole number with any leading zeros, but no `-0`.
pub(super) fn whole(text: &[u8]) -> Option<i128> {
    let number = text.strip_prefix(b"-").unwrap_or(text);
    if !are_digits(number) {
        return None;
    }
    let value: i128 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (value != 0 || number.len() == text.len()).then_some(value)
}

/// The canonical spelling of a whole number.
pub(super) fn spelled(value: i128, digits: Option<usize>) -> String {
    // The width counts the sign.
    let width = digits.unwrap_or(0) + usize::from(value < 0);
    format!("{value:0width$}")
}

/// A number with or without a fraction, with any zeros; `-0` is zero.
pub(super) fn decimal(text: &[u8]) -> Option<f64> {
    let number = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, fraction) = match number.iter().position(|byte| *byte == b'.') {
        Some(point) => (&number[..point], &number[point + 1..]),
        None => (number, &b"0"[..]),
    };
    if !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    // Adding zero makes `-0` zero.
    value.is_finite().then_some(value + 0.0)
}

/// Whether a text is the canonical spelling of a number: as `f64` is displayed, with the fewest digits that give this
/// number, and without an exponent.
pub(super) fn is_spelled(value: f64, text: &[u8]) -> bool {
    let mut rest = Rest(text);
    write!(rest, "{value}").is_ok() && rest.0.is_empty()
}

/// The rest of a text. Each text that is written to it must be the beginning of the rest, and is removed from it.
struct Rest<'t>(&'t [u8]);

impl Write for Rest<'_> {
    fn write_str(&mut self, written: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(written.as_bytes()).ok_or(fmt::Error)?;
        Ok(())
    }
}

fn are_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Whether a text is a date of the Gregorian calendar: `2024-02-29`.
pub(super) fn is_date(text: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else {
        return false;
    };
    let number = |digits: &[u8]| {
        let digits = digits.iter().map(|digit| i64::from(digit - b'0'));
        digits.fold(0, |number, digit| number * 10 + digit)
    };
    are_digits(&[y1, y2, y3, y4, m1, m2, d1, d2])
        && calendar::is_date(
            number(&[y1, y2, y3, y4]),
            number(&[m1, m2]),
            number(&[d1, d2]),
        )
}

/// Whether a text is a UUID in lower case.
pub(super) fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        for (text, digits, value, spelling, why) in [
            ("7", None, Some(7), "7", ""),
            ("007", None, None, "7", "zeros in front"),
            ("007", Some(3), Some(7), "007", "zeros that fill up"),
            ("7", Some(3), None, "007", "too few digits"),
            ("0007", Some(3), None, "007", "too many"),
            ("-07", Some(2), Some(-7), "-07", "the sign is not a digit"),
            ("0", None, Some(0), "0", ""),
            ("00", Some(2), Some(0), "00", ""),
        ] {
            let text = text.as_bytes();
            let found = whole(text).map(|value| spelled(value, digits));
            assert_eq!(integer(text, digits), value, "{why}");
            assert_eq!(found.as_deref(), Some(spelling), "{why}");
        }
        for (text, spelling, why) in [
            ("1.5", "1.5", ""),
            ("1.50", "1.5", "zeros at the end"),
            ("01.5", "1.5", "zeros in front"),
            ("2.0", "2", "a fraction of nothing"),
            ("-0.0", "0", "there is no zero below zero"),
            (
                "1000000000000000000000",
                "1000000000000000000000",
                "no exponent",
            ),
            ("0.0000001", "0.0000001", "no exponent"),
            (
                "0.1000000000000000055511151231257827",
                "0.1",
                "digits that count for nothing",
            ),
            (
                "0.30000000000000004",
                "0.30000000000000004",
                "all digits that count",
            ),
        ] {
            let value = decimal(text.as_bytes()).expect(text);
            assert_eq!(value.to_string(), spelling, "{text}: {why}");
            assert!(is_spelled(value, spelling.as_bytes()), "{text}: {why}");
            assert_eq!(
                is_spelled(value, text.as_bytes()),
                text == spelling,
                "{text}: {why}"
            );
        }
        for text in [
            "", "-", "+7", " 7", "7 ", "1_0", "0x1", "1e5", "\u{663}", "-0",
        ] {
            assert_eq!(whole(text.as_bytes()), None, "{text}");
        }
        for text in ["", ".", "1.", ".5", "+1", "1e5", "nan", "inf", "1.5.2"] {
            assert_eq!(decimal(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_one_of_the_calendar() {
        for (text, is, why) in [
            ("2024-02-29", true, "a leap year"),
            ("2023-02-29", false, "none"),
            ("1900-02-29", false, "centuries are none"),
            ("2000-02-29", true, "but every fourth"),
            ("2024-04-31", false, "April has 30"),
            ("2024-13-01", false, "no month"),
            ("2024-00-01", false, "no month"),
            ("2024-01-00", false, "no day"),
            ("2024-1-01", false, "two digits"),
            ("+024-01-01", false, "no digit"),
            ("2024-01-01x", false, "too long"),
        ] {
            assert_eq!(is_date(text.as_bytes()), is, "{text}: {why}");
        }
    }
}
