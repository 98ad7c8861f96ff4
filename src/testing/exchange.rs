//! One call from beginning to end: the request made complete, sent, followed where it leads.

use bytes::Bytes;
use http::HeaderValue;
use http::Method;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::ServerInfo;
use crate::request::Request;
use crate::testing::Client;
use crate::testing::TestResponse;
use crate::testing::base::Base;
use crate::testing::redirect;
use crate::testing::redirect::Trail;
use crate::testing::test_response::Sent;

/// Bodies of requests up to this are kept, to be shown and to be sent again, in bytes.
const KEPT_BYTES: u64 = 1 << 20;

/// What one call does otherwise than another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub(super) follow: bool,
    pub(super) stream: bool,
}

/// Sends a request, and those that it leads to.
pub(super) async fn exchange(
    client: &Client,
    mut request: Request,
    options: Options,
) -> Result<TestResponse> {
    let own: Vec<_> = request
        .headers()
        .get_all(header::COOKIE)
        .iter()
        .cloned()
        .collect();
    let (mut history, mut trail) = (Vec::new(), Trail::default());
    loop {
        request.check()?;
        complete(client, &mut request);
        client.add_cookies(&mut request);
        trail.step(&request)?;
        let sent = keep(&mut request).await?;
        let mut answer = client.transmit(sent, request).await?;
        client.keep_cookies(&answer);
        let next = if options.follow {
            redirect::next(&answer)?
        } else {
            None
        };
        if next.is_some() || !options.stream {
            answer.receive().await?;
        }
        let Some(next) = next else {
            return Ok(answer.after(history));
        };
        history.push(answer);
        request = next;
        // Those that were the client's are chosen anew.
        request.headers_mut().remove(header::COOKIE);
        for line in &own {
            request.headers_mut().append(header::COOKIE, line.clone());
        }
    }
}

/// Puts a request that names no host below the mount of the client, and tells any request below it of the mount.
pub(super) fn mount(base: &Base, request: &mut Request) {
    let is_path = request.raw_path().starts_with('/');
    if base.mount.is_empty() || !is_path || !request.script_name().is_empty() {
        return;
    }
    if !request.headers().contains_key(header::HOST) {
        let target = format!("{}{}", base.mount, request.path_and_query());
        let outcome = request.environ_mut().set_target(target);
        request.keep_fault(outcome);
    }
    // One that is elsewhere stays there.
    let _ = request.environ_mut().set_raw_script_name(&base.mount);
}

/// Has a request that names no server go to the client's own.
pub(super) fn place(base: &Base, request: &mut Request) {
    let server_info = request.environ().server();
    let plain = ServerInfo::default();
    // A request with more than `blank("/")` gives it is left alone.
    if (
        server_info.server_name(),
        server_info.server_port(),
        server_info.scheme(),
    ) == (plain.server_name(), plain.server_port(), plain.scheme())
    {
        let server_info = ServerInfo::clone(server_info)
            .with_server(&base.name, base.port)
            .with_scheme(base.scheme);
        request.environ_mut().set_server(server_info);
    }
}

/// Adds what a browser would say: the host, the length of the body; and what the client always says.
fn complete(client: &Client, request: &mut Request) {
    place(client.base(), request);
    let host = request.host().into_owned();
    let length = request.environ().body_length();
    let has_content = matches!(
        *request.method(),
        Method::POST | Method::PUT | Method::PATCH
    );
    let headers = request.headers_mut();
    if !headers.contains_key(header::HOST)
        && let Ok(host) = HeaderValue::try_from(host)
    {
        headers.insert(header::HOST, host);
    }
    for name in client.headers().keys() {
        if !headers.contains_key(name) {
            for value in client.headers().get_all(name) {
                headers.append(name, value.clone());
            }
        }
    }
    let framed = headers.contains_key(header::CONTENT_LENGTH)
        || headers.contains_key(header::TRANSFER_ENCODING);
    // RFC 9110 §8.6: a method that has content says that it has none.
    if let Some(length) = length.filter(|length| !framed && (*length > 0 || has_content)) {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
}

/// Keeps a copy of a request. Its body is read for that where its length is known and small.
async fn keep(request: &mut Request) -> Result<Sent> {
    let body = match request.environ().body_length() {
        Some(0) => Some(Bytes::new()),
        Some(length) if length <= KEPT_BYTES => {
            let read = request.bytes().limit(length).await;
            Some(read.map_err(|error| {
                Error::from(format!(
                    "the body of the request could not be read: {error:?}"
                ))
            })?)
        }
        _ => None,
    };
    let copy = Request::new(request.environ().copy_head());
    Ok(Sent::new(copy, body))
}
