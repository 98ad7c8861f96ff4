//! The declaration of a router: routes, hosts and settings.

use std::sync::Arc;

use http::Method;

use crate::base::multi_dict::MultiDict;
use crate::gateway::BoxApplication;
use crate::gateway::Label;
use crate::gateway::Limits;
use crate::routing::router::slash_policy::SlashPolicy;
use crate::routing::rules::build_error::BuildError;
use crate::routing::rules::converter::Converters;
use crate::routing::rules::host_rule::HostRule;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule_error::RuleError;

/// The declaration of a router.
#[derive(Clone, Default)]
pub(in crate::routing) struct Declared {
    pub(super) routes: Vec<RouteEntry>,
    pub(super) hosts: Vec<(HostRule, Self)>,
    pub(super) fallback: Option<BoxApplication>,
    /// For all routes without separate limits, and for the fallback.
    pub(super) limits: Option<Arc<Limits>>,
    /// The domain that `localhost` replaces.
    pub(super) localhost_as: Option<String>,
    pub(super) slashes: Option<SlashPolicy>,
    pub(super) merges: Option<bool>,
    pub(super) faults: Vec<RuleError>,
    pub(in crate::routing) converters: Converters,
    /// Whether the last declaration was a route, so that a name, defaults or limits may follow.
    pub(super) after_route: bool,
}

/// One route: a rule, its methods, and the application that answers.
#[derive(Clone)]
pub(super) struct RouteEntry {
    pub(super) rule: Rule,
    pub(super) methods: Methods,
    pub(super) name: Option<String>,
    pub(super) application: BoxApplication,
    pub(super) limits: Option<Arc<Limits>>,
    /// Values for parameters that the rule does not have.
    pub(super) defaults: MultiDict,
    pub(super) purpose: Purpose,
    /// By which it is found if it blocks an event loop.
    pub(super) label: Label,
}

/// The kind of a route.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Requests to one rule.
    Handler,
    /// Everything at a prefix and below: `SCRIPT_NAME` moves.
    Mount,
    /// The requests below a prefix that no other route takes: the fallback of a nested router.
    Fallback,
}

/// Methods of a route.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Methods {
    /// All methods, including unknown ones.
    Any,
    Of(Vec<Method>),
}

/// Methods in the declaration of a route. The trait exists so that the compiler can name what is wrong.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of methods",
    label = "the methods of a route come first, in an array",
    note = "for one method: `.get(\"/\", handler)`, `.post(\"/\", handler)` and so on; for several: `.route([\"GET\", \"POST\"], \"/\", handler)`; for all: `.any(\"/\", handler)`"
)]
pub trait AsMethods: IntoIterator<Item: TryInto<Method>> {}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item: TryInto<Method>>> AsMethods for I {}

/// The standard methods of `http`. In lower case they are a mistake.
const KNOWN: &str = "GET HEAD POST PUT PATCH DELETE OPTIONS CONNECT TRACE";

impl Declared {
    /// Adds a route, which a name, defaults or limits may follow.
    pub(super) fn push(&mut self, route: RouteEntry) {
        self.routes.push(route);
        self.after_route = true;
    }

    /// The value, if it is valid; else its fault is kept.
    pub(super) fn valid<T>(&mut self, parsed: Result<T, RuleError>) -> Option<T> {
        parsed.map_err(|fault| self.faults.push(fault)).ok()
    }

    /// Puts middleware around all routes, but around no fallback.
    pub(super) fn surround(&mut self, around: &dyn Fn(BoxApplication) -> BoxApplication) {
        let routes = self.routes.iter_mut();
        for route in routes.filter(|route| route.purpose != Purpose::Fallback) {
            route.application = around(route.application.clone());
        }
        for (_, router) in &mut self.hosts {
            router.surround(around);
        }
    }

    /// Keeps a fault of a setting.
    pub(super) fn setting(&mut self, why: impl Into<String>) {
        self.faults.push(RuleError::Setting(why.into()));
    }
}

impl Methods {
    /// Parses these methods. The error says what is wrong with them.
    pub(super) fn some(methods: impl IntoIterator<Item: TryInto<Method>>) -> Result<Self, String> {
        let mut some = Vec::new();
        for method in methods {
            let Ok(method) = method.try_into() else {
                return Err("one of its methods is not a valid token".to_owned());
            };
            let text = method.as_str();
            let mut known = KNOWN.split(' ').filter(|known| *known != text);
            let meant = known.find(|known| known.eq_ignore_ascii_case(text));
            if let Some(meant) = meant {
                return Err(format!(
                    "`{method}` is not `{meant}`: methods are case-sensitive"
                ));
            }
            if !some.contains(&method) {
                some.push(method);
            }
        }
        if some.is_empty() {
            return Err("it has no methods".to_owned());
        }
        Ok(Self::Of(some))
    }

    pub(super) fn contains(&self, method: &Method) -> bool {
        match self {
            Self::Any => true,
            Self::Of(methods) => methods.contains(method),
        }
    }

    /// Whether both have a method in common.
    pub(super) fn overlap(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, Self::Any) => true,
            (Self::Of(one), Self::Of(other)) => one.iter().any(|method| other.contains(method)),
            // A route for all methods takes those that are left.
            _ => false,
        }
    }
}

impl RouteEntry {
    /// A route for one rule.
    pub(super) fn new(rule: Rule, methods: Methods, application: BoxApplication) -> Self {
        Self {
            rule,
            methods,
            name: None,
            application,
            limits: None,
            defaults: MultiDict::new(),
            purpose: Purpose::Handler,
            label: Label::default(),
        }
    }

    /// A route for everything at a prefix and below it.
    pub(super) fn below(prefix: Rule, application: BoxApplication, purpose: Purpose) -> Self {
        Self {
            purpose,
            ..Self::new(prefix.with_rest(), Methods::Any, application)
        }
    }

    /// Removes the values that are defaults here; the error is a value that differs from its default.
    pub(super) fn take_defaults(&self, values: &mut MultiDict) -> Result<(), BuildError> {
        for (name, default) in &self.defaults {
            if let Some(value) = values.pop(name).filter(|value| value != default) {
                return Err(self.rule.misfit(name, &value));
            }
        }
        Ok(())
    }

    /// The rule to report, followed by `inner`, the rule that an inner router has found. `None` if `inner` is already
    /// complete, or if there is no rule.
    pub(super) fn whole_rule(&self, inner: Option<&str>) -> Option<String> {
        let rule = self.rule.as_str();
        match (self.purpose, inner) {
            (Purpose::Mount, Some(inner)) => Some(format!("{rule}{inner}")),
            (Purpose::Handler | Purpose::Mount, None) if !rule.is_empty() => Some(rule.to_owned()),
            _ => None,
        }
    }

    /// How well the route matches a method: lower is better, `None` is no match. A route for `GET` matches `HEAD` too.
    pub(super) fn takes(&self, method: &Method) -> Option<u8> {
        match &self.methods {
            Methods::Of(methods) if methods.contains(method) => Some(0),
            Methods::Of(methods) if *method == Method::HEAD && methods.contains(&Method::GET) => {
                Some(1)
            }
            Methods::Of(_) => None,
            Methods::Any => Some(2),
        }
    }
}
