//! The route of a request.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use http::uri::PathAndQuery;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::multi_dict::MultiDict;
use crate::base::nearest::did_you_mean;
use crate::base::nearest::nearest;
use crate::gateway::Callee;
use crate::gateway::Environ;
use crate::routing::router::compiled::Compiled;
use crate::routing::router::route_entry::RouteEntry;
use crate::routing::rules::table::Found;

/// How a request was routed: the rule, its name, the values in the path.
///
/// Clones share the data. Below mounts it includes the outer routes: a parameter is looked up in the inner route first.
///
/// ```
/// use rustzeug::{Request, routing::Router};
///
/// let router = Router::new().get("/notes/{id:int}", || "").name("note");
/// let routed = router.match_environ(&Request::blank("/notes/7").into_environ())?;
/// assert_eq!((routed.name(), routed.rule()), (Some("note"), "/notes/{id:int}"));
/// assert_eq!(routed.get("id").as_deref(), Some("7"));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone)]
pub struct RouteMatch(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) router: Arc<Compiled>,
    /// The router that chose it by the host, and the values in the host.
    pub(super) by_host: Option<(Arc<Compiled>, MultiDict)>,
    /// The route, and where its values are; `None` if the fallback of the router answers.
    pub(super) hit: Option<Found>,
    /// The target when the rule was matched. It may be rewritten later.
    target: Option<PathAndQuery>,
    /// How much of the path was `SCRIPT_NAME` then.
    script_length: usize,
    pub(super) outer: Option<RouteMatch>,
}

impl Callee for Inner {
    fn route(&self, inner: Option<&str>) -> Option<String> {
        let own = self.entry().and_then(|route| route.whole_rule(inner));
        let rule = own.as_deref().or(inner);
        match &self.outer {
            Some(outer) => outer.0.route(rule),
            None => rule.map(str::to_owned),
        }
    }
}

impl Inner {
    /// The route; `None` if the fallback of the router answers.
    fn entry(&self) -> Option<&RouteEntry> {
        let hit = self.hit.as_ref()?;
        Some(&self.router.routes()[hit.place])
    }
}

impl RouteMatch {
    /// `by_host` is the router that chose this one by the host, and the values in the host.
    pub(super) fn new(
        router: &Arc<Compiled>,
        by_host: Option<(&Arc<Compiled>, MultiDict)>,
        hit: Option<Found>,
        environ: &Environ,
    ) -> Self {
        Self(Arc::new(Inner {
            router: Arc::clone(router),
            by_host: by_host.map(|(root, values)| (Arc::clone(root), values)),
            hit,
            target: environ.uri().path_and_query().cloned(),
            script_length: environ.raw_script_name().len(),
            outer: Self::of(environ),
        }))
    }

    /// How a request was routed, by the innermost router that it passed through.
    ///
    /// It is for applications on the raw gateway; handlers use [`Request::routed`](crate::Request::routed).
    ///
    /// ```
    /// use rustzeug::routing::{RouteMatch, Router};
    /// use rustzeug::{Request, Result, gateway::{Environ, Reply, StartResponse}};
    ///
    /// async fn raw(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    ///     let id = RouteMatch::of(&environ).map_or(Ok(0), |routed| routed.param::<u64>("id"))?;
    ///     Ok(start_response.start(200, [("content-type", "text/plain")])?.body(id.to_string()))
    /// }
    ///
    /// let app = Router::new().get("/{id:int}", raw);
    /// assert_eq!(Request::blank("/7").send(&app).wait()?.read_text().wait()?, "7");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn of(environ: &Environ) -> Option<Self> {
        let found: Arc<dyn Any + Send + Sync> = Arc::clone(environ.callee()?) as _;
        found.downcast().ok().map(Self)
    }

    fn target(&self) -> &str {
        self.0.target.as_ref().map_or("", PathAndQuery::path)
    }

    /// Stores it in the environ.
    pub(in crate::routing) fn keep(self, environ: &mut Environ) {
        environ.set_callee(self.0);
    }

    /// The raw path at which the router itself is mounted.
    pub(super) fn raw_script_name(&self) -> &str {
        &self.target()[..self.0.script_length]
    }

    /// The route; `None` if the fallback of the router answers.
    pub(super) fn route(&self) -> Option<&RouteEntry> {
        self.0.entry()
    }

    /// The value of a parameter of the rule itself.
    fn value(&self, index: usize) -> Option<Cow<'_, str>> {
        let spans = &self.0.hit.as_ref()?.spans;
        self.route()?.rule.value(self.path(), spans, index)
    }

    fn path(&self) -> &str {
        &self.target()[self.0.script_length..]
    }

    /// The rule that matched, with the prefixes of nested routers. For the fallback of a nested router it is the
    /// prefix; for the fallback of the router itself it is empty.
    #[must_use]
    pub fn rule(&self) -> &str {
        self.route().map_or("", |route| route.rule.as_str())
    }

    /// The rule as it was written, without prefixes.
    pub(super) fn written(&self) -> Option<&str> {
        Some(self.route()?.rule.written())
    }

    /// The values of the parameters of the rule as it was written.
    pub(super) fn own_values(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let rule = self.route().map(|route| &route.rule);
        let own = rule.map_or(0..0, |rule| rule.prefix.1..rule.names.len());
        own.filter_map(|index| self.value(index))
    }

    /// The name of the route, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.route()?.name.as_deref()
    }

    /// The value of a parameter, decoded; invalid UTF-8 becomes U+FFFD.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let own = || self.value(self.route()?.rule.index(name)?);
        let default = || self.route()?.defaults.get(name).map(Cow::Borrowed);
        let by_host = || self.0.by_host.as_ref()?.1.get(name);
        own()
            .or_else(default)
            .or_else(|| by_host().map(Cow::Borrowed))
            .or_else(|| self.0.outer.as_ref()?.get(name))
    }

    /// The value of a parameter, parsed.
    ///
    /// # Errors
    ///
    /// `404` if the value does not parse, `500` if no rule has a parameter of this name.
    pub fn param<T: ReadFromPath>(&self, name: &str) -> Result<T> {
        let value = self.get(name).ok_or_else(|| self.unknown(name))?;
        value.parse().map_err(|_| Error::not_found())
    }

    #[cold]
    fn unknown(&self, name: &str) -> Error {
        let params = self.params();
        let suggestion = did_you_mean(nearest(name, params.keys()));
        let rule = self.rule();
        let why = format!("the rule `{rule}` has no parameter `{name}`{suggestion}");
        Error::internal().with_source(why)
    }

    /// All parameters, those of outer mounts first. An inner parameter replaces an outer parameter of the same name.
    #[must_use]
    pub fn params(&self) -> MultiDict {
        let outer = self.0.outer.as_ref();
        let mut params = outer.map(Self::params).unwrap_or_default();
        if let Some((_, values)) = &self.0.by_host {
            for (name, value) in values {
                params.set(name, value);
            }
        }
        let Some(RouteEntry { rule, defaults, .. }) = self.route() else {
            return params;
        };
        for (index, name) in rule.names.iter().enumerate() {
            if let Some(value) = self.value(index) {
                params.set(name, &value);
            }
        }
        for (name, value) in defaults {
            params.set(name, value);
        }
        params
    }
}

/// The type of a parameter. Every type that implements `FromStr` has this trait, so that the compiler can name what is
/// missing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a parameter of a path cannot be read as `{Self}`",
    label = "which type should it be?",
    note = "name the type, as in `let id: u64 = request.path_param(\"id\")?` or `request.path_param::<u64>(\"id\")?`",
    note = "implement `std::str::FromStr` for your own type"
)]
pub trait ReadFromPath: FromStr {}

#[diagnostic::do_not_recommend]
impl<T: FromStr> ReadFromPath for T {}

impl fmt::Debug for RouteMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RouteMatch({})", self.rule())
    }
}
