//! Compression of responses, for clients that accept it.

use crate::base::error::Result;
use crate::middleware::Next;
use crate::request::Request;
use crate::response::Response;

mod asked;
mod encoded;
mod head;
mod settings;
mod types;

pub use settings::Compression;

use asked::Asked;
use settings::DEFAULT;

/// Compresses responses for clients that accept it, with the default settings of [`Compression`].
///
/// It is middleware for [`wrap`](crate::wrap) and for a router's `wrap`. Together with
/// [`conditional`](crate::middleware::conditional()), it must be outside: `wrap(wrap(app, conditional), compress)`.
///
/// A response is compressed if all of these conditions hold:
///
/// * `Accept-Encoding` names a supported coding. The weights of the client decide, then the order of the server;
/// * its content type usually gets shorter: text, JSON, XML, SVG, scripts, fonts that are not already compressed;
/// * it has 1024 bytes or more, or an unknown length;
/// * its status is not `204`, `206` or `304`, it has no `Content-Encoding` yet, and its `Cache-Control` does not say
///   `no-transform`. Streams of events (`text/event-stream`) are never compressed.
///
/// Then it gets `Content-Encoding`, and a strong `ETag` becomes weak, so that a later `If-None-Match` still matches.
/// (An `If-Match` does not match, because weak tags never match there.) `Content-Length`, `Accept-Ranges` and digests
/// of the content are removed. Each response that could have been compressed gets `Vary: accept-encoding`, even if it
/// was not compressed.
///
/// A body in memory is compressed at once, on a worker of the server if that takes long, and its new length is known.
/// Other bodies are compressed piece by piece. No piece waits for the next one: when the source pauses, everything so
/// far is sent.
///
/// **Secrets.** A page may contain a secret (such as a token against forged requests) and also repeat text of its
/// request. Then an attacker who can make a browser send requests, and who sees the lengths of the responses, can guess
/// the secret (the BREACH attack). Do not compress such pages: send `Cache-Control: no-transform`, or put the
/// middleware around other routes only.
///
/// ```
/// use rustzeug::middleware::compress;
/// use rustzeug::{Request, wrap};
///
/// let app = wrap(|| "hello ".repeat(1000), compress);
/// let response = Request::blank("/").with_header("accept-encoding", "gzip").send(&app).wait()?;
/// assert_eq!(response.headers()["content-encoding"], "gzip");
/// assert_eq!(response.headers()["vary"], "accept-encoding");
/// assert!(response.body().length().unwrap() < 200);
///
/// let response = Request::blank("/").send(&app).wait()?;
/// assert!(!response.headers().contains_key("content-encoding"));
/// assert_eq!(response.body().length(), Some(6000));
/// # Ok::<(), rustzeug::Error>(())
/// ```
///
/// # Errors
///
/// The errors that a custom [`Application`](crate::gateway::Application) returns; handlers make their pages themselves.
/// [`wrap`](crate::wrap) sends the page of such an error, or of a panic, uncompressed.
///
/// RFC 9110 [§8.4](https://www.rfc-editor.org/rfc/rfc9110#section-8.4),
/// [§12.5.3](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3).
#[doc(alias = "gzip")]
#[doc(alias = "GZipMiddleware")]
#[doc(alias = "CompressionLayer")]
#[doc(alias = "encode_content")]
pub fn compress(request: Request, next: Next) -> impl Future<Output = Result<Response>> + Send {
    compress_with(&DEFAULT, request, next)
}

/// Compresses responses like [`compress`], with settings: `with_state(settings, compress_with)`.
///
/// ```
/// use rustzeug::middleware::{Coding, Compression, compress_with};
/// use rustzeug::{Request, with_state, wrap};
///
/// let settings = Compression::default().with_codings([Coding::Gzip]).with_min_bytes(100);
/// let app = wrap(|| "hello ".repeat(20), with_state(settings, compress_with));
/// let response = Request::blank("/").with_header("accept-encoding", "br, gzip").send(&app).wait()?;
/// assert_eq!(response.headers()["content-encoding"], "gzip");
/// # Ok::<(), rustzeug::Error>(())
/// ```
///
/// # Errors
///
/// As for [`compress`].
pub async fn compress_with(
    settings: &Compression,
    request: Request,
    next: Next,
) -> Result<Response> {
    let asked = Asked::of(&request);
    let mut response = next.pass(request).await?;
    match asked.prepare(settings, &mut response) {
        // Boxed, so that other responses do not need space for its state.
        Some(coding) => Ok(Box::pin(asked.compress(settings, coding, response)).await),
        None => Ok(response),
    }
}
