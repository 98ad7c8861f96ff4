//! Bodies of which any part can be sent: files, and other readers that seek.

use std::collections::VecDeque;
use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::ops::Range;

use bytes::Bytes;

use crate::base::error::Result;
use crate::gateway::Blocking;
use crate::gateway::Body;
use crate::gateway::body::BodyKind;
use crate::gateway::body::Several;
use crate::gateway::body::pulled::CHUNK_BYTES;
use crate::gateway::body::pulled::Pulled;

/// A reader that seeks.
pub(super) trait Source: Read + Seek + Send {}

impl<R: Read + Seek + Send> Source for R {}

/// A source from which nothing has been read yet.
pub(super) struct Seekable {
    source: Box<dyn Source>,
    /// The position in the source at which the body begins. It is the current position of the source.
    start: u64,
    pub(super) length: u64,
    blocking: Blocking,
}

/// A piece of a new body: text, or a part of the former body.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(Bytes),
    /// Bytes of the former body. They must exist.
    Part(Range<u64>),
}

impl Piece {
    fn length(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Part(part) => part.end - part.start,
        }
    }
}

impl Seekable {
    pub(super) fn new(source: impl Read + Seek + Send + 'static, start: u64, length: u64) -> Self {
        Self {
            source: Box::new(source),
            start,
            length,
            blocking: Blocking::default(),
        }
    }

    pub(super) fn bind(&mut self, blocking: &Blocking) {
        self.blocking = blocking.clone();
    }

    /// The whole body, from the beginning.
    pub(super) fn whole(self) -> Pulled {
        let whole = Piece::Part(0..self.length);
        self.pieces(vec![whole])
    }

    fn pieces(self, pieces: Vec<Piece>) -> Pulled {
        let length = pieces.iter().map(Piece::length).sum();
        let mut reading = Reading {
            at: self.start,
            start: self.start,
            source: self.source,
            pieces: pieces.into(),
        };
        let mut pulled = Pulled::new(move || reading.next(), Some(length));
        pulled.bind(&self.blocking);
        pulled
    }
}

/// A source that is being read piece by piece.
struct Reading {
    source: Box<dyn Source>,
    start: u64,
    at: u64,
    pieces: VecDeque<Piece>,
}

impl Reading {
    /// The next chunk. If the source is shorter than expected, the body ends here, before its declared length.
    fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let part = match self.pieces.pop_front() {
                None => return Ok(None),
                Some(Piece::Text(text)) => return Ok(Some(text)),
                Some(Piece::Part(part)) if part.is_empty() => continue,
                Some(Piece::Part(part)) => part,
            };
            let chunk = self.read(&part)?;
            if chunk.is_empty() {
                self.pieces.clear();
                return Ok(None);
            }
            let rest = part.start + chunk.len() as u64..part.end;
            self.pieces.push_front(Piece::Part(rest));
            return Ok(Some(chunk));
        }
    }

    /// The bytes that the source yields at once from the beginning of a part.
    fn read(&mut self, part: &Range<u64>) -> io::Result<Bytes> {
        let from = self.start.saturating_add(part.start);
        if self.at != from {
            self.at = self.source.seek(SeekFrom::Start(from))?;
        }
        let most = (part.end - part.start).min(CHUNK_BYTES as u64);
        let mut buffer = vec![0; usize::try_from(most).unwrap_or(CHUNK_BYTES)];
        loop {
            match self.source.read(&mut buffer) {
                Ok(count) => {
                    self.at += count as u64;
                    buffer.truncate(count);
                    return Ok(buffer.into());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Parts of a body.
impl Body {
    /// A body of the bytes of a reader from its current position to its end. Any part of it can be sent, as
    /// [`Response::conditional`](crate::Response::conditional) does for a request with `Range`.
    ///
    /// The reader may block. The length is determined now; if the reader is shorter later, reading fails.
    ///
    /// # Errors
    ///
    /// Those of seeking.
    ///
    /// ```
    /// use rustzeug::gateway::Body;
    /// use std::io::Cursor;
    ///
    /// let body = Body::seekable(Cursor::new("0123456789"))?;
    /// assert_eq!(body.length(), Some(10));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn seekable(mut reader: impl Read + Seek + Send + 'static) -> io::Result<Self> {
        let start = reader.stream_position()?;
        let end = reader.seek(SeekFrom::End(0))?;
        reader.seek(SeekFrom::Start(start))?;
        let length = end.saturating_sub(start);
        let seekable = Seekable::new(reader, start, length);
        Ok(Self(BodyKind::Seekable(Box::new(seekable))))
    }

    /// Whether parts of it can be sent, and nothing of it has been read yet.
    pub(crate) fn has_parts(&self) -> bool {
        match &self.0 {
            BodyKind::Empty | BodyKind::Bytes(_) | BodyKind::Seekable(_) => true,
            BodyKind::Kept(kept) => kept.body.has_parts(),
            _ => false,
        }
    }

    /// Makes a body from text and parts of this body. The parts must not be past its end. A body that does not [have
    /// parts](Self::has_parts) stays unchanged.
    pub(crate) fn into_pieces(self, pieces: Vec<Piece>) -> Self {
        match self.0 {
            BodyKind::Empty => of_bytes(&Bytes::new(), pieces),
            BodyKind::Bytes(bytes) => of_bytes(&bytes, pieces),
            BodyKind::Seekable(seekable) => {
                Self(BodyKind::Pulled(Box::new(seekable.pieces(pieces))))
            }
            BodyKind::Kept(kept) if kept.body.has_parts() => {
                kept.change(|body| body.into_pieces(pieces))
            }
            kind => Self(kind),
        }
    }
}

fn of_bytes(bytes: &Bytes, pieces: Vec<Piece>) -> Body {
    let position = |at: u64| usize::try_from(at).map_or(bytes.len(), |at| at.min(bytes.len()));
    let mut chunks: VecDeque<_> = pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Part(part) => bytes.slice(position(part.start)..position(part.end)),
        })
        .collect();
    if chunks.len() > 1 {
        return Body::new(Several(chunks));
    }
    chunks.pop_front().unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(body: Body) -> String {
        io::read_to_string(body.into_reader()).expect("it can be read")
    }

    fn bodies() -> [(Body, &'static str); 3] {
        let mut begun = Cursor::new("xx0123456789");
        begun.set_position(2);
        let mut kept = Body::seekable(Cursor::new("0123456789")).expect("it seeks");
        kept.bind(&Blocking::default());
        [
            (Body::from("0123456789"), "bytes"),
            (
                Body::seekable(begun).expect("it seeks"),
                "from a position on",
            ),
            (kept, "bound"),
        ]
    }

    #[test]
    fn any_parts_of_a_body_are_sent() {
        let text = |text: &'static str| Piece::Text(Bytes::from_static(text.as_bytes()));
        let cases = [
            (vec![Piece::Part(0..10)], "0123456789", "all of it"),
            (vec![Piece::Part(3..5)], "34", "a part"),
            (
                vec![Piece::Part(9..10), text("|"), Piece::Part(0..2)],
                "9|01",
                "backwards",
            ),
            (
                vec![text("a"), Piece::Part(4..4), text("b")],
                "ab",
                "an empty part",
            ),
            (vec![], "", "nothing"),
        ];
        for (pieces, want, why) in cases {
            for (body, kind) in bodies() {
                assert!(body.has_parts(), "{kind}");
                let body = body.into_pieces(pieces.clone());
                assert_eq!(body.length(), Some(want.len() as u64), "{kind}: {why}");
                assert_eq!(read(body), want, "{kind}: {why}");
            }
        }
    }

    #[test]
    fn a_source_that_has_become_shorter_is_an_error() {
        let seekable = Box::new(Seekable::new(Cursor::new("0123"), 0, 10));
        let mut body = crate::gateway::body::Body(BodyKind::Seekable(seekable));
        assert_eq!(
            body.chunk().wait().expect("a chunk").expect("bytes"),
            "0123"
        );
        assert!(body.chunk().wait().is_err());
    }

    #[test]
    fn a_body_that_was_begun_has_no_parts() {
        let mut body = Body::seekable(Cursor::new("0123")).expect("it seeks");
        body.chunk().wait().expect("a chunk");
        assert!(!body.has_parts());
        assert!(!Body::reader(&b"0123"[..]).has_parts());
    }
}
