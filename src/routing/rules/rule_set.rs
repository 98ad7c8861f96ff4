//! Rules with what stands behind them, and nothing else: no methods, no requests.

use std::collections::HashMap;
use std::fmt;

use crate::base::multi_dict::MultiDict;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::rule_match::RuleMatch;
use crate::routing::rules::table::Table;
use crate::routing::urls::build::push_query;
use crate::routing::urls::build_error::BuildError;
use crate::routing::urls::values::Values;

/// Rules, each with an endpoint: whatever the one who asks wants to find behind it.
///
/// This is the pure core: paths in, matches out. It is for frameworks with an own idea of what a
/// route is.
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
    /// A table of rules, in any order.
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
        let mut shapes: HashMap<String, &Rule> = HashMap::with_capacity(entries.len());
        for (rule, _) in &entries {
            if let Some(first) = shapes.insert(rule.shape(), rule) {
                return Err(RuleError::Duplicate {
                    first: first.text.clone(),
                    second: rule.text.clone(),
                });
            }
        }
        for (rule, _) in &entries {
            if let Some(by) = shadow(rule, |shape| shapes.get(shape).copied()) {
                return Err(RuleError::Shadowed {
                    rule: rule.text.clone(),
                    by: by.text.clone(),
                });
            }
        }
        let table = Table::new(entries.iter().map(|(rule, _)| rule));
        Ok(Self { entries, table })
    }

    /// The most specific rule that matches a path, percent-encoded and without a query.
    #[must_use]
    pub fn find<'p>(&self, path: &'p str) -> Option<RuleMatch<'_, 'p, E>> {
        self.find_where(path, |_| true)
    }

    /// The most specific rule that matches a path, of those whose endpoint `takes` says yes to.
    ///
    /// `takes` is asked about the endpoints of the rules that match, the most specific first, until it says yes.
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
        let found = self
            .table
            .find(path, |leaf| takes(&self.entries[leaf as usize].1))?;
        let (rule, endpoint) = &self.entries[found.leaf as usize];
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

    /// The URL of an endpoint: a path, and a query of what is no parameter of its rule.
    ///
    /// Of several rules with the endpoint, the one that uses most of the values is taken. The path
    /// is matched again, so what comes out leads to the rule that it was built by, with the same values.
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
        let rank = |index: &usize| self.entries[*index].0.rank(&given);
        let suited = (0..self.entries.len()).filter(|index| self.entries[*index].1 == *endpoint);
        let mut suited: Vec<_> = suited.collect();
        suited.sort_by_key(rank);
        let best = suited.first().map(rank);
        let mut failure = None;
        // One that uses fewer would have a value that does not fit in the query.
        for index in suited.into_iter().filter(|index| Some(rank(index)) == best) {
            let (rule, _) = &self.entries[index];
            let mut left = given.clone();
            let outcome = rule.path(&mut left).and_then(|path| {
                self.check_link(index, &path, &given)?;
                Ok(path)
            });
            match outcome {
                Ok(mut url) => {
                    push_query(&mut url, &left);
                    return Ok(url);
                }
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure.unwrap_or_else(|| {
            let names: Vec<_> = self.iter().map(|(_, known)| known.to_string()).collect();
            BuildError::unknown(&endpoint.to_string(), names.iter().map(String::as_str))
        }))
    }

    /// Whether a path leads to this rule with these values.
    fn check_link(&self, index: usize, path: &str, given: &MultiDict) -> Result<(), BuildError> {
        let (rule, _) = &self.entries[index];
        let found = self.table.find(path, |_| true);
        match found {
            Some(found) if found.leaf as usize == index => {
                rule.check_link(path, &found.spans, given)
            }
            other => {
                let by = other.map(|found| &self.entries[found.leaf as usize].0);
                Err(BuildError::elsewhere(rule, path, by))
            }
        }
    }
}

impl<E> fmt::Debug for Rules<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.entries.iter().map(|(rule, _)| rule))
            .finish()
    }
}

/// One of the rules of text that together match all that a rule of `any` does, if all are there.
pub(in crate::routing) fn shadow<'r>(
    rule: &Rule,
    lookup: impl Fn(&str) -> Option<&'r Rule>,
) -> Option<&'r Rule> {
    let variants = rule.variants();
    let own = rule.shape();
    let mut first = None;
    for variant in &variants {
        if *variant == own {
            return None;
        }
        let found = lookup(variant)?;
        first = first.or(Some(found));
    }
    first
}
