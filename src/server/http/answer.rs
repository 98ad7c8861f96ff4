//! The response to one request, from the edge to hyper, and the rest of the request body.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use http::header;
use http_body::Body as _;

use crate::base::error::Error;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Handover;
use crate::gateway::Refused;
use crate::gateway::ServerInfo;
use crate::gateway::discard;
use crate::gateway::write;
use crate::server::hosting::in_flight::InFlight;
use crate::server::http::connection::Connection;
use crate::server::http::input::Rest;
use crate::server::http::input::Unread;
use crate::server::http::output::Output;
use crate::server::http::output::SetOnDrop;
use crate::server::http::source::Source;

/// How long a response waits for the small rest of an unread body. A client that waits for the response before it sends
/// the rest gets the response after this time.
const DRAINING: Duration = Duration::from_millis(200);

/// The response to a request. It is made even after the client has left, because handlers are not cancelled.
pub(super) struct Answer<A: Application> {
    making: Option<Making<A>>,
    /// The place where the rest of the request body may be left. It is checked once, after the application has
    /// answered.
    unread: Option<Arc<Unread>>,
    /// The connection must be closed after it.
    close: bool,
    left: SetOnDrop,
}

type Making<A> =
    Pin<Box<dyn Future<Output = (http::Response<Body>, InFlight<Connection<A>>)> + Send>>;

impl<A: Application> Answer<A> {
    pub(super) fn new(
        making: impl Future<Output = (http::Response<Body>, InFlight<Connection<A>>)> + Send + 'static,
        unread: Option<Arc<Unread>>,
    ) -> Self {
        Self {
            making: Some(Box::pin(making)),
            unread,
            close: false,
            left: SetOnDrop::default(),
        }
    }

    /// Sets a signal for the handler and the bodies of the request when it is over, that is, sent or dropped.
    pub(super) fn with_left(mut self, left: SetOnDrop) -> Self {
        self.left = left;
        self
    }
}

impl<A: Application> Future for Answer<A> {
    type Output = Result<http::Response<Output<A>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let making = self.making.as_mut().expect("polled after it was ready");
            let (mut response, mut in_flight) = ready!(making.as_mut().poll(context));
            let connection = &in_flight.connection;
            self.close |=
                connection.is_broken() || response.extensions().get::<Refused>().is_some();
            let rest = self.unread.take().map_or(Rest::Nothing, Unread::take);
            let held = matches!(rest, Rest::Held);
            if let Rest::Left { source, hopeless } = rest {
                let bytes = connection.server_limits().drain_bytes();
                if self.close || hopeless || source.size_hint().lower() > bytes {
                    self.close = true;
                } else {
                    self.making = Some(Box::pin(settle(response, in_flight, source, bytes)));
                    continue;
                }
            }
            self.making = None;
            let mut extensions = std::mem::take(response.extensions_mut());
            let handover = extensions.remove::<Handover>();
            if !extensions.is_empty() {
                discard(extensions, connection.server_info.errors());
            }
            self.close |= held && handover.is_some();
            let closes = self.close || connection.ticket.is_closing();
            match handover {
                Some(handover) if self.close => {
                    discard(handover, connection.server_info.errors());
                    response = unread(&connection.server_info);
                    in_flight.answered(&mut response);
                    close(&mut response);
                }
                // A connection that leaves HTTP is not closed.
                Some(handover) => connection.hand_over(handover),
                None if closes && !connection.watch().is_multiplexed() => close(&mut response),
                None => {}
            }
            in_flight.connection.watch().count_status(response.status());
            let left = std::mem::take(&mut self.left);
            return Poll::Ready(Ok(response.map(|body| Output::new(body, in_flight, left))));
        }
    }
}

impl<A: Application> Drop for Answer<A> {
    fn drop(&mut self) {
        if let (Some(making), Ok(runtime)) =
            (self.making.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(async {
                let (response, in_flight) = making.await;
                discard(response, in_flight.connection.server_info.errors());
            });
        }
    }
}

/// Drains the small rest of a request body, so that the connection can be kept. If the rest is large or slow, the
/// response says that the connection is closed.
async fn settle<A: Application>(
    mut response: http::Response<Body>,
    in_flight: InFlight<Connection<A>>,
    mut source: Source,
    mut left: u64,
) -> (http::Response<Body>, InFlight<Connection<A>>) {
    let is_measured = source.size_hint().exact().is_some();
    let mut last = is_measured.then(Bytes::new);
    let drain = async {
        loop {
            match poll_fn(|context| Pin::new(&mut source).poll_frame(context)).await {
                None => return true,
                Some(Err(_)) => return false,
                Some(Ok(frame)) => {
                    let data = frame.into_data().unwrap_or_default();
                    match left.checked_sub(data.len() as u64) {
                        Some(rest) => left = rest,
                        None => return false,
                    }
                    last = is_measured.then_some(data);
                }
            }
        }
    };
    if tokio::time::timeout(DRAINING, drain).await == Ok(true) {
        in_flight.connection.body_is_whole(last.as_deref());
    } else {
        response.extensions_mut().insert(Refused);
    }
    (response, in_flight)
}

/// Replaces an upgrade: the rest of the request body would be read as part of the other protocol.
fn unread(server_info: &ServerInfo) -> http::Response<Body> {
    let error = Error::content_too_large();
    let message = "the request has a body that was not read (limit `drain_bytes`)";
    write(&error.with_message(message), server_info, false)
}

/// Adds `Connection: close` to other options of the connection: a `426` has `Upgrade` there.
fn close<B>(response: &mut http::Response<B>) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().append(header::CONNECTION, close);
}
