//! The body of a request as it arrives, and its timeouts.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::Weak;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::gateway::Application;
use crate::server::hosting::pace::Pace;
use crate::server::http::connection::Connection;
use crate::server::http::source::Source;

/// The body of a request. Its errors, including slowness, are the client's fault. If it is dropped before its end, it
/// stores the rest in `unread`, for the response.
pub(super) struct Input<A: Application> {
    /// `None` after it has ended or failed.
    source: Option<Source>,
    connection: Arc<Connection<A>>,
    /// The rest is not worth waiting for: the client was not told to continue, or is too slow.
    hopeless: bool,
    /// `upgrade` fails if the body has ended or failed, or if the response no longer needs the rest.
    unread: Weak<Unread>,
    pace: Pace,
}

/// The place for the unread rest of a request body. It no longer exists after the request is answered. hyper handles a
/// body that is dropped later: it drops the bytes that have arrived, or closes the connection.
#[derive(Default)]
pub(super) struct Unread(Mutex<Option<(Source, bool)>>);

/// The state of the request body when the request is answered.
pub(super) enum Rest {
    Nothing,
    /// The body still exists and may be read.
    Held,
    /// It was dropped; `hopeless` says that the rest is not worth waiting for.
    Left {
        source: Source,
        hopeless: bool,
    },
}

impl Unread {
    fn place(&self) -> MutexGuard<'_, Option<(Source, bool)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(self: Arc<Self>) -> Rest {
        let mut place = self.place();
        match place.take() {
            Some((source, hopeless)) => Rest::Left { source, hopeless },
            // Counted under the lock: a body that has not left its rest yet still counts.
            None if Arc::weak_count(&self) > 0 => Rest::Held,
            None => Rest::Nothing,
        }
    }
}

impl<A: Application> Input<A> {
    /// `expects_continue`: the client waits for `100 Continue`, which the first poll sends.
    pub(super) fn new(
        source: Source,
        connection: Arc<Connection<A>>,
        expects_continue: bool,
        unread: Weak<Unread>,
    ) -> Self {
        connection.watch().begin_body();
        Self {
            source: Some(source),
            hopeless: expects_continue,
            unread,
            pace: Pace::new(connection.limits()),
            connection,
        }
    }

    fn let_go(&mut self) -> Option<Source> {
        let source = self.source.take()?;
        self.pace.arrived(0, &self.connection.ticket);
        self.connection.watch().end_body();
        Some(source)
    }

    fn end(&mut self) {
        self.let_go();
        self.unread = Weak::new();
    }
}

impl<A: Application> http_body::Body for Input<A> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        this.hopeless = false;
        let Some(source) = &mut this.source else {
            return Poll::Ready(None);
        };
        let frame = match Pin::new(&mut *source).poll_frame(context) {
            Poll::Pending => {
                let Connection { ticket, shared, .. } = &*this.connection;
                let error = ready!(this.pace.poll_over(ticket, &shared.runtime, context));
                this.hopeless = true;
                return Poll::Ready(Some(Err(error.into_boxed())));
            }
            Poll::Ready(frame) => frame,
        };
        let bytes = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
            _ => 0,
        };
        this.pace.arrived(bytes, &this.connection.ticket);
        match frame {
            Some(Ok(frame)) => {
                if source.is_end_stream() {
                    this.end();
                    let last = frame.data_ref().map(|data| &data[..]);
                    this.connection.body_is_whole(last);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Some(Err(error)) => {
                this.end();
                this.connection.body_is_broken();
                Poll::Ready(Some(Err(broken(error))))
            }
            None => {
                this.end();
                this.connection.body_is_whole(None);
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.source.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Some(source) => source.size_hint(),
            None => SizeHint::with_exact(0),
        }
    }
}

impl<A: Application> Drop for Input<A> {
    fn drop(&mut self) {
        if let (Some(source), Some(unread)) = (self.let_go(), self.unread.upgrade()) {
            *unread.place() = Some((source, self.hopeless));
        }
    }
}

fn broken(error: BoxError) -> BoxError {
    Error::bad_request()
        .with_message("the request body is malformed or ended early")
        .with_source(error)
        .into_boxed()
}
