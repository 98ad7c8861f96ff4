//! A tokio runtime for handlers that are called in process, so that they have one as under the embedded server.

use std::future::poll_fn;
use std::pin::Pin;
use std::pin::pin;
use std::sync::OnceLock;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;
use tokio::runtime::Builder;
use tokio::runtime::EnterGuard;
use tokio::runtime::Handle;
use tokio::runtime::Runtime;

use crate::base::error::BoxError;
use crate::gateway::Body;

/// The runtime of all clients of the process, with one thread that drives timers and sockets.
static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();

/// Enters the runtime, unless the test has its own.
fn enter() -> Option<EnterGuard<'static>> {
    if Handle::try_current().is_ok() {
        return None;
    }
    let runtime = RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("rustzeug-testing")
            .enable_all()
            .build()
            .ok()
    });
    runtime.as_ref().map(Runtime::enter)
}

/// Polls a future inside the runtime.
pub(super) async fn within<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        let _guard = enter();
        future.as_mut().poll(context)
    })
    .await
}

/// Wraps a body so that it is polled inside the runtime, unless it is in memory.
pub(super) fn body_within(body: Body) -> Body {
    if body.as_bytes().is_some() {
        return body;
    }
    Body::new(Within(body))
}

struct Within(Body);

impl http_body::Body for Within {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let _guard = enter();
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
