//! Bodies whose destructors may block, dropped on a worker.

use crate::gateway::Blocking;
use crate::gateway::Body;

/// A body that is dropped on a worker, because reading it blocks or a plain `fn` has made it.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) body: Body,
    blocking: Blocking,
}

impl Kept {
    pub(super) fn new(body: Body, blocking: &Blocking) -> Self {
        Self {
            body,
            blocking: blocking.clone(),
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if self.body.holds_code() {
            self.blocking.discard(std::mem::take(&mut self.body));
        }
    }
}
