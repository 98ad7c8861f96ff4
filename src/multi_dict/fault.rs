//! What goes wrong while a typed value is read, before it is known of which field.

use std::fmt;

use serde::de::Error as DeError;
use serde::de::Expected;
use serde::de::Unexpected;

/// The error type towards serde.
#[derive(Debug)]
pub(super) enum Fault {
    /// A field that the type wants is absent.
    Missing(&'static str),
    /// A field that the type does not know.
    Unknown(String),
    /// A value does not fit; the reader of the field adds its name.
    Value {
        name: Option<String>,
        value: Option<String>,
        message: String,
    },
    /// The same, of a value that serde had put aside as text before it knew what it was for
    /// (`flatten`, tagged enums), and that it now wants to be something else.
    Misfit { found: Found, wanted: String },
}

/// What a value was when it did not fit.
#[derive(Debug)]
pub(super) enum Found {
    /// A text, and where in memory it stands: serde borrows it, so that tells which one it is.
    Text(String, usize),
    /// A number, or nothing, that was a text once.
    Converted(String),
    List,
}

impl Found {
    fn text(text: &str) -> Self {
        Self::Text(text.to_owned(), text.as_ptr().addr())
    }
}

impl Fault {
    pub(super) fn expected(what: impl fmt::Display) -> Self {
        Self::custom(format_args!("expected {what}"))
    }

    /// The same fault, of a field.
    pub(super) fn of(self, field: &str) -> Self {
        let (value, message) = match self {
            Self::Value { value, message, .. } => (value, message),
            Self::Misfit { wanted, .. } => (None, format!("expected {}", plain(&wanted))),
            other => return other,
        };
        Self::Value {
            name: Some(field.to_owned()),
            value,
            message,
        }
    }

    /// The same fault, of this one of several values.
    pub(super) fn at(self, text: &str) -> Self {
        match self {
            Self::Value { name, message, .. } => Self::Value {
                name,
                value: Some(text.to_owned()),
                message,
            },
            other => other,
        }
    }
}

/// What serde expects, for people who do not know Rust's types.
pub(super) fn plain(wanted: &str) -> &str {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128"
        | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "`true` or `false`",
        other => other,
    }
}

impl DeError for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Value {
            name: None,
            value: None,
            message: message.to_string(),
        }
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Str(text) => Found::text(text),
            Unexpected::Unsigned(number) => Found::Converted(number.to_string()),
            Unexpected::Signed(number) => Found::Converted(number.to_string()),
            Unexpected::Float(number) => Found::Converted(number.to_string()),
            Unexpected::Bool(value) => Found::Converted(value.to_string()),
            Unexpected::Unit => Found::Converted(String::new()),
            _ => Found::List,
        };
        Self::Misfit {
            found,
            wanted: wanted.to_string(),
        }
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::invalid_type(found, wanted)
    }

    fn invalid_length(_: usize, wanted: &dyn Expected) -> Self {
        Self::expected(wanted)
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        Self::Misfit {
            found: Found::text(found),
            wanted: one_of(known),
        }
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::custom("is there under several names").of(field)
    }
}

/// "`a`, `b` or `c`".
fn one_of(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Fault {}
