//! The error type for serde: a fault whose field may not be known yet.

use std::fmt;

use serde::de::Error as DeError;
use serde::de::Expected;
use serde::de::Unexpected;

use super::watch;
use super::watch::FoundValue;
use super::watch::Refusal;
use super::words::one_of;
use super::words::plain;
use super::words::unknown_field;

#[derive(Debug)]
pub(super) enum Fault {
    /// A required field is absent.
    Missing(&'static str),
    /// A field is unknown to the type.
    Unknown(String),
    /// A value does not fit; the reader of the field adds its name.
    Value {
        name: Option<String>,
        value: Option<String>,
        message: String,
    },
    /// A value that serde had buffered does not fit the type that it now requests.
    Refusal(Refusal),
}

impl Fault {
    pub(super) fn expected(what: impl fmt::Display) -> Self {
        Self::of_value(format!("expected {what}"))
    }

    fn of_value(message: String) -> Self {
        Self::Value {
            name: None,
            value: None,
            message,
        }
    }

    fn refusal(found: FoundValue, wanted: String) -> Self {
        let refusal = Refusal {
            found,
            wanted,
            within: None,
            is_settled: false,
        };
        watch::refused(&refusal);
        Self::Refusal(refusal)
    }

    /// Adds the field to the fault.
    pub(super) fn of(self, field: &str) -> Self {
        let (value, message) = match self {
            Self::Value { value, message, .. } => (value, message),
            Self::Refusal(refusal) => (None, format!("expected {}", plain(&refusal.wanted, ""))),
            other => return other,
        };
        Self::Value {
            name: Some(field.to_owned()),
            value,
            message,
        }
    }

    /// Adds the value to the fault, as one of several.
    pub(super) fn at(self, text: &str) -> Self {
        let message = match self {
            Self::Value { message, .. } => message,
            Self::Refusal(refusal) => format!("expected {}", plain(&refusal.wanted, text)),
            other => return other,
        };
        Self::Value {
            name: None,
            value: Some(text.to_owned()),
            message,
        }
    }
}

impl DeError for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        if let Some(name) = unknown_field(&message) {
            return Self::Unknown(name.to_owned());
        }
        watch::unnamed(&message);
        Self::of_value(message)
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Str(text) => FoundValue::text(text.as_bytes()),
            Unexpected::Bytes(bytes) => FoundValue::text(bytes),
            Unexpected::Unsigned(number) => FoundValue::Shown(number.to_string()),
            Unexpected::Signed(number) => FoundValue::Shown(number.to_string()),
            Unexpected::Float(number) => FoundValue::Shown(number.to_string()),
            Unexpected::Bool(value) => FoundValue::Shown(value.to_string()),
            Unexpected::Unit => FoundValue::Shown(String::new()),
            Unexpected::Seq => FoundValue::List,
            _ => FoundValue::Other,
        };
        Self::refusal(found, wanted.to_string())
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::invalid_type(found, wanted)
    }

    fn invalid_length(_: usize, wanted: &dyn Expected) -> Self {
        Self::custom(format_args!("expected {wanted}"))
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        Self::refusal(FoundValue::text(found.as_bytes()), one_of(known))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::of_value("occurs under several names".to_owned()).of(field)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Fault {}
