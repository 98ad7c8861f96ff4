//! One call from beginning to end: completes the request, sends it, and follows redirects.

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

/// The maximum length, in bytes, of a request body that is kept to be shown and sent again.
const KEPT_BYTES: u64 = 1 << 20;

/// The options of one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub(super) follow: bool,
    pub(super) stream: bool,
}

/// Sends a request, and the requests of its redirects.
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
        // The client's cookies are selected anew for each request.
        request.headers_mut().remove(header::COOKIE);
        for line in &own {
            request.headers_mut().append(header::COOKIE, line.clone());
        }
    }
}

/// Prefixes the path of a request without a host with the mount of the client, and sets the mount of any request below
/// it.
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
    // A request outside the mount stays there.
    let _ = request.environ_mut().set_raw_script_name(&base.mount);
}

/// Gives the client's server to a request that names no server.
pub(super) fn place(base: &Base, request: &mut Request) {
    let server_info = request.environ().server();
    let plain = ServerInfo::default();
    // A request whose server is not the default of `blank("/")` is not changed.
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

/// Adds the headers that a browser sends, host and length of the body, and the headers of the client.
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
    // RFC 9110 §8.6: a method that usually has content sends a length even if it is 0.
    if let Some(length) = length.filter(|length| !framed && (*length > 0 || has_content)) {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
}

/// Keeps a copy of a request. The body is read for the copy if its length is known and small.
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
