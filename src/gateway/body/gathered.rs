//! What a job has pulled and nobody has taken yet: small pieces as one.

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use bytes::Bytes;

/// Pieces from this on are sent as they are; smaller ones are copied together, which costs less than sending
/// each.
const LARGE_BYTES: usize = 4 << 10;

/// Filled by a job, and emptied by the body, perhaps while the job goes on.
#[derive(Default)]
pub(super) struct Gathered(Mutex<Pieces>);

#[derive(Default)]
struct Pieces {
    small: Vec<u8>,
    /// It comes after the small ones, and is the last of its job.
    large: Option<Bytes>,
    reader: Option<Waker>,
}

impl Gathered {
    fn pieces(&self) -> MutexGuard<'_, Pieces> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a piece, and tells whether it is a large one, after which nothing is added before it is taken.
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

    /// What there is of it, never empty.
    pub(super) fn take(&self) -> Option<Bytes> {
        self.pieces().take()
    }

    /// The same, or has the task woken by the next piece.
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
