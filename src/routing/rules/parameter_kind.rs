//! The kinds of parameters: the built-in converters, and custom ones.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::base::nearest::nearest;
use crate::routing::rules::converter::Converters;
use crate::routing::rules::converter::Own;
use crate::routing::rules::spelling;
use crate::routing::rules::spelling::Spelling;

/// The names of the built-in converters.
pub(in crate::routing) const BUILT_IN: [&str; 7] =
    ["any", "date", "float", "int", "path", "str", "uuid"];

/// A converter with its arguments.
#[derive(Clone)]
pub(super) enum ParameterKind {
    /// Text, with limits for the number of its characters.
    Str { min: usize, max: usize },
    /// A whole number in decimal.
    Int {
        min: i128,
        max: i128,
        digits: Option<usize>,
    },
    /// A number in decimal, without an exponent, in the spelling in which `f64` is displayed.
    Float { min: f64, max: f64 },
    /// Five groups of hexadecimal digits, in lower case.
    Uuid,
    /// One of these texts.
    Any(Vec<String>),
    /// A date of the calendar: `2026-11-24`.
    Date,
    /// One or more segments.
    Path,
    /// A custom converter: its name with its arguments, and the converter.
    Own(String, Own),
}

impl ParameterKind {
    /// The converter of this name with these arguments; the error says what is wrong.
    pub(super) fn new(name: &str, arguments: &str, own: &Converters) -> Result<Self, String> {
        let arguments = arguments.trim();
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
        match given.0.first() {
            None => Ok(kind),
            Some((left, _)) => Err(format!("`{name}` takes no argument `{left}` here")),
        }
    }

    fn any(list: &str) -> Result<Self, String> {
        let mut texts: Vec<_> = list.split(',').map(|text| text.trim().to_owned()).collect();
        for text in &texts {
            if text.is_empty() || text.contains('/') {
                return Err(
                    "`any` needs texts, as in `any(new,old)`; a text must not be empty or have a slash".into(),
                );
            }
            refuse_escapes(text)?;
        }
        texts.sort();
        texts.dedup();
        Ok(Self::Any(texts))
    }

    fn str(given: &mut Arguments<'_>) -> Result<Self, String> {
        let limits = (
            given.number("length")?,
            given.number("min")?,
            given.number("max")?,
        );
        let (min, max) = match limits {
            (None, min, max) => (min.unwrap_or(1), max.unwrap_or(usize::MAX)),
            (Some(length), None, None) => (length, length),
            _ => return Err("`length` sets `min` and `max`, so they cannot be given too".into()),
        };
        if min == 0 {
            return Err("`str` has at least one character".into());
        }
        not_empty(Self::Str { min, max }, min <= max)
    }

    fn int(given: &mut Arguments<'_>) -> Result<Self, String> {
        let (least, most) = if given.flag("signed")? {
            (i128::from(i64::MIN), i128::from(i64::MAX))
        } else {
            (0, i128::from(u64::MAX))
        };
        let digits: Option<usize> = given.number("digits")?;
        let next = |digits| 10_i128.checked_pow(u32::try_from(digits).ok()?);
        let largest = digits.and_then(next).map_or(i128::MAX, |next| next - 1);
        let min = given.number("min")?.unwrap_or(least).max(-largest);
        let max = given.number("max")?.unwrap_or(most).min(largest);
        not_empty(
            Self::Int { min, max, digits },
            min <= max && digits != Some(0),
        )
    }

    fn float(given: &mut Arguments<'_>) -> Result<Self, String> {
        let least = if given.flag("signed")? { f64::MIN } else { 0.0 };
        let min: f64 = given.number("min")?.unwrap_or(least);
        let max: f64 = given.number("max")?.unwrap_or(f64::MAX);
        for (name, limit) in [("min", min), ("max", max)] {
            if limit.is_infinite() {
                return Err(format!("`{name}` is larger than the largest number"));
            }
        }
        not_empty(Self::Float { min, max }, min <= max)
    }

    /// Whether a decoded text is a value in its canonical spelling. The search has checked the slashes of a `path`.
    fn accepts(&self, text: &[u8]) -> bool {
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
            Self::Int { min, max, digits } => spelling::integer(text, *digits)
                .is_some_and(|number| (*min..=*max).contains(&number)),
            Self::Float { min, max } => spelling::decimal(text).is_some_and(|number| {
                (*min..=*max).contains(&number) && spelling::is_spelled(number, text)
            }),
            Self::Uuid => spelling::is_uuid(text),
            Self::Any(texts) => texts.iter().any(|known| known.as_bytes() == text),
            Self::Date => spelling::is_date(text),
            // An empty segment would lead to another host: `//`.
            Self::Own(_, own) => {
                !text.is_empty()
                    && std::str::from_utf8(text)
                        .is_ok_and(|text| own.converter.parse(text).is_some())
            }
        }
    }

    /// Whether a decoded text is a value, in one of these spellings.
    #[inline]
    pub(super) fn takes(&self, text: &[u8], spelling: Spelling) -> bool {
        self.accepts(text) || (spelling == Spelling::Any && self.respelled(text).is_some())
    }

    /// The maximum number of bytes of a value at the beginning of `text`.
    pub(super) fn reach(&self, text: &[u8]) -> usize {
        let longest = match self {
            // A character has four bytes at most.
            Self::Str { max, .. } => max.saturating_mul(4),
            Self::Int { .. } => spelling::integer_length(text),
            Self::Float { .. } => spelling::decimal_length(text),
            Self::Uuid => 36,
            Self::Date => 10,
            Self::Any(texts) => texts.iter().map(String::len).max().unwrap_or(0),
            _ => text.len(),
        };
        longest.min(text.len())
    }

    /// The value of a decoded text that `takes` has accepted.
    pub(super) fn value<'t>(&self, text: Cow<'t, str>) -> Cow<'t, str> {
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

    /// The text of a value in a path; `None` if the value does not fit.
    pub(super) fn text<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        let text = match self {
            Self::Int { digits, .. } => {
                let number = spelling::whole(value.as_bytes())?;
                Cow::Owned(spelling::spelled(number, *digits))
            }
            Self::Float { .. } => Cow::Owned(spelling::decimal(value.as_bytes())?.to_string()),
            Self::Uuid => Cow::Owned(value.to_ascii_lowercase()),
            Self::Own(_, own) => own.converter.build(value)?,
            // Such a path would lead to another host.
            Self::Path if value.starts_with('/') => return None,
            _ => Cow::Borrowed(value),
        };
        self.accepts(text.as_bytes()).then_some(text)
    }

    /// The canonical spelling of a value, if a decoded text from a path has another spelling.
    ///
    /// Only a number without `digits` and a UUID have other spellings.
    pub(super) fn respelled(&self, text: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(text).ok()?;
        if !self.has_spellings() {
            return None;
        }
        let spelling = self.text(text)?;
        (spelling != text).then(|| spelling.into_owned())
    }

    /// Whether values can be spelled in several ways.
    pub(super) fn has_spellings(&self) -> bool {
        matches!(
            self,
            Self::Int { digits: None, .. } | Self::Float { .. } | Self::Uuid
        )
    }

    /// Whether a value found in a path is the one that the path was built from.
    pub(super) fn is_same(&self, found: &str, given: &str) -> bool {
        found == given || (!matches!(self, Self::Own(..)) && self.text(found) == self.text(given))
    }

    pub(super) fn weight(&self) -> u16 {
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

    /// A measure for the number of values, to compare two converters of the same weight.
    pub(super) fn breadth(&self) -> u128 {
        match self {
            Self::Str { min, max } => (max - min) as u128,
            Self::Int { min, max, .. } => max.abs_diff(*min),
            // The bits of a positive number grow with it.
            Self::Float { min, max } => u128::from((max / 2.0 - min / 2.0).to_bits()),
            Self::Any(texts) => texts.len() as u128,
            _ => 0,
        }
    }
}

fn unknown(name: &str, own: &Converters) -> String {
    let names = || BUILT_IN.into_iter().chain(own.names());
    let rest = match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "there are {}, and those declared before it by `with_converter`",
            names().collect::<Vec<_>>().join(", ")
        ),
    };
    format!("there is no converter `{name}`; {rest}")
}

fn not_empty(kind: ParameterKind, has_values: bool) -> Result<ParameterKind, String> {
    let refused = || "no value fits these arguments".to_owned();
    has_values.then_some(kind).ok_or_else(refused)
}

/// Refuses percent-encoded text: a rule is a decoded path.
pub(super) fn refuse_escapes(text: &str) -> Result<(), String> {
    let is_escape = |window: &&[u8]| matches!(window, [b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    match text.as_bytes().windows(3).find(is_escape) {
        Some(escape) => Err(format!(
            "`{}` is percent-encoded; write the decoded text in a rule",
            String::from_utf8_lossy(escape)
        )),
        None => Ok(()),
    }
}

/// The arguments of a built-in converter, as in `int(min=1,signed)`: names and values.
struct Arguments<'t>(Vec<(&'t str, &'t str)>);

impl<'t> Arguments<'t> {
    fn new(text: &'t str) -> Result<Self, String> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for piece in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, "true"));
            let name = name.trim_end();
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(format!("the argument `{name}` occurs twice"));
            }
            pairs.push((name, value.trim_start()));
        }
        Ok(Self(pairs))
    }

    fn take(&mut self, name: &str) -> Option<&'t str> {
        let place = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.remove(place).1)
    }

    /// Takes an argument that is a number.
    fn number<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, String> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        // `f64` would also read `inf` and `nan`, which have no digits.
        let has_digits = value.bytes().any(|byte| byte.is_ascii_digit());
        let number = value.parse().ok().filter(|_| has_digits);
        let refused = || format!("`{name}` needs a number, as in `{name}=3`");
        number.map(Some).ok_or_else(refused)
    }

    /// Takes an argument that is true if it has no value.
    fn flag(&mut self, name: &str) -> Result<bool, String> {
        match self.take(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(value) => Err(format!("`{name}` is true or false, not `{value}`")),
        }
    }
}

/// The converter as in a rule, but with the same text for two converters that take the same values. The text of a
/// custom converter begins with its age, since two routers can have different converters of the same name.
impl fmt::Display for ParameterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str { min, max } => write!(f, "str(min={min},max={max})"),
            Self::Int { min, max, digits } => {
                write!(f, "int(min={min},max={max}")?;
                if let Some(digits) = digits {
                    write!(f, ",digits={digits}")?;
                }
                f.write_str(")")
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
