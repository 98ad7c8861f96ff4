//! HTTP/2 with prior knowledge (RFC 9113 §3.3).
//!
//! Every connection begins as HTTP/1. The preface of HTTP/2 is designed to be refused by HTTP/1; then the connection is
//! taken over, with the bytes that were read. So the timeout for request heads applies to the preface too, and other
//! connections do not pay for the check.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;
use h2::RecvStream;
use h2::server::Builder;
use h2::server::Connection as Http2;
use h2::server::SendResponse;

use crate::gateway::Application;
use crate::gateway::Signal;
use crate::gateway::discard;
use crate::server::hosting::open::Stage;
use crate::server::hosting::stream::Socket;
use crate::server::hosting::transport::Transport;
use crate::server::hosting::watch::Verdict;
use crate::server::http::connection::Connection;
use crate::server::http::connection::unbroken;
use crate::server::http::exchange::exchange;
use crate::server::http::exchange::expects;
use crate::server::http::preface::FRAME;
use crate::server::http::source::Source;
use crate::server::http::streams;
use crate::server::http::trailers::Marked;
use crate::server::limits::ServerLimits;

/// The bytes of a response that a stream buffers while the socket does not accept them.
const SEND_BUFFER: usize = (64 << 10) - FRAME;

/// How many streams of a connection the server resets because of client errors before it closes the connection.
const ERRORS: usize = 64;

/// The initial window of every connection, and the largest one (RFC 9113 §6.9).
const FIRST_WINDOW: u32 = (1 << 16) - 1;
const LARGEST_WINDOW: u32 = (1 << 31) - 1;

fn protocol(limits: &ServerLimits) -> Builder {
    let streams = limits.http2_streams();
    let window = limits.http2_unread_bytes().min(LARGEST_WINDOW);
    // Space for the unread bytes of all streams; otherwise one unread stream would stop the others.
    let windows = window
        .saturating_mul(streams)
        .clamp(FIRST_WINDOW, LARGEST_WINDOW);
    let mut protocol = Builder::new();
    protocol
        .initial_window_size(window)
        .initial_connection_window_size(windows)
        .max_concurrent_streams(streams)
        // The limit of the protocol library is exclusive.
        .max_header_list_size(limits.http2_head_bytes().saturating_add(1))
        .max_pending_accept_reset_streams(limits.http2_resets())
        .max_local_error_reset_streams(Some(ERRORS))
        .max_send_buffer_size(SEND_BUFFER);
    protocol
}

/// Serves a connection whose preface must be read again.
pub(super) async fn serve<A, S>(transport: Transport<S>, own: Arc<Connection<A>>)
where
    A: Application,
    S: Socket,
{
    own.watch().set_multiplexed();
    let mut beginning = pin!(protocol(own.server_limits()).handshake(Marked::new(transport)));
    let begun = poll_fn(|context| match beginning.as_mut().poll(context) {
        Poll::Pending if is_over(&own) => Poll::Ready(None),
        polled => polled.map(Result::ok),
    });
    let Some(mut connection) = begun.await else {
        return;
    };
    let mut has_said_goodbye = false;
    unbroken(&own, |context| {
        poll(&mut connection, &own, &mut has_said_goodbye, context)
    })
    .await;
    discard(connection, own.server_info.errors());
}

type Connected<S> = Http2<Marked<Transport<S>>, Bytes>;

fn poll<A, S>(
    connection: &mut Connected<S>,
    own: &Arc<Connection<A>>,
    has_said_goodbye: &mut bool,
    context: &mut Context<'_>,
) -> Poll<()>
where
    A: Application,
    S: Socket,
{
    if accept(connection, own, context).is_ready() || is_over(own) {
        return Poll::Ready(());
    }
    let watch = own.watch();
    let (verdict, stage) = (watch.verdict(), own.ticket.stage());
    if verdict != Verdict::None || stage >= Stage::Ending {
        // A client that ignores the `GOAWAY` is not awaited once nothing is in flight.
        watch.set_lingering();
    }
    let ends = verdict != Verdict::None || stage >= Stage::Closing;
    if ends && !std::mem::replace(has_said_goodbye, true) {
        // Streams that have begun are finished; a client that needs more must connect again.
        connection.graceful_shutdown();
        return accept(connection, own, context);
    }
    Poll::Pending
}

/// Reads and writes, and begins streams; ready when the connection is over.
fn accept<A, S>(
    connection: &mut Connected<S>,
    own: &Arc<Connection<A>>,
    context: &mut Context<'_>,
) -> Poll<()>
where
    A: Application,
    S: Socket,
{
    loop {
        match pin!(connection.accept()).poll(context) {
            Poll::Ready(Some(Ok((request, respond)))) => begin(own, request, respond),
            Poll::Ready(_) => return Poll::Ready(()),
            Poll::Pending => return Poll::Pending,
        }
    }
}

fn begin<A: Application>(
    own: &Arc<Connection<A>>,
    request: http::Request<RecvStream>,
    respond: SendResponse<Bytes>,
) {
    let (head, stream) = request.into_parts();
    let asked = if expects(&head.headers) {
        Signal::new()
    } else {
        Signal::default()
    };
    let source = Source::stream(stream, &head.headers, asked.clone());
    let answer = exchange(own, http::Request::from_parts(head, source));
    tokio::spawn(streams::serve(Arc::clone(own), answer, asked, respond));
}

/// Returns whether the connection is cut.
fn is_over<A>(own: &Connection<A>) -> bool {
    let verdict = own.watch().verdict();
    matches!(verdict, Verdict::Write | Verdict::Linger | Verdict::Shed)
        || own.ticket.is_over()
        || is_abused(own)
}

/// Streams that were reset do not count towards the protocol's limit, but their handlers still run. A client with too
/// many of them keeps resetting requests, so it is disconnected. h2 drops all bytes that arrive on such a stream, so a
/// client that ignores its window is disconnected too.
fn is_abused<A>(own: &Connection<A>) -> bool {
    let most = 2 * u64::from(own.server_limits().http2_streams());
    own.watch().in_flight() > most || own.is_overrun()
}
