//! A place for the error of one exchange, which one end sets and the other takes.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use crate::base::error::Error;

/// The last error that was seen, if any. Clones share it.
#[derive(Clone, Default)]
pub(super) struct SeenError(Arc<Mutex<Option<Error>>>);

impl SeenError {
    fn lock(&self) -> MutexGuard<'_, Option<Error>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, error: Option<Error>) {
        *self.lock() = error;
    }

    pub(super) fn take(&self) -> Option<Error> {
        self.lock().take()
    }
}
