//! Why a rule is none, or does not go with the others.

use std::fmt;

/// Why a rule cannot be used, found when the table is made and never by a request.
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
    /// The text of a rule is no rule.
    Syntax {
        /// The rule.
        rule: String,
        /// What is wrong with it.
        why: String,
    },
    /// Two rules match the same paths, for the same methods and host.
    Duplicate {
        /// The rule that was there.
        first: String,
        /// The rule that came second.
        second: String,
    },
    /// A rule can never be chosen, since a more specific one matches whatever it matches.
    Shadowed {
        /// The rule that is never chosen.
        rule: String,
        /// The rule that is chosen in its place, or one of them.
        by: String,
    },
    /// Two rules with the same parameters have the same name.
    Name {
        /// The name.
        name: String,
        /// The rule that had it.
        first: String,
        /// The rule that was to have it too.
        second: String,
    },
    /// A setting of a router that does not go with its rules.
    Setting(String),
}

impl RuleError {
    pub(in crate::routing) fn syntax(rule: &str, why: impl Into<String>) -> Self {
        Self::Syntax {
            rule: rule.to_owned(),
            why: why.into(),
        }
    }
}

impl RuleError {
    /// The same about a rule that is for a host or below a mount: what follows it there.
    pub(in crate::routing) fn at(self, place: &str) -> Self {
        let at = |rule: String| format!("{place}{rule}");
        match self {
            Self::Duplicate { first, second } => Self::Duplicate {
                first: at(first),
                second: at(second),
            },
            Self::Shadowed { rule, by } => Self::Shadowed {
                rule: at(rule),
                by: at(by),
            },
            Self::Name {
                name,
                first,
                second,
            } => Self::Name {
                name,
                first: at(first),
                second: at(second),
            },
            as_written => as_written,
        }
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
