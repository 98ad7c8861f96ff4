//! Reads typed values from a dictionary with serde: one deserializer for queries, forms, cookies and path
//! parameters.
//!
//! If a field requests a type, its text is parsed as that type ([`text`], [`values`]), and a form that fits
//! is read at the first attempt. Two tasks take more attempts, each with the lessons of the last one
//! ([`search`]):
//!
//! * **Reporting all mistakes.** serde stops at the first mistake, so a made-up value replaces the wrong one.
//! * **Finding the types of buffered values** (`flatten`, untagged enums, internal tags). serde buffers them
//!   as texts before it knows the type, and refuses them later. The refusal identifies the value, since serde
//!   borrows it; but only its message tells the requested type ([`words`]).
//!
//! # Limits
//!
//! * A type's `deserialize` may run several times, also with made-up values.
//! * Buffered values cannot be numbers of 128 bits: an error names the field.
//! * For `flatten`ed structs and untagged enums, only the first mistake is reported.
//! * A `flatten`ed `Option` is `None` if one of its fields is missing or empty. An absent list counts as
//!   missing there, unless it is marked `#[serde(default)]`. A field that is present and does not fit is an
//!   error.
//! * A type may try a value and continue without it, for example a field that falls back to its default. With
//!   a buffered value it may not, since that cannot be distinguished from a loss.
//! * A buffered `Option<String>` is `Some("")` if the field is empty.

use serde::Deserialize;

use crate::base::error::FieldError;
use crate::base::error::FieldErrors;
use crate::base::multi_dict::MultiDict;

mod blame;
mod fake;
mod fault;
mod guesses;
mod lessons;
mod methods;
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
    /// * A list takes all values of its name, or is empty if the name is absent. A tuple takes as many as it
    ///   has elements. Other types take the first.
    /// * An `Option` is `None` if the name is absent or its value is empty. Mark other optional fields with
    ///   `#[serde(default)]`.
    /// * A `bool` is `true`, `on`, `1`, `yes`, or `false`, `off`, `0`, `no`, also `True`, `TRUE`, `False`,
    ///   `FALSE`. Numbers must be finite.
    /// * An empty value of a required number, `bool`, date or enum counts as missing.
    /// * An enum without fields is one of its names. `flatten`ed structs, and tagged or untagged enums, may
    ///   have fields of all these types except numbers of 128 bits: serde buffers their values and does not
    ///   support such numbers there.
    /// * A `flatten`ed `Option` is `None` if one of its fields is missing or empty (a list must be marked
    ///   `#[serde(default)]`), and an error if one does not fit.
    /// * A type that accepts anything, such as an untagged enum, gets a list if there are several values, so
    ///   that none is lost. For such a type, a text is a number only if it has the usual form of one: `1234`,
    ///   not `01234`.
    /// * Dates are those of `chrono` (feature `chrono`): `NaiveDate` is `2026-11-24`, `DateTime<Utc>` is
    ///   `2026-11-24T12:30:00Z` or has another offset.
    /// * `&str` is borrowed.
    ///
    /// The `deserialize` of a type may run several times, also with made-up values in place of those that do
    /// not fit: it should have no side effects.
    ///
    /// # Errors
    ///
    /// [`FieldErrors`] with every field that does not fit (the first hundred). For `flatten`ed structs and
    /// tagged enums it reports only the first, since the types of later fields are then unknown.
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

    /// Adapts the errors: an empty field counts as missing, since browsers send `age=` for it.
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

/// Reads once, in the usual way or with a plan.
fn attempt<'de, T: Deserialize<'de>>(
    source: &Source<'de>,
    plan: Option<&Plan>,
) -> Result<T, Fault> {
    T::deserialize(Reader { source, plan })
}

/// Creates the error for a type that now refuses a value that it accepted before.
fn changed(fault: &Fault) -> FieldError {
    FieldError::new(
        "",
        None,
        format!("the type gives a different result each time: {fault}"),
    )
}
