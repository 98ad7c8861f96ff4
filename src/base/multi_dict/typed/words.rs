//! serde's messages: their translation for people who do not know Rust's types, and the facts they reveal.
//!
//! serde reports the requested type only in a message. Reading does not depend on the text: for a type with
//! its own message, every kind of value is tried ([`Known::Other`]). Two things depend on it, and tests check
//! these: an unknown field next to a `flatten`ed one ([`unknown_field`]), and a float of 32 bits
//! ([`Known::ShortFloat`]).

/// Whether the error for an empty text means that a value is required. That is true for messages of this crate, and
/// of chrono for a date. Messages of an application are not changed.
pub(super) fn wants_more(message: &str) -> bool {
    message.starts_with("expected ") || message == "premature end of input"
}

/// The type that a field requests, if its message is known.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Known<'w> {
    /// A whole number of this type.
    Whole(&'w str),
    ShortFloat,
    Float,
    Bool,
    Text,
    List,
    Other,
}

impl<'w> Known<'w> {
    pub(super) fn of(wanted: &'w str) -> Self {
        match wanted {
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64"
            | "i128" | "isize" => Self::Whole(wanted),
            "f32" => Self::ShortFloat,
            "f64" => Self::Float,
            "a boolean" => Self::Bool,
            "a string" | "a borrowed string" | "a character" => Self::Text,
            _ if wanted.starts_with("a sequence") || wanted.starts_with("a tuple") => Self::List,
            _ => Self::Other,
        }
    }
}

/// Calls a macro with each type of whole numbers; holds no logic.
macro_rules! for_each_whole_number {
    ($call:ident) => {
        $call!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize)
    };
}

pub(super) fn is_in_range(name: &str, text: &str) -> bool {
    macro_rules! parsed {
        ($($type:ident)*) => {
            match name {
                $(stringify!($type) => text.parse::<$type>().is_ok(),)*
                _ => false,
            }
        };
    }
    for_each_whole_number!(parsed)
}

/// The least and the largest number of a type.
fn range(name: &str) -> Option<(String, String)> {
    macro_rules! ranges {
        ($($type:ident)*) => {
            match name {
                $(stringify!($type) => Some(($type::MIN.to_string(), $type::MAX.to_string())),)*
                _ => None,
            }
        };
    }
    for_each_whole_number!(ranges)
}

/// Describes the requested type for people, for a text in a form or, since the words are the same, in a
/// document.
pub(crate) fn plain(wanted: &str, text: &str) -> String {
    match (Known::of(wanted), range(wanted)) {
        (_, Some(range)) => whole_number(text, range),
        (Known::Float | Known::ShortFloat, _) => "a number".to_owned(),
        (Known::Bool, _) => "`true` or `false`".to_owned(),
        _ if wanted == "a character" => "a single character".to_owned(),
        _ if wanted.starts_with("a nonzero ") => "a whole number that is not 0".to_owned(),
        _ => wanted.to_owned(),
    }
}

/// Describes a whole number, with its range if the text is a whole number outside it.
fn whole_number(text: &str, (least, most): (String, String)) -> String {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole {
        format!("a whole number from {least} to {most}")
    } else {
        "a whole number".to_owned()
    }
}

/// Returns the field that a struct with `flatten` and `deny_unknown_fields` does not know.
pub(super) fn unknown_field(message: &str) -> Option<&str> {
    message.strip_prefix("unknown field `")?.strip_suffix('`')
}

/// Describes for people a fault that does not name a value.
pub(super) fn plain_fault(message: &str) -> String {
    match message {
        "i128 is not supported" | "u128 is not supported" => {
            "cannot be read as a number of 128 bits in a `flatten`ed or untagged type, which serde does not support"
                .to_owned()
        }
        other => other.to_owned(),
    }
}

/// "`a`, `b` or `c`".
pub(super) fn one_of(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    alternatives(&quoted)
}

/// "a, b or c".
pub(super) fn alternatives(all: &[String]) -> String {
    match all.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
    }
}

/// Parses the words that check boxes, switches, scripts (Python's too) and hand-written links send.
pub(super) fn as_bool(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "on" | "1" | "yes" => Some(true),
        "false" | "False" | "FALSE" | "off" | "0" | "no" => Some(false),
        _ => None,
    }
}
