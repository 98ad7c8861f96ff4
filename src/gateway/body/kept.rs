//! Bodies whose destructors may block, so that they are dropped where they may.

use crate::gateway::Blocking;
use crate::gateway::Body;

/// A body that is dropped on a worker: one that blocks while it is read, or that a plain `fn` has
/// made.
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
