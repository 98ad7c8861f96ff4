//! Reports JSON that is valid but does not fit the type: the path, the value, and what was expected.
//!
//! Only a second reading tracks the path, so valid requests do not pay for it. The path ends where serde buffers values
//! (`flatten`, internally tagged and untagged enums). Below that point, the value is found by the words that serde uses
//! for it.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::de::Unexpected;
use serde_json::Value;
use serde_path_to_error::Path;
use serde_path_to_error::Segment;

use crate::base::error::Error;
use crate::base::error::FieldError;
use crate::base::error::is_secret;
use crate::base::multi_dict::in_plain_words;

/// The longest document, in bytes, that is searched for the value.
const SEARCHED_BYTES: usize = 256 << 10;

/// At most this many equal values are distinguished.
const MOST_ALIKE: usize = 8;

/// At most this many characters of a value are kept.
const KEPT_CHARS: usize = 200;

/// The error for a document that is not a `T`.
#[cold]
pub(super) fn misfit<T: DeserializeOwned>(text: &[u8], error: serde_json::Error) -> Error {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let (way, error) = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Ok(_) => (Way::default(), error),
        Err(tracked) => (Way::of(tracked.path()), tracked.into_inner()),
    };
    let again = |changed: &Value| {
        let text = serde_json::to_vec(changed).ok()?;
        let error = serde_json::from_slice::<T>(&text).err()?;
        Some(without_place(&error))
    };
    let document = (text.len() <= SEARCHED_BYTES)
        .then(|| serde_json::from_slice(text).ok())
        .flatten();
    let misfit = Misfit {
        way,
        document: document.unwrap_or(Value::Null),
        message: without_place(&error),
        again: &again,
    };
    Error::unprocessable_content().with_fields(misfit.field())
}

/// The message of serde without its position: "line 1 column 13" is useless if a program made the JSON.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}

/// The path to a value.
#[derive(Clone, Default)]
struct Way(Vec<Step>);

#[derive(Clone)]
enum Step {
    Index(usize),
    Key(String),
}

impl Way {
    fn of(path: &Path) -> Self {
        let steps = path.iter().map_while(|segment| match segment {
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Map { key } | Segment::Enum { variant: key } => Some(Step::Key(key.clone())),
            Segment::Unknown => None,
        });
        Self(steps.collect())
    }

    fn with(&self, step: Step) -> Self {
        let mut way = self.clone();
        way.0.push(step);
        way
    }

    /// The path to a member that serde names; the path may already end with it.
    fn to_member(&self, key: &str) -> Self {
        match self.0.last() {
            Some(Step::Key(last)) if last == key => self.clone(),
            _ => self.with(Step::Key(key.to_owned())),
        }
    }

    fn lead<'v>(&self, document: &'v mut Value) -> Option<&'v mut Value> {
        self.0.iter().try_fold(document, |value, step| match step {
            Step::Index(index) => value.get_mut(index),
            Step::Key(key) => value.get_mut(key),
        })
    }
}

/// `items[2].title`
impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) if place == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

/// A document that does not fit, and what is known about the error.
struct Misfit<'m> {
    /// The path to the value, as far as serde reports it.
    way: Way,
    document: Value,
    message: String,
    /// The message of serde for another document.
    again: &'m dyn Fn(&Value) -> Option<String>,
}

impl Misfit<'_> {
    fn field(mut self) -> FieldError {
        let message = self.message.clone();
        if let Some(name) = named(&message, "missing field `") {
            return FieldError::missing(self.way.with(Step::Key(name.to_owned())).to_string());
        }
        for (start, told) in [
            ("unknown field `", "is not expected"),
            ("duplicate field `", "occurs twice"),
        ] {
            if let Some(name) = named(&message, start) {
                return FieldError::new(self.way.to_member(name).to_string(), None, told);
            }
        }
        if let Some((look, wanted)) = found_and_wanted(&message)
            && let Some((way, value)) = self.place(&look)
            && !way.0.is_empty()
        {
            let message = format!("expected {}", in_plain_words(wanted, &value));
            let value: String = value.chars().take(KEPT_CHARS).collect();
            return FieldError::new(way.to_string(), Some(&value), message);
        }
        self.whole()
    }

    /// The error in the words of serde.
    fn whole(self) -> FieldError {
        let (name, message) = (self.way.to_string(), shortened(&self.message));
        match &*name {
            "" => FieldError::new("", None, format!("the JSON does not fit: {message}")),
            // The message of serde may contain the value.
            name if is_secret(name) => FieldError::new(name, None, "does not fit"),
            name => FieldError::new(name, None, format!("does not fit: {message}")),
        }
    }

    /// The path to the scalar that serde describes, and its text.
    fn place(&mut self, look: &str) -> Option<(Way, String)> {
        let value = self.way.lead(&mut self.document)?;
        if is_like(value, look) {
            return Some((self.way.clone(), text(value)));
        }
        let mut alike = Vec::new();
        collect(value, look, &self.way, &mut alike);
        let way = match &*alike {
            [only] => only.clone(),
            several => self.decisive(several)?.clone(),
        };
        let value = way.lead(&mut self.document)?;
        Some((way, text(value)))
    }

    /// The value that the message of serde is about: of several values that look alike, the first one whose change
    /// also changes the message.
    fn decisive<'w>(&self, alike: &'w [Way]) -> Option<&'w Way> {
        let is_told = |document: &Value| (self.again)(document).as_ref() == Some(&self.message);
        // The rewritten document orders members differently, so serde may find another error first.
        if !is_told(&self.document) {
            return None;
        }
        alike.iter().find(|way| {
            let mut changed = self.document.clone();
            if let Some(value) = way.lead(&mut changed) {
                change(value);
            }
            !is_told(&changed)
        })
    }
}

/// The name at the beginning of a message.
fn named<'m>(message: &'m str, start: &str) -> Option<&'m str> {
    let (name, _) = message.strip_prefix(start)?.split_once('`')?;
    Some(name)
}

/// The value that serde found, in its words, and the type that it expected.
fn found_and_wanted(message: &str) -> Option<(String, &str)> {
    if let Some(rest) = message.strip_prefix("unknown variant `") {
        let (variant, wanted) = rest.rsplit_once("`, expected ")?;
        return Some((Unexpected::Str(variant).to_string(), wanted));
    }
    let rest = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, wanted) = rest.rsplit_once(", expected ")?;
    Some((found.to_owned(), wanted))
}

/// Returns whether serde describes this value in these words; never for a list or an object.
fn is_like(value: &Value, look: &str) -> bool {
    match value {
        Value::Null => look == "null",
        Value::Bool(value) => Unexpected::Bool(*value).to_string() == look,
        Value::String(text) => Unexpected::Str(text).to_string() == look,
        Value::Number(number) => {
            let unsigned = number.as_u64().map(Unexpected::Unsigned);
            let signed = || number.as_i64().map(Unexpected::Signed);
            let float = || number.as_f64().map(Unexpected::Float);
            let found = unsigned.or_else(signed).or_else(float);
            found.is_some_and(|found| found.to_string() == look)
        }
        Value::Array(_) | Value::Object(_) => false,
    }
}

/// Collects the paths to all values that serde describes in these words.
fn collect(value: &Value, look: &str, way: &Way, alike: &mut Vec<Way>) {
    if alike.len() < MOST_ALIKE && is_like(value, look) {
        alike.push(way.clone());
    }
    match value {
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                collect(value, look, &way.with(Step::Index(index)), alike);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                collect(value, look, &way.with(Step::Key(key.clone())), alike);
            }
        }
        _ => {}
    }
}

/// Replaces the value by another of the same type, if there is one.
fn change(value: &mut Value) {
    *value = match value {
        Value::Bool(value) => Value::Bool(!*value),
        Value::String(text) => Value::String(format!("{text}?")),
        Value::Number(number) => match number.as_u64() {
            Some(number) => Value::from(number ^ 1),
            None => Value::from(number.as_f64().unwrap_or_default() + 1.0),
        },
        _ => return,
    };
}

/// A scalar as it was sent; strings without quotes.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The message of serde without the middle of a long value: its beginning, and what was expected.
fn shortened(message: &str) -> String {
    let count = message.chars().count();
    if count <= 200 {
        return message.to_owned();
    }
    let start: String = message.chars().take(100).collect();
    let end: String = message.chars().skip(count - 80).collect();
    format!("{start}…{end}")
}
