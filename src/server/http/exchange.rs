//! One request and its response, between the protocol and the edge.

use std::convert::Infallible;
use std::sync::Arc;

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
use crate::gateway::Signal;
use crate::gateway::call;
use crate::server::hosting::health::Health;
use crate::server::hosting::in_flight::InFlight;
use crate::server::hosting::shared::Shared;
use crate::server::hosting::span;
use crate::server::http::answer::Answer;
use crate::server::http::connection::Connection;
use crate::server::http::input::Input;
use crate::server::http::input::Unread;
use crate::server::http::output::Output;
use crate::server::http::output::SetOnDrop;
use crate::server::http::source::Source;
use crate::syntax::elements;

/// The service that hyper calls for each request.
pub(super) struct Service<A>(pub(super) Arc<Connection<A>>);

impl<A: Application> hyper::service::Service<http::Request<Incoming>> for Service<A> {
    type Response = http::Response<Output<A>>;
    type Error = Infallible;
    type Future = Answer<A>;

    fn call(&self, request: http::Request<Incoming>) -> Answer<A> {
        if request.extensions().get::<OnUpgrade>().is_some() {
            self.0.set_offered();
        }
        if request.version() == Version::HTTP_10 {
            self.0.set_http_10();
        }
        exchange(&self.0, request.map(Source::Message))
    }
}

/// Accepts a request in flight, and has it answered.
pub(super) fn exchange<A: Application>(
    connection: &Arc<Connection<A>>,
    request: http::Request<Source>,
) -> Answer<A> {
    let mut in_flight = InFlight::new(Arc::clone(connection));
    in_flight.log(&request, connection.server_info.peer());
    let (mut request, unread) = received(connection, request);
    let about_health = connection.shared.asks_for_health(&request);
    if about_health && request.version() == Version::HTTP_11 {
        // A health checker often does not know a host name, so it may leave out `Host`.
        let hosts = request.headers_mut().entry(header::HOST);
        hosts.or_insert(HeaderValue::from_static(""));
    }
    let mut environ = Environ::new(request, Arc::clone(&connection.server_info));
    let left = connection.watch().is_multiplexed().then(Signal::new);
    if let Some(left) = &left {
        environ.set_client_left(left.clone());
    }
    let making = async move {
        let Shared {
            application, open, ..
        } = &*in_flight.connection.shared;
        let span = in_flight.span();
        let mut response = if about_health {
            let health = Health(Arc::clone(open));
            span::within(span, call(&health, environ)).await
        } else {
            span::within(span, call(application, environ)).await
        };
        in_flight.answered(&mut response);
        (response, in_flight)
    };
    Answer::new(making, unread).with_left(SetOnDrop(left))
}

/// Returns whether the client waits for `100 Continue` before it sends a body.
pub(super) fn expects(headers: &HeaderMap) -> bool {
    let mut expected = headers.get_all(header::EXPECT).iter();
    expected.any(|line| elements(line.as_bytes()).next().is_some())
}

/// The request with its body for the application, and the place where an unread body is left.
fn received<A: Application>(
    connection: &Arc<Connection<A>>,
    request: http::Request<Source>,
) -> (http::Request<Body>, Option<Arc<Unread>>) {
    let expects_continue = expects(request.headers());
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
        Body::new(Input::new(
            source,
            Arc::clone(connection),
            expects_continue,
            place,
        ))
    });
    (request, unread)
}
