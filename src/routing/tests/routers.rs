//! Properties that hold for any routers, hosts and methods.

use std::collections::BTreeSet;

use arbtest::arbitrary::Result as Drawn;
use arbtest::arbitrary::Unstructured;

use super::drawn::draw_host;
use super::drawn::draw_host_rule;
use super::drawn::draw_path;
use super::drawn::draw_rules;
use super::known::own;
use super::naive::Found;
use super::naive::Naive;
use crate::gateway::Environ;
use crate::request::Request;
use crate::routing::Router;
use crate::routing::SlashPolicy;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "OPTIONS", "HEAD"];

/// A rule with its methods; an empty list means all.
struct NaiveRoute {
    rule: Naive,
    methods: Vec<&'static str>,
    name: String,
}

/// The routes of hosts, and those for all other hosts.
struct NaiveRouter {
    hosts: Vec<(Naive, Vec<NaiveRoute>)>,
    own: Vec<NaiveRoute>,
}

/// The name of a route with all values, or the allowed methods: an empty set for `404`.
type Outcome = Result<(String, Found), BTreeSet<String>>;

fn draw_routes(u: &mut Unstructured<'_>, prefix: &str) -> Drawn<Vec<NaiveRoute>> {
    let mut routes = Vec::new();
    for rule in draw_rules(u)? {
        // Several routes of one rule have different methods.
        let mut left = METHODS.to_vec();
        for _ in 0..u.int_in_range(1..=3)? {
            let mut methods = Vec::new();
            for method in left.clone() {
                if u.ratio(1, 3)? {
                    methods.push(method);
                }
            }
            left.retain(|method| !methods.contains(method));
            let is_last = methods.is_empty();
            routes.push(NaiveRoute {
                rule: rule.clone(),
                methods,
                name: format!("{prefix}{}", routes.len()),
            });
            if is_last {
                break;
            }
        }
    }
    Ok(routes)
}

fn draw_router(u: &mut Unstructured<'_>) -> Drawn<NaiveRouter> {
    let mut hosts: Vec<(Naive, Vec<NaiveRoute>)> = Vec::new();
    for place in 0..u.int_in_range(0..=3)? {
        let host = draw_host_rule(u)?;
        if !hosts
            .iter()
            .any(|(known, _)| known.canonical() == host.canonical())
        {
            hosts.push((host, draw_routes(u, &format!("host {place} "))?));
        }
    }
    let own = draw_routes(u, "own ")?;
    Ok(NaiveRouter { hosts, own })
}

fn router(routes: &[NaiveRoute]) -> Router {
    let mut made = Router::new()
        .with_slash_policy(SlashPolicy::Exact)
        .with_merged_slashes(false);
    made.declared.converters = own();
    for route in routes {
        made = match &route.methods[..] {
            [] => made.any(&route.rule.text, async || ""),
            some => made.route(some.iter().copied(), &route.rule.text, async || ""),
        };
        made = made.name(&route.name);
    }
    made
}

impl NaiveRouter {
    /// The router, if it has no duplicates.
    fn router(&self) -> Option<Router> {
        let mut all = router(&self.own);
        for (host, routes) in &self.hosts {
            all = all.host(&host.text, router(routes));
        }
        all.checked().ok()
    }

    /// The routes for a host, and the values in it.
    fn routes(&self, host: &str) -> (&[NaiveRoute], Found) {
        let fitting = self
            .hosts
            .iter()
            .filter_map(|(rule, routes)| Some((rule, routes, rule.find_host(host)?)));
        let first = fitting.min_by(|(one, ..), (other, ..)| one.order(other));
        match first {
            Some((_, routes, values)) => (routes, values),
            None => (&self.own, Found::new()),
        }
    }

    fn answer(&self, host: &str, path: &str, method: &str) -> Outcome {
        let (routes, by_host) = self.routes(host);
        let matching: Vec<_> = routes
            .iter()
            .filter_map(|route| Some((route, route.rule.find(path)?)))
            .collect();
        let rated = matching
            .iter()
            .filter_map(|found| Some((found, found.0.rating(method)?)));
        let best = rated.min_by(|((one, _), rating), ((other, _), than)| {
            let rules = one.rule.order(&other.rule);
            rules.then_with(|| rating.cmp(than))
        });
        match best {
            Some(((route, values), _)) => {
                let values = by_host.into_iter().chain(values.clone());
                Ok((route.name.clone(), values.collect()))
            }
            None => Err(allowed(matching.iter().map(|(route, _)| *route))),
        }
    }
}

impl NaiveRoute {
    fn rating(&self, method: &str) -> Option<u8> {
        match &self.methods[..] {
            [] => Some(2),
            some if some.contains(&method) => Some(0),
            some if method == "HEAD" && some.contains(&"GET") => Some(1),
            _ => None,
        }
    }
}

/// The methods of all routes, and the automatic ones.
fn allowed<'r>(routes: impl Iterator<Item = &'r NaiveRoute>) -> BTreeSet<String> {
    let mut allowed = BTreeSet::new();
    for route in routes {
        allowed.extend(route.methods.iter().map(|method| (*method).to_owned()));
        allowed.insert("OPTIONS".to_owned());
    }
    if allowed.contains("GET") {
        allowed.insert("HEAD".to_owned());
    }
    allowed
}

/// A request that one of the rules matches or almost matches.
fn draw_request(u: &mut Unstructured<'_>, drawn: &NaiveRouter) -> Drawn<(String, String)> {
    let host = draw_host(u)?;
    let routes = drawn.routes(&host).0;
    let path = draw_path(u, routes.iter().map(|route| &route.rule))?;
    Ok((host, path))
}

fn environ(url: &str, method: &str) -> Environ {
    Request::blank(url).with_method(method).into_environ()
}

fn outcome(router: &Router, environ: &Environ) -> Outcome {
    match router.match_environ(environ) {
        Ok(found) => {
            let values = found.params();
            let values = values
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()));
            let name = found.name().expect("all routes have one").to_owned();
            Ok((name, values.collect()))
        }
        Err(error) => {
            let allow = error.headers().get("allow");
            let text = allow.map_or("", |allow| allow.to_str().expect("methods"));
            assert_eq!(error.status().as_u16() == 405, allow.is_some());
            let methods = text.split(", ").filter(|method| !method.is_empty());
            Err(methods.map(str::to_owned).collect())
        }
    }
}

#[test]
fn a_router_agrees_with_trying_every_route() {
    arbtest::arbtest(|u| {
        let drawn = draw_router(u)?;
        let (host, path) = draw_request(u, &drawn)?;
        let Some(router) = drawn.router() else {
            return Ok(());
        };
        for method in METHODS.into_iter().chain(["DELETE"]) {
            let got = outcome(&router, &environ(&format!("http://{host}{path}"), method));
            let expected = drawn.answer(&host, &path, method);
            assert_eq!(got, expected, "{method} {host} {path} {}", router.routes());
        }
        Ok(())
    });
}

#[test]
fn the_order_of_routes_and_hosts_changes_nothing() {
    arbtest::arbtest(|u| {
        let mut drawn = draw_router(u)?;
        let (host, path) = draw_request(u, &drawn)?;
        let one = drawn.router();
        drawn.hosts.reverse();
        drawn.own.reverse();
        for (_, routes) in &mut drawn.hosts {
            for place in 1..routes.len() {
                routes.swap(place, u.int_in_range(0..=place)?);
            }
        }
        let other = drawn.router();
        assert_eq!(one.is_some(), other.is_some());
        if let (Some(one), Some(other)) = (one, other) {
            let url = format!("http://{host}{path}");
            let environ = environ(&url, u.choose(&METHODS)?);
            let both = (outcome(&one, &environ), outcome(&other, &environ));
            assert_eq!(both.0, both.1, "{url} {}", one.routes());
        }
        Ok(())
    });
}

#[test]
fn the_url_of_a_request_leads_where_it_came_from() {
    arbtest::arbtest(|u| {
        let drawn = draw_router(u)?;
        let (host, path) = draw_request(u, &drawn)?;
        let Some(router) = drawn.router() else {
            return Ok(());
        };
        let method = *u.choose(&METHODS)?;
        let mut first = environ(&format!("http://{host}{path}"), method);
        let Ok(found) = router.match_environ(&first) else {
            return Ok(());
        };
        let before = outcome(&router, &first);
        let (name, values) = (found.name().unwrap_or_default().to_owned(), found.params());
        found.keep(&mut first);
        if let Ok(url) = Request::new(first).absolute_url_for(&name, &values) {
            let after = outcome(&router, &environ(&url, method));
            assert_eq!(after, before, "{url} {}", router.routes());
        }
        Ok(())
    });
}
