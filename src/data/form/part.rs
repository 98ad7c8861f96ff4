//! A part of a multipart body while it arrives.

use std::future::poll_fn;
use std::io::Write;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use bytes::BytesMut;
use http::HeaderMap;
use mime::Mime;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::AwaitOrWait;
use crate::gateway::Terms;
use crate::wire::multipart::PartHead;

use super::multipart::Multipart;
use super::multipart::NextData;
use super::refusals::unread;
use super::stored::Doing;
use super::stored::Stored;
use super::unfinished::Unfinished;
use super::uploaded_file::UploadedFile;

impl Multipart {
    /// Reads the next part; `None` after the last.
    ///
    /// # Errors
    ///
    /// * `415` if the content type is not `multipart/form-data`, the type of a file is not allowed, or the body has a
    ///   `Content-Encoding`;
    /// * `413` if [`limit`](Self::limit), [`file_limit`](Self::file_limit) or
    ///   [`multipart_parts`](crate::gateway::Limits::multipart_parts) is exceeded;
    /// * `400` if the body ends early or is malformed: see [`MultipartError`](crate::multipart::MultipartError).
    pub fn next_part(&mut self) -> AwaitOrWait<NextPart<'_>> {
        AwaitOrWait(NextPart(Some(self)))
    }
}

/// Reads the next part, when awaited: see [`Multipart::next_part`].
#[derive(Debug)]
pub struct NextPart<'m>(Option<&'m mut Multipart>);

impl<'m> Future for NextPart<'m> {
    type Output = Result<Option<Part<'m>>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let multipart = self.0.as_mut().expect("polled after it was ready");
        let head = ready!(multipart.poll_part(context))?;
        let multipart = self.0.take().expect("the check above found it");
        Poll::Ready(Ok(head.map(|head| Part::new(head, multipart))))
    }
}

/// A part of a multipart body, as it arrives: see [`Multipart`].
#[derive(Debug)]
pub struct Part<'m> {
    head: PartHead,
    /// The position in the body at which the content begins.
    start: u64,
    size: u64,
    multipart: &'m mut Multipart,
}

impl<'m> Part<'m> {
    fn new(head: PartHead, multipart: &'m mut Multipart) -> Self {
        Self {
            head,
            start: multipart.position(),
            size: 0,
            multipart,
        }
    }

    /// Skips the rest of the content; returns the head of the part and the range of its content in the body.
    pub(super) async fn find(mut self) -> Result<(PartHead, u64, u64)> {
        let mut data = self.data();
        while (&mut data).await?.is_some() {}
        Ok((self.head, self.start, self.size))
    }

    /// The head of the part: the lines before its content.
    #[must_use]
    pub fn head(&self) -> &PartHead {
        &self.head
    }

    /// The name of the field.
    #[must_use]
    pub fn name(&self) -> &str {
        self.head.name()
    }

    /// Returns whether the part is a file. If the user chose no file, browsers send one with an empty name and no
    /// content.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.head.is_file()
    }

    /// The name of the file, for display, without folders and control characters; `None` if the part is not a file. See
    /// [`PartHead::filename`].
    #[must_use]
    pub fn filename(&self) -> Option<&str> {
        self.head.filename()
    }

    /// The content type that the client declares; the content is not checked. `None` if it is absent or cannot be
    /// parsed.
    #[must_use]
    pub fn content_type(&self) -> Option<Mime> {
        self.head.content_type()
    }

    /// The content type as it was sent.
    #[must_use]
    pub fn raw_content_type(&self) -> Option<&str> {
        self.head.raw_content_type()
    }

    /// All headers of the part.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        self.head.headers()
    }

    /// Reads the next chunk of the content, which is never empty; `None` after the last.
    ///
    /// # Errors
    ///
    /// As for [`Multipart::next_part`].
    pub fn chunk(&mut self) -> AwaitOrWait<NextData<'_>> {
        AwaitOrWait(self.data())
    }

    fn data(&mut self) -> NextData<'_> {
        NextData {
            multipart: self.multipart,
            size: &mut self.size,
            is_file: self.head.is_file(),
        }
    }

    /// Reads the rest of the content, up to `limit` bytes.
    ///
    /// If the future is dropped before it is finished, the bytes that it has read are lost. This is also true of the
    /// methods below.
    ///
    /// # Errors
    ///
    /// As for [`Multipart::next_part`], and a `413` if the rest is longer than `limit`.
    ///
    /// ```
    /// use rustzeug::{Request, form::MultipartForm};
    ///
    /// let request = Request::blank("/").with_multipart(MultipartForm::new().text("a", "12"));
    /// let mut parts = request.multipart();
    /// let mut part = parts.next_part().wait()?.unwrap();
    /// assert_eq!(part.read_bytes(2).wait()?, "12");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn read_bytes(&mut self, limit: u64) -> AwaitOrWait<Doing<'_, Bytes>> {
        let name = self.name().to_owned();
        AwaitOrWait(Box::pin(self.gather(limit, move || {
            let what = format!("the part `{name}` is longer than {limit} bytes");
            Error::content_too_large().with_message(what)
        })))
    }

    /// Reads the rest of the content as text, up to `limit` bytes. The charset is that of the part, otherwise that of
    /// the content type of the form, otherwise UTF-8. Malformed sequences become U+FFFD.
    ///
    /// Charsets other than UTF-8 need the feature `charsets`.
    ///
    /// # Errors
    ///
    /// As for [`read_bytes`](Self::read_bytes), and a `415` if the charset is unknown or not supported in this build.
    ///
    /// ```
    /// use rustzeug::{Request, form::MultipartForm};
    ///
    /// let request = Request::blank("/").with_multipart(MultipartForm::new().text("a", "é"));
    /// let mut parts = request.multipart();
    /// let mut part = parts.next_part().wait()?.unwrap();
    /// assert_eq!(part.read_text(2).wait()?, "é");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn read_text(&mut self, limit: u64) -> AwaitOrWait<Doing<'_, String>> {
        let own = self.head.charset();
        let charset = own.unwrap_or_else(|| self.multipart.charset.clone());
        let bytes = self.read_bytes(limit);
        AwaitOrWait(Box::pin(async move {
            let bytes = bytes.await?;
            let text = charset.decode(&bytes).map_err(|unknown| unread(&unknown))?;
            Ok(text.into_owned())
        }))
    }

    /// Reads the rest of the content, or returns the error of the caller if it is longer than `limit`.
    pub(super) async fn gather(
        &mut self,
        limit: u64,
        too_long: impl FnOnce() -> Error,
    ) -> Result<Bytes> {
        let mut data = self.data();
        let (mut only, mut all) = (Bytes::new(), BytesMut::new());
        while let Some(chunk) = (&mut data).await? {
            if (only.len() + all.len() + chunk.len()) as u64 > limit {
                return Err(too_long());
            }
            if only.is_empty() && all.is_empty() {
                only = chunk;
            } else {
                all.extend_from_slice(&std::mem::take(&mut only));
                all.extend_from_slice(&chunk);
            }
        }
        Ok(if all.is_empty() { only } else { all.freeze() })
    }

    /// Writes the rest of the content to `writer`, for example a hash, and returns the number of bytes.
    ///
    /// The writer is called on the thread of the caller, so in an `async fn` it must not block. [`save`](Self::save)
    /// writes to a file.
    ///
    /// # Errors
    ///
    /// As for [`Multipart::next_part`], and the errors of the writer.
    pub fn copy_to<'p, W: Write + Send>(
        &'p mut self,
        writer: &'p mut W,
    ) -> AwaitOrWait<Doing<'p, u64>> {
        let mut data = self.data();
        AwaitOrWait(Box::pin(async move {
            let mut count = 0;
            while let Some(chunk) = (&mut data).await? {
                writer.write_all(&chunk)?;
                count += chunk.len() as u64;
            }
            Ok(count)
        }))
    }

    /// Receives the rest of the content as [`Request::form`](crate::Request::form) does: in memory, and beyond
    /// [`memory_bytes`](crate::gateway::Limits::memory_bytes) in a temporary file. All stored parts of a body share
    /// that limit and one file.
    ///
    /// # Errors
    ///
    /// As for [`Multipart::next_part`], a `500` if the content cannot be written, and a `503` if
    /// [`budget_memory_bytes`](crate::gateway::Limits::budget_memory_bytes) or
    /// [`budget_disk_bytes`](crate::gateway::Limits::budget_disk_bytes) is used up.
    pub fn store(&mut self) -> AwaitOrWait<Doing<'_, UploadedFile>> {
        AwaitOrWait(Box::pin(async move {
            let server_info = Arc::clone(&self.multipart.server_info);
            let left = self.multipart.left.clone();
            let terms = Terms {
                server_info: &server_info,
                left: &left,
                memory_bytes: self.multipart.memory,
                limit: self.multipart.limit.min(self.multipart.file_limit),
            };
            // If the future is dropped before it is finished, the store and its file are lost.
            let mut store = self.multipart.store.take().unwrap_or_default();
            loop {
                poll_fn(|context| store.poll_room(None, terms, context)).await?;
                match self.data().await? {
                    Some(chunk) => store.push(chunk),
                    None => break,
                }
            }
            poll_fn(|context| store.poll_end(&server_info, context)).await?;
            let (kept, start) = store.keep();
            let length = store.length();
            if kept.is_in_memory() {
                self.multipart.memory = self.multipart.memory.saturating_sub(length);
            }
            self.multipart.store = Some(Box::new(store.next()));
            let stored = Stored::new(kept, start, length);
            Ok(UploadedFile::new(
                self.head.clone(),
                stored,
                server_info.blocking().clone(),
            ))
        }))
    }

    /// Writes the rest of the content to a new file as it arrives, and returns the number of bytes.
    ///
    /// The file is removed if the content does not arrive completely.
    ///
    /// # Errors
    ///
    /// As for [`Multipart::next_part`], and a `500` if the file cannot be written or already exists.
    pub fn save(&mut self, path: impl Into<PathBuf>) -> AwaitOrWait<Doing<'_, u64>> {
        let path = path.into();
        let blocking = self.multipart.server_info.blocking().clone();
        let mut data = self.data();
        AwaitOrWait(Box::pin(async move {
            let created = path.clone();
            let file = blocking.run(move || Unfinished::create(created)).await??;
            let (mut file, mut count) = (Some(file), 0);
            while let Some(chunk) = (&mut data).await? {
                count += chunk.len() as u64;
                let written = file
                    .take()
                    .map(|file| blocking.resume(move || file.write(&chunk)));
                if let Some(written) = written {
                    file = Some(written.await??);
                }
            }
            if let Some(file) = file {
                file.finish();
            }
            Ok(count)
        }))
    }
}
