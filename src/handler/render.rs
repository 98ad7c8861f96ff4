//! Renders errors as pages: HTML, problem details, JSON or plain text, as the client prefers.
//!
//! Adapted handlers render their errors themselves, so that middleware around them sees a finished response.
//! [`render_errors`](crate::middleware::render_errors) replaces the pages.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::html;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Place;
use crate::gateway::Reply;
use crate::gateway::ServerInfo;
use crate::gateway::StartResponse;
use crate::gateway::note_route;
use crate::gateway::report;
use crate::response::Response;
use crate::semantics::negotiation;
use crate::syntax::quote_json;

/// The formats of error pages.
///
/// The format is the one to which the `Accept` header gives the highest weight. Of formats with equal weight, those
/// that the header names come first, in the order problem details, JSON, HTML, text. If the header names none of them,
/// the client gets text for `*/*` and `text/*`, and problem details for `application/*` and for any type that ends with
/// `+json`. Without an `Accept` header, or if the client accepts none of the formats, it gets text.
///
/// ```
/// use rustzeug::handler::render::Format;
/// use rustzeug::middleware::render_errors;
/// use rustzeug::{Error, Request, Response};
///
/// let app = render_errors(
///     || Err::<(), _>(Error::not_found()),
///     |error, format| match format {
///         Format::Html => Some(Response::html(format!("<h1>{}</h1>", error.status()))),
///         _ => None,
///     },
/// );
/// let mut response = Request::blank("/").with_header("accept", "text/html").send(&app).wait()?;
/// assert_eq!(response.read_text().wait()?, "<h1>404 Not Found</h1>");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `text/plain`, also for clients that send no `Accept`, accept anything, or accept none of the formats.
    Text,
    /// `text/html`.
    Html,
    /// `application/problem+json` (RFC 9457).
    Problem,
    /// `application/json`, with the same members.
    Json,
}

/// For clients that name a format.
const NAMED: [Format; 4] = [Format::Problem, Format::Json, Format::Html, Format::Text];

/// For clients that accept anything.
const ANY: [Format; 4] = [Format::Text, Format::Html, Format::Problem, Format::Json];

const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const ACCEPT: HeaderValue = HeaderValue::from_static("accept");

impl Format {
    /// The format that a client prefers, by its `Accept` header.
    fn preferred(accept: Option<&HeaderValue>) -> Self {
        let accept = accept.map(HeaderValue::as_bytes);
        // What most clients other than browsers send.
        if matches!(accept, None | Some(b"*/*")) {
            return Self::Text;
        }
        match Self::best(accept, NAMED) {
            Some((format, true)) => return format,
            _ if negotiation::asks_for_family(accept, b"+json") => return Self::Problem,
            _ => {}
        }
        Self::best(accept, ANY).map_or(Self::Text, |(format, _)| format)
    }

    /// The first of the formats with the highest weight, and whether the header names it.
    fn best(accept: Option<&[u8]>, offers: [Self; 4]) -> Option<(Self, bool)> {
        let types = offers.map(Self::content_type);
        let (best, rank) = negotiation::media_type_for(accept, &types)?;
        let format = offers.into_iter().find(|it| it.content_type() == *best)?;
        Some((format, negotiation::is_named(rank)))
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Html => "text/html",
            Self::Problem => "application/problem+json",
            Self::Json => "application/json",
        }
    }
}

type Render = dyn Fn(&Error, Format) -> Option<Response> + Send + Sync;
type Map = dyn Fn(&Error) -> Option<Error> + Send + Sync;

/// How an application treats its errors; stored in the extensions of the environ. The innermost treatment comes first,
/// and may leave an error to the next outer one.
#[derive(Clone)]
pub(crate) struct Treatment {
    step: Step,
    outer: Option<Arc<Self>>,
}

#[derive(Clone)]
enum Step {
    /// Makes the page of an error.
    Render(Arc<Render>),
    /// Converts an error type of the application.
    Map(Arc<Map>),
}

impl Treatment {
    pub(crate) fn rendering(
        render: impl Fn(&Error, Format) -> Option<Response> + Send + Sync + 'static,
    ) -> Self {
        Self::new(Step::Render(Arc::new(render)))
    }

    pub(crate) fn mapping(map: impl Fn(&Error) -> Option<Error> + Send + Sync + 'static) -> Self {
        Self::new(Step::Map(Arc::new(map)))
    }

    fn new(step: Step) -> Self {
        Self { step, outer: None }
    }

    /// Adds this treatment inside those that are already there.
    pub(crate) fn apply(&self, environ: &mut Environ) {
        let outer = environ.extensions().get::<Self>().cloned();
        environ.extensions_mut().insert(Self {
            step: self.step.clone(),
            outer: outer.map(Arc::new),
        });
    }

    fn page(&self, error: &Error, format: Format) -> Option<Response> {
        let page = match &self.step {
            Step::Render(render) => render(error, format),
            Step::Map(_) => None,
        };
        page.or_else(|| self.outer.as_ref()?.page(error, format))
    }

    fn mapped(&self, error: &Error) -> Option<Error> {
        let mapped = match &self.step {
            Step::Render(_) => None,
            Step::Map(map) => map(error),
        };
        mapped.or_else(|| self.outer.as_ref()?.mapped(error))
    }
}

/// The parts of a request that its answer needs after the request was given away.
pub(crate) struct Context {
    accept: Option<HeaderValue>,
    treatment: Option<Treatment>,
    server_info: Arc<ServerInfo>,
    place: Place,
}

impl Context {
    pub(crate) fn of(environ: &Environ) -> Self {
        Self {
            accept: accept(environ.headers()),
            treatment: environ.extensions().get().cloned(),
            server_info: Arc::clone(environ.server()),
            place: Place::of(environ),
        }
    }

    /// The reply for an error.
    pub(crate) fn answer(&self, error: Error) -> Result<Reply> {
        self.render(error)
            .start(StartResponse::on(self.server_info.blocking()))
    }

    pub(crate) fn server(&self) -> &ServerInfo {
        &self.server_info
    }

    /// Reports and renders an error.
    pub(crate) fn render(&self, error: Error) -> Response {
        let treatment = self.treatment.as_ref();
        let error = match treatment.and_then(|treatment| treatment.mapped(&error)) {
            Some(mapped) => mapped.in_place_of(error),
            None => error,
        };
        report(self.server_info.errors(), Some(&self.place), &error);
        let format = Format::preferred(self.accept.as_ref());
        let custom = treatment.and_then(|treatment| treatment.page(&error, format));
        let mut response = custom.unwrap_or_else(|| preferred_page(&error, format));
        if let Some(fault) = response.take_failure() {
            report(self.server_info.errors(), Some(&self.place), &fault);
            response = preferred_page(&error, format);
        }
        if response.status() == StatusCode::OK {
            response = response.with_status(error.status());
        }
        if response.status() == error.status() {
            complete(response.headers_mut(), error.headers());
        }
        note_route(response.extensions_mut(), &error);
        response.rendering(error)
    }
}

/// Adds the headers of the error that the page lacks: a response with such a status must have `Allow` or
/// `WWW-Authenticate`, whatever its page is (RFC 9110 sections 15.5.2 and 15.5.6).
fn complete(headers: &mut HeaderMap, more: &HeaderMap) {
    let absent: Vec<_> = more
        .keys()
        .filter(|name| !headers.contains_key(*name))
        .collect();
    for name in absent {
        for value in more.get_all(name) {
            headers.append(name, value.clone());
        }
    }
}

/// All lines of `Accept`, joined into one.
fn accept(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut lines = headers.get_all(header::ACCEPT).iter();
    let first = lines.next()?;
    let rest: Vec<_> = lines.map(HeaderValue::as_bytes).collect();
    if rest.is_empty() {
        return Some(first.clone());
    }
    HeaderValue::from_bytes(&[&[first.as_bytes()], &rest[..]].concat().join(&b", "[..])).ok()
}

/// The default page of an error, in this format.
///
/// It has no `Vary` header. If the format was negotiated, as in [`render_errors`](crate::middleware::render_errors),
/// add the header for caches: `.with_appended_header("vary", "accept")`. Pages that the crate sends itself have it.
///
/// ```
/// use rustzeug::{Error, render};
///
/// let mut page = render::page(&Error::not_found(), render::Format::Problem);
/// assert_eq!(page.headers()["content-type"], "application/problem+json");
/// assert_eq!(page.read_text().wait()?, r#"{"title":"Not Found","status":404}"#);
///
/// let error = Error::bad_request().with_fields(rustzeug::FieldError::missing("q"));
/// let text = render::page(&error, render::Format::Json).read_text().wait()?;
/// assert!(text.ends_with(r#""detail":"`q` is missing","errors":[{"name":"q","detail":"is missing"}]}"#));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[must_use]
pub fn page(error: &Error, format: Format) -> Response {
    let (status, reason, message) = (error.status(), error.reason(), error.message());
    let problem = || problem(status, reason, error);
    let response = match format {
        Format::Text => Response::text([message, "\n"].concat()),
        Format::Html => Response::html(html_page(status, reason, message)),
        Format::Problem => Response::typed(PROBLEM, Body::from(problem())),
        Format::Json => Response::typed(JSON, Body::from(problem())),
    };
    let mut response = response.with_status(status);
    let headers = response.headers_mut();
    if !error.headers().is_empty() {
        headers.extend(error.headers().clone());
    }
    response
}

/// The default page, in a negotiated format.
fn preferred_page(error: &Error, format: Format) -> Response {
    let mut page = page(error, format);
    page.headers_mut().append(header::VARY, ACCEPT);
    page
}

fn html_page(status: StatusCode, reason: &str, message: &str) -> String {
    let mut page = String::with_capacity(128 + message.len());
    page.push_str("<!doctype html>\n<html lang=\"en\">\n");
    for (before, after) in [("<title>", "</title>\n"), ("<h1>", "</h1>\n")] {
        page.push_str(before);
        page.push_str(status.as_str());
        page.push(' ');
        page.push_str(&html::escape(reason));
        page.push_str(after);
    }
    if message != reason {
        page.push_str("<p>");
        page.push_str(&html::escape(message));
        page.push_str("</p>\n");
    }
    page.push_str("</html>\n");
    page
}

/// The members of RFC 9457, and `errors` with the invalid fields. Written by hand, because every build renders errors
/// but not every build has the feature `json`.
fn problem(status: StatusCode, reason: &str, error: &Error) -> String {
    let mut json = String::from("{\"title\":");
    quote_json(&mut json, reason);
    json.push_str(",\"status\":");
    json.push_str(status.as_str());
    if error.message() != reason {
        json.push_str(",\"detail\":");
        quote_json(&mut json, error.message());
    }
    for (index, field) in error.field_errors().iter().enumerate() {
        json.push_str(if index == 0 { ",\"errors\":[" } else { "," });
        json.push_str("{\"name\":");
        quote_json(&mut json, field.name());
        json.push_str(",\"detail\":");
        quote_json(&mut json, field.message());
        json.push('}');
    }
    json.push_str(if error.field_errors().is_empty() {
        "}"
    } else {
        "]}"
    });
    json
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Context")
    }
}
