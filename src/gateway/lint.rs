//! A conformance checker for both sides of the gateway.

use http::HeaderMap;
use http::HeaderName;
use http::Method;
use http::StatusCode;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::ErrorStream;
use crate::gateway::Handover;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::body::Exactly;
use crate::syntax::is_hop_by_hop;

/// Wraps an application and checks it and the server against the protocol, for tests.
///
/// It checks the rules that neither the types nor the edge enforce. For the server: the request target and
/// the length of the input. For the application: the head of the reply, and the body against its
/// `Content-Length`. A violation is a `500` that names the rule or, once the body is being sent, an error of
/// the body. A success without caching headers gets a remark on the error stream, since shared caches may
/// store it.
///
/// ```
/// use rustzeug::gateway::{Lint, Reply, StartResponse, Environ};
/// use rustzeug::{IntoApplication, Request, Result};
///
/// fn wrong(_: Environ, start_response: StartResponse) -> Result<Reply> {
///     let headers = [("content-type", "text/plain"), ("content-length", "3")];
///     Ok(start_response.start(200, headers)?.body("four"))
/// }
///
/// let app = Lint::new(wrong.into_application());
/// let error = Request::blank("/").send(&app).wait().unwrap_err();
/// assert!(format!("{error:?}").contains("Content-Length is 3, the body has 4 bytes"));
/// ```
#[derive(Debug)]
pub struct Lint<A>(A);

impl<A> Lint<A> {
    /// Wraps `application`.
    #[must_use]
    pub fn new(application: A) -> Self {
        Self(application)
    }
}

impl<A: Application> Application for Lint<A> {
    async fn call(&self, mut environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let errors = environ.errors().clone();
        let method = environ.method().clone();
        check_environ(&mut environ).map_err(|text| breach("server", &text))?;
        let reply = self.0.call(environ, start_response).await?;
        let reply = check_reply(reply, &method).map_err(|text| breach("application", &text))?;
        remark(&reply, &method, &errors);
        Ok(reply)
    }

    fn check(&self) -> Result<()> {
        self.0.check()
    }
}

fn breach(who: &str, text: &str) -> Error {
    Error::internal().with_source(format!("lint: the {who} broke a rule: {text}"))
}

type Checked<T = ()> = std::result::Result<T, String>;

fn check_environ(environ: &mut Environ) -> Checked {
    let path = environ.raw_path();
    let asterisk = path == "*" && environ.method() == Method::OPTIONS;
    if !path.starts_with('/') && !asterisk && environ.method() != Method::CONNECT {
        return Err(format!("G5: the path `{path}` does not begin with a slash"));
    }
    let Some(declared) = content_length(environ.headers())? else {
        return Ok(());
    };
    match environ.body_length() {
        Some(length) if length != declared => Err(format!(
            "G10: Content-Length is {declared}, the input has {length} bytes"
        )),
        Some(_) => Ok(()),
        None => {
            let body = environ.take_body();
            let headers = environ.headers().clone();
            let input = Exactly::new(body, declared, "lint: G10: the server's input");
            environ.set_body(Body::new(input));
            *environ.headers_mut() = headers;
            Ok(())
        }
    }
}

fn content_length(headers: &HeaderMap) -> Checked<Option<u64>> {
    let mut lines = headers.get_all(header::CONTENT_LENGTH).iter();
    let Some(value) = lines.next() else {
        return Ok(None);
    };
    let digits = value.as_bytes();
    let number = std::str::from_utf8(digits)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    match number.and_then(|text| text.parse().ok()) {
        Some(number) if lines.next().is_none() => Ok(Some(number)),
        _ => Err("G23: Content-Length is not one number".to_owned()),
    }
}

fn check_reply(reply: Reply, method: &Method) -> Checked<Reply> {
    check_head(&reply)?;
    let status = reply.parts.status;
    let bodiless = matches!(
        status,
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED
    );
    if bodiless && !reply.parts.body.is_empty() {
        return Err(format!("a {} has no body", status.as_u16()));
    }
    if !reply.parts.body.is_empty() && !reply.parts.headers.contains_key(header::CONTENT_TYPE) {
        return Err("a body without Content-Type".to_owned());
    }
    let Some(declared) = content_length(&reply.parts.headers)? else {
        return Ok(reply);
    };
    if bodiless || (method == Method::HEAD && reply.parts.body.is_empty()) {
        return Ok(reply);
    }
    match reply.parts.body.length() {
        Some(length) if length != declared => Err(format!(
            "G23: Content-Length is {declared}, the body has {length} bytes"
        )),
        Some(_) => Ok(reply),
        None => Ok(reply.map_body(|body| {
            Body::new(Exactly::new(
                body,
                declared,
                "lint: G24: the application's body",
            ))
        })),
    }
}

fn check_head(reply: &Reply) -> Checked {
    let status = reply.parts.status.as_u16();
    let switches = reply.parts.extensions.get::<Handover>().is_some();
    if !(200..=599).contains(&status) && !switches {
        return Err(format!("G18: the status {status} is not within 200..=599"));
    }
    for (name, value) in &reply.parts.headers {
        if is_hop_by_hop(name) && !(status == 426 && name == header::UPGRADE) {
            return Err(format!(
                "G20: the header `{name}` belongs to the connection"
            ));
        }
        if name == "status" {
            return Err("the status is not a header".to_owned());
        }
        if value.as_bytes().iter().any(u8::is_ascii_control) {
            return Err(format!(
                "G19: the header `{name}` has a control character in its value"
            ));
        }
    }
    if let Some(tag) = reply.parts.headers.get(header::ETAG) {
        let tag = tag.as_bytes();
        let opaque = tag.strip_prefix(b"W/").unwrap_or(tag);
        if opaque.len() < 2 || !opaque.starts_with(b"\"") || !opaque.ends_with(b"\"") {
            return Err(
                "an entity tag is quoted, with an upper-case `W/` if it is weak".to_owned(),
            );
        }
    }
    // RFC 9110: the headers that these statuses require.
    let needed: Option<HeaderName> = match status {
        301 | 302 | 303 | 307 | 308 => Some(header::LOCATION),
        401 => Some(header::WWW_AUTHENTICATE),
        405 => Some(header::ALLOW),
        407 => Some(header::PROXY_AUTHENTICATE),
        426 => Some(header::UPGRADE),
        _ => None,
    };
    match needed.filter(|name| !reply.parts.headers.contains_key(name)) {
        Some(name) => Err(format!("a {status} needs the header `{name}`")),
        None => Ok(()),
    }
}

/// Shared caches store a `200` without caching headers (Varnish does by default).
fn remark(reply: &Reply, method: &Method, errors: &ErrorStream) {
    let says = [
        header::CACHE_CONTROL,
        header::EXPIRES,
        header::ETAG,
        header::LAST_MODIFIED,
    ];
    let silent = !says
        .iter()
        .any(|name| reply.parts.headers.contains_key(name));
    if silent
        && reply.parts.status == StatusCode::OK
        && matches!(*method, Method::GET | Method::HEAD)
    {
        errors.line("lint: remark: a 200 without Cache-Control may be stored by shared caches");
    }
}
