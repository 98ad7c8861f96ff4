//! One request and its response, between its protocol and the edge.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use http::HeaderMap;
use http::HeaderValue;
use http::Version;
use http::header;
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;

use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Facts;
use crate::gateway::Handover;
use crate::gateway::Limits;
use crate::gateway::Signal;
use crate::gateway::call;
use crate::gateway::discard;
use crate::server::hosting::health::Health;
use crate::server::hosting::logged::Logged;
use crate::server::hosting::open::Ticket;
use crate::server::hosting::span;
use crate::server::hosting::span::Span;
use crate::server::hosting::uptime::Uptime;
use crate::server::hosting::watch::Watch;
use crate::server::http::answer::Answer;
use crate::server::http::connection::Shared;
use crate::server::http::input::Input;
use crate::server::http::input::Unread;
use crate::server::http::output::Output;
use crate::server::http::source::Source;
use crate::syntax::elements;

/// A connection, for as long as it is open or a handler of it is running.
pub(in crate::server) struct Connection<A> {
    pub(in crate::server) shared: Arc<Shared<A>>,
    pub(in crate::server) facts: Arc<Facts>,
    pub(in crate::server) ticket: Ticket,
    left: Left,
}

/// What a request leaves for the connection to deal with.
#[derive(Default)]
struct Left {
    /// The body of a request was malformed: nobody knows where the next one begins.
    broken: AtomicBool,
    /// The last request was of HTTP/1.0.
    old: AtomicBool,
    /// A client has offered to go on in another protocol, for which hyper holds itself ready.
    offered: AtomicBool,
    /// A client has sent more of a body than its window allows.
    overrun: AtomicBool,
    handover: Mutex<Option<Handover>>,
}

impl<A> Connection<A> {
    pub(in crate::server) fn new(shared: Arc<Shared<A>>, facts: Facts, ticket: Ticket) -> Self {
        Self {
            shared,
            facts: Arc::new(facts.with_can_upgrade(true)),
            ticket,
            left: Left::default(),
        }
    }

    pub(in crate::server) fn watch(&self) -> &Arc<Watch> {
        self.ticket.watch()
    }

    pub(in crate::server) fn limits(&self) -> &Limits {
        self.facts.limits()
    }

    /// The clock by which clients are judged.
    pub(in crate::server) fn uptime(&self) -> &Uptime {
        self.ticket.open().uptime()
    }

    /// The body of a request has ended, with this piece if its end is known by its length.
    pub(super) fn body_is_whole(&self, last: Option<&[u8]>) {
        self.watch().mark_whole(last);
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

    /// Whether a body has been no body.
    pub(super) fn is_broken(&self) -> bool {
        self.left.broken.load(Ordering::Relaxed)
    }

    /// Whether hyper has just left the connection to another protocol, though there is none. It does
    /// so once.
    pub(super) fn is_left_unfinished(&self) -> bool {
        self.left.offered.swap(false, Ordering::Relaxed) && lock(&self.left.handover).is_none()
    }

    pub(super) fn set_overrun(&self) {
        self.left.overrun.store(true, Ordering::Relaxed);
    }

    /// Whether a client of HTTP/2 keeps to no window.
    pub(super) fn is_overrun(&self) -> bool {
        self.left.overrun.load(Ordering::Relaxed)
    }

    /// Has the connection go on in another protocol.
    pub(super) fn hand_over(&self, handover: Handover) {
        *lock(&self.left.handover) = Some(handover);
    }

    /// What the connection goes on as, after it has left HTTP.
    pub(super) fn take_handover(&self) -> Option<Handover> {
        lock(&self.left.handover).take()
    }
}

/// What was to follow HTTP, and did not come to it.
impl<A> Drop for Connection<A> {
    fn drop(&mut self) {
        if let Some(handover) = self.take_handover() {
            discard(handover, self.facts.errors());
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What hyper calls with each request.
pub(super) struct Service<A>(pub(in crate::server) Arc<Connection<A>>);

impl<A: Application> hyper::service::Service<http::Request<Incoming>> for Service<A> {
    type Response = http::Response<Output<A>>;
    type Error = Infallible;
    type Future = Answer<A>;

    fn call(&self, request: http::Request<Incoming>) -> Answer<A> {
        let left = &self.0.left;
        if request.extensions().get::<OnUpgrade>().is_some() {
            left.offered.store(true, Ordering::Relaxed);
        }
        if request.version() == Version::HTTP_10 {
            left.old.store(true, Ordering::Relaxed);
        }
        exchange(&self.0, request.map(Source::Message))
    }
}

/// Takes a request in hand and has it answered.
pub(in crate::server) fn exchange<A: Application>(
    connection: &Arc<Connection<A>>,
    request: http::Request<Source>,
) -> Answer<A> {
    let mut in_hand = InHand::new(Arc::clone(connection));
    in_hand.log(&request);
    let (mut request, unread) = received(connection, request);
    let about_health = connection.shared.asks_for_health(&request);
    if about_health && request.version() == Version::HTTP_11 {
        // Who asks often knows no name for the server, and may say none.
        let hosts = request.headers_mut().entry(header::HOST);
        hosts.or_insert(HeaderValue::from_static(""));
    }
    let mut environ = Environ::new(request, Arc::clone(&connection.facts));
    let left = connection.watch().is_multiplexed().then(Signal::new);
    if let Some(left) = &left {
        environ.set_client_left(left.clone());
    }
    let making = async move {
        let Shared {
            application, open, ..
        } = &*in_hand.connection.shared;
        let span = in_hand.span();
        let mut response = if about_health {
            let health = Health(Arc::clone(open));
            span::within(span, call(&health, environ)).await
        } else {
            span::within(span, call(application, environ)).await
        };
        in_hand.answered(&mut response);
        (response, in_hand)
    };
    Answer::new(making, unread).with_left(SetOnDrop(left))
}

/// Whether the client waits for `100 Continue` before it sends a body, if for anything.
pub(super) fn expects(headers: &HeaderMap) -> bool {
    let mut expected = headers.get_all(header::EXPECT).iter();
    expected.any(|line| elements(line.as_bytes()).next().is_some())
}

/// A request with its body for an application, and where that is left if nobody reads it.
fn received<A: Application>(
    connection: &Arc<Connection<A>>,
    request: http::Request<Source>,
) -> (http::Request<Body>, Option<Arc<Unread>>) {
    let unasked = expects(request.headers());
    let mut unread = None;
    let request = request.map(|source| {
        if source.is_end_stream() {
            connection.watch().mark_whole(None);
            return Body::empty();
        }
        // A stream of HTTP/2 ends by itself.
        if !connection.watch().is_multiplexed() {
            unread = Some(Arc::<Unread>::default());
        }
        let place = unread.as_ref().map(Arc::downgrade).unwrap_or_default();
        Body::new(Input::new(source, Arc::clone(connection), unasked, place))
    });
    (request, unread)
}

/// Tells those who work for a stream of HTTP/2 that it is over. In HTTP/1 this goes by the connection.
#[derive(Default)]
pub(in crate::server) struct SetOnDrop(Option<Signal>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        if let Some(signal) = &self.0 {
            signal.set();
        }
    }
}

/// A request that is not answered yet, to the last byte that is its server's to send.
pub(in crate::server) struct InHand<A> {
    pub(in crate::server) connection: Arc<Connection<A>>,
    logged: Option<Box<Logged>>,
}

impl<A> InHand<A> {
    pub(in crate::server) fn new(connection: Arc<Connection<A>>) -> Self {
        connection.watch().begin();
        Self {
            connection,
            logged: None,
        }
    }

    /// The last request again, for what it has led to.
    pub(in crate::server) fn again(connection: Arc<Connection<A>>) -> Self {
        connection.watch().resume();
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

    pub(in crate::server) fn answered<B>(&mut self, response: &mut http::Response<B>) {
        if let Some(logged) = &mut self.logged {
            logged.answered(response);
        }
    }

    pub(in crate::server) fn span(&self) -> Option<&Span> {
        self.logged.as_ref().and_then(|logged| logged.span())
    }

    pub(in crate::server) fn logged(&mut self) -> Option<&mut Logged> {
        self.logged.as_deref_mut()
    }
}

impl<A> Drop for InHand<A> {
    fn drop(&mut self) {
        self.connection.watch().end();
    }
}
