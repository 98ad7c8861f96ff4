//! What is declared of a router, in the order in which it is.

use crate::gateway::BoxApplication;
use crate::gateway::Limits;
use crate::routing::router::entry::RouteEntry;
use crate::routing::router::slashes::SlashPolicy;
use crate::routing::rules::converter::Converters;
use crate::routing::rules::host_rule::HostRule;
use crate::routing::rules::rule_error::RuleError;
use std::sync::Arc;

/// Routes, hosts and settings, as they were said.
#[derive(Clone, Default)]
pub(in crate::routing) struct Declared {
    pub(in crate::routing) routes: Vec<RouteEntry>,
    pub(in crate::routing) hosts: Vec<(HostRule, Self)>,
    pub(super) fallback: Option<BoxApplication>,
    /// Of all routes that have none of their own.
    pub(super) limits: Option<Arc<Limits>>,
    /// The domain that `localhost` stands for.
    pub(in crate::routing) localhost_as: Option<String>,
    pub(in crate::routing) slashes: Option<SlashPolicy>,
    pub(super) merges: Option<bool>,
    pub(super) faults: Vec<RuleError>,
    pub(in crate::routing) converters: Converters,
    /// Whether what was declared last is a route, that more can be said of.
    pub(super) after_route: bool,
}
