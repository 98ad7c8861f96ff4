//! One request and its response, between hyper and the edge.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use http::Version;
use http::header;
use http::header::Entry;
use http_body::Body as _;
use hyper::body::Incoming;

use crate::error::Error;
use crate::error::Result;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Facts;
use crate::gateway::Handover;
use crate::gateway::Limits;
use crate::gateway::Refused;
use crate::gateway::answer;
use crate::server::connection::Shared;
use crate::server::input::Input;
use crate::server::logged::Logged;
use crate::server::open::Ticket;
use crate::server::output::Output;
use crate::server::span;
use crate::server::span::Span;
use crate::server::watch::Watch;

/// How long an answer waits for the little that may be left of an unread body. A client that
/// waits for the answer before it sends the rest gets it after that.
const DRAINING: Duration = Duration::from_millis(200);

/// A connection, for as long as it is open or a handler of it is running.
pub(super) struct Connection<A> {
    pub(super) shared: Arc<Shared<A>>,
    pub(super) facts: Arc<Facts>,
    pub(super) ticket: Ticket,
    left: Left,
}

/// What a request leaves for the connection to deal with.
#[derive(Default)]
struct Left {
    /// Whether there is anything in `unread`.
    any: AtomicBool,
    unread: Mutex<Option<(Incoming, bool)>>,
    /// The body of a request was malformed: nobody knows where the next one begins.
    broken: AtomicBool,
    /// The last request was of HTTP/1.0.
    old: AtomicBool,
    handover: Mutex<Option<Handover>>,
}

impl<A> Connection<A> {
    pub(super) fn new(shared: Arc<Shared<A>>, facts: Facts, ticket: Ticket) -> Self {
        Self {
            shared,
            facts: Arc::new(facts.with_can_upgrade(true)),
            ticket,
            left: Left::default(),
        }
    }

    pub(super) fn watch(&self) -> &Arc<Watch> {
        self.ticket.watch()
    }

    pub(super) fn limits(&self) -> &Limits {
        self.facts.limits()
    }

    pub(super) fn body_is_whole(&self) {
        self.watch().mark_whole();
    }

    /// Takes back the body of a request that nobody has read to its end.
    pub(super) fn leave_unread(&self, incoming: Incoming, hopeless: bool) {
        // A stream of HTTP/2 ends by itself.
        if !self.watch().is_multiplexed() {
            *lock(&self.left.unread) = Some((incoming, hopeless));
            self.left.any.store(true, Ordering::Release);
        }
    }

    /// The body of a request is no body.
    pub(super) fn body_is_broken(&self) {
        self.left.broken.store(true, Ordering::Relaxed);
    }

    /// Whether the client takes an early end for a proper one: in HTTP/1.0 the end of a
    /// connection is the end of a response.
    pub(super) fn is_old(&self) -> bool {
        self.left.old.load(Ordering::Relaxed)
    }

    fn take_unread(&self) -> Option<(Incoming, bool)> {
        if !self.left.any.load(Ordering::Acquire) {
            return None;
        }
        self.left.any.store(false, Ordering::Release);
        lock(&self.left.unread).take()
    }

    /// What the connection goes on as, after it has left HTTP.
    pub(super) fn take_handover(&self) -> Option<Handover> {
        lock(&self.left.handover).take()
    }

    /// What is wrong with a request by the limits that only this server has.
    fn check<B>(&self, request: &http::Request<B>) -> Result<()> {
        let limits = self.limits();
        let target = request.uri().path_and_query();
        let length = target.map_or(0, |target| target.as_str().len());
        if length > limits.target_bytes() {
            return Err(too_long(
                Error::uri_too_long(),
                "request target",
                limits.target_bytes(),
                "target_bytes",
            ));
        }
        // HTTP/1 is held to it where the head is read.
        if request.headers().len() > limits.header_fields() {
            return Err(Error::header_fields_too_large().with_message(format!(
                "there are more than {} header fields (limit `header_fields`)",
                limits.header_fields()
            )));
        }
        let most = limits.field_bytes();
        for (name, value) in request.headers() {
            if name.as_str().len() + value.len() > most {
                let error = Error::header_fields_too_large();
                let what = format!("header field `{name}`");
                return Err(too_long(error, &what, most, "field_bytes"));
            }
        }
        Ok(())
    }
}

fn too_long(error: Error, what: &str, most: usize, setting: &str) -> Error {
    error.with_message(format!(
        "the {what} is longer than {most} bytes (limit `{setting}`)"
    ))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What hyper calls with each request.
pub(super) struct Service<A>(pub(super) Arc<Connection<A>>);

impl<A: Application> hyper::service::Service<http::Request<Incoming>> for Service<A> {
    type Response = http::Response<Output<A>>;
    type Error = Infallible;
    type Future = Answer<A>;

    fn call(&self, request: http::Request<Incoming>) -> Answer<A> {
        let mut in_hand = InHand::new(Arc::clone(&self.0));
        in_hand.log(&request);
        if let Some(mut response) = in_hand.connection.shared.health(&request) {
            in_hand.answered(&mut response);
            return Answer::new(async move { (response, in_hand) });
        }
        let found = in_hand.connection.check(&request);
        if request.version() == Version::HTTP_10 {
            in_hand.connection.left.old.store(true, Ordering::Relaxed);
        }
        let unasked = request.headers().contains_key(header::EXPECT);
        let request = request.map(|incoming| {
            if incoming.is_end_stream() {
                in_hand.connection.watch().mark_whole();
                Body::empty()
            } else {
                Body::new(Input::new(
                    incoming,
                    Arc::clone(&in_hand.connection),
                    unasked,
                ))
            }
        });
        let environ = Environ::new(request, Arc::clone(&in_hand.connection.facts));
        Answer::new(async move {
            let application = &in_hand.connection.shared.application;
            let span = in_hand.logged.as_ref().and_then(|logged| logged.span());
            let mut response = span::within(span, answer(application, environ, found)).await;
            in_hand.answered(&mut response);
            (response, in_hand)
        })
    }
}

/// A request that is not answered yet, to the last byte that is its server's to send.
pub(super) struct InHand<A> {
    pub(super) connection: Arc<Connection<A>>,
    logged: Option<Box<Logged>>,
}

impl<A> InHand<A> {
    pub(super) fn new(connection: Arc<Connection<A>>) -> Self {
        connection.watch().begin();
        Self {
            connection,
            logged: None,
        }
    }

    /// Has the request told about at its end, if anybody wants to know.
    fn log<B>(&mut self, request: &http::Request<B>) {
        let Connection { shared, facts, .. } = &*self.connection;
        let log = shared.access_log.as_ref();
        let line = log.map(|log| log.begin(request, facts.peer()));
        self.logged = Logged::new(line, Span::begin(request, facts.peer()));
    }

    fn answered<B>(&mut self, response: &mut http::Response<B>) {
        if let Some(logged) = &mut self.logged {
            logged.answered(response);
        }
    }

    pub(super) fn logged(&mut self) -> Option<&mut Logged> {
        self.logged.as_deref_mut()
    }
}

impl<A> Drop for InHand<A> {
    fn drop(&mut self) {
        self.connection.watch().end();
    }
}

/// The answer to a request, which goes on being made when the client has left: handlers are
/// not cancelled.
pub(super) struct Answer<A: Application> {
    making: Option<Making<A>>,
    /// The application has answered; what is left is the body of the request.
    made: bool,
    /// The connection is to be closed after it.
    close: bool,
}

type Making<A> = Pin<Box<dyn Future<Output = (http::Response<Body>, InHand<A>)> + Send>>;

impl<A: Application> Answer<A> {
    fn new(
        making: impl Future<Output = (http::Response<Body>, InHand<A>)> + Send + 'static,
    ) -> Self {
        Self {
            making: Some(Box::pin(making)),
            made: false,
            close: false,
        }
    }
}

impl<A: Application> Future for Answer<A> {
    type Output = std::result::Result<http::Response<Output<A>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let making = self.making.as_mut().expect("polled after it was ready");
            let (mut response, in_hand) = ready!(making.as_mut().poll(context));
            let connection = &in_hand.connection;
            if !std::mem::replace(&mut self.made, true) {
                if let Some(handover) = response.extensions_mut().remove::<Handover>() {
                    *lock(&connection.left.handover) = Some(handover);
                }
                self.close = connection.left.broken.load(Ordering::Relaxed)
                    || response.extensions().get::<Refused>().is_some();
                if let Some((incoming, hopeless)) = connection.take_unread() {
                    let bytes = connection.limits().drain_bytes();
                    if self.close || hopeless || incoming.size_hint().lower() > bytes {
                        self.close = true;
                    } else {
                        self.making = Some(Box::pin(settle(response, in_hand, incoming, bytes)));
                        continue;
                    }
                }
            }
            self.making = None;
            let watch = connection.watch();
            watch.count_status(response.status());
            if (self.close || connection.ticket.is_closing()) && !watch.is_multiplexed() {
                close(&mut response);
            }
            return Poll::Ready(Ok(response.map(|body| Output::new(body, in_hand))));
        }
    }
}

impl<A: Application> Drop for Answer<A> {
    fn drop(&mut self) {
        if let (Some(making), Ok(runtime)) =
            (self.making.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(making);
        }
    }
}

/// Drops the little that is left of a request, so that the connection can be kept; if it is not
/// so little, or slow, says that the connection is closed.
async fn settle<A: Application>(
    mut response: http::Response<Body>,
    in_hand: InHand<A>,
    mut incoming: Incoming,
    mut left: u64,
) -> (http::Response<Body>, InHand<A>) {
    let drain = async {
        loop {
            match poll_fn(|context| Pin::new(&mut incoming).poll_frame(context)).await {
                None => return true,
                Some(Err(_)) => return false,
                Some(Ok(frame)) => {
                    let length = frame.data_ref().map_or(0, Bytes::len);
                    match left.checked_sub(length as u64) {
                        Some(rest) => left = rest,
                        None => return false,
                    }
                }
            }
        }
    };
    if tokio::time::timeout(DRAINING, drain).await == Ok(true) {
        in_hand.connection.body_is_whole();
    } else {
        close(&mut response);
    }
    (response, in_hand)
}

fn close<B>(response: &mut http::Response<B>) {
    let close = HeaderValue::from_static("close");
    // A connection that leaves HTTP says so in the same header.
    if let Entry::Vacant(entry) = response.headers_mut().entry(header::CONNECTION) {
        entry.insert(close);
    }
}
