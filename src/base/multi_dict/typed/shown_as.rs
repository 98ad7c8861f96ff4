//! The types as which a text can be shown when serde buffers it before it knows the type.

use super::words::Known;
use super::words::as_bool;
use super::words::is_in_range;

/// How a text is shown to serde's buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum ShownAs {
    /// Unchanged, which is usually right.
    #[default]
    Text,
    Unsigned,
    Signed,
    Float,
    Bool,
    /// `None`, for an empty field.
    Nothing,
    Bytes,
    /// Bytes that no type accepts as a value, to test what depends on the value.
    Mark,
}

/// How far a change may go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Care {
    /// Only to a value that is written exactly like the text, since the type may accept the text too: `01234`
    /// is not 1234.
    Exact,
    /// To any value that the text can be read as, since the text does not fit.
    Any,
}

/// All but [`ShownAs::Mark`], in the order in which they are tried.
const ORDER: [ShownAs; 7] = [
    ShownAs::Text,
    ShownAs::Unsigned,
    ShownAs::Signed,
    ShownAs::Float,
    ShownAs::Bool,
    ShownAs::Nothing,
    ShownAs::Bytes,
];

impl ShownAs {
    /// Returns the next way to show a text that was refused where `wanted` was expected.
    pub(super) fn after(self, text: &str, wanted: &str, care: Care) -> Option<Self> {
        let known = Known::of(wanted);
        let is_exact = |kind, shown: &str| kind != Self::Bytes && shown == text;
        let fits = |kind: &&Self| {
            let shown = kind.shown(text);
            shown.is_some_and(|shown| care == Care::Any || is_exact(**kind, &shown))
                && known.may_be(**kind, text)
        };
        let tried = ORDER.iter().position(|kind| *kind == self)?;
        ORDER[tried + 1..].iter().find(fits).copied()
    }

    /// Returns the form in which serde reports a refused text that was shown this way; `None` if it cannot be
    /// shown this way.
    pub(super) fn shown(self, text: &str) -> Option<String> {
        match self {
            Self::Text | Self::Bytes => Some(text.to_owned()),
            Self::Unsigned => Some(text.parse::<u64>().ok()?.to_string()),
            Self::Signed => Some(text.parse::<i64>().ok()?.to_string()),
            Self::Float => {
                let number = text.parse::<f64>().ok();
                Some(number.filter(|number| number.is_finite())?.to_string())
            }
            Self::Bool => Some(as_bool(text)?.to_string()),
            Self::Nothing => text.is_empty().then(String::new),
            Self::Mark => None,
        }
    }
}

impl Known<'_> {
    /// Whether a text shown as this kind may fit the requested type.
    pub(super) fn may_be(self, kind: ShownAs, text: &str) -> bool {
        let is_number = matches!(kind, ShownAs::Unsigned | ShownAs::Signed | ShownAs::Float);
        match self {
            Self::Other => true,
            // An `Option` reports the type of its content.
            _ if kind == ShownAs::Nothing => true,
            Self::Whole(name) => is_number && is_in_range(name, text),
            Self::Float => is_number,
            // serde would turn a number that is too large into infinity.
            Self::ShortFloat => is_number && text.parse().is_ok_and(f32::is_finite),
            Self::Bool => kind == ShownAs::Bool,
            Self::Text | Self::List => false,
        }
    }
}
