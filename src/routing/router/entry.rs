//! One route: a rule, the methods that it is for, and the application behind it.

use std::sync::Arc;

use http::Method;

use crate::base::multi_dict::MultiDict;
use crate::gateway::BoxApplication;
use crate::gateway::Limits;
use crate::routing::rules::rule::Rule;
use crate::routing::urls::build_error::BuildError;

/// What a router has been told of one rule.
#[derive(Clone, Debug)]
pub(in crate::routing) struct RouteEntry {
    pub(in crate::routing) rule: Rule,
    pub(in crate::routing) methods: Methods,
    pub(in crate::routing) name: Option<String>,
    pub(in crate::routing) application: BoxApplication,
    pub(super) limits: Option<Arc<Limits>>,
    /// Values of parameters that the rule does not have.
    pub(in crate::routing) defaults: MultiDict,
    pub(super) purpose: Purpose,
}

/// What a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::routing) enum Purpose {
    /// Requests.
    Handler,
    /// An application with a part of the path of its own.
    Mount,
    /// What nothing else is there for.
    Fallback,
}

/// Methods of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::routing) enum Methods {
    /// All, those that nobody has thought of among them.
    Any,
    Of(Vec<Method>),
}

/// Those that `http` knows, which nobody means by lower case.
const KNOWN: [Method; 9] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::CONNECT,
    Method::TRACE,
];

impl Methods {
    /// Some methods, or what is wrong with them.
    pub(in crate::routing) fn some(
        methods: impl IntoIterator<Item: TryInto<Method>>,
    ) -> Result<Self, String> {
        let mut some = Vec::new();
        for method in methods {
            let Ok(method) = method.try_into() else {
                return Err("one of its methods is no token".to_owned());
            };
            let mut known = KNOWN.iter().filter(|known| **known != method);
            let meant = known.find(|known| known.as_str().eq_ignore_ascii_case(method.as_str()));
            if let Some(meant) = meant {
                return Err(format!("`{method}` is not `{meant}`: methods have a case"));
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

    pub(in crate::routing) fn contains(&self, method: &Method) -> bool {
        match self {
            Self::Any => true,
            Self::Of(methods) => methods.contains(method),
        }
    }

    /// One that both are for.
    pub(super) fn overlap(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, Self::Any) => true,
            (Self::Of(one), Self::Of(other)) => one.iter().any(|method| other.contains(method)),
            // The one for all is for those that are left.
            _ => false,
        }
    }
}

impl RouteEntry {
    /// One for everything at a prefix and below it.
    pub(in crate::routing) fn below(
        prefix: Rule,
        application: BoxApplication,
        purpose: Purpose,
    ) -> Self {
        Self {
            rule: prefix.with_rest(),
            methods: Methods::Any,
            name: None,
            application,
            limits: None,
            defaults: MultiDict::new(),
            purpose,
        }
    }

    /// Removes values that are there by default; the error is one that is another.
    pub(in crate::routing) fn take_defaults(
        &self,
        values: &mut MultiDict,
    ) -> Result<(), BuildError> {
        for (name, default) in &self.defaults {
            match values.pop(name) {
                Some(value) if value != default => {
                    return Err(BuildError::Value {
                        rule: self.rule.to_string(),
                        parameter: name.to_owned(),
                        value,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The rule as it is told, with `inner`, which routers behind it have found; `None` where that is
    /// whole, or there is none.
    pub(super) fn whole_rule(&self, inner: Option<&str>) -> Option<String> {
        let rule = self.rule.as_str();
        match (self.purpose, inner) {
            (Purpose::Mount, Some(inner)) => Some(format!("{rule}{inner}")),
            (Purpose::Handler | Purpose::Mount, None) if !rule.is_empty() => Some(rule.to_owned()),
            _ => None,
        }
    }

    /// The rule as it is shown: below a mount it ends with `/**`.
    pub(in crate::routing) fn label(&self) -> String {
        match self.purpose {
            Purpose::Handler => self.rule.to_string(),
            Purpose::Mount | Purpose::Fallback => format!("{}/**", self.rule),
        }
    }

    /// How well it takes a method: the least first, `None` not at all. `HEAD` is taken by `GET`.
    pub(in crate::routing) fn takes(&self, method: &Method) -> Option<u8> {
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
