//! Weights, and lists of names with weights: `gzip, br;q=0.5, *;q=0`.

use crate::syntax::pieces::Pieces;
use crate::syntax::pieces::cut;
use crate::syntax::pieces::leading_token;

/// The weight 1 in thousandths, which is also the default weight.
pub(crate) const MAX_WEIGHT: u16 = 1000;

/// `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )` (RFC 9110 §12.4.2), in thousandths. A weight without
/// the leading zero, or with more decimals, is accepted too.
pub(crate) fn parse_weight(text: &[u8]) -> Option<u16> {
    let (whole, decimals) = match text {
        // As nearly all are.
        [b'0', b'.', digit @ b'0'..=b'9'] => return Some(u16::from(digit - b'0') * 100),
        [whole] => (whole, &b""[..]),
        [b'.', decimals @ ..] if !decimals.is_empty() => (&b'0', decimals),
        [whole, b'.', decimals @ ..] => (whole, decimals),
        _ => return None,
    };
    if !decimals.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |at| {
        decimals
            .get(at)
            .map_or(0, |digit: &u8| u16::from(digit - b'0'))
    };
    let thousandths = digit(0) * 100 + digit(1) * 10 + digit(2);
    // A weight that is greater than 0 before it is cut must not become 0, which would exclude the element.
    let is_zero = decimals.iter().all(|digit| *digit == b'0');
    match whole {
        b'0' => Some(thousandths.max(u16::from(!is_zero))),
        b'1' if is_zero => Some(MAX_WEIGHT),
        _ => None,
    }
}

/// The weight of an element, or the default weight, and the text after the next comma. There must be no other text
/// before the comma.
#[inline]
pub(crate) fn leading_weight(text: &[u8]) -> Option<(u16, Option<&[u8]>)> {
    let (weight, rest) = match text.strip_prefix(b";q=") {
        Some(text) => {
            let (weight, rest) = leading_token(text)?;
            (parse_weight(weight)?, rest)
        }
        None => (MAX_WEIGHT, text),
    };
    match rest {
        [] => Some((weight, None)),
        [b',', rest @ ..] => Some((weight, Some(rest))),
        _ => None,
    }
}

/// The elements of a line that are not empty, each with name and weight; `None` for an element with any other text
/// after the name. The name is not checked.
pub(crate) fn weighted(line: &[u8]) -> impl Iterator<Item = Option<(&[u8], u16)>> {
    let mut pieces = Pieces::of(line, b',');
    std::iter::from_fn(move || {
        loop {
            let leading = leading_token(pieces.rest?.trim_ascii_start());
            let leading = leading.and_then(|(name, rest)| Some((name, leading_weight(rest)?)));
            if let Some((name, (weight, rest))) = leading {
                pieces.rest = rest;
                return Some(Some((name, weight)));
            }
            let element = pieces.next()?;
            if !element.is_empty() {
                return Some(read_weighted(element));
            }
        }
    })
}

fn read_weighted(element: &[u8]) -> Option<(&[u8], u16)> {
    let Some((name, parameters)) = cut(element, b';') else {
        return Some((element, MAX_WEIGHT));
    };
    let mut weight = None;
    for parameter in Pieces::of(parameters, b';').filter(|piece| !piece.is_empty()) {
        let (key, value) = cut(parameter, b'=')?;
        let is_weight = key.trim_ascii_end().eq_ignore_ascii_case(b"q");
        let value = is_weight.then(|| value.trim_ascii_start())?;
        if weight.replace(parse_weight(value)?).is_some() {
            return None;
        }
    }
    Some((name.trim_ascii_end(), weight.unwrap_or(MAX_WEIGHT)))
}
