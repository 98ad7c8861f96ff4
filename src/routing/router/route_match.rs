//! What a request knows of the route that it took.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::uri::PathAndQuery;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::multi_dict::MultiDict;
use crate::gateway::Callee;
use crate::gateway::Environ;
use crate::request::domain;
use crate::routing::router::bounds::ReadFromPath;
use crate::routing::router::compiled::Compiled;
use crate::routing::router::entry::RouteEntry;
use crate::routing::rules::nearest::nearest;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule_match::value;
use crate::routing::rules::spans::Spans;

/// How a request was routed: the rule, its name, the values in the path.
///
/// Clones share it. Below mounts it knows the outer ones too: their parameters are found after the
/// inner ones.
#[derive(Clone)]
pub struct RouteMatch(pub(in crate::routing) Arc<Inner>);

pub(in crate::routing) struct Inner {
    site: Site,
    /// The route; none where the fallback of the router answers.
    place: Option<usize>,
    /// The target when the rule was matched: it may be rewritten later.
    target: Option<PathAndQuery>,
    /// How much of the path was `SCRIPT_NAME` then.
    script_length: usize,
    spans: Spans,
    outer: Option<RouteMatch>,
}

/// The router that a request came to, of those for one place.
pub(in crate::routing) struct Site {
    pub(in crate::routing) router: Arc<Compiled>,
    /// The one that chose it by the host, and the values in that.
    by_host: Option<(Arc<Compiled>, MultiDict)>,
}

impl Site {
    pub(in crate::routing) fn of(root: &Arc<Compiled>, environ: &Environ) -> Self {
        let found = match root.hosts[..] {
            [] => None,
            _ => root.by_host(&domain(environ)),
        };
        match found {
            Some((router, values)) => Self {
                router: Arc::clone(router),
                by_host: Some((Arc::clone(root), values)),
            },
            None => Self {
                router: Arc::clone(root),
                by_host: None,
            },
        }
    }
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
    /// None where the fallback of the router answers.
    fn entry(&self) -> Option<&RouteEntry> {
        self.place.map(|place| &self.site.router.routes[place])
    }
}

impl RouteMatch {
    pub(in crate::routing) fn new(
        site: Site,
        place: Option<usize>,
        spans: Spans,
        environ: &Environ,
    ) -> Self {
        Self(Arc::new(Inner {
            site,
            place,
            target: environ.uri().path_and_query().cloned(),
            script_length: environ.raw_script_name().len(),
            spans,
            outer: Self::of(environ),
        }))
    }

    /// How a request was routed, by the innermost router that it came through.
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

    /// Tells the environ.
    pub(in crate::routing) fn keep(self, environ: &mut Environ) {
        environ.set_callee(self.0);
    }

    pub(in crate::routing) fn router(&self) -> &Arc<Compiled> {
        &self.0.site.router
    }

    /// The router that chose this one by the host, and the values in that.
    pub(in crate::routing) fn by_host(&self) -> Option<(&Arc<Compiled>, &MultiDict)> {
        let (root, values) = self.0.site.by_host.as_ref()?;
        Some((root, values))
    }

    pub(super) fn outer(&self) -> Option<&Self> {
        self.0.outer.as_ref()
    }

    /// The raw path at which the router itself is mounted.
    pub(super) fn raw_script_name(&self) -> &str {
        &self.target()[..self.0.script_length]
    }

    /// None where the fallback of the router answers.
    pub(in crate::routing) fn route(&self) -> Option<&RouteEntry> {
        self.0.entry()
    }

    /// The value of a parameter of the rule.
    fn value(&self, rule: &Rule, index: usize) -> Option<Cow<'_, str>> {
        value(rule, &self.0.spans, self.path(), index)
    }

    fn path(&self) -> &str {
        &self.target()[self.0.script_length..]
    }

    /// The rule that matched, as it was written, prefixes of nested routers included. For the fallback
    /// of a nested router it is the prefix, for that of the router itself empty.
    #[must_use]
    pub fn rule(&self) -> &str {
        self.route().map_or("", |route| route.rule.as_str())
    }

    /// The rule as it was written, without prefixes.
    pub(in crate::routing) fn written(&self) -> Option<&str> {
        Some(self.route()?.rule.written())
    }

    /// The values of the parameters of the rule as it was written.
    pub(super) fn own_values(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let rule = self.route().map(|route| &route.rule);
        rule.into_iter().flat_map(|rule| {
            let own = rule.prefix.1..rule.names.len();
            own.filter_map(|index| self.value(rule, index))
        })
    }

    /// The name of the route, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.route()?.name.as_deref()
    }

    /// The value of a parameter, decoded; what is not UTF-8 comes out as U+FFFD.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let own = || {
            let rule = &self.route()?.rule;
            self.value(rule, rule.index(name)?)
        };
        let default = || self.route()?.defaults.get(name).map(Cow::Borrowed);
        let by_host = || self.by_host()?.1.get(name);
        own()
            .or_else(default)
            .or_else(|| by_host().map(Cow::Borrowed))
            .or_else(|| self.outer()?.get(name))
    }

    /// The value of a parameter, parsed.
    ///
    /// # Errors
    ///
    /// `404` for a value that does not parse, and `500` for a name that no rule has.
    pub fn param<T: ReadFromPath>(&self, name: &str) -> Result<T> {
        let value = self.get(name).ok_or_else(|| self.unknown(name))?;
        value.parse().map_err(|_| Error::not_found())
    }

    #[cold]
    fn unknown(&self, name: &str) -> Error {
        let params = self.params();
        let suggestion = match nearest(name, params.keys()) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        let rule = self.rule();
        Error::internal().with_source(format!(
            "the rule `{rule}` has no parameter `{name}`{suggestion}"
        ))
    }

    /// All parameters, those of outer mounts first.
    #[must_use]
    pub fn params(&self) -> MultiDict {
        let mut params = self.outer().map(Self::params).unwrap_or_default();
        if let Some((_, values)) = self.by_host() {
            for (name, value) in values {
                params.set(name, value);
            }
        }
        let Some(RouteEntry { rule, defaults, .. }) = self.route() else {
            return params;
        };
        for (index, name) in rule.names.iter().enumerate() {
            // An inner parameter stands for an outer one of its name.
            if let Some(value) = self.value(rule, index) {
                params.set(name, &value);
            }
        }
        for (name, value) in defaults {
            params.set(name, value);
        }
        params
    }
}

impl fmt::Debug for RouteMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RouteMatch({})", self.rule())
    }
}
