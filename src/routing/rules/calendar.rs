//! Dates of the Gregorian calendar as text.

use crate::syntax::calendar;

/// Whether a text is a date that there is: `2024-02-29`.
pub(super) fn is_date(text: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else {
        return false;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i64, |sum, digit| {
            let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
            Some(sum * 10 + digit)
        })
    };
    let (Some(year), Some(month), Some(day)) = (
        number(&[y1, y2, y3, y4]),
        number(&[m1, m2]),
        number(&[d1, d2]),
    ) else {
        return false;
    };
    calendar::is_date(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

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
