//! A multipart body for code that uses the crate `multer`, or axum's extractor over it.
//!
//! multer has no limits on the framing between parts, and reads its source as long as the source is ready. So it gets
//! only bytes that the decoder of this crate has checked, in pieces, with a pause after each.

use std::fmt;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use futures_core::Stream;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::request::Request;
use crate::wire::multipart::Event;

use super::multipart::Multipart;
use super::part_refusals::file_too_long;

/// The maximum size of a piece.
const PIECE_BYTES: usize = 64 << 10;

impl Multipart {
    /// Converts into the type of the crate `multer`, for code that uses it or axum's `Multipart`. The limits and
    /// options of this reader still apply, and the same bodies are refused.
    ///
    /// multer reads names and filenames in its own way, so they may differ: see [the reasons](crate::guide::why) for
    /// the decoder of this crate. `?` converts an error of multer into an [`Error`] with the right
    /// status.
    ///
    /// Use it in an `async fn`: multer has no `.wait()`.
    ///
    /// # Errors
    ///
    /// * `415` if the content type is not `multipart/form-data`, or the body has a `Content-Encoding`;
    /// * `400` if the content type has no boundary, or two;
    /// * `500` if parts were read before.
    ///
    /// ```
    /// use rustzeug::{IntoApplication, Request, Result, form::MultipartForm};
    ///
    /// async fn receive(request: &Request) -> Result<String> {
    ///     let mut told = String::new();
    ///     let mut multipart = request.multipart().limit(1 << 20).into_multer()?;
    ///     while let Some(field) = multipart.next_field().await? {
    ///         let name = field.name().unwrap_or_default().to_owned();
    ///         told += &format!("{name}: {} bytes\n", field.bytes().await?.len());
    ///     }
    ///     Ok(told)
    /// }
    ///
    /// let form = MultipartForm::new().text("title", "Cat").bytes("photo", "cat.png", "image/png", "\x7fPNG");
    /// let request = Request::blank("/").with_multipart(form);
    /// let mut response = request.send(&receive.into_application()).wait()?;
    /// assert_eq!(response.read_text().wait()?, "title: 3 bytes\nphoto: 4 bytes\n");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn into_multer(self) -> Result<multer::Multipart<'static>> {
        if self.received > 0 {
            let why = "parts were read before, and multer cannot read them again";
            return Err(Error::internal().with_source(why));
        }
        let boundary = self.boundary()?;
        Ok(multer::Multipart::new(Pieces::new(self), boundary))
    }
}

impl Request {
    /// The body as the type of the crate `multer`, for code that uses it or axum's `Multipart`, with the limits of this
    /// request. [`Multipart::into_multer`] has options too.
    ///
    /// # Errors
    ///
    /// As for [`Multipart::into_multer`].
    ///
    /// ```
    /// use rustzeug::{Request, Result};
    ///
    /// async fn count(request: Request) -> Result<String> {
    ///     let (mut multipart, mut count) = (request.into_multer()?, 0);
    ///     while let Some(field) = multipart.next_field().await? {
    ///         count += usize::from(field.file_name().is_some());
    ///     }
    ///     Ok(format!("{count} files"))
    /// }
    /// # let _ = count;
    /// ```
    pub fn into_multer(self) -> Result<multer::Multipart<'static>> {
        self.multipart().into_multer()
    }
}

/// The body in checked pieces.
struct Pieces {
    multipart: Multipart,
    /// The rest of the last chunk.
    left: Bytes,
    /// The next poll pauses.
    is_paused: bool,
    is_file: bool,
    size: u64,
}

impl Pieces {
    fn new(multipart: Multipart) -> Self {
        Self {
            multipart,
            left: Bytes::new(),
            is_paused: false,
            is_file: false,
            size: 0,
        }
    }

    /// Reads and checks a chunk; `None` after the last.
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        let chunk = ready!(self.multipart.poll_chunk(context))?;
        self.multipart.look_at(chunk.clone());
        while let Some(event) = self.multipart.next_event()? {
            match event {
                Event::Part(mut head) => {
                    self.multipart.begin(&mut head)?;
                    (self.is_file, self.size) = (head.is_file(), 0);
                }
                Event::Data(data) => {
                    self.multipart.go_on()?;
                    self.size += data.len() as u64;
                    let limit = self.multipart.file_limit;
                    if self.is_file && self.size > limit {
                        return Poll::Ready(Err(file_too_long(limit)));
                    }
                }
                Event::PartEnd | Event::NeedData => {}
                Event::End => break,
            }
        }
        Poll::Ready(Ok(chunk))
    }
}

impl Stream for Pieces {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if std::mem::take(&mut this.is_paused) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if this.left.is_empty() {
            match ready!(this.poll_chunk(context)) {
                Ok(Some(chunk)) => this.left = chunk,
                Ok(None) => return Poll::Ready(None),
                Err(error) => return Poll::Ready(Some(Err(error.into_boxed()))),
            }
        }
        this.is_paused = true;
        let length = this.left.len().min(PIECE_BYTES);
        Poll::Ready(Some(Ok(this.left.split_to(length))))
    }
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pieces")
            .field("multipart", &self.multipart)
            .finish_non_exhaustive()
    }
}
