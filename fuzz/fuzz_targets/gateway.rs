//! Any request through the edge, `Lint` and a handler that reads everything and fails: no panic, no violation of a
//! rule, no control character in a header of the response.
#![no_main]

use std::io;
use std::io::Write;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Result;
use rustzeug::gateway::ErrorStream;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::Lint;
use rustzeug::gateway::call;
use rustzeug::http;
use rustzeug::http::HeaderName;
use rustzeug::http::HeaderValue;
use rustzeug::http::Method;
use rustzeug::http::Uri;
use rustzeug::http::Version;
use rustzeug::http::header;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    method: Verb<'a>,
    target: &'a [u8],
    mounted: bool,
    connected: bool,
    old: bool,
    headers: Vec<(Name<'a>, &'a [u8])>,
    chunks: Vec<&'a [u8]>,
    /// The status of the error. Most numbers are invalid, so it is near the valid ones.
    status: u8,
}

#[derive(Arbitrary, Debug)]
enum Verb<'a> {
    Get,
    Head,
    Post,
    Options,
    Connect,
    Other(&'a [u8]),
}

/// Names that have a meaning, and any other.
#[derive(Arbitrary, Debug)]
enum Name<'a> {
    Accept,
    Host,
    ContentLength,
    ContentType,
    Cookie,
    Proxy,
    Other(&'a [u8]),
}

fuzz_target!(|input: Input<'_>| {
    let head_only = matches!(input.method, Verb::Head);
    let log = Log::default();
    let environ = environ(&input, &log);
    let status = 390 + u16::from(input.status);
    let app = Lint::new((move |request: &Request| look(request, status)).into_application());
    let response = block_on(call(&app, environ));

    let code = response.status().as_u16();
    assert!((200..=599).contains(&code), "{code}");
    for (name, value) in response.headers() {
        let controls = value.as_bytes().iter().any(u8::is_ascii_control);
        assert!(!controls, "{name}: {value:?}");
    }
    let declared = response.headers().get(header::CONTENT_LENGTH).cloned();
    let mut body = response.into_body();
    let mut length = 0;
    while let Some(chunk) = body.chunk().wait().expect("an error page is in memory") {
        length += chunk.len();
    }
    if head_only {
        assert_eq!(length, 0, "an answer to HEAD has no body");
    } else if let Some(declared) = declared {
        assert_eq!(declared.as_bytes(), length.to_string().as_bytes());
    }
    let log = log.text();
    assert!(!log.contains("lint: the application"), "{log}");
    assert!(!log.contains("panicked"), "{log}");
});

fn environ(input: &Input<'_>, log: &Log) -> Environ {
    let mut request = http::Request::new(Body::iterator(
        input
            .chunks
            .iter()
            .map(|chunk| chunk.to_vec())
            .collect::<Vec<_>>(),
    ));
    *request.method_mut() = match input.method {
        Verb::Get => Method::GET,
        Verb::Head => Method::HEAD,
        Verb::Post => Method::POST,
        Verb::Options => Method::OPTIONS,
        Verb::Connect => Method::CONNECT,
        Verb::Other(bytes) => Method::from_bytes(bytes).unwrap_or(Method::PUT),
    };
    if let Ok(uri) = Uri::try_from(input.target) {
        *request.uri_mut() = uri;
    }
    if input.old {
        *request.version_mut() = Version::HTTP_10;
    }
    for (name, value) in &input.headers {
        let name = match name {
            Name::Accept => header::ACCEPT,
            Name::Host => header::HOST,
            Name::ContentLength => header::CONTENT_LENGTH,
            Name::ContentType => header::CONTENT_TYPE,
            Name::Cookie => header::COOKIE,
            Name::Proxy => HeaderName::from_static("proxy"),
            Name::Other(bytes) => {
                HeaderName::from_bytes(bytes).unwrap_or(HeaderName::from_static("x_y"))
            }
        };
        if let Ok(value) = HeaderValue::from_bytes(value) {
            request.headers_mut().append(name, value);
        }
    }
    let mut server_info = ServerInfo::default().with_errors(ErrorStream::new(log.clone()));
    if input.connected {
        server_info = server_info.with_peer(SocketAddr::from(([127, 0, 0, 1], 4711)));
    }
    let mut environ = Environ::new(request, server_info);
    if input.mounted
        && let Some(end) = environ.raw_path().rfind('/')
    {
        let prefix = environ.raw_path()[..end].to_owned();
        let _ = environ.set_raw_script_name(&prefix);
    }
    environ
}

/// Reads everything, and fails.
fn look(request: &Request, status: u16) -> Result<String> {
    let environ = request.environ();
    let mut names = Vec::new();
    for (name, value) in environ.vars() {
        assert_eq!(environ.var(&name).as_ref(), Some(&value), "{name}");
        assert!(name != "HTTP_PROXY");
        names.push(name);
    }
    names.sort();
    assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
    let url = request.url();
    let splits = |c: char| c.is_ascii_control() || c == ' ';
    assert!(!url.contains(splits), "{url:?}");
    assert!(url.starts_with(&request.application_url()));
    let _ = (request.domain(), request.port(), request.path_utf8());
    let _ = (request.relative_url(request.path()), request.copy_get());
    let _ = request.json::<Vec<String>>().wait();
    let text = request.text().wait()?;
    let message = format!("{}: {text}", request.path());
    let source = format!("{url}: {}", request.path());
    Err(complete(Error::new(status, message).with_source(source)))
}

/// Adds the header that a response with this status must have.
fn complete(error: Error) -> Error {
    let (name, value) = match error.status().as_u16() {
        401 => (header::WWW_AUTHENTICATE, "Basic"),
        405 => (header::ALLOW, "PROPFIND"),
        407 => (header::PROXY_AUTHENTICATE, "Basic"),
        426 => (header::UPGRADE, "h2c"),
        _ => return error,
    };
    error.with_header(name, HeaderValue::from_static(value))
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    // Nothing here waits for anything.
    match future.as_mut().poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// An error stream that can be read afterwards.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap();
        let text = String::from_utf8(bytes.clone()).expect("lines of text");
        for line in text.lines() {
            assert!(!line.contains(char::is_control), "{line:?}");
        }
        text
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
