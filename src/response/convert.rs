//! Responses from and into other shapes: `http` types, replies, errors, bytes as on the wire.

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
    /// Sets headers, each in place of all lines of its name that were there; several pairs of
    /// one name stay apart. A bad pair makes it a `500`, and text says that it is UTF-8, as in
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

    /// The response as it would go over a connection: HTTP/1.1, head and body.
    ///
    /// # Errors
    ///
    /// Those of reading the body.
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

    /// The same response once more, where its body is in memory.
    ///
    /// The cause of an error is text in the copy.
    ///
    /// # Errors
    ///
    /// A `500` for a body that is still to be produced, as of a file, a stream or a writer:
    /// [`read_bytes`](Self::read_bytes) brings it into memory.
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
                "a response is copied once its body is in memory: read it by `read_bytes` before",
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

    /// A response from what came over a connection: HTTP/1.0 or 1.1, head and body.
    ///
    /// Without `Content-Length`, the body is all that follows the head.
    ///
    /// # Errors
    ///
    /// A `502` that tells what is wrong and in which line.
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

/// From an `http` response with any body. Headers that belong to the connection it came over
/// stay behind.
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

/// What the test client needs.
#[cfg(feature = "testing")]
impl Response {
    /// The response as its client has it: of the headers of the connection, the `Upgrade` stays, which says
    /// something to the client (RFC 9110 §7.8).
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

/// A response that will be the negotiated rendering of the error.
///
/// All of it is the error's: a status, header or body that is set on it is not sent. A header goes onto the error
/// ([`Error::with_header`]); a page of your own is a response by itself (`Response::html(..).with_status(404)`), or is
/// made by [`render_errors`](crate::middleware::render_errors).
impl From<Error> for Response {
    fn from(error: Error) -> Self {
        Self {
            reply: Reply::new(error.status(), HeaderMap::new(), Body::empty()),
            failure: Some(error),
            faulty: false,
        }
    }
}

/// Into an `http` response; one that stands for an error has its status and no body. One that could not be made has
/// no headers either.
impl From<Response> for http::Response<Body> {
    fn from(mut response: Response) -> Self {
        if response.faulty {
            response.headers_mut().clear();
        }
        response.reply.into()
    }
}
