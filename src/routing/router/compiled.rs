//! The compiled router: it decides about requests.

use std::collections::HashMap;
use std::sync::Arc;

use http::Method;

use crate::base::multi_dict::MultiDict;
use crate::base::url;
use crate::gateway::Environ;
use crate::gateway::Limits;
use crate::routing::router::checks;
use crate::routing::router::route_entry::Declared;
use crate::routing::router::route_entry::Methods;
use crate::routing::router::route_entry::Purpose;
use crate::routing::router::route_entry::RouteEntry;
use crate::routing::router::slash_policy::SlashPolicy;
use crate::routing::router::slash_policy::merged;
use crate::routing::router::slash_policy::toggled;
use crate::routing::rules::host_rule;
use crate::routing::rules::host_rule::HostRule;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::spelling::Spelling;
use crate::routing::rules::table::Found;
use crate::routing::rules::table::Shapes;
use crate::routing::rules::table::Table;

/// The table of the rules, and everything else that decides about a request.
pub(super) struct Compiled {
    /// The declaration without the hosts; all routes have their limits.
    pub(super) declared: Declared,
    /// The routes of each shape, by place.
    groups: Vec<Vec<usize>>,
    table: Table,
    /// The most specific first.
    pub(super) hosts: Vec<(HostRule, Arc<Self>)>,
    host_table: Table,
    /// Routes by name.
    pub(super) names: HashMap<String, Vec<usize>>,
    /// Routes by the text of their rule, if only one rule has this text.
    written: HashMap<String, Vec<usize>>,
    /// Whether a rule other than `/` ends with a slash.
    has_branches: bool,
    /// Whether a rule has values that can be spelled in several ways.
    has_spellings: bool,
    pub(super) fault: Option<RuleError>,
}

/// The decision of a router about a request.
pub(super) enum Decision<R> {
    /// The route answers.
    Route(R),
    /// The fallback answers: that of a nested router, which is a route, or that of the router itself.
    Fallback(R),
    /// The client is redirected to another path, `SCRIPT_NAME` included.
    Redirect(String),
    /// There are routes for other methods: all methods of the path, and the rule.
    OtherMethods(Vec<Method>, String),
    /// There is no route.
    Nothing,
}

/// The other matches of a search that found no route.
#[derive(Default)]
struct Missed {
    /// Groups of routes that match, for other methods.
    others: Vec<usize>,
    /// The fallback of the innermost nested router.
    fallback: Option<Box<Found>>,
}

impl Compiled {
    /// `outer` are the limits for routes without limits.
    pub(super) fn new(declared: &Declared, outer: Option<&Arc<Limits>>) -> Self {
        let mut declared = declared.clone();
        declared.limits = declared.limits.or_else(|| outer.cloned());
        for route in &mut declared.routes {
            route.limits = route.limits.take().or_else(|| declared.limits.clone());
        }
        let hosts = std::mem::take(&mut declared.hosts).into_iter();
        let limits = declared.limits.as_ref();
        let hosts = hosts.map(|(host, router)| (host, Arc::new(Self::new(&router, limits))));
        let mut hosts: Vec<_> = hosts.collect();
        hosts.sort_by(|(one, _), (other, _)| one.order(other));
        let routes = &declared.routes;
        let shapes = Shapes::new(routes.iter().map(|route| &route.rule));
        let names = grouped(routes, |route| route.name.as_deref());
        let mut written = grouped(routes, |route| {
            (route.purpose != Purpose::Fallback).then(|| route.rule.written())
        });
        written.retain(|_, places| {
            let text = |place: &usize| &routes[*place].rule.text;
            places.iter().all(|place| text(place) == text(&places[0]))
        });
        let checks = [
            declared.faults.first().cloned().map_or(Ok(()), Err),
            checks::check_routes(routes, &shapes),
            checks::check_names(routes, &names),
            checks::check_applications(&declared),
            check_hosts(&hosts),
        ];
        Self {
            fault: checks.into_iter().find_map(Result::err),
            table: shapes.table(),
            groups: shapes.groups,
            host_table: Table::new(hosts.iter().map(|(host, _)| host.labels())),
            hosts,
            names,
            written,
            has_branches: routes.iter().any(|route| route.rule.is_branch()),
            has_spellings: routes.iter().any(|route| route.rule.has_spellings()),
            declared,
        }
    }

    pub(super) fn routes(&self) -> &[RouteEntry] {
        &self.declared.routes
    }

    /// The routes of a name, or of a rule.
    pub(super) fn named(&self, name: &str) -> &[usize] {
        let found = self.names.get(name).or_else(|| self.written.get(name));
        found.map_or(&[], Vec::as_slice)
    }

    /// The host rule that matches a host, and the values in it.
    pub(super) fn find_host(&self, host: &str) -> Option<(usize, MultiDict)> {
        let path = host_rule::path(host);
        let found = self.host_table.find(&path, Spelling::Own, |_, _| true)?;
        let (rule, _) = &self.hosts[found.place];
        Some((found.place, rule.values(&path, &found.spans)))
    }

    /// The router for a host, and the values in it.
    pub(super) fn by_host(&self, host: &str) -> Option<(&Arc<Self>, MultiDict)> {
        let found = self.find_host(host).or_else(|| {
            let domain = self.declared.localhost_as.as_deref()?;
            self.find_host(&format!("{}{domain}", host_rule::below_localhost(host)?))
        });
        found.map(|(place, values)| (&self.hosts[place].1, values))
    }

    /// Decides about a request. `route` makes the value of the decision from a route, or from `None` for the fallback of
    /// the router itself.
    pub(super) fn decide<R>(
        &self,
        environ: &Environ,
        route: impl FnOnce(Option<Found>) -> R,
    ) -> Decision<R> {
        match self.search(environ.raw_path_info(), environ.method(), Spelling::Own) {
            Ok(found) => Decision::Route(route(Some(found))),
            Err(missed) => self.decide_missed(environ, missed, route),
        }
    }

    /// Decides about a request without a route for its path as it is.
    #[cold]
    fn decide_missed<R>(
        &self,
        environ: &Environ,
        mut missed: Missed,
        route: impl FnOnce(Option<Found>) -> R,
    ) -> Decision<R> {
        let (path, method) = (environ.raw_path_info(), environ.method());
        let policy = self.declared.slashes.unwrap_or_default();
        let toggled = |path: &str| (policy != SlashPolicy::Exact).then(|| toggled(path));
        // A path with a slash added is matched only by a rule with a slash at its end.
        let can_differ = self.has_branches || path.is_empty() || path.ends_with('/');
        let other = toggled(path).filter(|_| can_differ);
        if let (SlashPolicy::Both, Some(other)) = (policy, &other) {
            match self.search(other, method, Spelling::Own) {
                Ok(found) => return Decision::Route(route(Some(found))),
                Err(other) => missed.others.extend(other.others),
            }
        }
        let merged = merged(path).filter(|_| self.declared.merges.unwrap_or(true));
        let merged_toggled = merged.as_deref().and_then(toggled);
        let slashes = [other, merged, merged_toggled].into_iter().flatten();
        let slashes = slashes.filter_map(|path| match self.find(&path, method) {
            Some(_) => Some(path),
            None => self.respelled(&path, method),
        });
        let targets = self.respelled(path, method).into_iter().chain(slashes);
        let mut locations = targets.map(|path| [environ.raw_script_name(), &path].concat());
        let leads_here = |location: &String| !location.is_empty() && !url::leaves_site(location);
        if let Some(location) = locations.find(leads_here) {
            return Decision::Redirect(location);
        }
        if let [first, ..] = missed.others[..] {
            let rule = &self.routes()[self.groups[first][0]].rule;
            return Decision::OtherMethods(self.allowed(&missed.others), rule.to_string());
        }
        match missed.fallback {
            None if self.declared.fallback.is_none() => Decision::Nothing,
            nested => Decision::Fallback(route(nested.map(|found| *found))),
        }
    }

    /// The path with each value in its canonical spelling, if this path has a route.
    fn respelled(&self, path: &str, method: &Method) -> Option<String> {
        if !self.has_spellings {
            return None;
        }
        let found = self.search(path, method, Spelling::Any).ok()?;
        let rule = &self.routes()[found.place].rule;
        let respelled = rule.respelled(path, &found.spans);
        self.find(&respelled, method).map(|_| respelled)
    }

    /// The route for a path as it is and a method.
    pub(super) fn find(&self, path: &str, method: &Method) -> Option<Found> {
        self.search(path, method, Spelling::Own).ok()
    }

    fn search(&self, path: &str, method: &Method, spelling: Spelling) -> Result<Found, Missed> {
        let (mut missed, mut route) = (Missed::default(), None);
        let found = self.table.find(path, spelling, |group, spans| {
            let places = &self.groups[group];
            if let [place] = places[..]
                && self.routes()[place].purpose == Purpose::Fallback
            {
                missed.fallback.get_or_insert_with(|| {
                    let (spans, rest) = (spans.clone(), None);
                    Box::new(Found { place, spans, rest })
                });
                return false;
            }
            route = self.suited(places, method);
            if route.is_none() {
                missed.others.push(group);
            }
            route.is_some()
        });
        match (found, route) {
            (Some(found), Some(place)) => Ok(Found { place, ..found }),
            _ => Err(missed),
        }
    }

    /// The route for a method among those of one shape.
    fn suited(&self, places: &[usize], method: &Method) -> Option<usize> {
        let takes = |place: usize| self.routes()[place].takes(method);
        // Mostly there is only one.
        if let [only] = *places {
            return takes(only).map(|_| only);
        }
        let rated = |place: &usize| Some((takes(*place)?, *place));
        let best = places.iter().filter_map(rated).min();
        best.map(|(_, place)| place)
    }

    /// The methods of groups of routes, in order, with those that are automatic.
    fn allowed(&self, groups: &[usize]) -> Vec<Method> {
        let places = groups.iter().flat_map(|group| &self.groups[*group]);
        let mut allowed = vec![Method::OPTIONS];
        for place in places {
            if let Methods::Of(methods) = &self.routes()[*place].methods {
                allowed.extend_from_slice(methods);
            }
        }
        if allowed.contains(&Method::GET) {
            allowed.push(Method::HEAD);
        }
        allowed.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        allowed.dedup();
        allowed
    }
}

/// Checks that the hosts differ, and that their routers are valid and have no parameter that the host has.
fn check_hosts(hosts: &[(HostRule, Arc<Compiled>)]) -> Result<(), RuleError> {
    for pair in hosts.windows(2) {
        let (one, other) = (&pair[0].0, &pair[1].0);
        if one.order(other).is_eq() {
            let (one, other) = (&one.text, &other.text);
            let why = format!("the hosts `{one}` and `{other}` are the same");
            return Err(RuleError::Setting(why));
        }
    }
    for (host, inner) in hosts {
        if let Some(fault) = &inner.fault {
            return Err(fault.clone().at(&host.text));
        }
        let is_own = |name: &str| host.names().any(|own| own == name);
        for route in inner.routes() {
            let refused = |why| {
                let rule = format!("{}{}", host.text, route.rule.label());
                RuleError::syntax(&rule, why)
            };
            if let Some(name) = route.rule.parameters().find(|name| is_own(name)) {
                return Err(refused(format!("the parameter `{name}` occurs twice")));
            }
            checks::check_defaults(route, is_own).map_err(refused)?;
        }
    }
    Ok(())
}

/// The places of the routes by a key; routes without one are left out.
fn grouped<'r>(
    routes: &'r [RouteEntry],
    key: impl Fn(&'r RouteEntry) -> Option<&'r str>,
) -> HashMap<String, Vec<usize>> {
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, route) in routes.iter().enumerate() {
        if let Some(key) = key(route) {
            groups.entry(key.to_owned()).or_default().push(place);
        }
    }
    groups
}
