//! What stands between two slashes of a rule, and which of two comes before the other.

use std::cmp::Ordering;
use std::cmp::Reverse;
use std::fmt::Write;

use crate::routing::rules::kind::ParameterKind;

/// What stands between two slashes.
#[derive(Clone, Debug)]
pub(in crate::routing) enum Segment {
    /// Text only.
    Text(String),
    /// One parameter and nothing else.
    Whole(ParameterKind),
    /// Text and parameters, never two of these side by side.
    Mixed(Vec<Piece>),
    /// A parameter of the converter `path`: one segment or more.
    Path,
    /// What is left, be it nothing: below a mount.
    Rest,
}

/// A part of a segment.
#[derive(Clone, Debug)]
pub(in crate::routing) enum Piece {
    Text(String),
    Parameter(ParameterKind),
}

impl Segment {
    pub(in crate::routing) fn kinds(&self) -> impl Iterator<Item = &ParameterKind> {
        let pieces = match self {
            Self::Mixed(pieces) => &pieces[..],
            _ => &[],
        };
        let whole = match self {
            Self::Whole(kind) => Some(kind),
            Self::Path => Some(&ParameterKind::Path),
            _ => None,
        };
        let among = pieces.iter().filter_map(|piece| match piece {
            Piece::Parameter(kind) => Some(kind),
            Piece::Text(_) => None,
        });
        whole.into_iter().chain(among)
    }

    /// Braces stand for parameters only: those of text are doubled, as in the rule.
    pub(super) fn write_shape(&self, shape: &mut String) {
        let text = |shape: &mut String, text: &str| {
            shape.push_str(&text.replace('{', "{{").replace('}', "}}"));
        };
        match self {
            Self::Text(words) => text(shape, words),
            Self::Rest => shape.push_str("{**}"),
            Self::Mixed(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(words) => text(shape, words),
                        Piece::Parameter(kind) => push_kind(shape, kind),
                    }
                }
            }
            Self::Path => push_kind(shape, &ParameterKind::Path),
            Self::Whole(kind) => push_kind(shape, kind),
        }
    }

    /// Which of two segments at the same place is tried first: see the page of the module.
    pub(in crate::routing) fn order(&self, other: &Self) -> Ordering {
        let class = |segment: &Self| match segment {
            Self::Text(_) => 0,
            Self::Whole(_) | Self::Mixed(_) => 1,
            Self::Path => 2,
            Self::Rest => 3,
        };
        let widest = |segment: &Self| segment.kinds().map(ParameterKind::weight).max();
        class(self)
            .cmp(&class(other))
            .then_with(|| widest(self).cmp(&widest(other)))
            .then_with(|| Reverse(self.characters()).cmp(&Reverse(other.characters())))
            .then_with(|| {
                self.kinds()
                    .map(ParameterKind::weight)
                    .cmp(other.kinds().map(ParameterKind::weight))
            })
            .then_with(|| {
                self.kinds()
                    .map(ParameterKind::breadth)
                    .cmp(other.kinds().map(ParameterKind::breadth))
            })
            .then_with(|| {
                let (mut own, mut others) = (String::new(), String::new());
                self.write_shape(&mut own);
                other.write_shape(&mut others);
                own.cmp(&others)
            })
    }

    /// How much text there is beside parameters.
    fn characters(&self) -> usize {
        match self {
            Self::Mixed(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.chars().count(),
                    Piece::Parameter(_) => 0,
                })
                .sum(),
            _ => 0,
        }
    }
}

fn push_kind(shape: &mut String, kind: &ParameterKind) {
    write!(shape, "{{{kind}}}").expect("a `String` takes all that is written");
}
