//! A rule with typed parameters, for matching and for building.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::multi_dict::MultiDict;
use crate::request::Request;
use crate::routing::router::route_match::ReadFromPath;
use crate::routing::router::route_match::RouteMatch;
use crate::routing::rules::values::WrittenToUrl;

/// A rule as a constant, with the types of its parameters. The same constant declares the route, reads its parameters
/// and builds its URLs, so they cannot differ.
///
/// The compiler counts the parameters. Whether a value fits its converter is checked at run time, as with any rule.
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
/// A rule with a different number of parameters does not compile:
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
    /// Makes a rule with these parameters.
    ///
    /// # Panics
    ///
    /// If the rule has more or fewer parameters. In a constant this is a compile error.
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

    /// The parameters in the path of a request that took this route, or a route below a mount at this rule.
    ///
    /// # Errors
    ///
    /// `404` if a value does not parse, `500` if the request took another route.
    pub fn params(&self, request: &Request) -> Result<P> {
        let routed = request.routed();
        let mut next = routed.as_ref();
        while let Some(routed) = next {
            if routed.written() == Some(self.rule) {
                return P::read(routed.own_values()).ok_or_else(Error::not_found);
            }
            next = routed.0.outer.as_ref();
        }
        let rule = routed.as_ref().map_or("", RouteMatch::rule);
        let own = self.rule;
        let why = format!("the request took the route `{rule}`, not `{own}`");
        Err(Error::internal().with_source(why))
    }

    /// The parameters by name, for [`Router::url_for`](crate::Router::url_for) and others: they accept the
    /// [rule](Self::rule) as the name of the route.
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
        names(self.rule).zip(parameters.texts()).collect()
    }

    /// The URL of this route: see [`Request::url_for`].
    ///
    /// Below a prefix with parameters, add those to [`values`](Self::values) and use [`Request::url_for`].
    ///
    /// # Errors
    ///
    /// `500` if a value does not fit its converter, if no router has the route, or if a router has it in several places.
    pub fn url_for(&self, request: &Request, parameters: P) -> Result<String> {
        request.url_for(self.rule, self.values(parameters))
    }
}

impl<P> AsRef<str> for TypedRule<P> {
    fn as_ref(&self) -> &str {
        self.rule
    }
}

// A derive would require the parameters to be `Clone` and `Copy`.
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

/// The types of the parameters of a [`TypedRule`], in order: a tuple of up to eight types that implement `FromStr` and
/// `Display`, or `()`.
///
/// ```
/// use rustzeug::routing::{Parameters, TypedRule};
///
/// fn values<P: Parameters>(rule: TypedRule<P>, parameters: P) -> String {
///     let values = rule.values(parameters);
///     values.iter().map(|(name, value)| format!("{name}={value} ")).collect()
/// }
///
/// assert_eq!(values(TypedRule::new("/{user}/{id:int}"), ("ada".to_owned(), 7)), "user=ada id=7 ");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of parameter types",
    label = "needs a tuple with one type for each parameter of the rule",
    note = "one parameter is a tuple too: `TypedRule<(u64,)>`, with the value `(7,)`; for no parameters use `TypedRule<()>`; at most eight are possible"
)]
pub trait Parameters: Sized {
    /// How many there are.
    #[doc(hidden)]
    const COUNT: usize;

    /// Reads them one by one; `None` if one does not parse.
    #[doc(hidden)]
    fn read<'v>(values: impl Iterator<Item = Cow<'v, str>>) -> Option<Self>;

    /// All of them as text.
    #[doc(hidden)]
    fn texts(&self) -> Vec<String>;
}

#[diagnostic::do_not_recommend]
impl Parameters for () {
    const COUNT: usize = 0;

    fn read<'v>(_: impl Iterator<Item = Cow<'v, str>>) -> Option<Self> {
        Some(())
    }

    fn texts(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Implements `Parameters` for tuples. Holds no logic.
macro_rules! tuples {
    ($($count:literal: $($letter:ident)+;)*) => {$(
        impl<$($letter: ReadFromPath + WrittenToUrl),+> Parameters for ($($letter,)+) {
            const COUNT: usize = $count;

            fn read<'v>(values: impl Iterator<Item = Cow<'v, str>>) -> Option<Self> {
                let mut values = values;
                Some(($(values.next()?.parse::<$letter>().ok()?,)+))
            }

            fn texts(&self) -> Vec<String> {
                #[expect(non_snake_case, reason = "a letter is a type and its value")]
                let ($($letter,)+) = self;
                vec![$($letter.to_string()),+]
            }
        }
    )*};
}

tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
    7: A B C D E F G;
    8: A B C D E F G H;
}

/// Where the next parameter begins and ends, without its braces.
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
