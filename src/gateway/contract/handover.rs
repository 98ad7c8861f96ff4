//! Handing a connection over to the protocol that follows HTTP.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::gateway::Body;
use crate::gateway::Parts;
use crate::gateway::Upgraded;
use crate::gateway::drop_hop_by_hop;

type Then = Box<dyn FnOnce(Upgraded) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// The part of a response that makes its connection leave HTTP: the server's side of
/// [`StartResponse::switch`](crate::gateway::StartResponse::switch).
///
/// A server that declares [`ServerInfo::with_can_upgrade`](crate::gateway::ServerInfo::with_can_upgrade)
/// takes it out of the response of [`call`](crate::gateway::call), sends the head and nothing else, and runs
/// it with the connection.
///
/// ```no_run
/// # use rustzeug::gateway::{Body, Handover, Upgraded};
/// # async fn example(mut response: rustzeug::http::Response<Body>, connection: Upgraded) {
/// if let Some(handover) = Handover::take(&mut response) {
///     // Send the head here.
///     handover.run(connection).await;
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Handover {
    status: StatusCode,
    protocol: Option<HeaderValue>,
    then: Arc<Mutex<Option<Then>>>,
}

impl Handover {
    pub(super) fn new<F, R>(status: StatusCode, protocol: Option<HeaderValue>, then: F) -> Self
    where
        F: FnOnce(Upgraded) -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let then: Then = Box::new(|stream| Box::pin(then(stream)));
        Self {
            status,
            protocol,
            then: Arc::new(Mutex::new(Some(then))),
        }
    }

    /// Turns the reply into a bare head, after which no HTTP follows, and returns `true`. If middleware has
    /// changed the status, it removes the handover and returns `false`: the reply is then framed like any
    /// other. The body is not touched.
    pub(in crate::gateway) fn frame(&self, parts: &mut Parts) -> bool {
        if parts.status != self.status {
            parts.extensions.remove::<Self>();
            return false;
        }
        let headers = &mut parts.headers;
        drop_hop_by_hop(headers);
        headers.remove(header::CONTENT_LENGTH);
        if let Some(protocol) = &self.protocol {
            headers.insert(header::UPGRADE, protocol.clone());
            headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        }
        true
    }

    /// Takes the handover out of a response, if its connection is to leave HTTP.
    pub fn take(response: &mut http::Response<Body>) -> Option<Self> {
        response.extensions_mut().remove()
    }

    /// Runs the application's function with the connection. A second call, on a clone, does nothing.
    pub async fn run(self, stream: Upgraded) {
        let then = self
            .then
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(then) = then {
            then(stream).await;
        }
    }
}

impl fmt::Debug for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handover")
            .field("status", &self.status)
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}
