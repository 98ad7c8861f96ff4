//! The arguments of a converter, as in `int(min=1,signed)`.

use std::str::FromStr;

/// What is between the parentheses, taken argument by argument.
pub(super) struct Arguments<'t>(Vec<(&'t str, Option<&'t str>)>);

enum Given<'t> {
    Absent,
    /// Without a value.
    Alone,
    Value(&'t str),
}

impl<'t> Arguments<'t> {
    pub(in crate::routing) fn new(text: &'t str) -> Result<Self, String> {
        let mut pairs: Vec<(&str, Option<&str>)> = Vec::new();
        for piece in text.split(',').map(str::trim) {
            let (name, value) = match piece.split_once('=') {
                Some((name, value)) => (name.trim_end(), Some(value.trim_start())),
                None if piece.is_empty() => continue,
                None => (piece, None),
            };
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(format!("the argument `{name}` is there twice"));
            }
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    fn remove(&mut self, name: &str) -> Given<'t> {
        match self.0.iter().position(|(known, _)| *known == name) {
            None => Given::Absent,
            Some(place) => self.0.remove(place).1.map_or(Given::Alone, Given::Value),
        }
    }

    /// The number of an argument that may be absent.
    pub(in crate::routing) fn take<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, String> {
        let parsed = match self.remove(name) {
            Given::Absent => return Ok(None),
            // `inf` and `nan`, which `f64` would read, are written without digits.
            Given::Value(value) if value.contains(|digit: char| digit.is_ascii_digit()) => {
                value.parse().ok()
            }
            Given::Alone | Given::Value(_) => None,
        };
        parsed
            .map(Some)
            .ok_or_else(|| format!("`{name}` needs a number, as in `{name}=3`"))
    }

    /// Whether an argument without a value is there.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, String> {
        match self.remove(name) {
            Given::Absent | Given::Value("false") => Ok(false),
            Given::Alone | Given::Value("true") => Ok(true),
            Given::Value(value) => Err(format!("`{name}` is true or false, not `{value}`")),
        }
    }

    /// Nothing may be left.
    pub(in crate::routing) fn finish(self, converter: &str) -> Result<(), String> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(format!("`{converter}` takes no argument `{name}` here")),
        }
    }
}
