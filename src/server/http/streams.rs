//! A stream of HTTP/2: a request, its response, and the response body, which is produced as the client takes it.
//!
//! A body is not polled while the window of the client is empty. A stream from which the client takes nothing for too
//! long is reset, but not its connection: behind a proxy, a connection serves many clients, and one that does not read
//! must not affect the others. Other activity on the connection, such as pings and other streams, does not keep a body
//! alive.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use h2::SendStream;
use h2::server::SendResponse;
use http::StatusCode;
use http::header;
use http_body::Body as _;
use http_body::Frame;

use crate::gateway::Application;
use crate::gateway::Signal;
use crate::gateway::discard;
use crate::gateway::drop_hop_by_hop;
use crate::server::hosting::alarm::Alarm;
use crate::server::hosting::clock::earn;
use crate::server::http::answer::Answer;
use crate::server::http::connection::Connection;
use crate::server::http::connection::unbroken;
use crate::server::http::date;
use crate::server::http::output::Output;
use crate::server::http::preface::FRAME;
use crate::server::limits::ServerLimits;

/// How much of the connection's window a stream reserves at a time. Other streams cannot use a reserved part that is
/// not used.
const CLAIM: usize = FRAME;

/// Sends a response, preceded by `100 Continue` when the body is read. Dropping it resets the stream; the handler
/// continues.
pub(super) async fn serve<A: Application>(
    own: Arc<Connection<A>>,
    mut answer: Answer<A>,
    mut asked: Signal,
    mut respond: SendResponse<Bytes>,
) {
    let answered = poll_fn(|context| {
        if let Poll::Ready(Ok(response)) = Pin::new(&mut answer).poll(context) {
            return Poll::Ready(Some(response));
        }
        if Pin::new(&mut asked).poll(context).is_ready() {
            asked = Signal::default();
            let _ = respond.send_informational(go_on());
        }
        // The client has cancelled the request, or has left.
        respond.poll_reset(context).map(|reset| {
            // h2 has reset the stream, and drops everything that still arrives on it.
            if let Ok(Reason::FLOW_CONTROL_ERROR) = reset {
                own.set_overrun();
            }
            None
        })
    });
    let Some(response) = answered.await else {
        return;
    };
    let (mut head, body) = response.into_parts();
    drop_hop_by_hop(&mut head.headers);
    head.headers.entry(header::DATE).or_insert_with(date::now);
    let over = body.is_end_stream();
    if !over && let Some(length) = body.size_hint().exact() {
        let length = || length.into();
        head.headers
            .entry(header::CONTENT_LENGTH)
            .or_insert_with(length);
    }
    let head = http::Response::from_parts(head, ());
    let sending = respond.send_response(head, over);
    if let Ok(stream) = sending
        && !over
    {
        let mut sending = Sending {
            stream,
            body,
            rest: Bytes::new(),
            patience: Patience::new(own.server_limits()),
            own: Arc::clone(&own),
        };
        unbroken(&own, |context| sending.poll(context)).await;
        discard(sending, own.server_info.errors());
    }
}

/// RFC 9110 §10.1.1, §15.2.1.
fn go_on() -> http::Response<()> {
    let mut response = http::Response::new(());
    *response.status_mut() = StatusCode::CONTINUE;
    response
}

/// The body of a response while it is sent.
struct Sending<A: Application> {
    stream: SendStream<Bytes>,
    body: Output<A>,
    /// Bytes of the body that the client does not accept yet.
    rest: Bytes,
    patience: Patience,
    own: Arc<Connection<A>>,
}

impl<A: Application> Sending<A> {
    /// Ready when the response is finished. If it is dropped before, the stream is reset.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // Wakes when the client cancels the request.
        if self.stream.poll_reset(context).is_ready() {
            return Poll::Ready(());
        }
        loop {
            let room = match self.poll_room(context) {
                Poll::Pending => return self.patience.poll_over(&self.own, context),
                Poll::Ready(None) => return Poll::Ready(()),
                Poll::Ready(Some(room)) => room,
            };
            self.patience.took(room, &self.own);
            if self.rest.is_empty() && !ready!(self.poll_piece(context)) {
                return Poll::Ready(());
            }
            let piece = self.rest.split_to(room.min(self.rest.len()));
            let over = self.rest.is_empty() && self.body.is_end_stream();
            if self.stream.send_data(piece, over).is_err() || over {
                return Poll::Ready(());
            }
        }
    }

    /// Polls the body for its next chunk; returns whether there is one. The end is sent at once.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        let frame = match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => frame,
            Poll::Pending => {
                // Releases the reserved part of the window to other streams.
                self.stream.reserve_capacity(0);
                return Poll::Pending;
            }
        };
        match frame.map(|frame| frame.map(Frame::into_data)) {
            Some(Ok(Ok(data))) => {
                self.rest = data;
                return Poll::Ready(true);
            }
            Some(Ok(Err(other))) => {
                let trailers = other.into_trailers().unwrap_or_default();
                let _ = self.stream.send_trailers(trailers);
            }
            Some(Err(_)) => self.stream.send_reset(Reason::INTERNAL_ERROR),
            None => {
                let _ = self.stream.send_data(Bytes::new(), true);
            }
        }
        Poll::Ready(false)
    }

    /// The number of bytes that can be sent now; `None` when the stream is over.
    fn poll_room(&mut self, context: &mut Context<'_>) -> Poll<Option<usize>> {
        let wanted = match self.rest.len() {
            0 => CLAIM,
            rest => rest.min(CLAIM),
        };
        self.stream.reserve_capacity(wanted);
        loop {
            let room = self.stream.capacity();
            if room > 0 {
                return Poll::Ready(Some(room));
            }
            if !matches!(ready!(self.stream.poll_capacity(context)), Some(Ok(_))) {
                return Poll::Ready(None);
            }
        }
    }
}

/// How long a client may take nothing, or almost nothing.
struct Patience {
    /// The remaining time that the client has earned by taking bytes.
    credit: Duration,
    /// The uptime since which the stream waits for the client.
    since: Option<Duration>,
    alarm: Alarm,
}

impl Patience {
    fn new(limits: &ServerLimits) -> Self {
        Self {
            credit: limits.write_idle(),
            since: None,
            alarm: Alarm::default(),
        }
    }

    /// Records that the client takes this many bytes.
    fn took<A>(&mut self, bytes: usize, own: &Connection<A>) {
        if let Some(since) = self.since.take() {
            let waited = own.uptime().now().saturating_sub(since);
            let (left, limits) = (self.credit.saturating_sub(waited), own.server_limits());
            let (rate, most) = (limits.write_rate(), limits.write_idle());
            self.credit = earn(left, bytes as u64, rate, most).min(most);
        }
    }

    /// Ready when the time of the client is used up.
    fn poll_over<A>(&mut self, own: &Connection<A>, context: &mut Context<'_>) -> Poll<()> {
        let uptime = own.uptime();
        let since = *self.since.get_or_insert_with(|| uptime.now());
        let deadline = since.saturating_add(self.credit);
        self.alarm
            .poll(deadline, uptime, &own.shared.runtime, context)
    }
}
