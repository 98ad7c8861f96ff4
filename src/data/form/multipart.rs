//! A multipart body, read part by part as it arrives; only what the caller asks for is stored.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::ServerInfo;
use crate::gateway::Signal;
use crate::gateway::Store;
use crate::request::Request;
use crate::semantics::content_coding;
use crate::syntax::charset::Charset;
use crate::syntax::media_type;
use crate::wire::multipart::Boundary;
use crate::wire::multipart::Decoder;
use crate::wire::multipart::Event;
use crate::wire::multipart::Limits as MultipartLimits;
use crate::wire::multipart::MultipartError;
use crate::wire::multipart::PartHead;

use super::options::Allowed;
use super::part_refusals::file_too_long;
use super::part_refusals::refused;
use super::part_refusals::too_long;

/// The parts of a `multipart/form-data` body, one after the other, as they arrive.
///
/// Options come first: [`limit`](Self::limit), [`file_limit`](Self::file_limit), [`allow_types`](Self::allow_types).
/// Reading the next part skips the rest of the current one. At most a chunk and the head of a part are in memory.
///
/// Use it in an `async fn`, or in a `fn` adapted by [`streaming`](crate::handler::streaming). Any other `fn` is called
/// after the whole body has been received, so [`Request::form`] is simpler there.
///
/// # Examples
///
/// ```
/// use rustzeug::{Request, Result, form::MultipartForm};
///
/// async fn sizes(request: &Request) -> Result<String> {
///     let mut sizes = Vec::new();
///     let mut parts = request.multipart().limit(1 << 30);
///     while let Some(mut part) = parts.next_part().await? {
///         let mut size = 0;
///         while let Some(chunk) = part.chunk().await? {
///             size += chunk.len();
///         }
///         sizes.push(format!("{}: {size}", part.name()));
///     }
///     Ok(sizes.join(", "))
/// }
///
/// # use rustzeug::IntoApplication;
/// let form = MultipartForm::new().text("title", "Cat").bytes("photo", "cat.png", "image/png", "\x7fPNG");
/// let request = Request::blank("/").with_multipart(form);
/// let mut response = request.send(&sizes.into_application()).wait()?;
/// assert_eq!(response.read_text().wait()?, "title: 3, photo: 4");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct Multipart {
    body: Body,
    decoder: Decoding,
    /// Whether the last part has not ended yet.
    is_open: bool,
    pub(super) received: u64,
    pub(super) limit: u64,
    pub(super) file_limit: u64,
    /// The bytes that stored parts may still keep in memory.
    pub(super) memory: u64,
    /// The storage for the next stored part.
    pub(super) store: Option<Box<Store>>,
    pub(super) allowed: Allowed,
    /// A file without a name; its type is checked once it has content.
    nameless: Option<PartHead>,
    /// The charset of the content type.
    pub(super) charset: Charset,
    pub(super) server_info: Arc<ServerInfo>,
    pub(super) left: Signal,
}

enum Decoding {
    Going(Box<Decoder>),
    /// The error in the headers; every read returns it.
    Refused(Error),
}

impl Multipart {
    /// The parts of the body of an environ, for code without a [`Request`]. This takes the body.
    #[must_use]
    pub fn of(environ: &Environ) -> Self {
        Self::reading(environ, environ.take_body())
    }

    /// The parts of `body`, with the headers of this environ.
    pub(super) fn reading(environ: &Environ, body: Body) -> Self {
        let limits = environ.limits();
        Self {
            body,
            decoder: decoder(environ).map_or_else(Decoding::Refused, Decoding::Going),
            is_open: false,
            received: 0,
            limit: limits.multipart_bytes(),
            file_limit: limits.file_bytes(),
            memory: limits.memory_bytes() as u64,
            store: None,
            allowed: Allowed::default(),
            nameless: None,
            charset: media_type::charset_of(environ.headers()).unwrap_or_default(),
            server_info: Arc::clone(environ.server()),
            left: environ.client_left(),
        }
    }

    /// Sets the maximum length of the body, in bytes, instead of
    /// [`multipart_bytes`](crate::gateway::Limits::multipart_bytes).
    #[must_use]
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Sets the maximum length of a single file, in bytes, instead of
    /// [`file_bytes`](crate::gateway::Limits::file_bytes).
    #[must_use]
    pub fn file_limit(mut self, bytes: u64) -> Self {
        self.file_limit = bytes;
        self
    }

    /// Refuses files of other types with `415`. A type is like `image/png` or `image/*`.
    ///
    /// The type is the one that the client declares; the content is not checked.
    #[must_use]
    pub fn allow_types<T: AsRef<str>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.allowed = Allowed::only(types);
        self
    }

    /// The number of bytes that are decoded.
    pub(super) fn position(&self) -> u64 {
        match &self.decoder {
            Decoding::Going(decoder) => self.received - decoder.unread() as u64,
            Decoding::Refused(_) => self.received,
        }
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Result<Event>> {
        loop {
            if let Some(event) = self.next_event()? {
                return Poll::Ready(Ok(event));
            }
            let chunk = ready!(self.poll_chunk(context))?;
            self.look_at(chunk);
        }
    }

    /// The next event in the bytes that have arrived.
    pub(super) fn next_event(&mut self) -> Result<Option<Event>> {
        let decoder = match &mut self.decoder {
            Decoding::Going(decoder) => decoder,
            Decoding::Refused(error) => return Err(error.copy()),
        };
        match decoder.next_event() {
            Ok(Event::NeedData) => Ok(None),
            Ok(event) => Ok(Some(event)),
            Err(error) => Err(refused(&error)),
        }
    }

    /// The next chunk of the body; `None` after the last.
    pub(super) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        let rest = self.body.length().unwrap_or(0);
        if self.received.saturating_add(rest) > self.limit {
            return Poll::Ready(Err(too_long(self.limit)));
        }
        let chunk = ready!(Pin::new(&mut self.body.chunk()).poll(context))?;
        self.received += chunk.as_ref().map_or(0, Bytes::len) as u64;
        // The end of the body may be in this chunk; then the body is not read any further.
        if self.received > self.limit {
            return Poll::Ready(Err(too_long(self.limit)));
        }
        Poll::Ready(Ok(chunk))
    }

    /// Passes a chunk to the decoder, or the end of the body.
    pub(super) fn look_at(&mut self, chunk: Option<Bytes>) {
        if let Decoding::Going(decoder) = &mut self.decoder {
            match chunk {
                Some(chunk) => decoder.push(chunk),
                None => decoder.finish(),
            }
        }
    }

    pub(super) fn poll_part(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<PartHead>>> {
        loop {
            match ready!(self.poll_event(context))? {
                Event::Part(mut head) => {
                    self.begin(&mut head)?;
                    return Poll::Ready(Ok(Some(head)));
                }
                Event::End => return Poll::Ready(Ok(None)),
                Event::PartEnd => self.is_open = false,
                Event::Data(_) | Event::NeedData => {}
            }
        }
    }

    /// Begins a part, if its type is allowed.
    pub(super) fn begin(&mut self, head: &mut PartHead) -> Result<()> {
        if !self.charset.is_utf8() {
            let read = head.read_names_in(&self.charset);
            read.map_err(|error| refused(&error))?;
        }
        // Browsers send a file without name and content if the user chose none.
        if head.raw_filename() == Some("") {
            self.nameless = Some(head.clone());
        } else {
            self.nameless = None;
            self.allowed.check_type(head)?;
        }
        self.is_open = true;
        Ok(())
    }

    /// Notes that the part has content.
    pub(super) fn go_on(&mut self) -> Result<()> {
        match self.nameless.take() {
            Some(head) => self.allowed.check_type(&head),
            None => Ok(()),
        }
    }

    fn poll_data(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        if !self.is_open {
            return Poll::Ready(Ok(None));
        }
        if let Event::Data(data) = ready!(self.poll_event(context))? {
            self.go_on()?;
            return Poll::Ready(Ok(Some(data)));
        }
        self.is_open = false;
        Poll::Ready(Ok(None))
    }
}

/// For the other readers of the body.
#[cfg(feature = "multer")]
impl Multipart {
    pub(super) fn boundary(&self) -> Result<String> {
        match &self.decoder {
            Decoding::Going(decoder) => Ok(decoder.boundary().to_owned()),
            Decoding::Refused(error) => Err(error.copy()),
        }
    }
}

fn decoder(environ: &Environ) -> Result<Box<Decoder>> {
    let boundary = boundary(environ.headers()).map_err(|error| refused(&error))?;
    content_coding::refuse_coded(environ.headers())?;
    let limits = environ.limits();
    let multipart = MultipartLimits::default()
        .with_parts(limits.multipart_parts())
        .with_part_header_bytes(limits.part_header_bytes())
        .with_part_header_lines(limits.part_header_lines())
        .with_preamble_bytes(limits.preamble_bytes());
    Ok(Box::new(Decoder::new(&boundary, multipart)))
}

/// The boundary of the content type; several lines are joined by commas.
fn boundary(headers: &HeaderMap) -> Result<Boundary, MultipartError> {
    let mut lines = headers.get_all(header::CONTENT_TYPE).iter();
    let first = lines.next().map_or(&b""[..], HeaderValue::as_bytes);
    let others: Vec<_> = lines.map(HeaderValue::as_bytes).collect();
    if others.is_empty() {
        return Boundary::from_content_type(first);
    }
    Boundary::from_content_type(&[&[first][..], &others].concat().join(&b", "[..]))
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Multipart")
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

/// Reads the next chunk of a part, when awaited: see [`Part::chunk`](super::Part::chunk).
#[derive(Debug)]
pub struct NextData<'p> {
    pub(super) multipart: &'p mut Multipart,
    pub(super) size: &'p mut u64,
    pub(super) is_file: bool,
}

impl Future for NextData<'_> {
    type Output = Result<Option<Bytes>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let data = ready!(this.multipart.poll_data(context))?;
        *this.size += data.as_ref().map_or(0, Bytes::len) as u64;
        let limit = this.multipart.file_limit;
        if this.is_file && *this.size > limit {
            return Poll::Ready(Err(file_too_long(limit)));
        }
        Poll::Ready(Ok(data))
    }
}

impl Request {
    /// The parts of a `multipart/form-data` body, as they arrive. This takes the body.
    #[must_use]
    pub fn multipart(&self) -> Multipart {
        Multipart::of(self.environ())
    }
}
