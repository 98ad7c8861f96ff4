//! Rules with endpoints, without methods and requests.

use std::fmt;

use crate::routing::rules::build_error::BuildError;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::rule_match::RuleMatch;
use crate::routing::rules::spelling::Spelling;
use crate::routing::rules::table::Shapes;
use crate::routing::rules::table::Table;
use crate::routing::rules::values::Values;

pub(super) mod build;
pub(super) mod build_error;
pub(super) mod converter;
pub(super) mod host_rule;
pub(super) mod parameter_kind;
pub(super) mod rule;
pub(super) mod rule_error;
pub(super) mod rule_match;
mod search;
pub(super) mod spelling;
mod syntax;
pub(super) mod table;
pub(super) mod values;

/// Rules with endpoints. An endpoint is any value that you want to find by a path.
///
/// This is the pure core: paths in, matches out. It is for frameworks that define routes in their own way.
///
/// # Examples
///
/// ```
/// use rustzeug::routing::{Rule, Rules};
///
/// let rules = Rules::new([
///     (Rule::parse("/users/{id:int}")?, "user"),
///     (Rule::parse("/users/{name}")?, "user by name"),
///     (Rule::parse("/users/me")?, "me"),
/// ])?;
/// let endpoint = |path| rules.find(path).map(|found| *found.endpoint());
/// assert_eq!(endpoint("/users/7"), Some("user"));
/// assert_eq!(endpoint("/users/ada"), Some("user by name"));
/// assert_eq!(endpoint("/users/me"), Some("me"));
/// assert_eq!(endpoint("/users"), None);
///
/// assert_eq!(rules.build(&"user", [("id", 7)]).as_deref(), Ok("/users/7"));
/// # Ok::<(), rustzeug::routing::RuleError>(())
/// ```
pub struct Rules<E> {
    entries: Vec<(Rule, E)>,
    table: Table,
}

impl<E> Rules<E> {
    /// Makes a table of rules; their order does not matter.
    ///
    /// # Errors
    ///
    /// [`RuleError::Duplicate`] and [`RuleError::Shadowed`], which name both rules.
    ///
    /// ```
    /// use rustzeug::routing::{Rule, Rules};
    ///
    /// let rules = |texts: &[&str]| {
    ///     let rules: Result<Vec<_>, _> = texts.iter().map(|text| Ok((Rule::parse(text)?, ()))).collect();
    ///     Rules::new(rules?)
    /// };
    /// assert_eq!(
    ///     rules(&["/{id}", "/{name}"]).unwrap_err().to_string(),
    ///     "the rules `/{id}` and `/{name}` match the same paths"
    /// );
    /// assert_eq!(
    ///     rules(&["/{a:any(new,old)}", "/old", "/new"]).unwrap_err().to_string(),
    ///     "the rule `/{a:any(new,old)}` is never chosen: `/new` and rules like it match all of its paths"
    /// );
    /// ```
    pub fn new(rules: impl IntoIterator<Item = (Rule, E)>) -> Result<Self, RuleError> {
        let entries: Vec<_> = rules.into_iter().collect();
        let shapes = Shapes::new(entries.iter().map(|(rule, _)| rule));
        shapes.check(|_, _| true, |_, _| true)?;
        let table = shapes.table();
        Ok(Self { entries, table })
    }

    /// Returns the most specific rule that matches a path. The path is percent-encoded and has no query.
    #[must_use]
    pub fn find<'p>(&self, path: &'p str) -> Option<RuleMatch<'_, 'p, E>> {
        self.find_where(path, |_| true)
    }

    /// Returns the most specific rule that matches a path and whose endpoint `takes` accepts.
    ///
    /// `takes` is called with the endpoints of the rules that match, the most specific first, until it accepts one.
    ///
    /// ```
    /// use rustzeug::routing::{Rule, Rules};
    ///
    /// let rules = Rules::new([(Rule::parse("/a")?, "GET"), (Rule::parse("/{name}")?, "PUT")])?;
    /// let found = rules.find_where("/a", |method| *method == "PUT").unwrap();
    /// assert_eq!(found.get("name").as_deref(), Some("a"));
    /// # Ok::<(), rustzeug::routing::RuleError>(())
    /// ```
    #[must_use]
    pub fn find_where<'p>(
        &self,
        path: &'p str,
        mut takes: impl FnMut(&E) -> bool,
    ) -> Option<RuleMatch<'_, 'p, E>> {
        let takes = |leaf: usize, _: &_| takes(&self.entries[leaf].1);
        let found = self.table.find(path, Spelling::Own, takes)?;
        let (rule, endpoint) = &self.entries[found.place];
        Some(RuleMatch {
            endpoint,
            rule,
            path,
            spans: found.spans,
        })
    }

    /// All rules with their endpoints, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&Rule, &E)> {
        self.entries.iter().map(|(rule, endpoint)| (rule, endpoint))
    }

    /// The URL of an endpoint: a path, and a query with the values that are not parameters of its rule.
    ///
    /// If several rules have the endpoint, the rule that uses most of the values is taken. The path is matched again,
    /// so the URL leads to the rule that it was built from, with the same values.
    ///
    /// # Errors
    ///
    /// [`BuildError`], which says which value is missing or wrong.
    ///
    /// ```
    /// use rustzeug::routing::{Rule, Rules};
    ///
    /// let rules = Rules::new([(Rule::parse("/posts/{year:int}/{slug}")?, "post")])?;
    /// let url = rules.build(&"post", (("year", 2026), ("slug", "a/b?"), ("page", 2)))?;
    /// assert_eq!(url, "/posts/2026/a%2Fb%3F?page=2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn build(&self, endpoint: &E, values: impl Values) -> Result<String, BuildError>
    where
        E: PartialEq + fmt::Display,
    {
        let given = values.into_dict();
        let suited = self.entries.iter().filter(|(_, known)| known == endpoint);
        let ranked = suited.map(|(rule, _)| (rule.rank(&given), rule));
        let built = build::build_best(&ranked.collect::<Vec<_>>(), |rule| {
            let mut left = given.clone();
            let mut path = rule.path(&mut left)?;
            let found = self.find(&path);
            let found = found.as_ref().map(|found| (found.rule, &found.spans));
            rule.check_link(&path, found, &given)?;
            build::push_query(&mut path, &left);
            Ok(path)
        });
        built?.ok_or_else(|| {
            let names: Vec<_> = self.iter().map(|(_, known)| known.to_string()).collect();
            BuildError::unknown(&endpoint.to_string(), names.iter().map(String::as_str))
        })
    }
}

impl<E> fmt::Debug for Rules<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|(rule, _)| rule))
            .finish()
    }
}
