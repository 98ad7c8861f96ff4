//! The pieces that a job has pulled and the body has not taken yet; small pieces are joined.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use bytes::Bytes;

/// Pieces of this size and above are sent unchanged. Smaller ones are copied together, which costs less than
/// sending each.
const LARGE_BYTES: usize = 4 << 10;

/// A job fills it; the body empties it, possibly while the job is still running.
#[derive(Default)]
pub(super) struct Gathered(Mutex<Pieces>);

#[derive(Default)]
struct Pieces {
    /// Large pieces, and small ones between them that were joined.
    whole: VecDeque<Bytes>,
    /// Small pieces after those.
    small: Vec<u8>,
    reader: Option<Waker>,
}

impl Gathered {
    fn pieces(&self) -> MutexGuard<'_, Pieces> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a piece. Returns the task that waits for it, which must be woken.
    #[must_use]
    pub(super) fn push(&self, piece: Bytes) -> Option<Waker> {
        let mut pieces = self.pieces();
        if piece.len() >= LARGE_BYTES {
            let small = std::mem::take(&mut pieces.small);
            if !small.is_empty() {
                pieces.whole.push_back(small.into());
            }
            pieces.whole.push_back(piece);
        } else {
            pieces.small.extend_from_slice(&piece);
        }
        if pieces.is_empty() {
            return None;
        }
        pieces.reader.take()
    }

    /// Takes the next bytes; never empty.
    pub(super) fn take(&self) -> Option<Bytes> {
        self.pieces().take()
    }

    /// Takes the next bytes, or registers the task for the next piece.
    pub(super) fn poll_take(&self, context: &mut Context<'_>) -> Poll<Bytes> {
        let mut pieces = self.pieces();
        if let Some(bytes) = pieces.take() {
            return Poll::Ready(bytes);
        }
        pieces.reader = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Pieces {
    fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.small.is_empty()
    }

    fn take(&mut self) -> Option<Bytes> {
        if let Some(piece) = self.whole.pop_front() {
            return Some(piece);
        }
        let small = std::mem::take(&mut self.small);
        (!small.is_empty()).then(|| small.into())
    }
}
