//! The signal that the client has left, for one request.

use std::cell::Cell;
use std::mem;

use crate::gateway::Signal;

thread_local! {
    /// The signal of an earlier request, if nobody has it: most requests do not ask for theirs.
    static SPARE: Cell<Option<Signal>> = const { Cell::new(None) };
}

/// The end of a request: when it is dropped, the response was sent, or nobody reads it.
pub(super) struct ClientLeft(Signal);

impl ClientLeft {
    /// A signal for a new request.
    #[inline]
    pub(super) fn new() -> Self {
        match SPARE.try_with(Cell::take) {
            Ok(Some(spare)) => Self(spare),
            // Not the default, which is never set.
            _ => Self(Signal::new()),
        }
    }

    #[inline]
    pub(super) fn signal(&self) -> Signal {
        self.0.clone()
    }
}

/// Sets the signal if anybody can see it. Otherwise the next request gets it.
impl Drop for ClientLeft {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_shared() {
            self.0.set();
        } else if !self.0.is_set() {
            let unused = mem::take(&mut self.0);
            let _ = SPARE.try_with(|spare| spare.set(Some(unused)));
        }
    }
}
