//! Without the feature `server` there is no tokio: handlers run on the thread of the test.

use crate::gateway::Body;

/// The future as it is.
pub(super) async fn within<F: Future>(future: F) -> F::Output {
    future.await
}

/// The body as it is.
pub(super) fn body_within(body: Body) -> Body {
    body
}
