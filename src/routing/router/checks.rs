//! Checks routes that are valid one by one for conflicts between them.

use std::collections::HashMap;

use crate::gateway::Application;
use crate::routing::router::route_entry::Declared;
use crate::routing::router::route_entry::Methods;
use crate::routing::router::route_entry::Purpose;
use crate::routing::router::route_entry::RouteEntry;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::table::Shapes;

/// Checks that no two routes conflict, and that no route has a default for a parameter of its rule.
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
    shapes.check(clash, covers)?;
    for route in routes {
        let is_own = |name: &str| route.rule.index(name).is_some();
        let checked = check_defaults(route, is_own);
        checked.map_err(|why| RuleError::syntax(&route.rule.text, why))?;
    }
    Ok(())
}

/// Checks that no default is for a parameter that is in the path or in the host. The error says what is wrong.
pub(super) fn check_defaults(
    route: &RouteEntry,
    is_own: impl Fn(&str) -> bool,
) -> Result<(), String> {
    match route.defaults.keys().find(|name| is_own(name)) {
        Some(name) => Err(format!(
            "the rule has a parameter `{name}`, so it cannot have a default"
        )),
        None => Ok(()),
    }
}

/// Checks that the routes of one name differ in their parameters, or are one rule for several methods.
pub(super) fn check_names(
    routes: &[RouteEntry],
    names: &HashMap<String, Vec<usize>>,
) -> Result<(), RuleError> {
    let mut sorted: Vec<_> = names.iter().collect();
    sorted.sort();
    for (name, places) in sorted {
        let rules: Vec<_> = places.iter().map(|place| &routes[*place].rule).collect();
        for (index, rule) in rules.iter().enumerate() {
            let mut before = rules[..index].iter();
            let clashes = |first: &&&Rule| {
                let (mut one, mut other) = (first.names.clone(), rule.names.clone());
                one.sort();
                other.sort();
                one == other && first.text != rule.text
            };
            if let Some(first) = before.find(clashes) {
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

/// Checks that the applications of the routes can be served.
pub(super) fn check_applications(router: &Declared) -> Result<(), RuleError> {
    let places = router.routes.iter();
    let places = places.map(|route| (&route.application, route.rule.as_str()));
    let own = router.fallback.iter().map(|application| (application, ""));
    for (application, place) in places.chain(own) {
        if let Err(error) = application.check() {
            return Err(match error.downcast_ref::<RuleError>() {
                Some(fault) => fault.clone().at(place),
                None => RuleError::Setting(format!("the application at `{place}`: {error:?}")),
            });
        }
    }
    Ok(())
}
