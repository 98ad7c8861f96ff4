//! A dictionary with the data that every attempt at reading needs.

use crate::base::error::FieldError;
use crate::base::multi_dict::MultiDict;
use crate::base::multi_dict::links::Links;

/// The pairs to read.
pub(super) struct Source<'de> {
    pub(super) dict: &'de MultiDict,
    pub(super) links: Links,
}

impl<'de> Source<'de> {
    pub(super) fn of(dict: &'de MultiDict) -> Self {
        Self {
            dict,
            links: Links::of(dict),
        }
    }

    pub(super) fn name(&self, pair: usize) -> &'de str {
        self.dict.name(pair)
    }

    pub(super) fn text(&self, pair: usize) -> &'de str {
        self.dict.value(pair)
    }

    /// The first pair of the same name.
    pub(super) fn first(&self, pair: usize) -> usize {
        self.links.first(pair)
    }

    /// Whether the name of this pair, its first, has several values.
    pub(super) fn is_repeated(&self, first: usize) -> bool {
        self.links.next(first).is_some()
    }

    /// Creates the error for the value of a pair.
    pub(super) fn error(&self, pair: usize, message: impl Into<String>) -> FieldError {
        FieldError::new(self.name(pair), Some(self.text(pair)), message)
    }
}
