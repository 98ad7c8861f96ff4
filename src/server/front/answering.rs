//! The response of the application to one request.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

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
}

type Making<A> = Pin<Box<dyn Future<Output = Answer<A>> + Send>>;

/// A response, and its request.
pub(super) type Answer<A> = (http::Response<Body>, InFlight<Link<A>>);

impl<A: Application> Answering<A> {
    /// Makes a request of its variables and has it answered. `left` tells its handler that the front has left.
    pub(super) fn new(
        link: &Arc<Link<A>>,
        variables: Variables,
        body: Body,
        left: &Signal,
    ) -> Self {
        let mut asked = Asked::new(variables);
        let mut in_flight = InFlight::new(Arc::clone(link));
        let fix = &link.shared.script_name_fix;
        let making: Making<A> = match asked.environ(body, link.server_info.clone(), fix) {
            Ok(mut environ) => {
                environ.set_client_left(left.clone());
                in_flight.log(&environ, environ.server().peer());
                Box::pin(answer(environ, in_flight))
            }
            Err(error) => {
                in_flight.log_refused(&line(asked.variables()));
                let response = write(&error, &link.server_info, asked.is_head());
                Box::pin(std::future::ready((response, in_flight)))
            }
        };
        Self {
            making: Some(making),
            asked,
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

/// The first line of a request that is refused, for the log.
fn line(variables: &Variables) -> Vec<u8> {
    let names = ["REQUEST_METHOD", "REQUEST_URI", "SERVER_PROTOCOL"];
    let words = names.map(|name| variables.get(name).unwrap_or(b"-"));
    words.join(&b' ')
}

impl<A: Application> Drop for Answering<A> {
    fn drop(&mut self) {
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
