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

    /// The body as `change` makes it, dropped on the same workers.
    pub(super) fn change(mut self, change: impl FnOnce(Body) -> Body) -> Body {
        let mut body = change(std::mem::take(&mut self.body));
        body.bind(&self.blocking);
        body
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if self.body.holds_code() {
            self.blocking.discard(std::mem::take(&mut self.body));
        }
    }
}
