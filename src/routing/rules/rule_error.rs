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
