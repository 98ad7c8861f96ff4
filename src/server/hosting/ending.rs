//! Stops a server step by step, and logs the steps.
//!
//! 1. Lame duck: everything goes on, but the health check fails, so that a load balancer sends no new requests.
//! 2. The listeners are closed. Open connections still get responses for a moment, with the request to close, so that a
//!    client that has just sent a request is not cut off.
//! 3. Connections without a request in flight are closed.
//! 4. The rest has the grace period.
//! 5. The remaining connections are cut. Running handlers are not awaited.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::gateway::ErrorStream;
use crate::server::hosting::clock;
use crate::server::hosting::open::Open;
use crate::server::hosting::open::Stage;
use crate::server::limits::ServerLimits;

/// A task that ends when this is dropped.
pub(in crate::server) struct Aside(pub(in crate::server) JoinHandle<()>);

impl Drop for Aside {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Leads the server through these steps, once they have begun.
pub(in crate::server) fn guide(
    open: &Arc<Open>,
    limits: &ServerLimits,
    errors: &ErrorStream,
) -> Aside {
    let (open, limits, errors) = (Arc::clone(open), limits.clone(), errors.clone());
    Aside(tokio::spawn(async move {
        open.reach(Stage::LameDuck).await;
        let duck = limits.lame_duck();
        if duck > Duration::ZERO {
            errors.line(&format!(
                "Stopping in {duck:?}: the health check fails from now on"
            ));
            let _ = tokio::time::timeout(duck, open.reach(Stage::Closing)).await;
        }
        open.advance(Stage::Closing);
        open.all_closed(limits.closing_notice()).await;
        open.advance(Stage::Ending);
    }))
}

/// Checks the connections as long as the server exists, and does something else each time. Without connections the task sleeps, so that an idle server
/// does not wake up.
pub(in crate::server) fn look_after(
    open: &Arc<Open>,
    limits: &ServerLimits,
    mut also: impl FnMut() + Send + 'static,
) -> Aside {
    let (open, limits) = (Arc::clone(open), limits.clone());
    Aside(tokio::spawn(async move {
        let tick = clock::tick(&limits);
        loop {
            open.in_use().await;
            let soon = open.look_after(&limits);
            also();
            tokio::time::sleep(if soon { tick / 4 } else { tick }).await;
        }
    }))
}

/// How long the server waits until the connections are cut, so that the errors that this causes are reported.
const CUTTING: Duration = Duration::from_secs(1);

/// Waits for the remaining requests after the listeners were closed, then cuts the open connections.
pub(in crate::server) async fn wait(open: &Open, limits: &ServerLimits, errors: &ErrorStream) {
    let counters = open.counters();
    if counters.in_flight > 0 {
        let (requests, grace) = (requests(counters.in_flight), limits.grace_period());
        errors.line(&format!("Stopping: waiting up to {grace:?} for {requests}"));
    }
    open.reach(Stage::Ending).await;
    if !open.all_closed(limits.grace_period()).await {
        let left = open.counters().in_flight;
        if left > 0 {
            errors.line(&format!("Stopped without waiting for {}", requests(left)));
        }
    }
    open.advance(Stage::Hurrying);
    open.all_cut(CUTTING).await;
}

fn requests(count: u64) -> String {
    match count {
        1 => "a request".to_owned(),
        count => format!("{count} requests"),
    }
}
