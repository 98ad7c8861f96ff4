//! Conditional requests and ranges for every response of an application, and tags made of content.

use http::Method;

use crate::handler::conditional::Asked;
use crate::middleware::Next;
use crate::request::Request;
use crate::response::Response;

/// Answers conditional requests and ranges for everything inside: [`Response::conditional`] of each response.
///
/// It is given to [`wrap`](crate::wrap), or to a router's `wrap`. A handler only has to say the state:
/// `with_etag`, or `with_last_modified`. Where it says neither, [`content_etags`] can.
///
/// ```
/// use rustzeug::{Request, Response, middleware::conditional, wrap};
///
/// let app = wrap(|| Response::text("hello").with_etag("v7"), conditional);
/// let response = Request::blank("/").with_if_none_match("v7").send(&app).wait()?;
/// assert_eq!(response.status(), 304);
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub async fn conditional(request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    asked.answer(next.run(request).await)
}

/// Gives a tag to each response to `GET` and `HEAD` that has none: [`Response::with_content_etag`]. A response to `HEAD`
/// without a body gets none, since what a `GET` would send is not known.
///
/// The content is hashed each time, so it saves what goes over the network and not the work of making it. It stands
/// inside [`conditional`]:
///
/// ```
/// use rustzeug::middleware::{conditional, content_etags};
/// use rustzeug::{Request, wrap};
///
/// let app = wrap(wrap(|| "hello", content_etags), conditional);
/// let response = Request::blank("/").send(&app).wait()?;
/// let etag = response.etag().unwrap();
/// let response = Request::blank("/").with_if_none_match(etag).send(&app).wait()?;
/// assert_eq!(response.status(), 304);
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub async fn content_etags(request: Request, next: Next) -> Response {
    let (is_get, is_head) = (
        request.method() == Method::GET,
        request.method() == Method::HEAD,
    );
    let response = next.run(request).await;
    if is_get || (is_head && !response.body().is_empty()) {
        response.with_content_etag()
    } else {
        response
    }
}
