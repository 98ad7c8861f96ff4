//! HTTP/2, for clients that know that the server speaks it (RFC 9113 §3.3).
//!
//! Every connection begins as HTTP/1: the preface of HTTP/2 is made to be refused by it, and
//! then the connection is taken over with what was read. So the clock on request heads is on
//! the preface too, and nobody else pays for the look at it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;

use hyper::server::conn::http2::Builder;
use hyper::server::conn::http2::Connection as Http2;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use tokio::runtime::Handle;

use crate::gateway::Application;
use crate::gateway::Limits;
use crate::gateway::discard;
use crate::server::connection::unbroken;
use crate::server::exchange::Connection;
use crate::server::exchange::Service;
use crate::server::open::Open;
use crate::server::open::Stage;
use crate::server::stream::Socket;
use crate::server::streams::Streams;
use crate::server::transport::Transport;
use crate::server::watch::Verdict;
use crate::server::watch::Watch;

/// What a client begins HTTP/2 with.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Bytes of a response that a stream holds while its client does not take them.
const SEND_BUFFER: usize = 64 << 10;

/// Resets for errors of the client's that a connection survives.
const ERRORS: usize = 64;

fn protocol(limits: &Limits, open: &Arc<Open>) -> Builder<Streams> {
    let mut protocol = Builder::new(Streams::new(
        limits.write_idle(),
        Arc::clone(open),
        Handle::current(),
    ));
    protocol
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.http2_streams())
        // The protocol's limit is exclusive here.
        .max_header_list_size(limits.http2_head_bytes().saturating_add(1))
        .max_pending_accept_reset_streams(limits.http2_resets())
        .max_local_error_reset_streams(ERRORS)
        .max_send_buf_size(SEND_BUFFER);
    protocol
}

/// Serves a connection whose preface is to be read again.
pub(super) async fn serve<A, S>(transport: Transport<S>, own: Arc<Connection<A>>)
where
    A: Application,
    S: Socket,
{
    own.watch().set_multiplexed();
    let protocol = protocol(own.limits(), own.ticket.open());
    let service = Service(Arc::clone(&own));
    let mut connection = protocol.serve_connection(TokioIo::new(transport), service);
    let mut told = false;
    unbroken(&own, |context| {
        poll(&mut connection, &own, &mut told, context)
    })
    .await;
    discard(connection, own.facts.errors());
}

type Connected<A, S> = Http2<TokioIo<Transport<S>>, Service<A>, Streams>;

fn poll<A, S>(
    connection: &mut Connected<A, S>,
    own: &Connection<A>,
    told: &mut bool,
    context: &mut Context<'_>,
) -> Poll<()>
where
    A: Application,
    S: Socket,
{
    let mut connection = Pin::new(connection);
    if connection.as_mut().poll(context).is_ready() {
        return Poll::Ready(());
    }
    let watch = own.watch();
    let (verdict, stage) = (watch.verdict(), own.ticket.stage());
    let cut = matches!(verdict, Verdict::Write | Verdict::Linger | Verdict::Shed);
    let over = cut || own.ticket.is_over();
    if over || is_abused(watch, own.limits()) {
        return Poll::Ready(());
    }
    if verdict != Verdict::None || stage >= Stage::Ending {
        // Who does not take the farewell up is not waited for, once nothing is in hand.
        watch.set_lingering();
    }
    let ends = verdict != Verdict::None || stage >= Stage::Closing;
    if ends && !std::mem::replace(told, true) {
        // Streams that have begun are finished; a client that wants others connects again.
        connection.as_mut().graceful_shutdown();
        return connection.poll(context).map(drop);
    }
    Poll::Pending
}

/// Streams that were reset do not count for the protocol, but their handlers are at work: who has
/// so many of them resets again and again.
fn is_abused(watch: &Watch, limits: &Limits) -> bool {
    watch.in_hand() > 2 * u64::from(limits.http2_streams())
}
