//! Why a URL could not be built.

use std::fmt;

use crate::base::nearest::did_you_mean;
use crate::base::nearest::nearest;

/// Why a URL could not be built. This is always a mistake in the program, so `?` makes it a `500`.
///
/// # Examples
///
/// ```
/// use rustzeug::routing::{Rule, Rules};
///
/// let rules = Rules::new([(Rule::parse("/users/{id:int(max=99)}")?, "user")])?;
/// let error = |name, id| rules.build(&name, [("id", id)]).unwrap_err().to_string();
/// assert_eq!(error("user", 100), "`id` is `100`, which does not fit the rule `/users/{id:int(max=99)}`");
/// assert_eq!(error("usr", 1), "there is no route `usr`; did you mean `user`?");
/// # Ok::<(), rustzeug::routing::RuleError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// No route has this name.
    Unknown {
        /// The name.
        name: String,
        /// A similar name that exists.
        nearest: Option<String>,
    },
    /// The route is for hosts without a separate router, and the host of the request has one, so the path would lead to
    /// another route there.
    Hostless {
        /// The name.
        name: String,
    },
    /// A parameter has no value.
    Missing {
        /// The rule.
        rule: String,
        /// The parameter.
        parameter: String,
    },
    /// A value does not fit its parameter, or would be read back as another value.
    Value {
        /// The rule.
        rule: String,
        /// The parameter.
        parameter: String,
        /// The value.
        value: String,
    },
    /// The values fit, but a more specific rule matches the path, or no rule does.
    Elsewhere {
        /// The rule of the path or of the host.
        rule: String,
        /// The path or the host that was built from it.
        path: String,
        /// The rule that matches it.
        by: Option<String>,
    },
    /// The base of a URL is not a scheme, a host and optionally a path.
    Base(String),
}

impl BuildError {
    pub(in crate::routing) fn unknown<'n>(
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        Self::Unknown {
            name: name.to_owned(),
            nearest: nearest(name, names).map(str::to_owned),
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, nearest } => {
                let suggestion = did_you_mean(nearest.as_deref());
                write!(f, "there is no route `{name}`{suggestion}")
            }
            Self::Hostless { name } => write!(
                f,
                "the route `{name}` is for hosts without a separate router, so it has no URL at a host with one"
            ),
            Self::Missing { rule, parameter } => {
                write!(f, "`{parameter}` is missing for the rule `{rule}`")
            }
            Self::Value {
                rule,
                parameter,
                value,
            } => write!(
                f,
                "`{parameter}` is `{}`, which does not fit the rule `{rule}`",
                value.escape_debug()
            ),
            Self::Elsewhere { rule, path, by } => match by {
                Some(by) => write!(
                    f,
                    "the rule `{rule}` gives `{path}`, which the rule `{by}` matches"
                ),
                None => write!(f, "the rule `{rule}` gives `{path}`, which no rule matches"),
            },
            Self::Base(base) => write!(
                f,
                "`{}` is not a base of URLs: it needs a scheme and a host, and may have a path, as in `https://example.org`",
                base.escape_debug()
            ),
        }
    }
}

impl std::error::Error for BuildError {}
