//! HTTP/2, for clients that know that the server speaks it (RFC 9113 §3.3).
//!
//! Every connection begins as HTTP/1: the preface of HTTP/2 is made to be refused by it, and
//! then the connection is taken over with what was read. So the clock on request heads is on
//! the preface too, and nobody else pays for the look at it.

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

/// Bytes of a response that a stream has ready while the socket does not take them.
const SEND_BUFFER: usize = (64 << 10) - FRAME;

/// Resets for errors of the client's that a connection survives.
const ERRORS: usize = 64;

/// The window that every connection begins with, and the largest one (RFC 9113 §6.9).
const FIRST_WINDOW: u32 = (1 << 16) - 1;
const LARGEST_WINDOW: u32 = (1 << 31) - 1;

fn protocol(limits: &ServerLimits) -> Builder {
    let streams = limits.http2_streams();
    let window = limits.http2_unread_bytes().min(LARGEST_WINDOW);
    // Room for what all streams may send unread: else one that nobody reads would stop the others.
    let windows = window
        .saturating_mul(streams)
        .clamp(FIRST_WINDOW, LARGEST_WINDOW);
    let mut protocol = Builder::new();
    protocol
        .initial_window_size(window)
        .initial_connection_window_size(windows)
        .max_concurrent_streams(streams)
        // The protocol's limit is exclusive here.
        .max_header_list_size(limits.http2_head_bytes().saturating_add(1))
        .max_pending_accept_reset_streams(limits.http2_resets())
        .max_local_error_reset_streams(Some(ERRORS))
        .max_send_buffer_size(SEND_BUFFER);
    protocol
}

/// Serves a connection whose preface is to be read again.
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
        // Who does not take the farewell up is not waited for, once nothing is in flight.
        watch.set_lingering();
    }
    let ends = verdict != Verdict::None || stage >= Stage::Closing;
    if ends && !std::mem::replace(has_said_goodbye, true) {
        // Streams that have begun are finished; a client that wants others connects again.
        connection.graceful_shutdown();
        return accept(connection, own, context);
    }
    Poll::Pending
}

/// Reads and writes what there is, and begins streams; ready when the connection is over.
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

/// Whether the connection is cut.
fn is_over<A>(own: &Connection<A>) -> bool {
    let verdict = own.watch().verdict();
    matches!(verdict, Verdict::Write | Verdict::Linger | Verdict::Shed)
        || own.ticket.is_over()
        || is_abused(own)
}

/// Streams that were reset do not count for the protocol, but their handlers are at work: a client that
/// has so many of them resets again and again. And what comes on such a stream h2 drops for as
/// long as it comes, so that a client which keeps to no window is sent away.
fn is_abused<A>(own: &Connection<A>) -> bool {
    let most = 2 * u64::from(own.server_limits().http2_streams());
    own.watch().in_flight() > most || own.is_overrun()
}
