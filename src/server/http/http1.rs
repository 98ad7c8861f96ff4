//! HTTP/1.1 on a connection: its timeouts, its end, and the protocol that may follow.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWrite;

use crate::base::error::Error;
use crate::gateway::Application;
use crate::gateway::Handover;
use crate::gateway::Signal;
use crate::gateway::Upgraded;
use crate::gateway::attempt;
use crate::gateway::catch_panic;
use crate::gateway::discard;
use crate::gateway::report;
use crate::server::hosting::accept::Accepted;
use crate::server::hosting::in_flight::InFlight;
use crate::server::hosting::open::Stage;
use crate::server::hosting::open::Ticket;
use crate::server::hosting::shared::Shared;
use crate::server::hosting::stream::Socket;
use crate::server::hosting::transport::Transport;
use crate::server::hosting::watch::Verdict;
use crate::server::http::connection::Connection;
use crate::server::http::connection::unbroken;
use crate::server::http::exchange::Service;
use crate::server::http::http2;
use crate::server::http::preface::PREFACE;
use crate::server::http::refusal;
use crate::server::http::refusal::Head;

/// hyper's default limit of header fields, which costs nothing.
const HYPER_FIELDS: usize = 100;

/// HTTP for all connections of a server: the shared state, and the settings of hyper.
pub(in crate::server) struct Http<A> {
    shared: Arc<Shared<A>>,
    http1: http1::Builder,
}

impl<A: Application> Http<A> {
    pub(in crate::server) fn new(shared: Arc<Shared<A>>) -> Self {
        let limits = shared.server_info.limits();
        let mut http1 = http1::Builder::new();
        // A client may close its sending side and still wait for the answer.
        http1.half_close(true);
        // The timeout for heads is in `Clock`: hyper's would also run while a connection is idle.
        http1
            .header_read_timeout(None)
            .max_header_size(limits.head_bytes());
        if limits.header_fields() != HYPER_FIELDS {
            http1.max_headers(limits.header_fields());
        }
        Self { shared, http1 }
    }

    /// Serves one connection until it is closed.
    pub(in crate::server) fn serve(
        &self,
        accepted: Accepted,
        ticket: Ticket,
    ) -> impl Future<Output = ()> + Send + use<A> {
        let (connection, transport) = self.begin(accepted, ticket);
        let own = Arc::new(connection);
        let service = Service(Arc::clone(&own));
        // A value that is made outside is stored in the future once, a value that is made inside twice.
        let mut connection = self
            .http1
            .serve_connection(TokioIo::new(transport), service);
        async move {
            let _place = PlaceOfConnection(Arc::clone(&own));
            own.ticket.wake_on_news().await;
            let polled = |context: &mut Context<'_>| poll(&mut connection, &own, context);
            let end = unbroken(&own, polled).await;
            // Drops the rest of a response that hyper still holds.
            match attempt(|| (end, connection.into_parts())) {
                // Boxed, because few connections get here, and all of them would reserve the space.
                Ok((Some(end), parts)) => {
                    Box::pin(go_on(end, parts.io.into_inner(), parts.read_buf, own)).await;
                }
                Ok((None, _)) => {}
                Err(error) => report(own.server_info.errors(), None, &error),
            }
        }
    }

    /// A connection with the facts about its two ends, and its bytes.
    fn begin(
        &self,
        accepted: Accepted,
        ticket: Ticket,
    ) -> (Connection<A>, Transport<impl Socket + use<A>>) {
        let Accepted {
            stream,
            peer,
            local,
            ..
        } = accepted;
        let shared = Arc::clone(&self.shared);
        let mut server_info = shared.server_info.clone();
        if stream.is_secure() {
            server_info = server_info.with_scheme("https");
        }
        // A Unix socket has no name on the network; the default of `ServerInfo` applies.
        if let (Some(ip), Some(port)) = (local.ip(), local.port()) {
            server_info = server_info.with_server(&ip.to_string(), port);
        }
        let budget = server_info.budget().for_connection();
        let server_info = server_info
            .with_peer(peer)
            .with_local(local)
            .with_budget(budget)
            .with_client_left(Signal::new());
        let transport = Transport::new(stream, &ticket, &shared.limits, PREFACE);
        (Connection::new(shared, server_info, ticket), transport)
    }
}

/// Frees the slot when the connection ends, although handlers and bodies may go on.
struct PlaceOfConnection<A>(Arc<Connection<A>>);

impl<A> Drop for PlaceOfConnection<A> {
    fn drop(&mut self) {
        // First, so that no job begins whose connection no longer counts.
        self.0.server_info.client_left().set();
        self.0.ticket.give_back();
    }
}

/// Continues after HTTP/1; `rest` was read beyond its last message.
async fn go_on<A: Application, S: Socket>(
    end: End,
    mut transport: Transport<S>,
    rest: Bytes,
    own: Arc<Connection<A>>,
) {
    match end {
        End::Closed => {
            if let Some(handover) = own.take_handover() {
                let stream = Upgraded::new(transport.with_before(rest));
                leave(handover, stream, own).await;
            }
        }
        End::Refused { .. } if rest.starts_with(PREFACE) => {
            if own.watch().begun() == 0 {
                http2::serve(transport.with_before(rest), own).await;
            } else {
                // RFC 9113 §3.3: a connection begins this way. hyper leaves the response to the server.
                let error = Error::bad_request();
                let error = error.with_message("HTTP/2 cannot follow an HTTP/1 request");
                refuse(transport, &own, Some((error, &rest))).await;
            }
        }
        End::Refused { is_too_large } => {
            let head = transport.refused_head(&rest).to_vec();
            let error = Head::of(&head).error(is_too_large, own.limits());
            if transport.take_refused() {
                refuse(transport, &own, Some((error, &head))).await;
            } else {
                refusal::refuse(&own, error, &head, true).await;
            }
        }
        End::Late => refuse_late(transport, &own, &rest).await,
        End::Cut if own.is_http_10() || own.watch().verdict() == Verdict::Write => {
            transport.reset_at_end();
        }
        End::Cut => {}
    }
}

/// Serves the protocol that follows HTTP, as long as it takes. It has no timeouts for requests, but the client must not
/// stop reading.
async fn leave<A: Application>(handover: Handover, stream: Upgraded, own: Arc<Connection<A>>) {
    own.watch().set_upgraded();
    let in_flight = InFlight::again(own);
    let own = &in_flight.connection;
    let mut running = Box::pin(catch_panic(|| handover.run(stream)));
    let is_cut = || own.watch().verdict() == Verdict::Write || own.ticket.is_over();
    let outcome = poll_fn(|context| match running.as_mut().poll(context) {
        Poll::Pending if is_cut() => Poll::Ready(Ok(())),
        polled => polled,
    });
    if let Err(error) = outcome.await {
        report(own.server_info.errors(), None, &error);
    }
    discard(running, own.server_info.errors());
}

/// How the HTTP/1 part of a connection ended.
enum End {
    /// Normally.
    Closed,
    /// The input was not HTTP/1.
    Refused { is_too_large: bool },
    /// A head did not arrive in time.
    Late,
    /// The connection was cut by one side.
    Cut,
}

type Http1<A, S> = http1::Connection<TokioIo<Transport<S>>, Service<A>>;

fn poll<A, S>(
    connection: &mut Http1<A, S>,
    own: &Connection<A>,
    context: &mut Context<'_>,
) -> Poll<End>
where
    A: Application,
    S: Socket,
{
    let mut connection = Pin::new(connection);
    let watch = own.watch();
    let mut polled = step(connection.as_mut(), own, context);
    match watch.verdict() {
        Verdict::None => {}
        Verdict::Write | Verdict::Linger | Verdict::Left | Verdict::Shed => {
            return Poll::Ready(End::Cut);
        }
        // A request may have arrived after the verdict: it cancels the verdict.
        Verdict::Head | Verdict::Idle if watch.is_busy() => watch.set_verdict(Verdict::None),
        Verdict::Head => {
            if polled.is_pending() {
                return Poll::Ready(End::Late);
            }
        }
        Verdict::Idle => {
            connection.as_mut().graceful_shutdown();
            if polled.is_pending() {
                polled = step(connection.as_mut(), own, context);
            }
        }
    }
    if own.ticket.is_over() && polled.is_pending() {
        return Poll::Ready(End::Cut);
    }
    if own.ticket.stage() >= Stage::Ending && polled.is_pending() {
        connection.as_mut().graceful_shutdown();
        polled = step(connection, own, context);
        let idle = watch.in_flight() == 0 && !watch.is_stuck() && !watch.is_lingering();
        if polled.is_pending() && idle {
            // A part of a head is not a request in flight.
            return Poll::Ready(End::Late);
        }
    }
    polled.map(|ended| match ended {
        Ok(()) => End::Closed,
        Err(error) if error.is_parse() => End::Refused {
            is_too_large: error.is_parse_too_large(),
        },
        Err(_) => End::Cut,
    })
}

/// Polls HTTP/1 until everything is sent and closed. If a client has offered an upgrade, hyper finishes before that,
/// even if the upgrade does not take place, and continues when it is polled again.
fn step<A, S>(
    mut connection: Pin<&mut Http1<A, S>>,
    own: &Connection<A>,
    context: &mut Context<'_>,
) -> Poll<hyper::Result<()>>
where
    A: Application,
    S: Socket,
{
    match connection.as_mut().poll(context) {
        Poll::Ready(Ok(())) if own.is_left_unfinished() => connection.poll(context),
        polled => polled,
    }
}

/// Closes a connection whose client has not sent a request. If a part of it has arrived, the response says why.
async fn refuse_late<A, S: Socket>(transport: Transport<S>, own: &Arc<Connection<A>>, rest: &[u8]) {
    let text = "the request head did not arrive in time (limit `head_timeout`)";
    let is_told = own.watch().verdict() == Verdict::Head && transport.is_mid_message();
    let why = is_told.then(|| (Error::request_timeout().with_message(text), rest));
    refuse(transport, own, why).await;
}

/// Closes a connection after a response to its input that hyper does not send.
async fn refuse<A, S: Socket>(
    mut transport: Transport<S>,
    own: &Arc<Connection<A>>,
    why: Option<(Error, &[u8])>,
) {
    transport.take_refused();
    if let Some((error, rest)) = why {
        let answer = refusal::refuse(own, error, rest, false).await;
        // As much as the socket accepts: a refused client is not awaited.
        poll_fn(|context| {
            let _ = Pin::new(&mut transport).poll_write(context, &answer);
            Poll::Ready(())
        })
        .await;
    }
    poll_fn(|context| {
        let polled = Pin::new(&mut transport).poll_shutdown(context);
        if own.ticket.is_over() {
            return Poll::Ready(());
        }
        polled.map(drop)
    })
    .await;
}
