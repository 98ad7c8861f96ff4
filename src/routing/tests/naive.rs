//! A second implementation of the rules, in the simplest way, as the module page defines them: it tries every rule,
//! segment by segment, and compares those that match. It shares no code with the first.

use std::cmp::Ordering;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::known::is_respelled;

/// A converter with its arguments.
pub(super) struct Known {
    /// The text in a rule.
    pub(super) text: &'static str,
    /// Equal for all converters that take the same values.
    pub(super) canonical: &'static str,
    pub(super) weight: u16,
    /// Its rank among the converters of its weight, by the number of values.
    pub(super) breadth: u8,
    pub(super) takes: fn(&str) -> bool,
}

#[derive(Clone)]
pub(super) enum Part {
    Text(&'static str),
    Parameter(String, &'static Known),
}

/// The part between two slashes, or between two dots of a host.
#[derive(Clone)]
pub(super) enum Place {
    Parts(Vec<Part>),
    Path(String),
}

/// A rule for paths; or for hosts, the last label first.
#[derive(Clone)]
pub(super) struct Naive {
    pub(super) text: String,
    pub(super) places: Vec<Place>,
}

/// Values by name.
pub(super) type Found = BTreeMap<String, String>;

impl Naive {
    /// A rule for paths.
    pub(super) fn path(places: Vec<Place>) -> Self {
        let text = places.iter().map(|place| format!("/{}", place.text(false)));
        Self {
            text: text.collect(),
            places,
        }
    }

    /// A rule for hosts.
    pub(super) fn host(mut places: Vec<Place>) -> Self {
        let labels: Vec<_> = places.iter().map(|place| place.text(false)).collect();
        places.reverse();
        Self {
            text: labels.join("."),
            places,
        }
    }

    /// Equal for rules that match the same paths.
    pub(super) fn canonical(&self) -> String {
        let texts: Vec<_> = self.places.iter().map(|place| place.text(true)).collect();
        texts.join("/")
    }

    pub(super) fn find(&self, path: &str) -> Option<Found> {
        let raw: Vec<_> = path.strip_prefix('/')?.split('/').collect();
        let mut found = Found::new();
        find(&self.places, &raw, &mut found).then_some(found)
    }

    pub(super) fn find_host(&self, host: &str) -> Option<Found> {
        let raw: Vec<_> = host.rsplit('.').collect();
        let mut found = Found::new();
        find(&self.places, &raw, &mut found).then_some(found)
    }

    pub(super) fn order(&self, other: &Self) -> Ordering {
        order(&self.places, &other.places)
    }
}

fn find(places: &[Place], raw: &[&str], found: &mut Found) -> bool {
    match places {
        [] => raw.is_empty(),
        [Place::Path(name), after @ ..] => {
            let Some(length) = raw.len().checked_sub(after.len()) else {
                return false;
            };
            let own = raw[..length].join("/");
            let is_lossy = own.to_ascii_uppercase().contains("%2F");
            if own.is_empty() || own.starts_with('/') || is_lossy {
                return false;
            }
            let value = String::from_utf8_lossy(&decoded(&own)).into_owned();
            found.insert(name.clone(), value);
            find(after, &raw[length..], found)
        }
        [Place::Parts(parts), after @ ..] => {
            let Some((first, others)) = raw.split_first() else {
                return false;
            };
            split(parts, &decoded(first), found) && find(after, others, found)
        }
    }
}

/// Each value is as long as the rest allows, from left to right. For a value in another spelling no shorter value is
/// tried.
fn split(parts: &[Part], text: &[u8], found: &mut Found) -> bool {
    match parts {
        [] => text.is_empty(),
        [Part::Text(words), after @ ..] => text
            .strip_prefix(words.as_bytes())
            .is_some_and(|left| split(after, left, found)),
        [Part::Parameter(name, known), after @ ..] => {
            for end in (1..=text.len())
                .rev()
                .filter(|end| follows(after, &text[*end..]))
            {
                let value = known.value(&text[..end]);
                let is_other = || is_respelled(known, &String::from_utf8_lossy(&text[..end]));
                if value.is_none() && is_other() {
                    return false;
                }
                let Some(value) = value else { continue };
                found.insert(name.clone(), value);
                if split(after, &text[end..], found) {
                    return true;
                }
            }
            false
        }
    }
}

/// Whether a text can begin with the next part.
fn follows(parts: &[Part], text: &[u8]) -> bool {
    match parts {
        [] => text.is_empty(),
        [Part::Text(words)] => text == words.as_bytes(),
        [Part::Text(words), ..] => text.starts_with(words.as_bytes()),
        [Part::Parameter(..), ..] => true,
    }
}

impl Known {
    fn value(&self, bytes: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(bytes);
        let is_own = matches!(self.text, "even" | "shout");
        if !(self.takes)(&text) || is_own && std::str::from_utf8(bytes).is_err() {
            return None;
        }
        Some(match self.text {
            "shout" => text.to_uppercase(),
            _ => text.into_owned(),
        })
    }
}

fn decoded(raw: &str) -> Vec<u8> {
    let (mut bytes, mut left) = (Vec::new(), raw.as_bytes());
    while let Some((first, after)) = left.split_first() {
        let escape = raw
            .get(raw.len() - after.len()..)
            .and_then(|after| after.get(..2))
            .filter(|digits| *first == b'%' && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escape.unwrap_or(*first));
        left = if escape.is_some() { &after[2..] } else { after };
    }
    bytes
}

/// Segment by segment from the left; from a `path` on, the rule with more after it comes first.
fn order(one: &[Place], other: &[Place]) -> Ordering {
    match (one, other) {
        ([Place::Path(_), one @ ..], [Place::Path(_), other @ ..]) => {
            other.len().cmp(&one.len()).then_with(|| order(one, other))
        }
        ([first, one @ ..], [second, other @ ..]) => {
            let keys = first.precedence().cmp(&second.precedence());
            keys.then_with(|| order(one, other))
        }
        _ => one.len().cmp(&other.len()),
    }
}

/// In the order in which they count: class, widest converter, text, converters, number of values, and the
/// rule without its names.
type Precedence = (u8, u16, Reverse<usize>, Vec<u16>, Vec<u8>, String);

impl Place {
    fn precedence(&self) -> Precedence {
        let (parts, class) = match self {
            Self::Path(_) => (&[][..], 2),
            Self::Parts(parts) => (&parts[..], 1),
        };
        let (mut characters, mut weights, mut breadths) = (0, Vec::new(), Vec::new());
        for part in parts {
            match part {
                Part::Text(text) => characters += text.chars().count(),
                Part::Parameter(_, known) => {
                    weights.push(known.weight);
                    breadths.push(known.breadth);
                }
            }
        }
        let widest = weights.iter().copied().max().unwrap_or(0);
        // Two texts never match the same segment.
        let (class, characters) = match class {
            1 if weights.is_empty() => (0, 0),
            _ => (class, characters),
        };
        let text = self.text(true);
        let characters = Reverse(characters);
        (class, widest, characters, weights, breadths, text)
    }

    /// As in a rule; or without names, and then equal for all segments that take the same values.
    fn text(&self, is_canonical: bool) -> String {
        let parts = match self {
            Self::Path(_) if is_canonical => return "{path}".to_owned(),
            Self::Path(name) => return format!("{{{name}:path}}"),
            Self::Parts(parts) => parts,
        };
        let text = |part: &Part| match part {
            Part::Text(text) => text.replace('{', "{{").replace('}', "}}"),
            Part::Parameter(_, known) if is_canonical => format!("{{{}}}", known.canonical),
            Part::Parameter(name, known) => format!("{{{name}:{}}}", known.text),
        };
        parts.iter().map(text).collect()
    }
}
