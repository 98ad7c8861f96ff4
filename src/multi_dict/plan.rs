//! What was learnt from failed attempts: reading is tried again until it succeeds or nothing new is
//! to be learnt.
//!
//! serde stops at the first mistake, does not tell a list that is absent from a number that is, and
//! puts the fields of a `flatten`ed struct aside as text before it knows their types. So a failed
//! attempt is looked at: the field at fault gets another treatment, and the next attempt gets further.
//! An attempt that succeeds costs nothing of this.

use crate::error::FieldError;
use crate::error::FieldErrors;
use crate::multi_dict::MultiDict;

use super::fault::Fault;
use super::fault::Found;
use super::fault::plain;
use super::text::as_bool;

/// Errors that are told at most: each costs an attempt, and a map may have any number of fields.
pub(super) const MOST_ERRORS: usize = 100;

/// What has been learnt so far.
#[derive(Default)]
pub(super) struct Plan {
    /// How fields that are there are read, at the place of their first value; those past its end as
    /// usual. Looked up for every field in every attempt, so not to be searched.
    present: Vec<Treatment>,
    /// The field whose treatment was changed last. What it was converted to is read next.
    changed: Option<usize>,
    /// Fields that are not there; whether a value was made up for them, as no empty list would do.
    absent: Vec<(&'static str, bool)>,
    errors: FieldErrors,
}

/// How a field is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Treatment {
    /// As the type asks for; one value, where the type does not say.
    Single(Kind),
    /// A list, where the type does not say.
    List(Kind),
    /// It is wrong: something else is read in its place.
    Faked,
    /// It is not known: not at all.
    Skipped,
}

impl Default for Treatment {
    fn default() -> Self {
        Self::Single(Kind::Text)
    }
}

/// What a value is taken for where the type does not say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    Unsigned,
    Signed,
    Float,
    Bool,
    Nothing,
}

impl Plan {
    pub(super) fn treatment(&self, index: usize) -> Treatment {
        self.present.get(index).copied().unwrap_or_default()
    }

    fn treat(&mut self, index: usize, treatment: Treatment) {
        if self.present.len() <= index {
            self.present.resize(index + 1, Treatment::default());
        }
        self.present[index] = treatment;
        self.changed = Some(index);
    }

    /// Fields to be read although they are not there.
    pub(super) fn absent(&self) -> &[(&'static str, bool)] {
        &self.absent
    }

    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    pub(super) fn into_errors(self) -> FieldErrors {
        self.errors
    }

    /// Learns from a fault; `false` when there is no use in another attempt.
    pub(super) fn learn(&mut self, dict: &MultiDict, fault: Fault) -> bool {
        let is_useful = self.learn_from(dict, fault);
        is_useful && self.errors.fields().len() < MOST_ERRORS
    }

    fn learn_from(&mut self, dict: &MultiDict, fault: Fault) -> bool {
        match fault {
            Fault::Missing(name) => {
                let is_new = self.absent.iter().all(|(known, _)| *known != name);
                if !is_new && !self.has_errors() {
                    // A type of its own kind misses it whatever is there.
                    self.errors.add(FieldError::missing(name));
                }
                self.absent.push((name, false));
                is_new
            }
            Fault::Unknown(name) => {
                let index = dict.position(&name);
                self.note(&name, dict.get(&name), "no such field is expected");
                index.is_some_and(|index| self.treat_anew(index, Treatment::Skipped))
            }
            Fault::Value {
                name: Some(name),
                value,
                message,
            } => self.field(dict, &name, value.as_deref(), &message),
            Fault::Value { message, .. } => self.whole(&message),
            Fault::Misfit { found, wanted } => self.misfit(dict, found, &wanted),
        }
    }

    fn note(&mut self, name: &str, value: Option<&str>, message: &str) {
        self.errors.add(FieldError::new(name, value, message));
    }

    fn treat_anew(&mut self, index: usize, treatment: Treatment) -> bool {
        let is_new = self.treatment(index) != treatment;
        self.treat(index, treatment);
        is_new
    }

    fn field(&mut self, dict: &MultiDict, name: &str, value: Option<&str>, message: &str) -> bool {
        if let Some((known, faked)) = self.absent.iter_mut().find(|(known, _)| *known == name) {
            // The type takes no empty list for it.
            let is_new = !std::mem::replace(faked, true);
            if is_new {
                self.errors.add(FieldError::missing(*known));
            }
            return is_new;
        }
        let Some(index) = dict.position(name) else {
            self.note(name, value, message);
            return false;
        };
        match self.treatment(index) {
            Treatment::Faked => return false,
            // The first of several was left empty, and is not one of a list: perhaps it is optional.
            Treatment::Single(Kind::Text) if value.is_none() && dict.pair(index).1.is_empty() => {
                self.treat(index, Treatment::Single(Kind::Nothing));
                return true;
            }
            _ => {}
        }
        self.note(name, value.or(dict.get(name)), message);
        self.treat_anew(index, Treatment::Faked)
    }

    /// A fault that belongs to no field; it may come of what was made up for others.
    fn whole(&mut self, message: &str) -> bool {
        if !self.has_errors() {
            self.note("", None, message);
        }
        false
    }

    /// serde wants a value that it had put aside to be something else.
    fn misfit(&mut self, dict: &MultiDict, found: Found, wanted: &str) -> bool {
        let message = format!("expected {}", plain(wanted));
        let (holder, text) = match found {
            Found::Text(text, address) => (dict.holder(address), text),
            Found::Converted(text) => {
                let sent = self.changed.and_then(|index| dict.sent_as(index, &text));
                (sent.and(self.changed), sent.unwrap_or(&text).to_owned())
            }
            // Only what is absent is read as a list without a text.
            Found::List => {
                return match self.absent.last().copied() {
                    Some((name, false)) => self.field(dict, name, None, &message),
                    _ => self.whole(&message),
                };
            }
        };
        let Some(index) = holder else {
            return self.whole(&message);
        };
        if let Some(treatment) = self.treatment(index).towards(&text, wanted) {
            self.treat(index, treatment);
            return true;
        }
        self.note(dict.pair(index).0, Some(&text), &message);
        false
    }
}

impl Treatment {
    /// The treatment by which `text` becomes what is wanted.
    fn towards(self, text: &str, wanted: &str) -> Option<Self> {
        let (kind, list) = match self {
            Self::Single(kind) => (kind, false),
            Self::List(kind) => (kind, true),
            Self::Faked | Self::Skipped => return None,
        };
        if wanted.starts_with("a sequence") || wanted.starts_with("a tuple") {
            return (!list).then_some(Self::List(kind));
        }
        if kind != Kind::Text {
            return None;
        }
        // "u8", and "a nonzero u8".
        let kind = match wanted.rsplit(' ').next().unwrap_or_default() {
            _ if text.is_empty() => Kind::Nothing,
            "u8" | "u16" | "u32" | "u64" | "usize" if text.parse::<u64>().is_ok() => Kind::Unsigned,
            "i8" | "i16" | "i32" | "i64" | "isize" if text.parse::<i64>().is_ok() => Kind::Signed,
            "f32" if text.parse::<f32>().is_ok_and(f32::is_finite) => Kind::Float,
            "f64" if text.parse::<f64>().is_ok_and(f64::is_finite) => Kind::Float,
            "boolean" if as_bool(text).is_some() => Kind::Bool,
            _ => return None,
        };
        Some(if list {
            Self::List(kind)
        } else {
            Self::Single(kind)
        })
    }
}
