//! Routing: rules for paths, matching, and building URLs.
//!
//! [`Router`] is an application that calls others by method and path. [`Rules`] is the pure core
//! underneath, from paths to whatever stands behind them and back, for those who want something else.
//!
//! # Rules
//!
//! A rule is a path as it reads, not percent-encoded, with parameters in braces: `/users/{id:int}`.
//! A parameter has a name and a converter, `str` where none is named. Within a segment text and
//! parameters may alternate: `/{year:int}-{slug}.{ext}`. A brace that is text is doubled. A segment like
//! `<id>`, `:id`, `*rest` or `*`, a parameter or a wildcard elsewhere, is refused; as text it is
//! `{x:any(:id)}`.
//!
//! | converter | takes | arguments |
//! |---|---|---|
//! | `str` | one character or more, a slash (`%2F`) among them | `min`, `max`, `length` |
//! | `int` | a whole number in decimal, no `+`, no `-0` | `min`, `max`, `signed`, `digits` (so many, zeros in front among them) |
//! | `float` | a number in decimal, with or without a fraction, no exponent | `min`, `max`, `signed` |
//! | `uuid` | 32 hexadecimal digits in five groups, in lower case | |
//! | `date` | a date that there is, `2026-11-24` | |
//! | `any` | one of the texts in its list: `any(new,old)` | the texts |
//! | `path` | one segment or more; once in a rule, between slashes | |
//! | one's own | what its [`Converter`] takes | its own |
//!
//! # Matching
//!
//! A path is split at its slashes, then each segment is percent-decoded once: `%2F` is data and
//! separates nothing, `+` is a plus. Where a slash in a segment could not be told from others, in a
//! `path`, it is declined. Bytes that are no UTF-8 fit a `str`. Several parameters in one segment are
//! each as long as the rest allows, the first before the second; at most 256 ends are tried.
//!
//! A number or a UUID has one spelling: no zeros in front, but for `digits`, none at the end of a fraction,
//! lower case. Another is declined; a [`Router`] redirects it to the one, if no rule takes it as it is.
//!
//! A rule matches if each of its segments does. A converter that declines is a rule that does not
//! match, no more: the others are still tried.
//!
//! # Precedence
//!
//! Of the rules that match a path, the one is chosen that comes first by this order, which does not
//! depend on the order of declaration. Two rules are compared segment by segment, from the left, and
//! the first two segments that differ decide:
//!
//! 1. Text comes before parameters, those before a `path`, that before a mount.
//! 2. Of two with parameters, by the widest converter in it: `any` (10), `uuid` (20), `date` (30),
//!    `int` (40), `float` (50), one's own (75, or its weight), `str` (100).
//! 3. Then the one with more characters of text.
//! 4. Then by the converters from left to right; then by the number of values that these take, as
//!    `int(max=9)` before `int`.
//! 5. At last by the rule without its names, as text; of two of your own converters the elder
//!    comes first. If that is the same too, the rules are [duplicates](RuleError::Duplicate), and
//!    there is no table.
//!
//! From a `path` on, the rule with more segments after it comes first, then they are compared as
//! above. A rule that ends comes before a mount at the same place.
//!
//! # Examples
//!
//! ```
//! use rustzeug::routing::{Rule, Rules};
//!
//! let rules = Rules::new([
//!     (Rule::parse("/{page:path}")?, "page"),
//!     (Rule::parse("/{year:int}/{slug}")?, "post"),
//!     (Rule::parse("/{year:int}/archive")?, "archive"),
//! ])?;
//! let find = |path| rules.find(path).map(|found| *found.endpoint());
//! assert_eq!(find("/2026/archive"), Some("archive"));
//! assert_eq!(find("/2026/first"), Some("post"));
//! assert_eq!(find("/about/us"), Some("page"));
//! # Ok::<(), rustzeug::routing::RuleError>(())
//! ```

mod router;
mod rules;
#[cfg(test)]
mod tests;
mod urls;

pub use router::application::Router;
pub use router::parameters::Parameters;
pub use router::route_list::RouteInfo;
pub use router::route_list::RouteList;
pub use router::route_match::RouteMatch;
pub use router::scope::Scope;
pub use router::slashes::SlashPolicy;
pub use router::typed_rule::TypedRule;
pub use rules::converter::Converter;
pub use rules::converter::Converters;
pub use rules::rule::Rule;
pub use rules::rule_error::RuleError;
pub use rules::rule_match::RuleMatch;
pub use rules::rule_set::Rules;
pub use urls::build_error::BuildError;
pub use urls::values::Pair;
pub use urls::values::Values;
