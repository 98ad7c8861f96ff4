//! The body of a response, whose failures are reported.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::gateway::Body;
use crate::gateway::ServerInfo;
use crate::gateway::discard;
use crate::gateway::report_cut;
use crate::server::tower::client_left::ClientLeft;

/// Wraps a body that may fail.
#[cold]
pub(super) fn watch(body: Body, server_info: &Arc<ServerInfo>, left: ClientLeft) -> Body {
    Body::new(Watched {
        body,
        failure: None,
        server_info: Arc::clone(server_info),
        _left: left,
    })
}

struct Watched {
    body: Body,
    failure: Option<BoxError>,
    server_info: Arc<ServerInfo>,
    _left: ClientLeft,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(failure) = self.failure.take() {
            return Poll::Ready(Some(Err(failure)));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let Some(Err(failure)) = frame else {
            return Poll::Ready(frame);
        };
        report_cut(self.server_info.errors(), &failure);
        // One poll later, so that a server sends the bytes before it cuts the connection.
        self.failure = Some(failure);
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.failure.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body is dropped before its request ends, even if its destructor panics.
impl Drop for Watched {
    fn drop(&mut self) {
        discard(std::mem::take(&mut self.body), self.server_info.errors());
    }
}
