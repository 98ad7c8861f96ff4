//! One connection: hyper in front, the edge behind.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;

use crate::error::BoxError;
use crate::error::Error;
use crate::gateway::Address;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Facts;
use crate::gateway::Limits;
use crate::gateway::call;
use crate::gateway::report;
use crate::server::open::Open;
use crate::server::open::Ticket;

/// Header fields that hyper allows without being told, at no cost.
const HYPER_FIELDS: usize = 100;

/// What all connections share.
pub(super) struct Shared<A> {
    application: A,
    pub(super) facts: Facts,
    pub(super) open: Arc<Open>,
    protocol: Builder,
    pub(super) connections: usize,
}

impl<A: Application> Shared<A> {
    pub(super) fn new(application: A, facts: Facts, open: Arc<Open>, limits: &Limits) -> Self {
        let mut protocol = Builder::new();
        // A client that has sent all it will send still wants its answer.
        protocol.half_close(true);
        protocol
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout())
            .max_header_size(limits.head_bytes());
        if limits.header_fields() != HYPER_FIELDS {
            protocol.max_headers(limits.header_fields());
        }
        Self {
            application,
            facts,
            open,
            protocol,
            connections: limits.connections(),
        }
    }
}

/// Serves one connection until it is closed.
pub(super) async fn serve<A, S>(
    stream: S,
    peer: Address,
    local: Address,
    shared: Arc<Shared<A>>,
    ticket: Ticket,
) where
    A: Application,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut facts = shared.facts.clone();
    // A unix socket has no name on the network; there it is what `Facts::default` says.
    if let (Some(ip), Some(port)) = (local.ip(), local.port()) {
        facts = facts.with_server(&ip.to_string(), port);
    }
    let facts = facts.with_peer(peer).with_local(local);
    let own = Arc::new(Connection {
        shared,
        facts: Arc::new(facts),
        ticket,
    });
    let service = Service(Arc::clone(&own));
    let mut connection = pin!(
        own.shared
            .protocol
            .serve_connection(TokioIo::new(stream), service)
    );
    poll_fn(|context| {
        own.ticket.wake_on_stop(context);
        Poll::Ready(())
    })
    .await;
    let mut told = false;
    let ended = poll_fn(|context| {
        if !told && own.ticket.is_stopping() {
            told = true;
            connection.as_mut().graceful_shutdown();
        }
        connection.as_mut().poll(context)
    })
    .await;
    if let Err(error) = ended {
        // What went wrong in the body of a response, after its head: the client was cut off.
        if let Some(cause) = std::error::Error::source(&error).filter(|_| error.is_user()) {
            report(
                own.facts.errors(),
                None,
                &Error::from(format!("the response was cut off: {cause:?}")),
            );
        }
    }
}

/// A connection, for as long as it is open or a handler of it is running.
struct Connection<A> {
    shared: Arc<Shared<A>>,
    facts: Arc<Facts>,
    ticket: Ticket,
}

struct Service<A>(Arc<Connection<A>>);

impl<A: Application> hyper::service::Service<http::Request<Incoming>> for Service<A> {
    type Response = http::Response<Output>;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, request: http::Request<Incoming>) -> Answer {
        let connection = Arc::clone(&self.0);
        let facts = Arc::clone(&connection.facts);
        let environ = Environ::new(request.map(input), facts);
        Answer(Some(Box::pin(async move {
            call(&connection.shared.application, environ).await
        })))
    }
}

/// The answer to a request, which goes on being made when the client has left: handlers are
/// not cancelled.
struct Answer(Option<Pin<Box<dyn Future<Output = http::Response<Body>> + Send>>>);

impl Future for Answer {
    type Output = Result<http::Response<Output>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = self.0.as_mut().expect("polled after it was ready");
        let response = ready!(answer.as_mut().poll(context));
        self.0 = None;
        Poll::Ready(Ok(response.map(|body| Output {
            body,
            failure: None,
        })))
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let (Some(answer), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(answer);
        }
    }
}

/// The body of a response. A failure comes one poll late, so that hyper sends what it has
/// before it cuts the connection.
struct Output {
    body: Body,
    failure: Option<BoxError>,
}

impl http_body::Body for Output {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(failure) = self.failure.take() {
            return Poll::Ready(Some(Err(failure)));
        }
        match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Err(failure)) => {
                self.failure = Some(failure);
                context.waker().wake_by_ref();
                Poll::Pending
            }
            frame => Poll::Ready(frame),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.failure.is_none() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn input(body: Incoming) -> Body {
    Body::new(Input(body))
}

/// The body of a request; what goes wrong with it is the client's doing.
struct Input(Incoming);

impl http_body::Body for Input {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.0).poll_frame(context).map_err(|error| {
            let message = "the request body is malformed or ended early";
            Error::bad_request()
                .with_message(message)
                .with_source(error)
                .into_boxed()
        })
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
