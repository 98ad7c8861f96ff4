//! Starting a response: status and headers, checked, exactly once.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Blocking;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Handover;
use crate::gateway::Reply;
use crate::syntax::header_fault;

/// The right to answer one request, handed to the application with the environ:
/// `Ok(start_response.start(200, headers)?.body("text"))`.
///
/// [`start`](Self::start) consumes it, so a response can be started only once, and only before it has a body.
/// Nothing is sent before the application returns. It carries the server's workers, on which a blocking body
/// will run.
#[derive(Debug)]
#[must_use = "an application answers by `start_response.start(status, headers)?.body(body)`"]
pub struct StartResponse(Blocking);

impl StartResponse {
    /// Creates a token for middleware that makes its own response. Blocking bodies run in place.
    #[expect(
        clippy::new_without_default,
        reason = "a token that is handed out, not a value with a default"
    )]
    pub fn new() -> Self {
        Self(Blocking::default())
    }

    /// Creates a token for a call of an application with this environ.
    pub fn of(environ: &Environ) -> Self {
        Self::on(environ.blocking())
    }

    pub(crate) fn on(blocking: &Blocking) -> Self {
        Self(blocking.clone())
    }

    /// Starts a response with a status (200 to 599) and headers, given as pairs or as a
    /// [`HeaderMap`].
    ///
    /// `Content-Length` is not needed: the server takes it from the body.
    ///
    /// # Errors
    ///
    /// A `500` that names the fault: a status outside 200..=599, a name that is not a valid token, a value
    /// with a control character (such as CR or LF), or a header that belongs to the connection (RFC 9110
    /// [§7.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1)) and is set by the server.
    ///
    /// # Examples
    ///
    /// ```
    /// use rustzeug::gateway::StartResponse;
    ///
    /// let reply = StartResponse::new().start(201, [("location", "/notes/7")])?.body("made\n");
    /// assert_eq!(reply.headers()["location"], "/notes/7");
    ///
    /// assert!(StartResponse::new().start(200, [("x", "a\r\nset-cookie: b")]).is_err());
    /// assert!(StartResponse::new().start(200, [("connection", "close")]).is_err());
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn start<S: TryInto<StatusCode>>(
        self,
        status: S,
        headers: impl IntoHeaders,
    ) -> Result<Started> {
        let status = status.try_into().ok().filter(|status| is_final(*status));
        let status = status.ok_or_else(|| broken(NO_STATUS))?;
        let headers = headers.into_headers()?;
        check_head(status, &headers)?;
        Ok(Started {
            status,
            headers,
            blocking: self.0,
        })
    }

    /// Passes on an existing reply, after the checks of [`start`](Self::start).
    pub(crate) fn accept(self, mut reply: Reply) -> Result<Reply> {
        let switches = reply.parts.extensions.get::<Handover>().is_some();
        if !is_final(reply.parts.status) && !switches {
            return Err(broken(NO_STATUS));
        }
        check_head(reply.parts.status, &reply.parts.headers)?;
        reply.parts.body.bind(&self.0);
        Ok(reply)
    }
}

const NO_STATUS: &str = "a status is a number from 200 to 599";

/// Whether a status is a final one (200 to 599).
pub(crate) fn is_final(status: StatusCode) -> bool {
    (200..=599).contains(&status.as_u16())
}

/// Checks the rules that the types of names and values do not cover.
fn check_head(status: StatusCode, headers: &HeaderMap) -> Result<()> {
    for (name, value) in headers {
        if let Some(why) = header_fault(name, value) {
            return Err(broken(&why));
        }
        if name == header::UPGRADE && status != StatusCode::UPGRADE_REQUIRED {
            return Err(broken(
                "the header `upgrade` belongs to the connection, except in a response of status 426",
            ));
        }
    }
    Ok(())
}

/// A response with a fixed head, without its body: `.body("text")`, or `.body(())` for none, makes it the `Reply`.
///
/// ```
/// use rustzeug::gateway::StartResponse;
///
/// let started = StartResponse::new().start(200, [("content-type", "text/plain")])?;
/// assert_eq!(started.body("hello").body().length(), Some(5));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a started response ends with `.body(…)`"]
pub struct Started {
    status: StatusCode,
    headers: HeaderMap,
    blocking: Blocking,
}

impl Started {
    /// Adds the body and returns the finished reply. Takes a [`Body`] or anything that converts to one.
    pub fn body(self, body: impl Into<Body>) -> Reply {
        let mut body = body.into();
        body.bind(&self.blocking);
        Reply::new(self.status, self.headers, body)
    }
}

/// Headers in the forms that an application may pass: a [`HeaderMap`], or pairs of names and values.
///
/// A pair appends, so a name may occur several times.
///
/// ```
/// use rustzeug::gateway::IntoHeaders;
///
/// let headers = [("vary", "cookie"), ("vary", "accept")].into_headers()?;
/// assert_eq!(headers.get_all("vary").iter().count(), 2);
/// assert!(vec![("two words", "x")].into_headers().is_err());
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub trait IntoHeaders {
    /// Converts the headers to a map.
    ///
    /// # Errors
    ///
    /// A `500` that names the pair, for a name that is not a valid token or a value that cannot be sent.
    fn into_headers(self) -> Result<HeaderMap>;
}

impl IntoHeaders for HeaderMap {
    fn into_headers(self) -> Result<HeaderMap> {
        Ok(self)
    }
}

impl IntoHeaders for () {
    fn into_headers(self) -> Result<HeaderMap> {
        Ok(HeaderMap::new())
    }
}

impl<N: TryInto<HeaderName>, V: TryInto<HeaderValue>, const COUNT: usize> IntoHeaders
    for [(N, V); COUNT]
{
    fn into_headers(self) -> Result<HeaderMap> {
        collect(COUNT, self)
    }
}

impl<N: TryInto<HeaderName>, V: TryInto<HeaderValue>> IntoHeaders for Vec<(N, V)> {
    fn into_headers(self) -> Result<HeaderMap> {
        collect(self.len(), self)
    }
}

fn collect<N, V>(count: usize, pairs: impl IntoIterator<Item = (N, V)>) -> Result<HeaderMap>
where
    N: TryInto<HeaderName>,
    V: TryInto<HeaderValue>,
{
    let mut map = HeaderMap::try_with_capacity(count).map_err(Error::from)?;
    for (position, (name, value)) in pairs.into_iter().enumerate() {
        let name = name.try_into().map_err(|_| {
            broken(&format!(
                "the name of header {} is not a valid token",
                position + 1
            ))
        })?;
        let value = value.try_into().map_err(|_| {
            broken(&format!(
                "the header `{name}` has a value that cannot be sent"
            ))
        })?;
        map.try_append(name, value).map_err(Error::from)?;
    }
    Ok(map)
}

fn broken(what: &str) -> Error {
    Error::internal().with_source(format!("start_response: {what}"))
}
