//! Conversions of responses: from and into `http` types, replies, errors, and bytes as on the wire.

use bytes::Bytes;
use http::HeaderMap;
use http::Version;
use http::header;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::AwaitOrWait;
use crate::gateway::Body;
use crate::gateway::Collect;
use crate::gateway::IntoHeaders;
use crate::gateway::Reply;
use crate::gateway::drop_hop_by_hop;
use crate::response::Response;
use crate::syntax::header_fault;
use crate::syntax::media_type;
use crate::wire::message;

impl Response {
    /// Sets headers. Each name replaces all lines of that name that were there; several pairs of one name stay
    /// separate. A bad pair turns the response into a `500`. Text is declared as UTF-8, as in
    /// [`set_header`](Self::set_header).
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let response = Response::text("x").with_headers([("link", "</a>"), ("link", "</b>")]);
    /// assert_eq!(response.headers().get_all("link").iter().count(), 2);
    /// ```
    #[must_use]
    pub fn with_headers(mut self, headers: impl IntoHeaders) -> Self {
        let outcome = headers.into_headers().and_then(|mut headers| {
            let fault = headers
                .iter()
                .find_map(|(name, value)| header_fault(name, value));
            if let Some(why) = fault {
                return Err(Error::internal().with_source(why));
            }
            if let Some(value) = headers.get_mut(header::CONTENT_TYPE) {
                *value = media_type::with_charset(value.clone());
            }
            self.headers_mut().extend(headers);
            Ok(())
        });
        self.keep_fault(outcome)
    }

    /// Serializes the response as it would be sent over a connection: HTTP/1.1, head and body.
    ///
    /// # Errors
    ///
    /// The errors of reading the body.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let bytes = Response::text("hi").to_bytes().wait()?;
    /// assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\n") && bytes.ends_with(b"\r\n\r\nhi"));
    /// assert_eq!(Response::from_bytes(&bytes)?.read_text().wait()?, "hi");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn to_bytes(&mut self) -> AwaitOrWait<Collect<'_, Bytes>> {
        AwaitOrWait(Collect::new(&mut self.reply.parts, |parts, body| {
            Ok(
                message::write_response(parts.status, Version::HTTP_11, &parts.headers, &body)
                    .into(),
            )
        }))
    }

    /// Copies the response, whose body must be in memory.
    ///
    /// In the copy, the cause of an error is kept as text only.
    ///
    /// # Errors
    ///
    /// A `500` if the body is still to be produced, as from a file, a stream or a writer:
    /// [`read_bytes`](Self::read_bytes) reads it into memory.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let mut response = Response::text("x").with_status(201);
    /// let mut copy = response.copy()?;
    /// assert_eq!((copy.status().as_u16(), copy.read_text().wait()?), (201, "x".into()));
    ///
    /// let mut streamed = Response::iterator(["a", "b"]);
    /// assert!(streamed.copy().is_err());
    /// streamed.read_bytes().wait()?;
    /// assert_eq!(streamed.copy()?.read_text().wait()?, "ab");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn copy(&self) -> Result<Self> {
        let Some(bytes) = self.body().as_bytes() else {
            return Err(Error::internal().with_source(
                "only a response whose body is in memory can be copied: call `read_bytes` first",
            ));
        };
        let body = Body::from(bytes.clone());
        let mut reply = Reply::new(self.status(), self.headers().clone(), body);
        reply.parts.extensions = self.extensions().clone();
        reply.parts.error = self.reply.parts.error.as_ref().map(Error::copy);
        Ok(Self {
            reply,
            failure: self.failure.as_ref().map(Error::copy),
            faulty: self.faulty,
        })
    }

    /// Parses a response as it is sent over a connection: HTTP/1.0 or 1.1, head and body.
    ///
    /// Without `Content-Length`, everything after the head is the body.
    ///
    /// # Errors
    ///
    /// A `502`, with a message that says what is wrong and in which line.
    pub fn from_bytes(message: &[u8]) -> Result<Self> {
        let (head, body) = message::parse_response(message).map_err(|error| {
            Error::bad_gateway()
                .with_message(error.to_string())
                .with_source(error)
        })?;
        let mut response = http::Response::new(Body::from(body.to_vec()));
        *response.status_mut() = head.status;
        *response.headers_mut() = head.headers;
        Ok(response.into())
    }
}

/// Converts an `http` response with any body. Headers that belong to its connection are dropped.
impl<B> From<http::Response<B>> for Response
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    fn from(response: http::Response<B>) -> Self {
        let (mut parts, body) = response.into_parts();
        drop_hop_by_hop(&mut parts.headers);
        Self::of_parts(parts, Body::new(body))
    }
}

impl Response {
    fn of_parts(parts: http::response::Parts, body: Body) -> Self {
        let mut reply = Reply::new(parts.status, parts.headers, body);
        reply.parts.extensions = parts.extensions;
        reply.into()
    }
}

/// For the test client.
#[cfg(feature = "testing")]
impl Response {
    /// The response as its client receives it. Headers of the connection are dropped, except `Upgrade`, which has a
    /// meaning for the client (RFC 9110 §7.8).
    pub(crate) fn received(response: http::Response<Body>) -> Self {
        let (mut parts, body) = response.into_parts();
        let upgrade: Vec<_> = parts
            .headers
            .get_all(header::UPGRADE)
            .iter()
            .cloned()
            .collect();
        drop_hop_by_hop(&mut parts.headers);
        for protocols in upgrade {
            parts.headers.append(header::UPGRADE, protocols);
        }
        Self::of_parts(parts, body)
    }
}

impl From<Reply> for Response {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            failure: None,
            faulty: false,
        }
    }
}

/// Makes a response that will be the negotiated rendering of the error.
///
/// Headers that are set on the response are sent with the page, and a status of 400 or more replaces the status of the
/// error. A body that is set on it is not sent. For a custom page, return an ordinary response
/// (`Response::html(..).with_status(404)`) or use [`render_errors`](crate::middleware::render_errors).
impl From<Error> for Response {
    fn from(error: Error) -> Self {
        Self {
            reply: Reply::new(error.status(), HeaderMap::new(), Body::empty()),
            failure: Some(error),
            faulty: false,
        }
    }
}

/// Converts into an `http` response. A response that was made from an error and is not rendered yet has the error's
/// status and no body; if a `with_…` call failed, it has no headers either.
impl From<Response> for http::Response<Body> {
    fn from(mut response: Response) -> Self {
        if response.faulty {
            response.headers_mut().clear();
        }
        response.reply.into()
    }
}
