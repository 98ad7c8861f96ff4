//! Without the feature `server`, there is no tokio: handlers run on the thread of the test.

use crate::gateway::Body;

/// Awaits the future unchanged.
pub(super) async fn within<F: Future>(future: F) -> F::Output {
    future.await
}

/// Returns the body unchanged.
pub(super) fn body_within(body: Body) -> Body {
    body
}
