//! Only tests count steps.

#[inline]
pub(super) fn count() {}
