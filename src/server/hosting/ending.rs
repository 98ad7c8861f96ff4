//! The end of a server, step by step, and what is said about it.
//!
//! 1. Lame duck: all goes on, but its health is bad, so that a balancer sends nobody new.
//! 2. The listeners are closed; open connections are answered for a moment more, and
//!    told to close: a client that has just sent a request is not cut off.
//! 3. Connections without a request in flight are closed.
//! 4. The rest have the grace period.
//! 5. What is left is cut. Handlers that are still at work are not waited for.

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

/// Takes the server through its end, once that has begun.
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
            errors.line(&format!("Stopping in {duck:?}: health is bad from now on"));
            let _ = tokio::time::timeout(duck, open.reach(Stage::Closing)).await;
        }
        open.advance(Stage::Closing);
        open.all_closed(limits.closing_notice()).await;
        open.advance(Stage::Ending);
    }))
}

/// Looks after the connections, as long as there is a server. While there are none, it sleeps: an idle server does
/// not wake up.
pub(in crate::server) fn look_after(open: &Arc<Open>, limits: &ServerLimits) -> Aside {
    let (open, limits) = (Arc::clone(open), limits.clone());
    Aside(tokio::spawn(async move {
        let tick = clock::tick(&limits);
        loop {
            open.in_use().await;
            let soon = open.look_after(&limits);
            tokio::time::sleep(if soon { tick / 4 } else { tick }).await;
        }
    }))
}

/// How long the end of the server waits until connections are cut, so that what goes wrong by that is reported.
const CUTTING: Duration = Duration::from_secs(1);

/// Waits for what is left after the listeners were closed, and cuts the connections that are open after that.
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
