//! No encodings but UTF-8: the feature `charsets` is off.

use std::borrow::Cow;

/// Why a charset is not read.
pub(super) const WHY: &str = "needs the feature `charsets`";

/// None.
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
