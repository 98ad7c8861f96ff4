//! Numbers as they are spelled in paths.

/// How many bytes at the front can be of a whole number.
pub(super) fn integer_length(text: &[u8]) -> usize {
    let sign = usize::from(text.starts_with(b"-"));
    let digits = text[sign..].iter().take_while(|byte| byte.is_ascii_digit());
    sign + digits.count()
}

/// How many bytes at the front can be of a number with a fraction.
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

/// A whole number in its one spelling: no plus, no `-0`, zeros in front only to fill up `digits`.
pub(super) fn integer(text: &[u8], digits: Option<usize>) -> Option<i128> {
    let number = text.strip_prefix(b"-").unwrap_or(text);
    let spelled = match digits {
        Some(digits) => number.len() == digits,
        None => !number.starts_with(b"0") || text == b"0",
    };
    if !spelled || number.is_empty() || !number.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value: i128 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (value != 0 || !text.starts_with(b"-")).then_some(value)
}

/// A number of digits, with or without a fraction.
pub(super) fn decimal(text: &[u8]) -> Option<f64> {
    let number = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, fraction) = match number.iter().position(|byte| *byte == b'.') {
        Some(point) => (&number[..point], &number[point + 1..]),
        None => (number, &b"0"[..]),
    };
    let are_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    if !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}
