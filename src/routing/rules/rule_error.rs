//! Why a rule is invalid, or conflicts with others.

use std::fmt;

/// Why a rule cannot be used. The error occurs when the table is built, never during a request.
///
/// # Examples
///
/// ```
/// use rustzeug::routing::Rule;
///
/// let error = Rule::parse("/users/{id:integer}").unwrap_err();
/// assert_eq!(error.to_string(), "the rule `/users/{id:integer}`: there is no converter `integer`; did you mean `int`?");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleError {
    /// The text is not a valid rule.
    Syntax {
        /// The rule.
        rule: String,
        /// What is wrong with it.
        why: String,
    },
    /// Two rules match the same paths, for the same methods and host.
    Duplicate {
        /// The rule that was declared first.
        first: String,
        /// The rule that was declared second.
        second: String,
    },
    /// A rule is never chosen, since more specific rules match all of its paths.
    Shadowed {
        /// The rule that is never chosen.
        rule: String,
        /// The rule, or one of the rules, chosen in its place.
        by: String,
    },
    /// Two rules with the same parameters have the same name.
    Name {
        /// The name.
        name: String,
        /// The rule that has it.
        first: String,
        /// The rule that was given it too.
        second: String,
    },
    /// A setting of a router conflicts with its rules.
    Setting(String),
}

impl RuleError {
    pub(in crate::routing) fn syntax(rule: &str, why: impl Into<String>) -> Self {
        Self::Syntax {
            rule: rule.to_owned(),
            why: why.into(),
        }
    }

    /// The same error about rules of a host, or below a mount: with `place` in front of the rules.
    pub(in crate::routing) fn at(mut self, place: &str) -> Self {
        let rules = match &mut self {
            Self::Duplicate { first, second } | Self::Name { first, second, .. } => [first, second],
            Self::Shadowed { rule, by } => [rule, by],
            Self::Syntax { .. } | Self::Setting(_) => return self,
        };
        for rule in rules {
            rule.insert_str(0, place);
        }
        self
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { rule, why } => write!(f, "the rule `{rule}`: {why}"),
            Self::Duplicate { first, second } => {
                write!(f, "the rules `{first}` and `{second}` match the same paths")
            }
            Self::Shadowed { rule, by } => write!(
                f,
                "the rule `{rule}` is never chosen: `{by}` and rules like it match all of its paths"
            ),
            Self::Name {
                name,
                first,
                second,
            } => write!(
                f,
                "the name `{name}` is given to `{first}` and to `{second}`, which have the same parameters"
            ),
            Self::Setting(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for RuleError {}

/// The name that was probably meant: it differs least from `wanted`, and by a third at most.
pub(in crate::routing) fn nearest<'n>(
    wanted: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let length = wanted.chars().count();
    let limit = length.div_ceil(3).min(length.saturating_sub(1));
    let rated = names.into_iter().map(|name| (distance(wanted, name), name));
    let close = rated.filter(|(distance, name)| *distance <= limit || begins(wanted, name));
    close.min().map(|(_, name)| name)
}

/// The end of a message that names what was probably meant.
pub(in crate::routing) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// Whether one text is the beginning of the other, such as `int` of `integer`.
fn begins(one: &str, other: &str) -> bool {
    let shorter = one.len().min(other.len());
    shorter >= 3 && (one.starts_with(other) || other.starts_with(one))
}

/// How many characters must be inserted, removed or replaced (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, wanted) in one.chars().enumerate() {
        let mut corner = line;
        row[0] = line + 1;
        for (column, found) in other.iter().enumerate() {
            let replaced = corner + usize::from(wanted != *found);
            corner = row[column + 1];
            row[column + 1] = replaced.min(corner + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_and_no_distant_one() {
        let names = ["user", "users", "note", "int", "new_note", "n"];
        for (wanted, found) in [
            ("usr", Some("user")),
            ("user_", Some("user")),
            ("Note", Some("note")),
            ("integer", Some("int")),
            ("newnote", Some("new_note")),
            ("search", None),
            ("", None),
            ("x", None),
            ("x1", None),
            ("int1", Some("int")),
        ] {
            assert_eq!(nearest(wanted, names), found, "{wanted}");
        }
    }
}
