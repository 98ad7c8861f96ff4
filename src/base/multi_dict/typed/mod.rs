//! A typed value out of a dictionary, by serde: the deserializer for queries, forms, cookies and path
//! parameters alike.
//!
//! Where a field says what it wants, its text is parsed as that ([`text`], [`values`]), and a form that fits is
//! read at the first attempt. Two things take more attempts, each with what the last one has
//! taught ([`search`]):
//!
//! * **To tell all mistakes.** serde stops at the first, so something is made up in its place.
//! * **To learn what serde wants of values that it has put aside** (`flatten`, untagged enums, tags
//!   inside). It takes them as texts, before it knows the type, and refuses them afterwards. It tells which, since
//!   it borrows them, and in words only what it wanted ([`words`]).
//!
//! # Limits
//!
//! * A type's `deserialize` may run several times, with values that are made up among others.
//! * Where serde has put values aside there are no numbers of 128 bits: an error names the field.
//! * Of `flatten`ed structs and untagged enums only the first mistake is reported.
//! * A `flatten`ed `Option` is `None` where a field of it is missing or left empty; an absent list is missing
//!   there, unless it is marked `#[serde(default)]`. It is an error where a field of it is there and does not fit.
//! * A type that tries something and goes on without it, such as a field that falls back to its default, may do
//!   so; but not with a value that was put aside, as that cannot be told from a loss.
//! * An `Option<String>` that was put aside is `Some("")` where it was left empty.

use serde::Deserialize;

use crate::base::error::FieldError;
use crate::base::error::FieldErrors;
use crate::base::multi_dict::MultiDict;

mod blame;
mod fake;
mod fault;
mod guesses;
mod lessons;
mod plan;
mod reader;
mod refused;
mod search;
mod shown_as;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod watch;
mod words;

use fault::Fault;
use plan::Plan;
use reader::Reader;
use search::Search;
use source::Source;

#[cfg(feature = "json")]
pub(crate) use words::plain as in_plain_words;

impl MultiDict {
    /// Reads a typed value: a struct with a field per name, a map, or a list of pairs.
    ///
    /// * A list takes all values of its name, none where it is absent; a tuple as many as it has
    ///   places; anything else takes the first.
    /// * An `Option` is `None` where the name is absent or its value is empty. What may be absent
    ///   otherwise is marked `#[serde(default)]`.
    /// * A `bool` is `true`, `on`, `1`, `yes`, or `false`, `off`, `0`, `no`, also `True`, `TRUE`, `False`,
    ///   `FALSE`; numbers are finite.
    /// * A number, a `bool`, a date or an enum that was left empty is missing, if it must be there.
    /// * An enum without fields is one of its names. `flatten`ed structs, and enums that are tagged or
    ///   untagged, may have fields of all these types, but for numbers of 128 bits: serde puts their values
    ///   aside and has none there.
    /// * A `flatten`ed `Option` is `None` where one of its fields is missing or left empty (here a list has
    ///   to be marked `#[serde(default)]`), and an error where one does not fit.
    /// * A type that takes anything, such as an untagged enum, is given a list where there are several
    ///   values, so that none is lost. A text counts as a number for it if it is written as one
    ///   would be: `1234`, not `01234`.
    /// * Dates are those of `chrono` (feature `chrono`): `NaiveDate` is `2026-11-24`, `DateTime<Utc>`
    ///   `2026-11-24T12:30:00Z` or another offset.
    /// * `&str` is borrowed.
    ///
    /// The `deserialize` of a type may run several times, also with values that are made up in place of
    /// those that do not fit: it had better have no effects.
    ///
    /// # Errors
    ///
    /// [`FieldErrors`], with every field that does not fit: all of them (the first hundred), not the first
    /// alone; but of `flatten`ed structs and tagged enums only up to the first, as the types behind it are
    /// not known.
    ///
    /// ```
    /// use rustzeug::MultiDict;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize, Debug, PartialEq)]
    /// struct Search<'d> {
    ///     q: &'d str,
    ///     page: Option<u32>,
    ///     tag: Vec<String>,
    /// }
    ///
    /// let dict = MultiDict::from([("q", "rust"), ("tag", "a"), ("tag", "b"), ("page", "")]);
    /// let search: Search<'_> = dict.read_as()?;
    /// assert_eq!(search, Search { q: "rust", page: None, tag: vec!["a".into(), "b".into()] });
    ///
    /// let errors = MultiDict::from([("page", "x")]).read_as::<Search<'_>>().unwrap_err();
    /// assert_eq!(errors.to_string(), "`page` is `x`: expected a whole number; `q` is missing");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn read_as<'de, T: Deserialize<'de>>(&'de self) -> Result<T, FieldErrors> {
        let source = Source::of(self);
        let faults = watch::count();
        match attempt(&source, None) {
            Ok(value) if watch::count() == faults => Ok(value),
            _ => {
                let plan =
                    Search::plan(&source, &|plan| attempt::<T>(&source, Some(plan)).map(drop))
                        .map_err(|errors| self.reported(&errors))?;
                attempt(&source, Some(&plan)).map_err(|fault| changed(&fault).into())
            }
        }
    }

    /// The errors, of which those of a field that was left empty say so: browsers send `age=` for it.
    fn reported(&self, errors: &FieldErrors) -> FieldErrors {
        let mut reported = FieldErrors::default();
        for error in errors.fields() {
            let is_left_empty = error.value() == Some("")
                && self.get_all(error.name()).count() == 1
                && words::wants_more(error.message());
            reported.add(if is_left_empty {
                FieldError::missing(error.name())
            } else {
                error.clone()
            });
        }
        reported
    }
}

/// Reads once, as usual or by a plan.
fn attempt<'de, T: Deserialize<'de>>(
    source: &Source<'de>,
    plan: Option<&Plan>,
) -> Result<T, Fault> {
    T::deserialize(Reader { source, plan })
}

/// The error of a type that refuses now what it has taken before.
fn changed(fault: &Fault) -> FieldError {
    FieldError::new(
        "",
        None,
        format!("the type reads otherwise each time: {fault}"),
    )
}
