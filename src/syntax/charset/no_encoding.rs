//! No encodings except UTF-8: the feature `charsets` is off.

use std::borrow::Cow;

/// The reason why a charset is not supported.
pub(super) const WHY: &str = "needs the feature `charsets`";

/// No encoding.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Encoding {}

impl Encoding {
    pub(super) fn of(_: &[u8]) -> Option<Self> {
        None
    }

    pub(super) fn decode(self, _: &[u8]) -> (Cow<'_, str>, bool) {
        match self {}
    }
}
