//! Content in memory, in the pieces in which it arrived. It is counted as long as any of it is referenced.

use std::collections::VecDeque;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::gateway::Body;
use crate::gateway::input::budget::Hold;

/// Content in memory, in the pieces in which it arrived.
pub(crate) struct Memory {
    /// Each piece with the position of its end.
    pieces: Vec<(u64, Bytes)>,
    _hold: Option<Hold>,
}

impl Memory {
    pub(crate) fn new(pieces: Vec<Bytes>, hold: Option<Hold>) -> Self {
        let mut end = 0;
        let pieces = pieces.into_iter().map(|piece| {
            end += piece.len() as u64;
            (end, piece)
        });
        Self {
            pieces: pieces.collect(),
            _hold: hold,
        }
    }

    pub(crate) fn length(&self) -> u64 {
        self.pieces.last().map_or(0, |(end, _)| *end)
    }

    /// The pieces of a range, cut to fit.
    pub(crate) fn pieces(&self, range: Range<u64>) -> impl Iterator<Item = Bytes> {
        let first = self.pieces.partition_point(|(end, _)| *end <= range.start);
        let cut = move |(own_end, piece): &(u64, Bytes)| {
            let own_start = own_end - piece.len() as u64;
            // Positions inside a piece fit in `usize`.
            let index = |position: u64| {
                let index = usize::try_from(position.saturating_sub(own_start));
                index.map_or(piece.len(), |index| index.min(piece.len()))
            };
            let (from, to) = (index(range.start), index(range.end));
            piece.slice(from..to.max(from))
        };
        let pieces = self.pieces[first..].iter().map(cut);
        pieces.take_while(|piece| !piece.is_empty())
    }

    /// Returns a range in one piece; copies it if it spans several.
    pub(crate) fn read(&self, range: Range<u64>) -> Bytes {
        let pieces: Vec<_> = self.pieces(range).collect();
        match pieces.as_slice() {
            [] => Bytes::new(),
            [only] => only.clone(),
            several => several.concat().into(),
        }
    }

    /// Returns a range as a body.
    pub(crate) fn body(self: &Arc<Self>, range: Range<u64>) -> Body {
        Body::new(Pieces {
            left: range.end.saturating_sub(range.start),
            list: self.pieces(range).collect(),
            _memory: Arc::clone(self),
        })
    }
}

/// A body over pieces in memory.
struct Pieces {
    list: VecDeque<Bytes>,
    left: u64,
    _memory: Arc<Memory>,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let piece = self.list.pop_front();
        self.left -= piece.as_ref().map_or(0, Bytes::len) as u64;
        Poll::Ready(piece.map(Frame::data).map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.list.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
