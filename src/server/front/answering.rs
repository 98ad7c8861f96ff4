//! The response of the application to one request.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;

use crate::base::error::Error;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Signal;
use crate::gateway::Variables;
use crate::gateway::call;
use crate::gateway::discard;
use crate::gateway::write;
use crate::server::front::link::Link;
use crate::server::hosting::health::Health;
use crate::server::hosting::in_flight::InFlight;
use crate::server::hosting::span;
use crate::server::response_head::Asked;

/// A request that is answered. The response is made even after the client has left, because handlers are not
/// cancelled.
pub(super) struct Answering<A: Application> {
    making: Option<Making<A>>,
    pub(super) asked: Asked,
    left: Signal,
}

type Making<A> = Pin<Box<dyn Future<Output = Answer<A>> + Send>>;

/// A response, and its request.
pub(super) type Answer<A> = (http::Response<Body>, InFlight<Link<A>>);

impl<A: Application> Answering<A> {
    /// Makes a request of its variables and has it answered.
    pub(super) fn new(link: &Arc<Link<A>>, pairs: Vec<(Bytes, Bytes)>, body: Body) -> Self {
        let variables = Variables::from(pairs);
        let mut asked = Asked::by(variables.get("REQUEST_METHOD").map(|method| &**method));
        let log = link.shared.access_log.as_ref();
        let first_line = log.map_or_else(Vec::new, |_| line(&variables));
        let fix = &link.shared.script_name_fix;
        let left = Signal::new();
        let mut in_flight = InFlight::new(Arc::clone(link));
        let making: Making<A> =
            match Environ::from_variables(variables, body, link.server_info.clone(), fix) {
                Ok(mut environ) => {
                    asked.note(&environ);
                    environ.set_client_left(left.clone());
                    in_flight.log(&environ, environ.server().peer());
                    Box::pin(answer(environ, in_flight))
                }
                Err(error) => {
                    in_flight.log_refused(&first_line);
                    let response = write(&error, &link.server_info, asked.is_head());
                    Box::pin(std::future::ready((response, in_flight)))
                }
            };
        Self {
            making: Some(making),
            asked,
            left,
        }
    }

    /// Answers input that is not a request.
    pub(super) fn refused(link: &Arc<Link<A>>, error: &Error) -> Self {
        let mut in_flight = InFlight::new(Arc::clone(link));
        in_flight.log_refused(b"");
        let response = write(error, &link.server_info, false);
        Self {
            making: Some(Box::pin(std::future::ready((response, in_flight)))),
            asked: Asked::default(),
            left: Signal::default(),
        }
    }

    /// The response, once it has begun.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Answer<A>> {
        let making = self.making.as_mut().expect("polled after it was ready");
        let (mut response, mut in_flight) = ready!(making.as_mut().poll(context));
        self.making = None;
        in_flight.answered(&mut response);
        in_flight.connection.watch().count_status(response.status());
        let extensions = std::mem::take(response.extensions_mut());
        if !extensions.is_empty() {
            discard(extensions, in_flight.connection.server_info.errors());
        }
        Poll::Ready((response, in_flight))
    }
}

async fn answer<A: Application>(environ: Environ, in_flight: InFlight<Link<A>>) -> Answer<A> {
    let shared = &in_flight.connection.shared;
    let response = if shared.asks_for_health(&environ) {
        let health = Health(Arc::clone(&shared.open));
        span::within(in_flight.span(), call(&health, environ)).await
    } else {
        span::within(in_flight.span(), call(&shared.application, environ)).await
    };
    (response, in_flight)
}

/// The first line of the request, for the log, in case that it is refused.
fn line(variables: &Variables) -> Vec<u8> {
    let names = ["REQUEST_METHOD", "REQUEST_URI", "SERVER_PROTOCOL"];
    let words = names.map(|name| variables.get(name).map_or(&b"-"[..], |value| value));
    words.join(&b' ')
}

impl<A: Application> Drop for Answering<A> {
    fn drop(&mut self) {
        self.left.set();
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
