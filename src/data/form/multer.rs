//! A multipart body for code that was written for the crate `multer`, or for axum's extractor over it.
//!
//! multer has no bounds on what frames the parts, and reads its source until that has to wait. So it gets
//! what the decoder of this crate has looked at, in pieces, with a pause after each.

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

/// What multer gets at a time, at most.
const PIECE_BYTES: usize = 64 << 10;

impl Multipart {
    /// The same body for code that was written for the crate `multer`, or for axum's `Multipart`: the limits
    /// and options of this stay, and what it would refuse is refused.
    ///
    /// Names and filenames are multer's reading of them, and not always the same: see
    /// [the reasons](crate::guide::why) for a decoder of our own. An error of multer's becomes one of this
    /// crate by `?`, with the status that belongs to it.
    ///
    /// For an `async fn`: multer knows nothing of `.wait()`.
    ///
    /// # Errors
    ///
    /// * `415` when the content type is not `multipart/form-data`, or the body has a `Content-Encoding`;
    /// * `400` when the content type has no boundary, or two;
    /// * `500` when parts were read before.
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
            let why = "the parts were read before, and cannot be read again by multer";
            return Err(Error::internal().with_source(why));
        }
        let boundary = self.boundary()?;
        Ok(multer::Multipart::new(Pieces::new(self), boundary))
    }
}

impl Request {
    /// The body for code that was written for the crate `multer`, or for axum's `Multipart`, with the limits of
    /// this request: see [`Multipart::into_multer`], which has options too.
    ///
    /// # Errors
    ///
    /// Those of [`Multipart::into_multer`].
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

/// The body in pieces that have been looked at.
struct Pieces {
    multipart: Multipart,
    /// Of the chunk that came last.
    left: Bytes,
    /// The next one waits for the reader to ask again.
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

    /// Reads a chunk and looks through it; `None` after the last.
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
