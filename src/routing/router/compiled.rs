//! A router made ready: the table of its rules, and who answers what.

use std::collections::HashMap;
use std::sync::Arc;

use http::Method;

use crate::base::multi_dict::MultiDict;
use crate::gateway::BoxApplication;
use crate::gateway::Limits;
use crate::routing::router::checks::Shapes;
use crate::routing::router::checks::check_applications;
use crate::routing::router::checks::check_defaults;
use crate::routing::router::checks::check_host;
use crate::routing::router::checks::check_names;
use crate::routing::router::checks::check_routes;
use crate::routing::router::declared::Declared;
use crate::routing::router::entry::Purpose;
use crate::routing::router::entry::RouteEntry;
use crate::routing::router::slashes::SlashPolicy;
use crate::routing::rules::host_rule::HostRule;
use crate::routing::rules::kind::Spelling;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::spans::Spans;
use crate::routing::rules::table::Table;

/// What a request is looked up in.
#[derive(Debug)]
pub(in crate::routing) struct Compiled {
    pub(in crate::routing) routes: Vec<RouteEntry>,
    /// The routes of each shape, by place.
    pub(super) leaves: Vec<Vec<usize>>,
    pub(in crate::routing) table: Table,
    /// The most specific first.
    pub(in crate::routing) hosts: Vec<(HostRule, Arc<Self>)>,
    /// Routes by name.
    pub(in crate::routing) names: HashMap<String, Vec<usize>>,
    /// Routes by the rule as it was written, where that tells which.
    rules: HashMap<String, Vec<usize>>,
    pub(super) fallback: Option<BoxApplication>,
    /// Of the fallback.
    pub(super) limits: Option<Arc<Limits>>,
    /// The domain that `localhost` stands for.
    pub(in crate::routing) localhost_as: Option<String>,
    pub(in crate::routing) slashes: SlashPolicy,
    pub(super) merges: bool,
    /// Whether a rule ends with a slash, but for `/`.
    pub(super) has_branches: bool,
    /// Whether a rule has values that can be spelled in several ways.
    has_spellings: bool,
    pub(super) fault: Option<RuleError>,
}

/// A route, its values, and where the rest of the path begins.
pub(in crate::routing) type Hit = (usize, Spans, Option<usize>);

/// What was found for a path and a method.
#[derive(Debug, Default)]
pub(in crate::routing) struct Lookup {
    pub(in crate::routing) hit: Option<Hit>,
    /// Shapes that match, for other methods.
    pub(in crate::routing) others: Vec<u32>,
    /// The shape of the fallback of a nested router, the innermost.
    pub(super) fallback: Option<u32>,
}

impl Compiled {
    /// `outer` are limits for what has none of its own.
    pub(in crate::routing) fn new(router: &Declared, outer: Option<&Arc<Limits>>) -> Self {
        let limits = router.limits.as_ref().or(outer);
        let mut fault = router.faults.first().cloned();
        let mut keep = |outcome: Result<(), RuleError>| fault = fault.take().or(outcome.err());
        let (shapes, leaves) = by_shape(&router.routes);
        keep(check_routes(&router.routes, &shapes, &leaves));
        let names = by_name(&router.routes);
        keep(check_names(&router.routes, &names));
        keep(check_defaults(&router.routes));
        keep(check_applications(router));
        let mut hosts: Vec<_> = router
            .hosts
            .iter()
            .map(|(host, router)| (host.clone(), Arc::new(Self::new(router, limits))))
            .collect();
        hosts.sort_by(|(one, _), (other, _)| one.order(other));
        for pair in hosts.windows(2) {
            if pair[0].0.shape() == pair[1].0.shape() {
                let (one, other) = (&pair[0].0.text, &pair[1].0.text);
                let why = format!("the hosts `{one}` and `{other}` are the same");
                keep(Err(RuleError::Setting(why)));
            }
        }
        for (host, inner) in &hosts {
            keep(check_host(host, inner.fault.as_ref(), &inner.routes));
        }
        let firsts = leaves.iter().map(|places| &router.routes[places[0]].rule);
        Self {
            table: Table::new(firsts),
            routes: with_limits(&router.routes, limits),
            leaves,
            hosts,
            names,
            rules: by_rule(&router.routes),
            fallback: router.fallback.clone(),
            limits: limits.cloned(),
            localhost_as: router.localhost_as.clone(),
            slashes: router.slashes.unwrap_or_default(),
            merges: router.merges.unwrap_or(true),
            has_branches: router.routes.iter().any(|route| route.rule.is_branch()),
            has_spellings: router.routes.iter().any(|route| route.rule.has_spellings()),
            fault,
        }
    }

    /// The routes of a name, or of a rule.
    pub(in crate::routing) fn named(&self, name: &str) -> Option<&[usize]> {
        let found = self.names.get(name).or_else(|| self.rules.get(name));
        found.map(Vec::as_slice)
    }

    /// The router for a host, and the values in it.
    pub(in crate::routing) fn by_host(&self, host: &str) -> Option<(&Arc<Self>, MultiDict)> {
        let find = |host: &str| {
            let mut hosts = self.hosts.iter();
            hosts.find_map(|(rule, router)| Some((router, rule.find(host)?)))
        };
        find(host).or_else(|| find(&self.meant_host(host)?))
    }

    /// The route for a path and a method.
    pub(in crate::routing) fn lookup(&self, path: &str, method: &Method) -> Lookup {
        self.lookup_spelled(path, method, Spelling::Own)
    }

    /// A path with a route for the method: this one, or the one with values in their own spelling.
    pub(in crate::routing) fn spelled(&self, path: String, method: &Method) -> Option<String> {
        if self.lookup(&path, method).hit.is_some() {
            return Some(path);
        }
        self.respelled(&path, method)
    }

    /// The path with values in their own spelling, of one that has a route then.
    pub(in crate::routing) fn respelled(&self, path: &str, method: &Method) -> Option<String> {
        if !self.has_spellings {
            return None;
        }
        let (place, spans, _) = self.lookup_spelled(path, method, Spelling::Any).hit?;
        let respelled = self.routes[place].rule.respelled(path, &spans);
        self.lookup(&respelled, method).hit.map(|_| respelled)
    }

    fn lookup_spelled(&self, path: &str, method: &Method, spelling: Spelling) -> Lookup {
        let (mut others, mut fallback, mut route) = (Vec::new(), None, None);
        let found = self.table.find_spelled(path, spelling, |leaf| {
            let places = &self.leaves[leaf as usize];
            if let [only] = places[..]
                && self.routes[only].purpose == Purpose::Fallback
            {
                fallback = fallback.or(Some(leaf));
                return false;
            }
            route = self.suited(places, method);
            if route.is_none() {
                others.push(leaf);
            }
            route.is_some()
        });
        let hit = found.and_then(|found| Some((route?, found.spans, found.rest)));
        Lookup {
            hit,
            others,
            fallback,
        }
    }

    /// The route of the fallback of a nested router, which is the only one of its shape.
    pub(super) fn nested_fallback(&self, path: &str, shape: u32) -> Option<(usize, Spans)> {
        let found = self.table.find(path, |leaf| leaf == shape)?;
        let place = *self.leaves.get(shape as usize)?.first()?;
        Some((place, found.spans))
    }

    /// The rule of a shape.
    pub(super) fn rule_of(&self, shape: u32) -> &str {
        let first = self.leaves.get(shape as usize).and_then(|it| it.first());
        first.map_or("", |place| self.routes[*place].rule.as_str())
    }

    /// Of the routes of one shape, the one for a method.
    fn suited(&self, places: &[usize], method: &Method) -> Option<usize> {
        // Mostly there is only one.
        if let [only] = *places {
            return self.routes[only].takes(method).map(|_| only);
        }
        let rated = places
            .iter()
            .filter_map(|place| Some((self.routes[*place].takes(method)?, *place)));
        rated.min().map(|(_, place)| place)
    }
}

/// The routes; those without limits have these.
fn with_limits(routes: &[RouteEntry], limits: Option<&Arc<Limits>>) -> Vec<RouteEntry> {
    let with = |route: &RouteEntry| RouteEntry {
        limits: route.limits.as_ref().or(limits).cloned(),
        ..route.clone()
    };
    routes.iter().map(with).collect()
}

/// Which routes have one shape.
fn by_shape(routes: &[RouteEntry]) -> (Shapes, Vec<Vec<usize>>) {
    let (mut shapes, mut leaves) = (HashMap::new(), Vec::new());
    for (place, route) in routes.iter().enumerate() {
        let next = u32::try_from(leaves.len()).unwrap_or(u32::MAX);
        let leaf = *shapes.entry(route.rule.shape()).or_insert(next);
        if leaf == next {
            leaves.push(Vec::new());
        }
        leaves[leaf as usize].push(place);
    }
    (shapes, leaves)
}

fn by_name(routes: &[RouteEntry]) -> HashMap<String, Vec<usize>> {
    let mut names: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, route) in routes.iter().enumerate() {
        if let Some(name) = &route.name {
            names.entry(name.clone()).or_default().push(place);
        }
    }
    names
}

/// Handlers and mounts by the rules as they were written, but for those that stand at several places.
fn by_rule(routes: &[RouteEntry]) -> HashMap<String, Vec<usize>> {
    let mut rules: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, route) in routes.iter().enumerate() {
        if route.purpose != Purpose::Fallback {
            let written = route.rule.written().to_owned();
            rules.entry(written).or_default().push(place);
        }
    }
    rules.retain(|_, places| {
        let mut texts = places.iter().map(|place| &routes[*place].rule.text);
        let first = texts.next();
        texts.all(|text| Some(text) == first)
    });
    rules
}
