//! A rule whose parameters the compiler knows, for matching and for building.

use std::fmt;
use std::marker::PhantomData;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::multi_dict::MultiDict;
use crate::request::Request;
use crate::routing::router::parameters::Parameters;

/// A rule as a constant, with the types of its parameters: what is declared by it, read by it and linked
/// by it cannot differ.
///
/// The compiler counts the parameters. Whether a value fits its converter is found out as with any other
/// rule.
///
/// # Examples
///
/// ```
/// use rustzeug::routing::{TypedRule, Router};
/// use rustzeug::{Request, Result};
///
/// const NOTE: TypedRule<(String, u32)> = TypedRule::new("/{user}/notes/{id:int}");
///
/// fn note(request: &Request) -> Result<String> {
///     let (user, id) = NOTE.params(request)?;
///     NOTE.url_for(request, (user, id + 1))
/// }
///
/// let app = Router::new().get(NOTE, note);
/// let mut response = Request::blank("/ada/notes/7").send(&app).wait()?;
/// assert_eq!(response.read_text().wait()?, "/ada/notes/8");
/// # Ok::<(), rustzeug::Error>(())
/// ```
///
/// A rule with another number of parameters does not compile:
///
/// ```compile_fail,E0080
/// use rustzeug::routing::TypedRule;
///
/// const NOTE: TypedRule<(String, u32)> = TypedRule::new("/notes/{id:int}");
/// ```
pub struct TypedRule<P> {
    rule: &'static str,
    parameters: PhantomData<fn() -> P>,
}

impl<P: Parameters> TypedRule<P> {
    /// A rule with these parameters.
    ///
    /// # Panics
    ///
    /// If there are more or fewer; as the value of a constant it does not compile then.
    #[must_use]
    pub const fn new(rule: &'static str) -> Self {
        assert!(
            count(rule.as_bytes()) >= P::COUNT,
            "the rule has fewer parameters than the route has types: `TypedRule<(u64,)>` is for one, `TypedRule<()>` for none"
        );
        assert!(
            count(rule.as_bytes()) <= P::COUNT,
            "the rule has more parameters than the route has types: `TypedRule<(u64,)>` is for one, `TypedRule<(u64, String)>` for two"
        );
        Self {
            rule,
            parameters: PhantomData,
        }
    }

    /// The rule as it is written.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        self.rule
    }

    /// The parameters in the path of a request that took this route, or one below a mount at it.
    ///
    /// # Errors
    ///
    /// `404` for a value that does not parse, `500` for a request that took another route.
    pub fn params(&self, request: &Request) -> Result<P> {
        let mut next = request.routed();
        while let Some(routed) = next {
            if routed.written() == Some(self.rule) {
                return P::read(routed.own_values()).ok_or_else(Error::not_found);
            }
            next = routed.outer().cloned();
        }
        let rule = request
            .routed()
            .map_or_else(String::new, |routed| routed.rule().to_owned());
        Err(Error::internal().with_source(format!(
            "the request took the route `{rule}`, not `{}`",
            self.rule
        )))
    }

    /// The parameters by name, for [`Router::url_for`](crate::Router::url_for) and others, which take the
    /// [rule](Self::rule) for the name of a route.
    ///
    /// ```
    /// use rustzeug::Router;
    /// use rustzeug::routing::TypedRule;
    ///
    /// const NOTE: TypedRule<(u32,)> = TypedRule::new("/notes/{id:int}");
    ///
    /// let router = Router::new().get(NOTE, || "");
    /// assert_eq!(router.url_for(NOTE.rule(), NOTE.values((7,)))?, "/notes/7");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn values(&self, parameters: P) -> MultiDict {
        let mut values = MultiDict::new();
        for (name, text) in names(self.rule).zip(parameters.texts()) {
            values.add(name, &text);
        }
        values
    }

    /// The URL of this route: see [`Request::url_for`].
    ///
    /// Below a prefix with parameters of its own, those are to be added: to [`values`](Self::values).
    ///
    /// # Errors
    ///
    /// A `500` for a value that does not fit its converter, and where no router has the route, or has it
    /// at several places.
    pub fn url_for(&self, request: &Request, parameters: P) -> Result<String> {
        request.url_for(self.rule, self.values(parameters))
    }
}

impl<P> AsRef<str> for TypedRule<P> {
    fn as_ref(&self) -> &str {
        self.rule
    }
}

impl<P> Clone for TypedRule<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for TypedRule<P> {}

impl<P> fmt::Debug for TypedRule<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypedRule({})", self.rule)
    }
}

/// Where the next parameter begins and ends, braces left out.
const fn next_parameter(rule: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while at < rule.len() {
        if rule[at] == b'{' {
            at += 1;
            let start = at;
            if start < rule.len() && rule[start] != b'{' {
                while at < rule.len() && rule[at] != b'}' {
                    at += 1;
                }
                return Some((start, at));
            }
        }
        at += 1;
    }
    None
}

const fn count(rule: &[u8]) -> usize {
    let (mut count, mut at) = (0, 0);
    while let Some((_, end)) = next_parameter(rule, at) {
        count += 1;
        at = end;
    }
    count
}

fn names(rule: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (start, end) = next_parameter(rule.as_bytes(), at)?;
        at = end;
        let inner = rule.get(start..end)?;
        Some(inner.split_once(':').map_or(inner, |(name, _)| name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::Rule;

    #[test]
    fn names_are_those_that_a_rule_has() {
        for text in [
            "/",
            "/{a}",
            "/{a:int(min=3)}-{b}.{c:any(x,y)}/{d:path}/e",
            "/{{a}}/{b}",
            "/{{{a}}}",
            "/{{",
            "/ä{a}ä/ü{b_2:str}",
        ] {
            let rule = Rule::parse(text).expect(text);
            let known: Vec<_> = rule.parameters().collect();
            assert_eq!(names(text).collect::<Vec<_>>(), known, "{text}");
            assert_eq!(count(text.as_bytes()), known.len(), "{text}");
        }
        for broken in ["{", "/{a", "/{", "/}{", "{a{b}"] {
            let _ = (count(broken.as_bytes()), names(broken).count());
        }
    }
}
