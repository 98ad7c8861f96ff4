//! Decoding of compressed request bodies.

use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::middleware::Next;
use crate::request::Request;
use crate::response::Response;
use crate::semantics::content_coding::CodedBody;
use crate::semantics::content_coding::coded_body;
use crate::semantics::content_coding::refused;
use crate::wire::compression::Coding;
use crate::wire::compression::Decoder;
use crate::wire::compression::RatioLimit;
use crate::wire::compression::is_built;

mod decoded;

use decoded::Decoded;

/// Decodes compressed request bodies: inside, `form()`, `json()`, `text()`, `bytes()` and `take_body()` read the decoded
/// content, and `Content-Encoding` and `Content-Length` are gone.
///
/// Without it, such a body is refused with a `415` by the methods that interpret it. It is middleware for
/// [`wrap`](crate::wrap) and for a router's `wrap`, so it can be put around an application, some routes or a single
/// route.
///
/// `gzip` (with several members too), `deflate` (also without the head of zlib), `br`, and with the feature `zstd` also
/// `zstd` are decoded, one coding per body. The content is decoded while it is read:
///
/// * **Limits** count decoded bytes: [`body_bytes`](crate::gateway::Limits::body_bytes),
///   [`form_bytes`](crate::gateway::Limits::form_bytes) and the others. In addition, a body is refused if its decoded
///   content is more than [`decoded_ratio`](crate::gateway::Limits::decoded_ratio) (100) times as long and longer than
///   [`decoded_ratio_bytes`](crate::gateway::Limits::decoded_ratio_bytes) (1 MiB). For these two settings, the limits
///   at the place of the middleware apply, not those of an inner route.
/// * A **stream** by `take_body()` has no limit except the ratio; [`Body::at_most`] sets a limit.
///
/// # Errors
///
/// `415` at once for another coding, or for several codings. Its `Accept-Encoding` lists the supported codings. While
/// the body is read: `400` if it is malformed or ends early, `413` beyond the ratio or a limit.
///
/// ```
/// use rustzeug::middleware::decode_requests;
/// use rustzeug::{Request, wrap};
///
/// let app = wrap(async |request: &Request| request.text().await, decode_requests);
/// let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xcbH\xcd\xc9\xc9\x07\0\x86\xa6\x106\x05\0\0\0";
/// let request = Request::blank("/").with_header("content-encoding", "gzip").with_body(&gzip[..]);
/// assert_eq!(request.send(&app).wait()?.read_text().wait()?, "hello");
///
/// let request = Request::blank("/").with_header("content-encoding", "compress").with_body("x");
/// let response = request.send(&app).wait()?;
/// assert_eq!(response.status(), 415);
/// assert!(response.headers()["accept-encoding"].to_str()?.starts_with("gzip, deflate, br"));
/// # Ok::<(), rustzeug::Error>(())
/// ```
///
/// RFC 9110 [§8.4](https://www.rfc-editor.org/rfc/rfc9110#section-8.4),
/// [§15.5.16](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16); RFC 7694.
#[doc(alias = "decode_content")]
#[doc(alias = "RequestDecompressionLayer")]
pub async fn decode_requests(mut request: Request, next: Next) -> Result<Response> {
    let coding = match coded_body(request.headers()) {
        CodedBody::Plain => return Ok(next.run(request).await),
        CodedBody::Coded(name) => match Coding::named(name).filter(|coding| is_built(*coding)) {
            Some(coding) => coding,
            None => return Err(refused(name, &decoded_codings())),
        },
        CodedBody::CodedAgain => return Err(refused_again()),
    };
    let limits = request.environ().limits();
    let ratio = RatioLimit {
        most: limits.decoded_ratio(),
        from_bytes: limits.decoded_ratio_bytes(),
    };
    let decoder = Decoder::new(coding, ratio)?;
    request.headers_mut().remove(header::CONTENT_ENCODING);
    // An empty body stays empty, although it is not a valid stream of any coding.
    request.map_body(|body| {
        if body.is_empty() {
            body
        } else {
            Body::new(Decoded::new(body, decoder))
        }
    });
    Ok(next.run(request).await)
}

/// The supported codings, for `Accept-Encoding`.
fn decoded_codings() -> String {
    let codings = [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd];
    let names = codings.into_iter().filter(|coding| is_built(*coding));
    names.map(Coding::name).collect::<Vec<_>>().join(", ")
}

/// Each coding may multiply the length of the body.
#[cold]
fn refused_again() -> Error {
    Error::unsupported_media_type()
        .with_message("the body is coded several times, and only one coding is decoded here")
        .with_header(header::ACCEPT_ENCODING, decoded_codings())
}
