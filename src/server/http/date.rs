//! The `Date` of responses of HTTP/2; hyper writes that of HTTP/1.

use std::cell::RefCell;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use http::HeaderValue;

use crate::headers::HttpDate;

thread_local! {
    /// The date as it was written last, and the second since the epoch that it is about.
    static WRITTEN: RefCell<(u64, HeaderValue)> = const { RefCell::new((0, HeaderValue::from_static(""))) };
}

/// The present second, written once for each.
pub(super) fn now() -> HeaderValue {
    let now = SystemTime::now();
    let second = now
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    WRITTEN.with_borrow_mut(|(of, written)| {
        if *of != second {
            (*of, *written) = (second, HttpDate::from(now).into());
        }
        written.clone()
    })
}
