//! Steps are counted by tests alone.

#[inline]
pub(super) fn count() {}
