//! Proactive negotiation of the media type, on the raw header.
//!
//! Nothing is parsed into values and nothing is allocated: each offer is
//! weighed against the text of `Accept` as it stands. Typed `Accept` values
//! and the other `Accept-…` headers do not belong here.

use crate::syntax::is_token;

#[cfg(test)]
mod tests;

/// How many elements of `Accept` are looked at; the rest is ignored.
const MAX_ELEMENTS: usize = 256;

/// The weight 1, and that of a range without any, in thousandths.
const MAX_WEIGHT: u16 = 1000;

/// Chooses the offer that the `Accept` field asks for most.
///
/// `lines` are the field's lines, `None` or an empty iterator where it is
/// absent; an `Option<&[u8]>` serves for one line. `offers` are media types,
/// with parameters or without, the server's favourite first; what is no
/// media type is never chosen from a header.
///
/// The most specific range that matches an offer decides its weight: type,
/// subtype and parameters, then type and subtype, `type/*`, `*/*`; of two
/// equally specific ones the first. The highest weight wins, then the order
/// of the offers; weight 0 excludes. A range's parameters must all be among
/// the offer's, whose other parameters do not matter; names and values are
/// compared without regard to case, and quoting makes no difference.
///
/// A malformed element is skipped alone. Absent, or with none but malformed
/// elements, the field says nothing, and the first offer is chosen; with no
/// elements at all it accepts nothing. `None` if nothing is acceptable:
/// answer `406`, or choose for the client.
///
/// RFC 9110 [§12.5.1] (`Accept`), [§12.4.2] (weights).
///
/// [§12.5.1]: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
/// [§12.4.2]: https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2
pub(crate) fn best<'h, 'o, L>(lines: L, offers: &[&'o str]) -> Option<&'o str>
where
    L: IntoIterator<Item = &'h [u8], IntoIter: Clone>,
{
    let lines = lines.into_iter();
    let elements = lines
        .clone()
        .flat_map(|line| Pieces::of(line, b','))
        .take(MAX_ELEMENTS)
        .filter(|element| !element.is_empty());
    let accepts_nothing = lines.clone().next().is_some() && elements.clone().next().is_none();
    if !accepts_nothing && !elements.clone().any(is_element) {
        return offers.first().copied();
    }
    let mut chosen = None;
    let mut highest = 0;
    for offer in offers {
        let Some(media) = Media::split(offer.as_bytes()) else {
            continue;
        };
        let weight = weight_of(&media, elements.clone());
        if weight > highest {
            highest = weight;
            chosen = Some(*offer);
        }
        if highest == MAX_WEIGHT {
            break;
        }
    }
    chosen
}

/// The weight of an offer in thousandths; 0 where nothing matches it.
fn weight_of<'h>(offer: &Media<'_>, elements: impl Iterator<Item = &'h [u8]>) -> u16 {
    let mut decided = None;
    let mut weight = 0;
    for element in elements {
        let Some(hit) = weigh(element, offer) else {
            continue;
        };
        if decided.is_none_or(|specificity| hit.specificity > specificity) {
            decided = Some(hit.specificity);
            weight = hit.weight;
        }
    }
    weight
}

/// A range that matches an offer.
struct Hit {
    /// How much of type and subtype it names, then how many parameters.
    specificity: (u8, usize),
    /// In thousandths.
    weight: u16,
}

/// Compares one element with an offer; `None` if it is malformed or does
/// not match. Type and subtype come first: they rule out most elements.
fn weigh(element: &[u8], offer: &Media<'_>) -> Option<Hit> {
    let range = Media::split(element)?;
    let same_type = range.kind.eq_ignore_ascii_case(offer.kind);
    let named = match (range.kind, range.subtype) {
        (b"*", b"*") => 0,
        (_, b"*") if same_type => 1,
        (_, subtype) if same_type && subtype.eq_ignore_ascii_case(offer.subtype) => 2,
        _ => return None,
    };
    let mut weight = None;
    let mut matched = 0;
    for parameter in range.parameters() {
        let (name, value) = parameter?;
        if name.eq_ignore_ascii_case(b"q") {
            // §12.5.1: a weight wherever it stands; twice is none.
            if weight.replace(parse_weight(value)?).is_some() {
                return None;
            }
        } else if offer.has(name, value) {
            matched += 1;
        } else {
            return None;
        }
    }
    Some(Hit {
        specificity: (named, matched),
        weight: weight.unwrap_or(MAX_WEIGHT),
    })
}

/// Whether an element is a media range with an optional weight.
fn is_element(element: &[u8]) -> bool {
    let Some(range) = Media::split(element) else {
        return false;
    };
    let names_a_range = match (range.kind, range.subtype) {
        (b"*", subtype) => subtype == b"*",
        (kind, subtype) => is_token(kind) && is_token(subtype),
    };
    let mut weights = 0;
    names_a_range
        && range.parameters().all(|parameter| match parameter {
            Some((name, value)) if name.eq_ignore_ascii_case(b"q") => {
                weights += 1;
                weights == 1 && parse_weight(value).is_some()
            }
            Some(_) => true,
            None => false,
        })
}

/// A media type or range, split but not checked.
struct Media<'t> {
    kind: &'t [u8],
    subtype: &'t [u8],
    parameters: &'t [u8],
}

impl<'t> Media<'t> {
    fn split(text: &'t [u8]) -> Option<Self> {
        let (name, parameters) = cut(text, b';').unwrap_or((text, b""));
        let (kind, subtype) = cut(name.trim_ascii_end(), b'/')?;
        Some(Self {
            kind,
            subtype,
            parameters,
        })
    }

    /// Names and values, these still quoted; `None` for a malformed one.
    fn parameters(&self) -> impl Iterator<Item = Option<(&'t [u8], &'t [u8])>> + use<'t> {
        // §5.6.6: a parameter may be missing between two semicolons.
        Pieces::of(self.parameters, b';')
            .filter(|piece| !piece.is_empty())
            .map(|piece| {
                let (name, value) = cut(piece, b'=')?;
                let is_value = is_token(value) || quoted_length(value) == Some(value.len());
                (is_token(name) && is_value).then_some((name, value))
            })
    }

    fn has(&self, name: &[u8], value: &[u8]) -> bool {
        self.parameters().flatten().any(|(own_name, own_value)| {
            own_name.eq_ignore_ascii_case(name) && unquoted(own_value).eq(unquoted(value))
        })
    }
}

/// The pieces of a list, trimmed; a separator in a quoted string is text.
#[derive(Clone)]
struct Pieces<'t> {
    rest: Option<&'t [u8]>,
    separator: u8,
    /// Cleared by a quote that nothing closes, which then quotes nothing: so
    /// it spoils one piece, and no text is searched twice for its end.
    quotes: bool,
}

impl<'t> Pieces<'t> {
    const fn of(text: &'t [u8], separator: u8) -> Self {
        Self {
            rest: Some(text),
            separator,
            quotes: true,
        }
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        let text = self.rest?;
        let mut end = 0;
        loop {
            let is_stop = |byte: &u8| *byte == self.separator || (*byte == b'"' && self.quotes);
            let Some(length) = text[end..].iter().position(is_stop) else {
                end = text.len();
                break;
            };
            end += length;
            if text[end] == self.separator {
                break;
            }
            match quoted_length(&text[end..]) {
                Some(length) => end += length,
                None => self.quotes = false,
            }
        }
        self.rest = text.get(end + 1..);
        Some(text[..end].trim_ascii())
    }
}

/// The length of the quoted string at the front, quotes counted (§5.6.4).
fn quoted_length(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// A checked value without its quotes and escapes, in lower case.
fn unquoted(value: &[u8]) -> impl Iterator<Item = u8> {
    let inner = value
        .strip_prefix(b"\"")
        .and_then(|value| value.strip_suffix(b"\""));
    let is_quoted = inner.is_some();
    let mut bytes = inner.unwrap_or(value).iter();
    std::iter::from_fn(move || match bytes.next() {
        Some(b'\\') if is_quoted => bytes.next(),
        byte => byte,
    })
    .map(u8::to_ascii_lowercase)
}

/// `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )` (§12.4.2),
/// in thousandths.
fn parse_weight(text: &[u8]) -> Option<u16> {
    let (whole, decimals) = match text {
        [whole] => (whole, &b""[..]),
        [whole, b'.', decimals @ ..] => (whole, decimals),
        _ => return None,
    };
    if decimals.len() > 3 || !decimals.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |at| {
        decimals
            .get(at)
            .map_or(0, |digit: &u8| u16::from(digit - b'0'))
    };
    let thousandths = digit(0) * 100 + digit(1) * 10 + digit(2);
    match whole {
        b'0' => Some(thousandths),
        b'1' if thousandths == 0 => Some(MAX_WEIGHT),
        _ => None,
    }
}

/// What stands before and after the first `separator`.
fn cut(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == separator)?;
    Some((&text[..at], &text[at + 1..]))
}
