//! The pieces that a job has pulled and the body has not taken yet; small pieces are joined.

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
    small: Vec<u8>,
    /// A large piece. It follows the small ones, and is the last of its job.
    large: Option<Bytes>,
    reader: Option<Waker>,
}

impl Gathered {
    fn pieces(&self) -> MutexGuard<'_, Pieces> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a piece and returns whether it is a large one. After a large piece, nothing may be added until it
    /// is taken.
    pub(super) fn push(&self, piece: Bytes) -> bool {
        let large = piece.len() >= LARGE_BYTES;
        let reader = {
            let mut pieces = self.pieces();
            if large {
                pieces.large = Some(piece);
            } else {
                pieces.small.extend_from_slice(&piece);
            }
            if pieces.is_empty() {
                None
            } else {
                pieces.reader.take()
            }
        };
        if let Some(reader) = reader {
            reader.wake();
        }
        large
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
        self.small.is_empty() && self.large.is_none()
    }

    fn take(&mut self) -> Option<Bytes> {
        if self.small.is_empty() {
            self.large.take()
        } else {
            Some(std::mem::take(&mut self.small).into())
        }
    }
}
