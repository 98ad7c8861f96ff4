//! The data of a request that compression needs after the application has consumed the request.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;

use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::ServerInfo;
use crate::gateway::discard;
use crate::request::Request;
use crate::response::Response;
use crate::semantics::negotiation;
use crate::wire::compression::Coding;
use crate::wire::compression::Encoder;
use crate::wire::compression::inline_bytes;

use super::encoded::Encoded;
use super::head;
use super::head::Head;
use super::settings::Compression;

/// A body in memory of up to this length is compressed at once. A longer one is compressed piece by piece, so that its
/// first bytes leave early.
const WHOLE_BYTES: usize = 1 << 20;

/// The fields of the request that decide about compression. Mostly this is one line of `Accept-Encoding`.
pub(super) struct Asked {
    is_head: bool,
    accepts: Option<HeaderValue>,
    /// Further lines of `Accept-Encoding`, and those of `If-None-Match`.
    rest: Vec<(HeaderName, HeaderValue)>,
    server_info: Arc<ServerInfo>,
}

/// An offered coding; `None` is `identity`.
struct Offer(Option<Coding>);

impl AsRef<str> for Offer {
    fn as_ref(&self) -> &str {
        self.0.map_or("identity", Coding::name)
    }
}

impl Asked {
    pub(super) fn of(request: &Request) -> Self {
        let (mut accepts, mut rest) = (None, Vec::new());
        for (name, value) in request.headers() {
            match *name {
                header::ACCEPT_ENCODING if accepts.is_none() => accepts = Some(value.clone()),
                header::ACCEPT_ENCODING | header::IF_NONE_MATCH => {
                    rest.push((name.clone(), value.clone()));
                }
                _ => {}
            }
        }
        Self {
            is_head: request.method() == Method::HEAD,
            accepts,
            rest,
            server_info: Arc::clone(request.environ().server()),
        }
    }

    /// The further lines of a field.
    fn lines(&self, name: HeaderName) -> impl Iterator<Item = &HeaderValue> {
        let lines = self.rest.iter().filter(move |(other, _)| *other == name);
        lines.map(|(_, value)| value)
    }

    /// Returns the coding in which to compress the response; `None` if the response is ready to be sent.
    pub(super) fn prepare(
        &self,
        settings: &Compression,
        response: &mut Response,
    ) -> Option<Coding> {
        if !head::has_content(response.status()) {
            self.not_modified(response);
            return None;
        }
        if !self.is_candidate(settings, response) {
            return None;
        }
        response.append_vary([header::ACCEPT_ENCODING]);
        self.choose(settings)
    }

    /// The coding that the client prefers. If no coding is acceptable, the response is sent unchanged, because a `406`
    /// would not help the client.
    fn choose(&self, settings: &Compression) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        let more = self.lines(header::ACCEPT_ENCODING);
        for line in self.accepts.iter().chain(more) {
            headers.append(header::ACCEPT_ENCODING, line.clone());
        }
        let codings = settings.offers().map(Some).chain([None]);
        let offers: Vec<_> = codings.map(Offer).collect();
        negotiation::encoding(&headers, &offers)?.0
    }

    /// Whether the response would be compressed for some client.
    fn is_candidate(&self, settings: &Compression, response: &Response) -> bool {
        // Most of the types that are never compressed can be recognised by their first letters.
        let headers = response.headers();
        let content_type = headers
            .iter()
            .find(|(name, _)| **name == header::CONTENT_TYPE);
        let is_taken = content_type.is_some_and(|(_, value)| settings.takes(value.as_bytes()));
        if !is_taken {
            return false;
        }
        let head = Head::of(headers);
        if head.is_barred {
            return false;
        }
        let length = match response.body().length() {
            // The body may have been left out already.
            Some(0) if self.is_head => head.content_length,
            None => head.content_length,
            known => known,
        };
        length.is_none_or(|length| length > 0 && length >= settings.min_bytes)
    }

    /// A `304` describes the response that the client has stored: if it was compressed, its tag is weak (RFC 9111
    /// §4.3.4).
    fn not_modified(&self, response: &mut Response) {
        if response.status() != StatusCode::NOT_MODIFIED || self.rest.is_empty() {
            return;
        }
        let Some(etag) = response.headers().get(header::ETAG) else {
            return;
        };
        let weak = [b"W/", etag.as_bytes()].concat();
        let has_weak =
            |line: &HeaderValue| line.as_bytes().windows(weak.len()).any(|it| it == weak);
        if etag.as_bytes().starts_with(b"\"") && self.lines(header::IF_NONE_MATCH).any(has_weak) {
            head::weaken(response.headers_mut());
            response.append_vary([header::ACCEPT_ENCODING]);
        }
    }

    /// Compresses the response, or wraps its body so that it is compressed while it is sent.
    pub(super) async fn compress(
        &self,
        settings: &Compression,
        coding: Coding,
        mut response: Response,
    ) -> Response {
        let level = settings.level(coding);
        if self.is_head {
            return self.without_body(coding, response);
        }
        let whole = response.body().as_bytes();
        let whole = whole
            .filter(|content| content.len() <= WHOLE_BYTES)
            .cloned();
        let body = match whole {
            Some(content) => self.whole(coding, level, content).await,
            None => match self.streamed(coding, level, response.body_mut()) {
                Ok(body) => body,
                Err(error) => return error.into(),
            },
        };
        match body {
            Some(body) => {
                head::coded(response.headers_mut(), coding);
                response.with_body(body)
            }
            None => response,
        }
    }

    /// Compresses content in memory at once; `None` if the response should be sent unchanged.
    async fn whole(&self, coding: Coding, level: u32, content: Bytes) -> Option<Body> {
        let length = content.len();
        let work = move || Encoder::whole(coding, level, &content);
        let coded = if length <= inline_bytes(coding, level) {
            work()
        } else {
            // It fails if no worker is free.
            self.server_info.blocking().run(work).await.ok()?
        };
        let coded = coded.ok().filter(|coded| coded.len() < length)?;
        Some(coded.into())
    }

    /// A body that is compressed while it is sent; `None` if there is no memory for an encoder.
    fn streamed(&self, coding: Coding, level: u32, body: &mut Body) -> Result<Option<Body>> {
        let Ok(encoder) = Encoder::new(coding, level, body.length()) else {
            return Ok(None);
        };
        let blocking = self.server_info.blocking();
        // The edge of the server does the same with a body that is not wrapped.
        body.bind(blocking);
        body.start()?;
        let inline_bytes = inline_bytes(coding, level);
        let source = std::mem::take(body);
        let body = Encoded::new(source, encoder, inline_bytes, blocking);
        Ok(Some(Body::new(body)))
    }

    /// Makes the head that a `GET` would have got.
    fn without_body(&self, coding: Coding, mut response: Response) -> Response {
        if response.body().is_empty() && !response.headers().contains_key(header::CONTENT_LENGTH) {
            // The length of the content of a `GET` is unknown, and so it is unknown whether it would be compressed.
            return response;
        }
        let mut body = std::mem::take(response.body_mut());
        body.bind(self.server_info.blocking());
        discard(body, self.server_info.errors());
        head::coded(response.headers_mut(), coding);
        response
    }
}
