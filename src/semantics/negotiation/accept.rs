//! The grammar of `Accept`: ranges with their weights, read from the text where it stands.

use crate::syntax::is_token;
use crate::syntax::is_token_byte;

/// The weight 1, and that of a range without any, in thousandths.
const MAX_WEIGHT: u16 = 1000;

/// The elements of a line that are not empty; `None` for a malformed one.
pub(super) struct Elements<'h>(Pieces<'h>);

impl<'h> Elements<'h> {
    pub(super) const fn of(line: &'h [u8]) -> Self {
        Self(Pieces::of(line, b','))
    }
}

impl<'h> Iterator for Elements<'h> {
    type Item = Option<Range<'h>>;

    fn next(&mut self) -> Option<Option<Range<'h>>> {
        loop {
            // Most ranges have no quotes, nor parameters but a weight: those are read in one go.
            if let Some((range, rest)) = Range::leading(self.0.rest?) {
                self.0.rest = rest;
                return Some(Some(range));
            }
            let element = self.0.next()?;
            if !element.is_empty() {
                return Some(Range::read(element));
            }
        }
    }
}

/// Whether two names are the same, in whatever case; mostly it is the same case.
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one == other || one.eq_ignore_ascii_case(other)
}

/// A media range with its weight: one element that is well-formed.
pub(super) struct Range<'h> {
    pub(super) media: Media<'h>,
    /// How much it names: 2 for type and subtype, 1 for `type/*`, 0 for `*/*`.
    pub(super) names: u8,
    /// How many parameters it has, the weight aside.
    pub(super) parameters: usize,
    /// In thousandths.
    pub(super) weight: u16,
}

impl<'h> Range<'h> {
    /// Reads a range at the front of a list, with a weight at most, and what comes after its comma;
    /// `None` for any other.
    fn leading(list: &'h [u8]) -> Option<(Self, Option<&'h [u8]>)> {
        let (kind, rest) = leading_token(list.trim_ascii_start())?;
        let (subtype, rest) = leading_token(rest.strip_prefix(b"/")?)?;
        let (weight, rest) = match rest.strip_prefix(b";q=") {
            Some(rest) => {
                let (weight, rest) = leading_token(rest)?;
                (parse_weight(weight)?, rest)
            }
            None => (MAX_WEIGHT, rest),
        };
        let rest = match rest {
            [] => None,
            [b',', rest @ ..] => Some(rest),
            _ => return None,
        };
        Some((Self::new(kind, subtype, weight)?, rest))
    }

    /// A range without parameters; `None` for `*/subtype`.
    fn new(kind: &'h [u8], subtype: &'h [u8], weight: u16) -> Option<Self> {
        let names = u8::from(kind != b"*") + u8::from(subtype != b"*");
        (kind != b"*" || subtype == b"*").then_some(Self {
            media: Media {
                kind,
                subtype,
                parameters: b"",
            },
            names,
            parameters: 0,
            weight,
        })
    }

    /// Reads an element; `None` for a malformed one.
    fn read(element: &'h [u8]) -> Option<Self> {
        let media = Media::split(element).or_else(|| Media::any(element))?;
        let mut range = Self::new(media.kind, media.subtype, MAX_WEIGHT)?;
        let mut weight = None;
        for parameter in media.parameters() {
            let (name, value) = parameter?;
            if !is_same(name, b"q") {
                range.parameters += 1;
            } else if weight.replace(parse_weight(value)?).is_some() {
                // §12.5.1: a weight wherever it stands; twice is none.
                return None;
            }
        }
        range.weight = weight.unwrap_or(MAX_WEIGHT);
        range.media = media;
        Some(range)
    }
}

/// A token at the front, and what comes after it.
fn leading_token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_end = |byte: &u8| !is_token_byte(*byte);
    let end = text.iter().position(is_end).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// A media type or range; its parameters are not checked.
pub(super) struct Media<'t> {
    pub(super) kind: &'t [u8],
    pub(super) subtype: &'t [u8],
    parameters: &'t [u8],
}

impl<'t> Media<'t> {
    pub(super) fn split(text: &'t [u8]) -> Option<Self> {
        let (kind, rest) = leading_token(text)?;
        let (subtype, rest) = leading_token(rest.strip_prefix(b"/")?)?;
        Self::new(kind, subtype, rest)
    }

    /// The range of everything in its old spelling, `*`.
    fn any(text: &'t [u8]) -> Option<Self> {
        Self::new(b"*", b"*", text.strip_prefix(b"*")?)
    }

    fn new(kind: &'t [u8], subtype: &'t [u8], rest: &'t [u8]) -> Option<Self> {
        let parameters = match rest.trim_ascii_start() {
            [] => &b""[..],
            [b';', parameters @ ..] => parameters,
            _ => return None,
        };
        Some(Self {
            kind,
            subtype,
            parameters,
        })
    }

    /// Names and values, these still quoted; `None` for a malformed one.
    pub(super) fn parameters(
        &self,
    ) -> impl Iterator<Item = Option<(&'t [u8], &'t [u8])>> + use<'t> {
        // §5.6.6: a parameter may be missing between two semicolons.
        let pieces = Pieces::of(self.parameters, b';');
        pieces.filter(|piece| !piece.is_empty()).map(|piece| {
            let Some((name, value)) = cut(piece, b'=') else {
                return is_token(piece).then_some((piece, &b""[..]));
            };
            let (name, value) = (name.trim_ascii_end(), value.trim_ascii_start());
            let is_value = is_token(value) || quoted_length(value) == Some(value.len());
            (is_token(name) && is_value).then_some((name, value))
        })
    }

    /// The value of a parameter, as it is written.
    pub(super) fn value(&self, name: &[u8]) -> Option<&'t [u8]> {
        let mut parameters = self.parameters().flatten();
        let found = parameters.find(|(own, _)| is_same(own, name));
        found.map(|(_, value)| value)
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
pub(super) fn unquoted(value: &[u8]) -> impl Iterator<Item = u8> {
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
/// in thousandths; without the zero in front, or with more decimals, it is read too.
pub(super) fn parse_weight(text: &[u8]) -> Option<u16> {
    let (whole, decimals) = match text {
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
    // What is cut off is something, and no exclusion.
    let is_zero = decimals.iter().all(|digit| *digit == b'0');
    match whole {
        b'0' => Some(thousandths.max(u16::from(!is_zero))),
        b'1' if is_zero => Some(MAX_WEIGHT),
        _ => None,
    }
}

/// What stands before and after the first `separator`.
fn cut(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == separator)?;
    Some((&text[..at], &text[at + 1..]))
}
