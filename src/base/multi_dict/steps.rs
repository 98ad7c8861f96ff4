//! Counts the pairs that are looked at, for tests of growth.

use std::cell::Cell;
use std::hint::black_box;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

pub(super) fn count() {
    STEPS.set(STEPS.get() + 1);
}

/// Returns how many pairs `work` looks at.
pub(super) fn of<T>(work: impl FnOnce() -> T) -> u64 {
    STEPS.set(0);
    black_box(work());
    STEPS.get()
}
