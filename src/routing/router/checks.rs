//! What can be wrong with routes that are sound one by one.

use std::collections::HashMap;

use crate::gateway::Application;
use crate::routing::router::declared::Declared;
use crate::routing::router::entry::Methods;
use crate::routing::router::entry::Purpose;
use crate::routing::router::entry::RouteEntry;
use crate::routing::rules::host_rule::HostRule;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::rule_set::shadow;

pub(super) type Shapes = HashMap<String, u32>;

/// Whether no two routes are in each other's way.
pub(super) fn check_routes(
    routes: &[RouteEntry],
    shapes: &Shapes,
    leaves: &[Vec<usize>],
) -> Result<(), RuleError> {
    for places in leaves {
        for (index, place) in places.iter().enumerate() {
            let route = &routes[*place];
            let twin = places[..index].iter().find(|before| {
                let before = &routes[**before];
                before.methods.overlap(&route.methods)
                    || (before.purpose == Purpose::Fallback) != (route.purpose == Purpose::Fallback)
            });
            if let Some(twin) = twin {
                return Err(RuleError::Duplicate {
                    first: routes[*twin].label(),
                    second: route.label(),
                });
            }
        }
    }
    for route in routes {
        let by = shadow(&route.rule, |shape| {
            taken(routes, shapes, leaves, route, shape)
        });
        if let Some(by) = by {
            return Err(RuleError::Shadowed {
                rule: route.rule.text.clone(),
                by: by.text.clone(),
            });
        }
    }
    Ok(())
}

/// The rule of this shape, if there are routes for all methods of `route`.
fn taken<'r>(
    routes: &'r [RouteEntry],
    shapes: &Shapes,
    leaves: &[Vec<usize>],
    route: &RouteEntry,
    shape: &str,
) -> Option<&'r Rule> {
    let places = &leaves[*shapes.get(shape)? as usize];
    let among = || places.iter().map(|place| &routes[*place]);
    let all = match &route.methods {
        Methods::Any => among().any(|other| other.methods == Methods::Any),
        Methods::Of(methods) => methods
            .iter()
            .all(|method| among().any(|other| other.methods.contains(method))),
    };
    all.then(|| among().next().map(|first| &first.rule))?
}

/// Whether the router for a host is sound, and has no parameter that the host has.
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
        let rule = || format!("{}{}", host.text, route.label());
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

/// Routes of one name differ in their parameters, or are one rule for several methods.
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

/// Whether no rule has the parameters that it has defaults for.
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
