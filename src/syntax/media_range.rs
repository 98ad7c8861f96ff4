//! The grammar of `Accept`: ranges with their weights, parsed without copying the text.

use crate::syntax::is_token;
use crate::syntax::pieces::Pieces;
use crate::syntax::pieces::cut;
use crate::syntax::pieces::is_same;
use crate::syntax::pieces::leading_token;
use crate::syntax::pieces::quoted_length;
use crate::syntax::weight::MAX_WEIGHT;
use crate::syntax::weight::leading_weight;
use crate::syntax::weight::parse_weight;

/// The elements of a line that are not empty, each with its weight in thousandths; `None` for a malformed one.
pub(crate) struct Elements<'h>(Pieces<'h>);

impl<'h> Elements<'h> {
    pub(crate) const fn of(line: &'h [u8]) -> Self {
        Self(Pieces::of(line, b','))
    }
}

impl<'h> Iterator for Elements<'h> {
    type Item = Option<(Range<'h>, u16)>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // Most ranges have no quotes, and no parameters except a weight: these are read in one pass.
            if let Some((range, weight, rest)) = Range::leading(self.0.rest?) {
                self.0.rest = rest;
                return Some(Some((range, weight)));
            }
            let element = self.0.next()?;
            if !element.is_empty() {
                return Some(Range::read(element));
            }
        }
    }
}

/// A well-formed media range.
pub(crate) struct Range<'h> {
    pub(crate) media: Media<'h>,
    /// How specific it is: 2 for type and subtype, 1 for `type/*`, 0 for `*/*`.
    pub(crate) names: u8,
}

impl<'h> Range<'h> {
    /// Reads the first range of a list, if it has no parameter except a weight; returns it, its weight
    /// and the text after its comma. `None` for any other range.
    #[inline]
    fn leading(list: &'h [u8]) -> Option<(Self, u16, Option<&'h [u8]>)> {
        let (media, rest) = Media::leading(list.trim_ascii_start())?;
        let (weight, rest) = leading_weight(rest)?;
        Some((Self::new(media)?, weight, rest))
    }

    /// A range without its parameters; `None` for `*/subtype`.
    #[inline]
    fn new(media: Media<'h>) -> Option<Self> {
        let names = match (media.kind(), media.subtype()) {
            ([b'*'], [b'*']) => 0,
            ([b'*'], _) => return None,
            (_, [b'*']) => 1,
            _ => 2,
        };
        Some(Self { media, names })
    }

    /// Reads an element and its weight; `None` for a malformed one.
    pub(crate) fn read(element: &'h [u8]) -> Option<(Self, u16)> {
        let media = Media::split(element).or_else(|| Media::any(element))?;
        let range = Self::new(media)?;
        let mut weight = None;
        for parameter in range.media.parameters() {
            let (name, value) = parameter?;
            if is_same(name, b"q") && weight.replace(parse_weight(value)?).is_some() {
                // §12.5.1: the weight may be at any position; two weights are malformed.
                return None;
            }
        }
        Some((range, weight.unwrap_or(MAX_WEIGHT)))
    }
}

/// A media type or range; its parameters are not checked.
#[derive(Clone, Copy)]
pub(crate) struct Media<'t> {
    /// Type and subtype.
    pub(crate) essence: &'t [u8],
    /// The position of the slash.
    pub(crate) slash: usize,
    /// The text after the first semicolon.
    pub(crate) parameters: &'t [u8],
}

impl<'t> Media<'t> {
    /// Reads type and subtype at the beginning; returns them and the text after them.
    #[inline]
    fn leading(text: &'t [u8]) -> Option<(Self, &'t [u8])> {
        let (kind, rest) = leading_token(text)?;
        let (subtype, rest) = leading_token(rest.strip_prefix(b"/")?)?;
        let media = Self {
            essence: &text[..=kind.len() + subtype.len()],
            slash: kind.len(),
            parameters: b"",
        };
        Some((media, rest))
    }

    pub(crate) fn split(text: &'t [u8]) -> Option<Self> {
        let (media, rest) = Self::leading(text)?;
        media.with_parameters(rest)
    }

    /// The range of all types in its old spelling, `*`.
    fn any(text: &'t [u8]) -> Option<Self> {
        let media = Self {
            essence: b"*/*",
            slash: 1,
            parameters: b"",
        };
        media.with_parameters(text.strip_prefix(b"*")?)
    }

    fn with_parameters(mut self, rest: &'t [u8]) -> Option<Self> {
        self.parameters = match rest.trim_ascii_start() {
            [] => &b""[..],
            [b';', parameters @ ..] => parameters,
            _ => return None,
        };
        Some(self)
    }

    pub(crate) fn kind(&self) -> &'t [u8] {
        &self.essence[..self.slash]
    }

    pub(crate) fn subtype(&self) -> &'t [u8] {
        &self.essence[self.slash + 1..]
    }

    /// Names and values; values are still quoted. `None` for a malformed parameter.
    pub(crate) fn parameters(
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
    pub(crate) fn value(&self, name: &[u8]) -> Option<&'t [u8]> {
        let mut parameters = self.parameters().flatten();
        let found = parameters.find(|(own, _)| is_same(own, name));
        found.map(|(_, value)| value)
    }
}
