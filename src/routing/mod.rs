//! Routing: rules for paths, matching, and building URLs.
//!
//! [`Router`] is an application that calls others by method and path. [`Rules`] is the pure core below it: it finds the
//! endpoint of a path and builds paths, without methods and requests.
//!
//! # Rules
//!
//! A rule is a path without percent-encoding, with parameters in braces: `/users/{id:int}`. A parameter has a name and
//! a converter; without a converter it is `str`. Within a segment, text and parameters may alternate:
//! `/{year:int}-{slug}.{ext}`. To write a brace as text, double it. A segment that other routers would read as a
//! parameter or a wildcard, `<id>`, `:id`, `*rest` or `*`, is refused; if it is meant as text, write `{x:any(:id)}`.
//!
//! | converter | takes | arguments |
//! |---|---|---|
//! | `str` | at least one character; slashes (`%2F`) too | `min`, `max`, `length` |
//! | `int` | a whole number in decimal, no `+`, no `-0` | `min`, `max`, `signed`, `digits` (exactly this many, leading zeros included) |
//! | `float` | a decimal number, with or without a fraction, no exponent | `min`, `max`, `signed` |
//! | `uuid` | 32 hexadecimal digits in five groups, in lower case | |
//! | `date` | a date of the calendar, `2026-11-24` | |
//! | `any` | one of the texts in its list: `any(new,old)` | the texts |
//! | `path` | at least one segment; only once in a rule, and between slashes | |
//! | a custom one | what its [`Converter`] takes | what its [`Converter`] takes |
//!
//! # Matching
//!
//! A path is split at its slashes, then each segment is percent-decoded once: `%2F` is data and does not separate
//! segments, `+` is a plus. A `path` declines `%2F`, since it would look like the slashes between segments. Bytes that
//! are not valid UTF-8 fit a `str`. If a segment has several parameters, each takes as much as the rest of the segment
//! allows, from left to right. At most 256 ends are tried.
//!
//! A number or a UUID has one spelling: no leading zeros (except with `digits`), no zeros at the end of a fraction,
//! lower case. Another spelling is declined. If no rule takes such a path, a [`Router`] redirects it to the right
//! spelling.
//!
//! A rule matches if each of its segments does. If a converter declines a value, its rule does not match, and the other
//! rules are still tried.
//!
//! # Precedence
//!
//! Of the rules that match a path, one is chosen by this order, which does not
//! depend on the order of declaration. Two rules are compared segment by segment, from the left, and
//! the first two segments that differ decide:
//!
//! 1. Text comes first, then parameters, then a `path`, then a mount.
//! 2. Of two segments with parameters, the segment whose widest converter is narrower comes first: `any` (10), `uuid`
//!    (20), `date` (30), `int` (40), `float` (50), a custom one (75, or its weight), `str` (100).
//! 3. Then the segment with more characters of text.
//! 4. Then the converters are compared from left to right; then the segment that takes fewer values comes first, as
//!    `int(max=9)` before `int`.
//! 5. Finally the rules without their names are compared as text; of two custom converters, the one added first comes
//!    first. If this is equal too, the rules are [duplicates](RuleError::Duplicate), which is an error.
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

pub use router::Router;
pub use router::route_list::RouteInfo;
pub use router::route_list::RouteList;
pub use router::route_match::RouteMatch;
pub use router::scope::Scope;
pub use router::slash_policy::SlashPolicy;
pub use router::typed_rule::Parameters;
pub use router::typed_rule::TypedRule;
pub use rules::Rules;
pub use rules::build_error::BuildError;
pub use rules::converter::Converter;
pub use rules::converter::Converters;
pub use rules::rule::Rule;
pub use rules::rule_error::RuleError;
pub use rules::rule_match::RuleMatch;
pub use rules::values::Pair;
pub use rules::values::Values;
