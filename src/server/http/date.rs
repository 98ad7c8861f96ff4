//! The `Date` header of HTTP/2 responses; hyper writes that of HTTP/1.

use std::cell::RefCell;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use http::HeaderValue;

use crate::headers::HttpDate;

thread_local! {
    /// The last date, and its second since the epoch.
    static WRITTEN: RefCell<(u64, HeaderValue)> = const { RefCell::new((0, HeaderValue::from_static(""))) };
}

/// The current date, formatted once per second.
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
