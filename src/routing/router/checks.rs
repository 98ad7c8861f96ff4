//! What can be wrong with routes that are valid one by one.

use std::collections::HashMap;

use crate::gateway::Application;
use crate::routing::router::route_entry::Declared;
use crate::routing::router::route_entry::Methods;
use crate::routing::router::route_entry::Purpose;
use crate::routing::router::route_entry::RouteEntry;
use crate::routing::rules::host_rule::HostRule;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::table::Shapes;

/// Whether no two routes conflict.
pub(super) fn check_routes(routes: &[RouteEntry], shapes: &Shapes<'_>) -> Result<(), RuleError> {
    let is_fallback = |place: usize| routes[place].purpose == Purpose::Fallback;
    let clash = |one: usize, other: usize| {
        routes[one].methods.overlap(&routes[other].methods)
            || is_fallback(one) != is_fallback(other)
    };
    let covers = |places: &[usize], place: usize| {
        let among = |takes: &dyn Fn(&Methods) -> bool| {
            let mut places = places.iter();
            places.any(|place| takes(&routes[*place].methods))
        };
        match &routes[place].methods {
            Methods::Any => among(&|other| *other == Methods::Any),
            Methods::Of(methods) => methods
                .iter()
                .all(|method| among(&|other| other.contains(method))),
        }
    };
    shapes.check(clash, covers)
}

/// Whether the router for a host is valid, and has no parameter that the host has.
pub(super) fn check_host(
    host: &HostRule,
    fault: Option<&RuleError>,
    routes: &[RouteEntry],
) -> Result<(), RuleError> {
    if let Some(fault) = fault {
        return Err(fault.clone().at(&host.text));
    }
    let among = |name: &str| host.names().any(|own| own == name);
    for route in routes {
        let rule = || format!("{}{}", host.text, route.rule.label());
        if let Some(name) = route.rule.parameters().find(|name| among(name)) {
            let why = format!("the parameter `{name}` is there twice");
            return Err(RuleError::syntax(&rule(), why));
        }
        if let Some(name) = route.defaults.keys().find(|name| among(name)) {
            return Err(RuleError::syntax(&rule(), no_default(name)));
        }
    }
    Ok(())
}

fn no_default(name: &str) -> String {
    format!("the parameter `{name}` is there, and cannot have a default")
}

/// Whether the routes of one name differ in their parameters, or are one rule for several methods.
pub(super) fn check_names(
    routes: &[RouteEntry],
    names: &HashMap<String, Vec<usize>>,
) -> Result<(), RuleError> {
    let mut sorted: Vec<_> = names.iter().collect();
    sorted.sort();
    for (name, places) in sorted {
        for (index, place) in places.iter().enumerate() {
            let rule = &routes[*place].rule;
            let twin = places[..index].iter().map(|before| &routes[*before].rule);
            let mut clashing = twin.filter(|before| {
                let (mut one, mut other) = (before.names.clone(), rule.names.clone());
                one.sort();
                other.sort();
                one == other && before.text != rule.text
            });
            if let Some(first) = clashing.next() {
                return Err(RuleError::Name {
                    name: name.clone(),
                    first: first.text.clone(),
                    second: rule.text.clone(),
                });
            }
        }
    }
    Ok(())
}

/// Whether no rule has a default for a parameter of its own.
pub(super) fn check_defaults(routes: &[RouteEntry]) -> Result<(), RuleError> {
    for route in routes {
        let mut defaults = route.defaults.keys();
        if let Some(name) = defaults.find(|name| route.rule.index(name).is_some()) {
            return Err(RuleError::syntax(&route.rule.text, no_default(name)));
        }
    }
    Ok(())
}

/// Whether the applications behind the routes can be served.
pub(super) fn check_applications(router: &Declared) -> Result<(), RuleError> {
    let places = router.routes.iter();
    let places = places.map(|route| (&route.application, route.rule.as_str()));
    let own = router.fallback.iter().map(|application| (application, ""));
    for (application, place) in places.chain(own) {
        if let Err(error) = application.check() {
            return Err(match error.downcast_ref::<RuleError>() {
                Some(fault) => fault.clone().at(place),
                None => RuleError::Setting(format!("behind `{place}` is {error:?}")),
            });
        }
    }
    Ok(())
}
