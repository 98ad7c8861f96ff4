//! Calls over a connection: HTTP/1.1, with a connection and a thread for each call.
//!
//! Blocking work runs on threads, like the workers of a server, so that calls can be awaited on any executor, or waited
//! for without one.

use std::net::ToSocketAddrs;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url::Host;
use crate::gateway::Blocking;
use crate::gateway::Body;
use crate::gateway::Job;
use crate::gateway::Workers;
use crate::request::Request;
use crate::response::Response;
use crate::testing::base::Base;

mod head;
mod incoming;
mod peer;
mod talk;

use incoming::Incoming;
use peer::Connection;
pub(super) use peer::Peer;
use talk::Outgoing;
use talk::talk;

/// Parses the address of a server: `http://127.0.0.1:8000` or `127.0.0.1:8000`.
pub(super) fn resolve(address: &str) -> Result<(Peer, Base)> {
    let no_address =
        |why: &str| Error::from(format!("`{address}` is not the address of a server: {why}"));
    let rest = match address.split_once("://") {
        Some(("http", rest)) => rest,
        Some(_) => return Err(no_address("this client supports only plain http")),
        None => address,
    };
    let (authority, mount) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = Host::parse(authority).map_err(|error| no_address(&error.to_string()))?;
    let mut base = Base::new("http", host);
    mount.trim_end_matches('/').clone_into(&mut base.mount);
    let found = format!("{}:{}", base.name, base.port).to_socket_addrs();
    let found: Arc<[_]> = found
        .map_err(|error| no_address(&error.to_string()))?
        .collect();
    Ok((Peer(found), base))
}

/// Sends a request and returns the response as soon as its head has arrived.
pub(super) async fn send(peer: &Peer, timeout: Duration, request: Request) -> Result<Response> {
    if request.scheme() != "http" {
        let url = request.host_url();
        return Err(Error::from(format!(
            "this client supports only plain http, not {url}"
        )));
    }
    let outgoing = Outgoing {
        method: request.method().clone(),
        head: head::write(&request),
        chunked: head::is_chunked(&request),
        body: request.take_body(),
    };
    let blocking = Blocking::on(Arc::new(Threads));
    let peer = peer.clone();
    let (head, incoming) = blocking
        .run(move || talk(&peer, timeout, outgoing))
        .await??;
    let body = match incoming {
        Some((incoming, connection)) => streamed(incoming, connection, &blocking),
        None => Body::empty(),
    };
    let mut response = http::Response::new(body);
    *response.status_mut() = head.status;
    *response.headers_mut() = head.headers;
    Ok(Response::received(response))
}

/// The body as it arrives; dropping it closes the connection.
fn streamed(incoming: Incoming, connection: Connection, blocking: &Blocking) -> Body {
    let mut body = match incoming.length() {
        Some(length) => Body::sized_reader(incoming, length),
        None => Body::reader(incoming),
    };
    body.bind(blocking);
    Body::new(Held {
        body,
        _connection: connection,
    })
}

/// A body that owns its connection.
struct Held {
    body: Body,
    _connection: Connection,
}

impl http_body::Body for Held {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A thread for each job: a test client need not be fast.
struct Threads;

impl Workers for Threads {
    fn submit(&self, job: Arc<dyn Job>) -> bool {
        let thread = std::thread::Builder::new().name("rustzeug-client".to_owned());
        thread.spawn(move || job.run()).is_ok()
    }

    fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
        self.submit(job)
    }
}
