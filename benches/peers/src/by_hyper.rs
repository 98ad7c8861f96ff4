//! The application for hyper with a `match`, as an expert writes it without a framework.

use std::convert::Infallible;
use std::io;
use std::path::Path;
use std::time::Duration;
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use http::HeaderValue;
use http::Method;
use http::Request;
use http::Response;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::header::COOKIE;
use http::header::ETAG;
use http::header::IF_NONE_MATCH;
use http::header::LAST_MODIFIED;
use http::header::SET_COOKIE;
use http_body_util::BodyExt;
use http_body_util::Full;
use http_body_util::combinators::UnsyncBoxBody;

use crate::work::Bill;
use crate::work::Contact;
use crate::work::Order;
use crate::work::Receipt;
use crate::work::Sum;
use crate::work::compute;
use crate::work::hello_body;
use crate::work::time_body;

/// The body of its responses.
pub type Body = UnsyncBoxBody<Bytes, Infallible>;

fn typed(text: impl Into<Bytes>, content_type: &'static str) -> Response<Body> {
    let mut response = Response::new(Full::from(text.into()).boxed_unsync());
    let value = HeaderValue::from_static(content_type);
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Full::default().boxed_unsync());
    *response.status_mut() = status;
    response
}

fn json(value: &impl serde::Serialize) -> Response<Body> {
    typed(
        serde_json::to_vec(value).expect("it serialises"),
        "application/json",
    )
}

fn contact(body: &[u8]) -> Option<Contact> {
    let (mut name, mut email, mut message) = (None, None, None);
    for (key, value) in form_urlencoded::parse(body) {
        match &*key {
            "name" => name = Some(value.into_owned()),
            "email" => email = Some(value.into_owned()),
            "message" => message = Some(value.into_owned()),
            _ => {}
        }
    }
    Some(Contact {
        name: name?,
        email: email?,
        message: message?,
    })
}

/// Decodes neither the path nor the cookies.
fn hello<B>(request: &Request<B>, name: &str) -> Response<Body> {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let greeting = pairs.find(|(key, _)| key == "greeting");
    let cookies = request
        .headers()
        .get(COOKIE)
        .and_then(|line| line.to_str().ok());
    let mut cookies = cookies.unwrap_or_default().split(';');
    let session = cookies.find_map(|cookie| cookie.trim_start().strip_prefix("session="));
    let body = hello_body(greeting.as_ref().map(|(_, value)| &**value), name, session);
    let mut response = typed(body, "text/plain; charset=utf-8");
    if let Ok(cookie) = format!("last={name}; Path=/; HttpOnly").try_into() {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

async fn upload<B>(request: Request<B>) -> Result<Sum, multer::Error>
where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + 'static,
{
    let value = request.headers().get(CONTENT_TYPE);
    let boundary = multer::parse_boundary(value.and_then(|v| v.to_str().ok()).unwrap_or(""))?;
    let stream = request.into_body().into_data_stream();
    let mut multipart = multer::Multipart::new(stream, boundary);
    let mut sum = Sum::default();
    while let Some(mut field) = multipart.next_field().await? {
        if field.name() == Some("title") {
            sum.title = field.text().await?;
            continue;
        }
        while let Some(chunk) = field.chunk().await? {
            sum.add(&chunk);
        }
    }
    Ok(sum)
}

/// A file, read whole for each request.
async fn file<B>(request: &Request<B>, path: &Path) -> io::Result<Response<Body>> {
    let metadata = tokio::fs::metadata(path).await?;
    let modified = metadata.modified()?;
    let age = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    let etag = format!("\"{:x}-{:x}\"", age.as_nanos(), metadata.len());
    let known = request.headers().get(IF_NONE_MATCH);
    if known.is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return Ok(status(StatusCode::NOT_MODIFIED));
    }
    let content = tokio::fs::read(path).await?;
    let mut response = typed(content, "application/octet-stream");
    let written = httpdate::fmt_http_date(modified);
    for (name, value) in [(ETAG, etag), (LAST_MODIFIED, written)] {
        let value = value.try_into().expect("a value");
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// A folder of files below `/static`, beside the application. The paths are trusted.
pub async fn handle_with_files<B>(
    request: Request<B>,
    folder: &Path,
) -> Result<Response<Body>, Infallible>
where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + 'static,
{
    match request.uri().path().strip_prefix("/static/") {
        Some(name) => Ok(file(&request, &folder.join(name))
            .await
            .unwrap_or_else(|_| status(StatusCode::NOT_FOUND))),
        None => handle(request).await,
    }
}

/// A function that waits for so many microseconds, in the pool of the runtime.
async fn wait(microseconds: u64) -> Response<Body> {
    let sleep = move || std::thread::sleep(Duration::from_micros(microseconds));
    match tokio::task::spawn_blocking(sleep).await {
        Ok(()) => typed("waited", "text/plain; charset=utf-8"),
        Err(_) => status(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// The application.
pub async fn handle<B>(request: Request<B>) -> Result<Response<Body>, Infallible>
where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + 'static,
{
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, "/time") => typed(time_body(), "text/plain; charset=utf-8"),
        (&Method::GET, "/compute_5ms") => {
            let text = compute(Duration::from_millis(5));
            typed(text, "text/plain; charset=utf-8")
        }
        (&Method::GET, "/wait_100us") => wait(100).await,
        (&Method::GET, "/wait_1ms") => wait(1_000).await,
        (&Method::GET, "/sleep_blocking") => wait(50_000).await,
        (&Method::GET, path) if path.starts_with("/hello/") => {
            hello(&request, &path["/hello/".len()..])
        }
        (&Method::POST, "/upload") => match upload(request).await {
            Ok(sum) => json(&sum),
            Err(_) => status(StatusCode::BAD_REQUEST),
        },
        (&Method::POST, path @ ("/form" | "/json")) => {
            let is_form = path == "/form";
            let Ok(body) = request.into_body().collect().await else {
                return Ok(status(StatusCode::BAD_REQUEST));
            };
            let body = body.to_bytes();
            if is_form {
                match contact(&body) {
                    Some(contact) => json(&Receipt::from(contact)),
                    None => status(StatusCode::BAD_REQUEST),
                }
            } else {
                match serde_json::from_slice::<Order>(&body) {
                    Ok(order) => json(&Bill::from(&order)),
                    Err(_) => status(StatusCode::BAD_REQUEST),
                }
            }
        }
        _ => status(StatusCode::NOT_FOUND),
    })
}
