//! The decoder: chunks of a body in, parts and their data out.

use std::mem;

use bytes::Buf;
use bytes::Bytes;
use bytes::BytesMut;

use super::boundary::Boundary;
use super::delimiter::Delimiter;
use super::delimiter::Line;
use super::delimiter::Look;
use super::limits::Limits;
use super::multipart_error::Fault;
use super::multipart_error::MultipartError;
use super::outside::Outside;
use super::part_head::PartHead;
use super::part_head::Scan;

/// The next event of a body.
///
/// ```
/// use rustzeug::multipart::{Boundary, Decoder, Event, Limits};
///
/// let boundary = Boundary::from_content_type(b"multipart/form-data; boundary=x")?;
/// let mut decoder = Decoder::new(&boundary, Limits::default());
/// assert_eq!(decoder.next_event()?, Event::NeedData);
/// decoder.push("--x--\r\n".into());
/// decoder.finish();
/// assert_eq!(decoder.next_event()?, Event::End);
/// # Ok::<(), rustzeug::multipart::MultipartError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A part begins.
    Part(PartHead),
    /// A piece of the data of the part, never empty. Its size depends on the chunks.
    Data(Bytes),
    /// The part is complete. A part without data has no [`Data`](Self::Data).
    PartEnd,
    /// The body has ended with the closing delimiter.
    End,
    /// All pushed bytes are used up: [`push`](Decoder::push) more, or call [`finish`](Decoder::finish).
    NeedData,
}

/// Reads a `multipart/form-data` body chunk by chunk.
///
/// After each [`push`](Self::push), take events until [`Event::NeedData`]. The order is `Part`, any number of
/// `Data`, `PartEnd` for each part, then `End`. The events and errors do not depend on how the body is cut
/// into chunks; only the sizes of the pieces of data do.
///
/// Data are slices of the chunks, not copies. A possible beginning of a delimiter is held back, up to about
/// four hundred bytes, and header lines up to their limit; nothing else is kept between chunks. Time is
/// linear in the length of any body.
///
/// Rules for a body:
///
/// * Lines end with CR LF. A body with LF or CR alone is refused, and the error says so.
/// * A delimiter line is `--` and the boundary, then up to 128 blanks. Anywhere else the boundary is an
///   error: some readers end the part there, others do not.
/// * The closing delimiter is required, and only blanks may follow it on its line.
/// * Text before the first delimiter and after the closing one is dropped, unless it contains a
///   `Content-Disposition`: that part would be lost.
/// * Each part has one `Content-Disposition`, or several with the same content, with one name.
///
/// The guide lists [what clients send, and how it is read](crate::guide::requests).
///
/// The [module](super) has an example.
///
/// RFC 2046 [§5.1.1], RFC 7578 [§4].
///
/// [§5.1.1]: https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
/// [§4]: https://www.rfc-editor.org/rfc/rfc7578#section-4
///
/// ```
/// use rustzeug::multipart::{Boundary, Decoder, Event, Limits};
///
/// let boundary = Boundary::from_content_type(b"multipart/form-data; boundary=x")?;
/// let mut decoder = Decoder::new(&boundary, Limits::default());
/// decoder.push("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n".into());
/// decoder.finish();
/// assert!(matches!(decoder.next_event()?, Event::Part(head) if head.name() == "a"));
/// assert_eq!(decoder.next_event()?, Event::Data("1".into()));
/// assert_eq!(decoder.next_event()?, Event::PartEnd);
/// assert_eq!(decoder.next_event()?, Event::End);
/// # Ok::<(), rustzeug::multipart::MultipartError>(())
/// ```
#[derive(Debug)]
#[doc(alias = "MultipartDecoder")]
#[doc(alias = "MultiPartParser")]
pub struct Decoder {
    delimiter: Delimiter,
    limits: Limits,
    state: State,
    /// Pushed bytes that are not yet looked at.
    pub(super) rest: Bytes,
    /// Bytes of earlier chunks: a possible delimiter, or header lines.
    pub(super) held: Vec<u8>,
    /// The number of bytes at the front of `held` that are not data: if a line end was made up before the
    /// first line of a text, it can only belong to a delimiter.
    borrowed: usize,
    /// A line found at the front of `rest`.
    line: Option<Line>,
    /// The last byte of text.
    last: u8,
    outside: Outside,
    is_in_part: bool,
    scan: Scan,
    parts: usize,
    preamble_bytes: usize,
    is_finished: bool,
    failure: Option<MultipartError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The preamble, or the data of a part.
    Text,
    Head,
    Epilogue,
    Ended,
}

impl Decoder {
    /// Creates a decoder for one body.
    #[must_use]
    pub fn new(boundary: &Boundary, limits: Limits) -> Self {
        let mut decoder = Self {
            delimiter: Delimiter::new(boundary),
            limits,
            state: State::Text,
            rest: Bytes::new(),
            held: Vec::new(),
            borrowed: 0,
            line: None,
            last: 0,
            outside: Outside::default(),
            is_in_part: false,
            scan: Scan::default(),
            parts: 0,
            preamble_bytes: 0,
            is_finished: false,
            failure: None,
        };
        decoder.begin_text();
        decoder
    }

    /// Takes the next chunk of the body.
    ///
    /// If the last chunk is not used up, this one is copied behind it. After [`finish`](Self::finish) or an
    /// error, it is dropped.
    pub fn push(&mut self, chunk: Bytes) {
        if self.is_finished || self.failure.is_some() {
            return;
        }
        if self.rest.is_empty() {
            self.rest = chunk;
            return;
        }
        let rest = mem::take(&mut self.rest).try_into_mut();
        let mut joined = rest.unwrap_or_else(|shared| BytesMut::from(&shared[..]));
        joined.extend_from_slice(&chunk);
        self.rest = joined.freeze();
    }

    /// The number of pushed bytes that are not yet looked at. After [`Event::Part`] they begin with the data
    /// of the part.
    pub(crate) fn unread(&self) -> usize {
        self.rest.len()
    }

    /// Marks the end of the body.
    ///
    /// A complete body then gives [`Event::End`], any other an error.
    pub fn finish(&mut self) {
        self.is_finished = true;
    }

    /// Returns the next event of the body.
    ///
    /// # Errors
    ///
    /// [`MultipartError`] if the body is malformed, exceeds a limit, or has ended before its closing
    /// delimiter. Every further call returns the same error.
    pub fn next_event(&mut self) -> Result<Event, MultipartError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let event = match self.state {
            State::Text => self.text(),
            State::Head => self.head(),
            State::Epilogue => self.epilogue(),
            State::Ended => Ok(Event::End),
        };
        event.map_err(|kind| self.fail(kind))
    }

    #[cold]
    fn fail(&mut self, kind: Fault) -> MultipartError {
        let is_in_head = self.state == State::Head && kind != Fault::Unclosed;
        let part = if is_in_head { self.parts } else { 0 };
        let failure = MultipartError { kind, part };
        self.failure = Some(failure.clone());
        self.rest = Bytes::new();
        self.held = Vec::new();
        failure
    }

    /// A delimiter may be at the very beginning of a text. The line end before it is then made up and is not
    /// data.
    fn begin_text(&mut self) {
        self.state = State::Text;
        self.held.clear();
        self.held.extend_from_slice(b"\r\n");
        self.borrowed = self.held.len();
    }

    fn text(&mut self) -> Result<Event, Fault> {
        loop {
            if let Some(line) = self.line.take() {
                return self.end_text(line);
            }
            if self.rest.is_empty() && (self.held.is_empty() || !self.is_finished) {
                return self.starve();
            }
            let text = if self.held.is_empty() {
                self.search()
            } else {
                self.resume()
            };
            if let Some(last) = text.last() {
                self.last = *last;
            }
            if !self.is_in_part {
                self.skip_preamble(&text)?;
            } else if !text.is_empty() {
                return Ok(Event::Data(text));
            }
        }
    }

    fn starve(&self) -> Result<Event, Fault> {
        match (self.is_finished, self.parts) {
            (false, _) => Ok(Event::NeedData),
            (true, 0) => Err(Fault::NoDelimiter),
            (true, _) => Err(Fault::Unclosed),
        }
    }

    fn skip_preamble(&mut self, text: &[u8]) -> Result<(), Fault> {
        self.preamble_bytes += text.len();
        let limit = self.limits.preamble_bytes();
        if self.preamble_bytes > limit {
            return Err(Fault::Preamble { limit });
        }
        self.outside.look(text);
        Ok(())
    }

    /// Takes text from the front of `rest`, up to a delimiter or a possible one.
    fn search(&mut self) -> Bytes {
        match self.delimiter.find(&self.rest, self.last, self.is_finished) {
            Some((at, Look::Line(line))) => {
                self.line = Some(line);
                self.rest.split_to(at)
            }
            Some((at, Look::Undecided)) => {
                self.held.extend_from_slice(&self.rest[at..]);
                let mut text = mem::take(&mut self.rest);
                text.truncate(at);
                text
            }
            None => mem::take(&mut self.rest),
        }
    }

    /// Continues after a chunk that ended within a possible delimiter.
    fn resume(&mut self) -> Bytes {
        let before = self.held.len();
        if let Some(first) = self.rest.first()
            && self.delimiter.is_ended(&self.held, *first)
        {
            let text = Bytes::copy_from_slice(&self.held[self.borrowed..]);
            self.held.clear();
            self.borrowed = 0;
            return text;
        }
        let taken = self.rest.len().min(self.delimiter.longest_line());
        self.held.extend_from_slice(&self.rest[..taken]);
        let is_all = self.is_finished && taken == self.rest.len();
        let found = self.delimiter.find(&self.held, self.last, is_all);
        // A match that begins in this chunk is ignored here: `search` finds it again, without a copy.
        let found = found.filter(|(at, _)| *at < before);
        let end = found.as_ref().map_or(before, |(at, _)| *at);
        let text = Bytes::copy_from_slice(&self.held[self.borrowed.min(end)..end]);
        if let Some((_, Look::Undecided)) = found {
            // All of this chunk is in `held`: with more bytes the match would be decided.
            self.rest = Bytes::new();
            self.held.drain(..end);
            self.borrowed = self.borrowed.saturating_sub(end);
            return text;
        }
        if let Some((_, Look::Line(line))) = found {
            // The line end of the delimiter is that of the head: some readers end the part here, others
            // read data.
            let is_after_head = self.is_in_part && end < self.borrowed;
            self.line = Some(if is_after_head {
                Line::Broken(Fault::NoData)
            } else {
                line.less(before - end)
            });
        }
        self.held.clear();
        self.borrowed = 0;
        text
    }

    fn end_text(&mut self, line: Line) -> Result<Event, Fault> {
        match line {
            Line::Broken(kind) => Err(kind),
            line if self.is_in_part => {
                self.is_in_part = false;
                self.line = Some(line);
                Ok(Event::PartEnd)
            }
            _ if self.outside.has_part() => Err(Fault::PartBefore),
            Line::Next(length) => {
                let limit = self.limits.parts();
                if self.parts == limit {
                    return Err(Fault::Parts { limit });
                }
                self.parts += 1;
                self.rest.advance(length);
                self.state = State::Head;
                self.head()
            }
            Line::Close(length) => {
                self.rest.advance(length);
                self.held = Vec::new();
                // WebOb does not treat the first delimiter as the closing one.
                if self.parts == 0 {
                    self.outside = Outside::with(self.delimiter.bytes());
                }
                self.state = State::Epilogue;
                self.epilogue()
            }
        }
    }

    fn epilogue(&mut self) -> Result<Event, Fault> {
        self.outside.look(&mem::take(&mut self.rest));
        if !self.is_finished {
            return Ok(Event::NeedData);
        }
        if self.outside.has_part() {
            return Err(Fault::PartAfter);
        }
        self.state = State::Ended;
        Ok(Event::End)
    }

    fn head(&mut self) -> Result<Event, Fault> {
        let before = self.held.len();
        // The limit, and the empty line after it.
        let window = self.limits.part_header_bytes().saturating_add(2);
        let taken = self.rest.len().min(window - before);
        let found = if before == 0 {
            self.scan.end(&self.rest[..taken], &self.limits)?
        } else {
            self.held.extend_from_slice(&self.rest[..taken]);
            self.scan.end(&self.held, &self.limits)?
        };
        let Some(length) = found else {
            if before == 0 {
                self.held.extend_from_slice(&self.rest);
            }
            self.rest = Bytes::new();
            return self.starve();
        };
        let block = if before == 0 {
            &self.rest[..length]
        } else {
            &self.held[..length]
        };
        let head = PartHead::parse(block.to_vec())?;
        self.rest.advance(length + 2 - before);
        self.scan = Scan::default();
        self.is_in_part = true;
        self.begin_text();
        Ok(Event::Part(head))
    }
}

/// For another reader of the body.
#[cfg(feature = "multer")]
impl Decoder {
    /// The boundary, without the hyphens in front of it.
    pub(crate) fn boundary(&self) -> &str {
        let delimiter = self.delimiter.bytes();
        str::from_utf8(&delimiter[2..]).unwrap_or_default()
    }
}
