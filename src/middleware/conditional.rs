//! Conditional requests and ranges for every response of an application, and tags from content.

use http::Method;

use crate::handler::conditional::Asked;
use crate::middleware::Next;
use crate::request::Request;
use crate::response::Response;

/// Answers conditional requests and ranges for the inner application: it calls [`Response::conditional`] on each
/// response.
///
/// Pass it to [`wrap`](crate::wrap), or to a router's `wrap`. A handler only sets the state of the resource, with
/// `with_etag` or `with_last_modified`. If it sets neither, [`content_etags`] can set a tag.
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

/// Gives a tag to each response to `GET` and `HEAD` without a tag: it calls [`Response::with_content_etag`]. A response
/// to `HEAD` without a body gets no tag, since the content of a `GET` is unknown.
///
/// The content is made and hashed each time, so this saves network traffic, but not the work of making the content. Put
/// it inside [`conditional`]:
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
