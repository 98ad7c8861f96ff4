//! Where the connection leaves a piece of a request body for its reader.

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use bytes::Bytes;

/// One piece of a request body, between the task of the connection and the reader, which may be on another thread.
#[derive(Default)]
pub(super) struct Slot(Mutex<State>);

#[derive(Default)]
struct State {
    piece: Option<Bytes>,
    /// The reader waits for a piece.
    wanted: bool,
    /// The reader has gone.
    abandoned: bool,
    end: Option<End>,
    reader: Option<Waker>,
    connection: Option<Waker>,
}

/// How a body ended.
#[derive(Clone, Copy)]
enum End {
    Whole,
    Cut,
}

/// What the reader of a body does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// It waits for a piece.
    Waits,
    /// It has not asked for another piece yet.
    Rests,
    /// It has gone.
    Gone,
}

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the reader does; the task is woken when it does something else.
    pub(super) fn reader(&self, context: &Context<'_>) -> Reader {
        let mut state = self.state();
        match &mut state.connection {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        match (state.abandoned, &state.piece, state.wanted) {
            (true, ..) => Reader::Gone,
            (_, None, true) => Reader::Waits,
            _ => Reader::Rests,
        }
    }

    /// Gives the reader a piece, for which it waits. Returns whether there is a reader.
    pub(super) fn give(&self, piece: Bytes) -> bool {
        let mut state = self.state();
        if state.abandoned {
            return false;
        }
        state.piece = Some(piece);
        state.wanted = false;
        let reader = state.reader.take();
        drop(state);
        wake(reader);
        true
    }

    /// Ends the body: nothing is missing.
    pub(super) fn end(&self) {
        self.finish(End::Whole);
    }

    /// Ends the body before its time.
    pub(super) fn cut(&self) {
        self.finish(End::Cut);
    }

    fn finish(&self, end: End) {
        let mut state = self.state();
        if state.end.is_none() {
            state.end = Some(end);
            let reader = state.reader.take();
            drop(state);
            wake(reader);
        }
    }

    /// The next piece, for the reader; `None` at the end, an error if the body was cut.
    pub(super) fn poll_take(&self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, ()>>> {
        let mut state = self.state();
        if let Some(piece) = state.piece.take() {
            return Poll::Ready(Some(Ok(piece)));
        }
        match state.end {
            Some(End::Whole) => return Poll::Ready(None),
            Some(End::Cut) => return Poll::Ready(Some(Err(()))),
            None => {}
        }
        state.reader = Some(context.waker().clone());
        if !std::mem::replace(&mut state.wanted, true) {
            let connection = state.connection.take();
            drop(state);
            wake(connection);
        }
        Poll::Pending
    }

    /// Records that the reader has gone.
    pub(super) fn abandon(&self) {
        let mut state = self.state();
        state.abandoned = true;
        let (piece, connection) = (state.piece.take(), state.connection.take());
        drop(state);
        drop(piece);
        wake(connection);
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
