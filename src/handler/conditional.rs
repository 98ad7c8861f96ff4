//! Answers to conditional requests and ranges: the functions that need both the request and the response.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;
use std::time::SystemTime;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Piece;
use crate::gateway::ServerInfo;
use crate::gateway::discard;
use crate::headers::ContentRange;
use crate::request::Request;
use crate::response::Response;
use crate::semantics::conditional::Decision;
use crate::semantics::conditional::Validators;
use crate::semantics::conditional::evaluate;
use crate::semantics::conditional::is_about_content;
use crate::semantics::conditional::is_conditional;
use crate::semantics::range::Selection;
use crate::semantics::range::part_head;
use crate::semantics::range::select;
use crate::semantics::range::tail;

/// A content type longer than this is not repeated before each range, because the response would be longer than the
/// whole content.
const TYPE_BYTES: usize = 512;

/// Conditions of requests.
impl Request {
    /// Returns an error if the resource is not in the state that the client requires. Call it before anything is
    /// changed, so that no update is lost.
    ///
    /// `current` is the current state: an [`&ETag`](crate::headers::ETag), the time of the last change as an
    /// [`HttpDate`](crate::headers::HttpDate), both as [`Validators`], or an `Option` of one of them, `None` for a
    /// resource that does not exist. Take the lock, or begin the transaction, before you read it.
    ///
    /// It does the same for `GET` and `HEAD`, but [`Response::conditional`] makes the `304`.
    ///
    /// # Errors
    ///
    /// `412`, if `If-Match`, `If-Unmodified-Since` or (when something is changed) `If-None-Match` does not hold.
    ///
    /// ```
    /// use rustzeug::headers::ETag;
    /// use rustzeug::{Request, Result};
    ///
    /// fn save(request: &Request, note: &mut (u64, String)) -> Result<()> {
    ///     request.check_preconditions(&ETag::from(note.0))?;
    ///     *note = (note.0 + 1, request.text().wait()?);
    ///     Ok(())
    /// }
    ///
    /// // Ada and Grace have both read version 1.
    /// let mut note = (1, "draft".to_owned());
    /// let edit = |text: &'static str| Request::blank("/").with_method("PUT").with_if_match(1).with_body(text);
    /// save(&edit("by Ada"), &mut note)?;
    /// let refused = save(&edit("by Grace"), &mut note).unwrap_err();
    /// assert_eq!(refused.status(), 412);
    /// assert_eq!(note, (2, "by Ada".to_owned()));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// RFC 9110 [§13.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2).
    #[doc(alias = "if_match")]
    pub fn check_preconditions<'v>(&self, current: impl Into<Validators<'v>>) -> Result<()> {
        match evaluate(self.method(), self.headers(), &current.into()) {
            Decision::PreconditionFailed => Err(failed()),
            _ => Ok(()),
        }
    }

    /// Refuses a request without a condition on the state that it changes, so that a client does not overwrite changes
    /// that it has not seen. It does not evaluate the condition: [`check_preconditions`](Self::check_preconditions)
    /// does.
    ///
    /// # Errors
    ///
    /// `428`, without `If-Match` and without a well-formed `If-None-Match`. A time in `If-Unmodified-Since` is not
    /// enough, because two changes within one second cannot be distinguished.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/note").with_method("PUT");
    /// assert_eq!(request.require_precondition().unwrap_err().status(), 428);
    /// assert!(request.with_if_match("v7").require_precondition().is_ok());
    /// ```
    ///
    /// RFC 6585 [§3](https://www.rfc-editor.org/rfc/rfc6585#section-3).
    pub fn require_precondition(&self) -> Result<()> {
        if is_conditional(self.headers()) {
            return Ok(());
        }
        let message = "the request must say which state it changes: with `If-Match` and the `ETag` of what was read, or `If-None-Match: *` to create";
        Err(Error::precondition_required().with_message(message))
    }

    /// Whether the client already has the current state, so that a `304` is enough and the body need not be made.
    /// `current` is the same as for [`check_preconditions`](Self::check_preconditions).
    ///
    /// ```
    /// use rustzeug::headers::ETag;
    /// use rustzeug::{Request, Response};
    ///
    /// fn report(request: &Request) -> Response {
    ///     let etag = ETag::from("v7");
    ///     if request.has_current(&etag) {
    ///         return Response::empty(304).with_etag(etag);
    ///     }
    ///     Response::text("much work").with_etag(etag)
    /// }
    ///
    /// assert_eq!(report(&Request::blank("/")).status(), 200);
    /// assert_eq!(report(&Request::blank("/").with_if_none_match("v7")).status(), 304);
    /// ```
    #[must_use]
    #[doc(alias = "is_resource_modified")]
    pub fn has_current<'v>(&self, current: impl Into<Validators<'v>>) -> bool {
        evaluate(self.method(), self.headers(), &current.into()) == Decision::NotModified
    }
}

/// Responses to conditional requests.
impl Response {
    /// Answers a `GET` or `HEAD` that may be conditional or request ranges: returns this response, a part of it, or a
    /// response without the content.
    ///
    /// | the request has | and | the result is |
    /// |---|---|---|
    /// | `If-Match`, `If-Unmodified-Since` | it does not hold | `412` |
    /// | `If-None-Match`, else `If-Modified-Since` | the client has this state | `304` without a body |
    /// | `Range` in a `GET` | one part | `206` with `Content-Range` |
    /// | | several parts | `206`, `multipart/byteranges` |
    /// | | parts that do not exist | `416` |
    /// | | malformed, another unit, [too many](crate::gateway::Limits::ranges), or `If-Range` does not hold | this response |
    ///
    /// The state is that in the headers of this response: [`ETag`](crate::headers::ETag) and `Last-Modified`. Only a
    /// successful response is changed, and ranges apply only to a `200`. Ranges are supported for bodies in memory, for
    /// [files](crate::gateway::Body::file) and for [readers that seek](crate::gateway::Body::seekable). Bytes that are
    /// not requested are not read. Other bodies are sent whole, and so are responses with `Accept-Ranges: none`.
    ///
    /// A `304` keeps all headers except those that describe the content (`Content-…` without `Content-Location`, and
    /// `Last-Modified` beside an `ETag`). A `412` and a `416` are errors; of the headers of this response, they keep
    /// `Access-Control-…`, `Vary` and `Set-Cookie`. Responses to other methods are not changed, because the request has already
    /// been performed. Check their conditions [before](Request::check_preconditions) that.
    ///
    /// [`middleware::conditional`](crate::middleware::conditional) does it for all responses of an application.
    ///
    /// ```
    /// use rustzeug::{Request, Response};
    ///
    /// let answer = |request: &Request| Response::text("0123456789").with_etag("v7").conditional(request);
    ///
    /// let known = Request::blank("/").with_if_none_match("v7");
    /// let mut response = answer(&known);
    /// assert_eq!((response.status().as_u16(), response.read_text().wait()?), (304, String::new()));
    /// assert_eq!(response.headers()["etag"], "\"v7\"");
    ///
    /// let part = Request::blank("/").with_header("range", "bytes=2-4");
    /// let mut response = answer(&part);
    /// assert_eq!((response.status().as_u16(), response.read_text().wait()?), (206, "234".to_owned()));
    /// assert_eq!(response.headers()["content-range"], "bytes 2-4/10");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// RFC 9110 [§13](https://www.rfc-editor.org/rfc/rfc9110#section-13), [§14](https://www.rfc-editor.org/rfc/rfc9110#section-14).
    #[must_use]
    #[doc(alias = "make_conditional")]
    #[doc(alias = "conditional_response")]
    pub fn conditional(self, request: &Request) -> Self {
        let environ = request.environ();
        let asked = Asked {
            method: Cow::Borrowed(request.method()),
            headers: Cow::Borrowed(request.headers()),
            server_info: Cow::Borrowed(environ.server()),
            most_ranges: environ.limits().ranges(),
        };
        asked.answer(self)
    }
}

/// The data of a request that conditions and ranges need.
pub(crate) struct Asked<'r> {
    method: Cow<'r, Method>,
    headers: Cow<'r, HeaderMap>,
    server_info: Cow<'r, Arc<ServerInfo>>,
    most_ranges: usize,
}

impl Asked<'_> {
    /// A copy, for use after the request was consumed.
    pub(crate) fn of(request: &Request) -> Self {
        const FIELDS: [HeaderName; 6] = [
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::IF_MODIFIED_SINCE,
            header::IF_UNMODIFIED_SINCE,
            header::IF_RANGE,
            header::RANGE,
        ];
        let fields = request.headers().iter();
        let fields = fields.filter(|(name, _)| FIELDS.contains(name));
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name.clone(), value.clone());
        }
        Self {
            method: Cow::Owned(request.method().clone()),
            headers: Cow::Owned(headers),
            server_info: Cow::Owned(Arc::clone(request.environ().server())),
            most_ranges: request.environ().limits().ranges(),
        }
    }

    pub(crate) fn answer(&self, response: Response) -> Response {
        // §13.2.1: conditions apply only if the response would be a success without them.
        if !response.status().is_success() || !matches!(*self.method, Method::GET | Method::HEAD) {
            return response;
        }
        let validators = Validators::of_headers(response.headers());
        let validators = validators.with_clock(|| SystemTime::now().into());
        match evaluate(&self.method, &self.headers, &validators) {
            Decision::NotModified => self.not_modified(response),
            Decision::PreconditionFailed => self.instead(response, failed()),
            Decision::Proceed => self.ranged(response, *self.method == Method::GET),
            Decision::IgnoreRange => self.ranged(response, false),
        }
    }

    /// The response without its content (RFC 9110 §15.4.5).
    fn not_modified(&self, mut response: Response) -> Response {
        self.leave_out_body(&mut response);
        let headers = response.headers_mut();
        // Nearly every response has it, and most have no other such field.
        headers.remove(&header::CONTENT_TYPE);
        while let Some(name) = headers.keys().find(|name| is_about_content(name)).cloned() {
            headers.remove(name);
        }
        let mut validators = headers.keys();
        let has_date = validators.any(|name| *name == header::LAST_MODIFIED);
        if has_date && headers.contains_key(header::ETAG) {
            headers.remove(header::LAST_MODIFIED);
        }
        response.with_status(StatusCode::NOT_MODIFIED)
    }

    /// The error in place of the response. It keeps the fields that let a script of another site read the error, and the
    /// cookies: the handler has already changed the session.
    fn instead(&self, mut response: Response, error: Error) -> Response {
        self.leave_out_body(&mut response);
        let kept = response.headers().iter().filter(|(name, _)| {
            **name == header::VARY
                || **name == header::SET_COOKIE
                || name.as_str().starts_with("access-control-")
        });
        let error = kept.fold(error, |error, (name, value)| {
            error.with_appended_header(name.clone(), value.clone())
        });
        Response::from(error)
    }

    /// Drops the body where it may block or fail.
    fn leave_out_body(&self, response: &mut Response) {
        let mut body = std::mem::take(response.body_mut());
        if body.as_bytes().is_none() {
            body.bind(self.server_info.blocking());
            discard(body, self.server_info.errors());
        }
    }

    /// The requested parts of the response. Without `counts`, the `Range` is ignored.
    fn ranged(&self, mut response: Response, counts: bool) -> Response {
        let Some(length) = response.body().length() else {
            return response;
        };
        let is_whole = response.status() == StatusCode::OK && response.body().has_parts();
        if !is_whole || !offers(&mut response) || !counts {
            return response;
        }
        match select(&self.headers, length, self.most_ranges) {
            Selection::Whole => response,
            Selection::Unsatisfiable => {
                self.instead(response, Error::range_not_satisfiable(length))
            }
            Selection::Part(part) => {
                let range = ContentRange::part(part.clone(), length);
                partial(response, vec![Piece::Part(part)]).with_content_range(range)
            }
            Selection::Parts(parts) => several(response, parts, length),
        }
    }
}

fn failed() -> Error {
    Error::precondition_failed()
        .with_message("the resource is not in the state that the request requires")
}

/// A `206` with several parts (RFC 9110 §15.3.7.2).
fn several(response: Response, parts: Vec<Range<u64>>, length: u64) -> Response {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.map_or(&b""[..], HeaderValue::as_bytes);
    if content_type.len() > TYPE_BYTES {
        return response;
    }
    // The boundary is random, so that an author of the content cannot know it.
    let boundary = format!("{:016x}", RandomState::new().hash_one(length));
    let mut pieces = Vec::with_capacity(2 * parts.len() + 1);
    for part in parts {
        let head = part_head(pieces.is_empty(), &boundary, content_type, &part, length);
        pieces.push(Piece::Text(head.into()));
        pieces.push(Piece::Part(part));
    }
    pieces.push(Piece::Text(tail(&boundary).into()));
    let content_type = format!("multipart/byteranges; boundary={boundary}");
    partial(response, pieces).with_header(header::CONTENT_TYPE, content_type)
}

/// Returns whether a client may request ranges of the response. Sets `Accept-Ranges`, if the response has a validator,
/// so that a client can detect parts of different states.
fn offers(response: &mut Response) -> bool {
    let headers = response.headers_mut();
    if let Some(units) = headers.get(header::ACCEPT_RANGES) {
        return !units.as_bytes().eq_ignore_ascii_case(b"none");
    }
    let validators = [header::ETAG, header::LAST_MODIFIED];
    if validators.iter().any(|name| headers.contains_key(name)) {
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    }
    true
}

/// A `206` with these pieces, without the headers that describe the whole content.
fn partial(mut response: Response, pieces: Vec<Piece>) -> Response {
    for name in ["content-length", "content-digest", "content-md5"] {
        response.headers_mut().remove(name);
    }
    response
        .map_body(|body| body.into_pieces(pieces))
        .with_status(StatusCode::PARTIAL_CONTENT)
}
