//! What a parameter may be: the converters that are always there, and your own.

use std::borrow::Cow;
use std::fmt;

use crate::routing::rules::arguments::Arguments;
use crate::routing::rules::calendar;
use crate::routing::rules::converter::Converters;
use crate::routing::rules::converter::Own;
use crate::routing::rules::nearest::nearest;
use crate::routing::rules::number::decimal;
use crate::routing::rules::number::decimal_length;
use crate::routing::rules::number::integer;
use crate::routing::rules::number::integer_length;
use crate::routing::rules::number::is_spelled;
use crate::routing::rules::number::spelled;
use crate::routing::rules::number::whole;
use crate::routing::rules::plain_text::as_it_reads;

/// The names of the converters that are always there.
pub(in crate::routing) const BUILT_IN: [&str; 7] =
    ["any", "date", "float", "int", "path", "str", "uuid"];

/// A converter with its arguments.
#[derive(Clone)]
pub(in crate::routing) enum ParameterKind {
    /// Text of so many characters.
    Str { min: usize, max: usize },
    /// A whole number in decimal.
    Int {
        min: i128,
        max: i128,
        digits: Option<usize>,
    },
    /// A number in decimal, without an exponent, in the one spelling that `f64` is displayed in.
    Float { min: f64, max: f64 },
    /// Five groups of hexadecimal digits, in lower case.
    Uuid,
    /// One of these texts.
    Any(Vec<String>),
    /// A date of the calendar: `2026-11-24`.
    Date,
    /// One or more segments.
    Path,
    /// A user's own.
    Own(String, Own),
}

/// Which spellings of a value are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::routing) enum Spelling {
    /// Its own: the one that it is built in.
    Own,
    /// Others too, as `1.50`.
    Any,
}

impl ParameterKind {
    /// The converter of this name; the error says what is wrong.
    pub(in crate::routing) fn new(
        name: &str,
        arguments: Option<&str>,
        own: &Converters,
    ) -> Result<Self, String> {
        let arguments = arguments.map_or("", str::trim);
        if name == "any" {
            return Self::any(arguments);
        }
        if !BUILT_IN.contains(&name) {
            let own = own.get(name).ok_or_else(|| unknown(name, own))?;
            return Ok(match arguments {
                "" => Self::Own(name.to_owned(), own.clone()),
                some => Self::Own(format!("{name}({some})"), own.with_arguments(some)?),
            });
        }
        let mut given = Arguments::new(arguments)?;
        let kind = match name {
            "str" => Self::str(&mut given)?,
            "int" => Self::int(&mut given)?,
            "float" => Self::float(&mut given)?,
            "uuid" => Self::Uuid,
            "date" => Self::Date,
            _ => Self::Path,
        };
        given.finish(name).map(|()| kind)
    }

    fn any(list: &str) -> Result<Self, String> {
        let mut texts: Vec<_> = list.split(',').map(|text| text.trim().to_owned()).collect();
        if texts
            .iter()
            .any(|text| text.is_empty() || text.contains('/'))
        {
            return Err(
                "`any` needs texts, as in `any(new,old)`, none empty or with a slash".into(),
            );
        }
        for text in &texts {
            as_it_reads(text)?;
        }
        texts.sort();
        texts.dedup();
        Ok(Self::Any(texts))
    }

    fn str(given: &mut Arguments<'_>) -> Result<Self, String> {
        let (min, max) = match (
            given.take("length")?,
            given.take("min")?,
            given.take("max")?,
        ) {
            (None, min, max) => (min.unwrap_or(1), max.unwrap_or(usize::MAX)),
            (Some(length), None, None) => (length, length),
            _ => return Err("`length` stands for `min` and `max`, and not beside them".into()),
        };
        if min == 0 {
            return Err("`str` has at least one character".into());
        }
        not_empty(min <= max)?;
        Ok(Self::Str { min, max })
    }

    fn int(given: &mut Arguments<'_>) -> Result<Self, String> {
        let signed = given.flag("signed")?;
        let digits: Option<usize> = given.take("digits")?;
        let (least, most) = if signed {
            (i128::from(i64::MIN), i128::from(i64::MAX))
        } else {
            (0, i128::from(u64::MAX))
        };
        let written = digits.map_or(i128::MAX, largest_of);
        let min = given.take("min")?.unwrap_or(least).max(-written);
        let max = given.take("max")?.unwrap_or(most).min(written);
        not_empty(min <= max && digits != Some(0))?;
        Ok(Self::Int { min, max, digits })
    }

    fn float(given: &mut Arguments<'_>) -> Result<Self, String> {
        let least = if given.flag("signed")? { f64::MIN } else { 0.0 };
        let min: f64 = given.take("min")?.unwrap_or(least);
        let max: f64 = given.take("max")?.unwrap_or(f64::MAX);
        for (name, limit) in [("min", min), ("max", max)] {
            if limit.is_infinite() {
                return Err(format!("`{name}` is more than a number can be"));
            }
        }
        not_empty(min <= max)?;
        Ok(Self::Float { min, max })
    }

    /// Whether a decoded text is a value. For `path` the slashes were looked at before.
    pub(super) fn accepts(&self, text: &[u8]) -> bool {
        match self {
            Self::Str {
                min: 1,
                max: usize::MAX,
            }
            | Self::Path => !text.is_empty(),
            Self::Str { min, max } => {
                let length = String::from_utf8_lossy(text).chars().count();
                (*min..=*max).contains(&length)
            }
            Self::Int { min, max, digits } => {
                integer(text, *digits).is_some_and(|number| (*min..=*max).contains(&number))
            }
            Self::Float { min, max } => decimal(text)
                .is_some_and(|number| (*min..=*max).contains(&number) && is_spelled(number, text)),
            Self::Uuid => is_uuid(text),
            Self::Any(texts) => texts.iter().any(|known| known.as_bytes() == text),
            Self::Date => calendar::is_date(text),
            // Nothing between two slashes would lead to another host.
            Self::Own(_, own) => {
                !text.is_empty()
                    && std::str::from_utf8(text)
                        .is_ok_and(|text| own.converter.parse(text).is_some())
            }
        }
    }

    /// The same, of a value in any spelling if that is asked for.
    pub(in crate::routing) fn takes(&self, text: &[u8], spelling: Spelling) -> bool {
        self.accepts(text) || (spelling == Spelling::Any && self.respelled(text).is_some())
    }

    /// How many bytes from the beginning of `text` a value can have at most.
    pub(super) fn reach(&self, text: &[u8]) -> usize {
        let longest = match self {
            // A character has four bytes at most.
            Self::Str { max, .. } => max.saturating_mul(4),
            Self::Int { .. } => integer_length(text),
            Self::Float { .. } => decimal_length(text),
            Self::Uuid => 36,
            Self::Date => 10,
            Self::Any(texts) => texts.iter().map(String::len).max().unwrap_or(0),
            _ => text.len(),
        };
        longest.min(text.len())
    }

    /// What a decoded text means, where `accepts` has taken it.
    pub(in crate::routing) fn value<'t>(&self, text: Cow<'t, str>) -> Cow<'t, str> {
        let Self::Own(_, Own { converter, .. }) = self else {
            return text;
        };
        match text {
            Cow::Borrowed(borrowed) => converter.parse(borrowed).unwrap_or(text),
            Cow::Owned(owned) => {
                let value = converter.parse(&owned).map(Cow::into_owned);
                Cow::Owned(value.unwrap_or(owned))
            }
        }
    }

    /// The text that a value has in a path; `None` for what is no value.
    pub(in crate::routing) fn text<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        let text = match self {
            Self::Int { digits, .. } => {
                let number = whole(value.as_bytes())?;
                Cow::Owned(spelled(number, *digits))
            }
            Self::Float { .. } => Cow::Owned(decimal(value.as_bytes())?.to_string()),
            Self::Uuid => Cow::Owned(value.to_ascii_lowercase()),
            Self::Own(_, own) => own.converter.build(value)?,
            // Such a path would lead to another host.
            Self::Path if value.starts_with('/') => return None,
            _ => Cow::Borrowed(value),
        };
        self.accepts(text.as_bytes()).then_some(text)
    }

    /// The one spelling of a value that a decoded text from a path spells otherwise.
    ///
    /// None where there is no other: the number of `digits` counts, and so do all texts of a user's own.
    pub(in crate::routing) fn respelled(&self, text: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(text).ok()?;
        if !self.has_spellings() {
            return None;
        }
        let spelling = self.text(text)?;
        (spelling != text).then(|| spelling.into_owned())
    }

    /// Whether a value can be spelled in several ways.
    pub(in crate::routing) fn has_spellings(&self) -> bool {
        matches!(
            self,
            Self::Int { digits: None, .. } | Self::Float { .. } | Self::Uuid
        )
    }

    /// Whether a value that was found in a path is the one that it was built of.
    pub(in crate::routing) fn is_same(&self, found: &str, given: &str) -> bool {
        found == given || (!matches!(self, Self::Own(..)) && self.text(found) == self.text(given))
    }

    pub(in crate::routing) fn weight(&self) -> u16 {
        match self {
            Self::Any(_) => 10,
            Self::Uuid => 20,
            Self::Date => 30,
            Self::Int { .. } => 40,
            Self::Float { .. } => 50,
            Self::Str { .. } => 100,
            Self::Path => 200,
            Self::Own(_, own) => own.weight,
        }
    }

    /// How many values there are, beside another of the same weight.
    pub(in crate::routing) fn breadth(&self) -> u128 {
        match self {
            Self::Str { min, max } => (max - min) as u128,
            Self::Int { min, max, .. } => max.abs_diff(*min),
            // Ordered as the numbers are: the bits of a positive one grow with it.
            Self::Float { min, max } => u128::from((max / 2.0 - min / 2.0).to_bits()),
            Self::Any(texts) => texts.len() as u128,
            _ => 0,
        }
    }
}

fn unknown(name: &str, own: &Converters) -> String {
    let names = own.names().chain(BUILT_IN);
    if let Some(near) = nearest(name, names) {
        return format!("there is no converter `{name}`; did you mean `{near}`?");
    }
    let all: Vec<_> = BUILT_IN.into_iter().chain(own.names()).collect();
    let all = all.join(", ");
    format!(
        "there is no converter `{name}`; there are {all}, and those declared before it by `with_converter`"
    )
}

/// The largest number that so many digits can write.
fn largest_of(digits: usize) -> i128 {
    let next = u32::try_from(digits)
        .ok()
        .and_then(|digits| 10_i128.checked_pow(digits));
    next.map_or(i128::MAX, |next| next - 1)
}

fn not_empty(has_values: bool) -> Result<(), String> {
    let refused = || "nothing fits these arguments".to_owned();
    has_values.then_some(()).ok_or_else(refused)
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// As it could be written in a rule, the same for all that take the same. One's own has its age
/// with it: two routers can have different converters under one name.
impl fmt::Display for ParameterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str {
                min: 1,
                max: usize::MAX,
            } => f.write_str("str"),
            Self::Str {
                min,
                max: usize::MAX,
            } => write!(f, "str(min={min})"),
            Self::Str { min, max } => write!(f, "str(min={min},max={max})"),
            Self::Int { min, max, digits } => {
                write!(f, "int(min={min},max={max}")?;
                match digits {
                    Some(digits) => write!(f, ",digits={digits})"),
                    None => f.write_str(")"),
                }
            }
            Self::Float { min, max } => write!(f, "float(min={min:?},max={max:?})"),
            Self::Uuid => f.write_str("uuid"),
            Self::Any(texts) => write!(f, "any({})", texts.join(",")),
            Self::Date => f.write_str("date"),
            Self::Path => f.write_str("path"),
            Self::Own(name, own) => write!(f, "{:020}@{name}", own.age),
        }
    }
}

impl fmt::Debug for ParameterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
