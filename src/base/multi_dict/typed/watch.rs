//! Records the faults that serde finds, even those that it drops.
//!
//! A `flatten`ed `Option` and an untagged enum try a value and drop the fault if it does not fit. But serde
//! creates each fault with a constructor of the error type here, which records it. The constructors get no
//! context, so the record is kept per thread: a count, which costs almost nothing, and a log while an attempt
//! is watched.

use std::cell::Cell;
use std::cell::RefCell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// The observations of one attempt, in order.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Values that did not fit where serde tried them.
    pub(super) refusals: Vec<Refusal>,
    /// Faults that do not name a value.
    pub(super) unnamed: Vec<String>,
    /// Names whose values serde has buffered, at their first pairs.
    pub(super) aside: Vec<usize>,
}

/// A value that did not fit.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) found: FoundValue,
    pub(super) wanted: String,
    /// The name that was being read, at its first pair; `None` for a value that was buffered before.
    pub(super) within: Option<usize>,
    /// Whether the values of that name were then read in another way.
    pub(super) is_settled: bool,
}

/// The form of a value that did not fit.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FoundValue {
    /// A text and its address in memory: serde borrows the text, so the address identifies it.
    Text {
        address: usize,
        length: usize,
    },
    /// A number, a Boolean or nothing, made from a text.
    Shown(String),
    List,
    Other,
}

impl FoundValue {
    pub(super) fn text(text: &[u8]) -> Self {
        Self::Text {
            address: text.as_ptr().addr(),
            length: text.len(),
        }
    }
}

/// The number of faults on this thread.
pub(super) fn count() -> u64 {
    COUNT.get()
}

/// Runs an attempt and returns its observations. The log of an outer attempt is kept.
pub(super) fn during<T>(attempt: impl FnOnce() -> T) -> (T, Log) {
    let around = Restore(LOG.replace(Some(Log::default())));
    let outcome = attempt();
    let log = LOG.take().unwrap_or_default();
    drop(around);
    (outcome, log)
}

/// Restores the log of the outer attempt, also after a panic of a type.
struct Restore(Option<Log>);

impl Drop for Restore {
    fn drop(&mut self) {
        LOG.set(self.0.take());
    }
}

fn note(note: impl FnOnce(&mut Log)) {
    COUNT.set(COUNT.get().wrapping_add(1));
    LOG.with_borrow_mut(|log| log.as_mut().map(note));
}

pub(super) fn refused(refusal: &Refusal) {
    note(|log| log.refusals.push(refusal.clone()));
}

pub(super) fn unnamed(message: &str) {
    note(|log| log.unnamed.push(message.to_owned()));
}

/// Records that serde buffers the values of a name.
pub(super) fn aside(first: usize) {
    LOG.with_borrow_mut(|log| {
        let aside = log.as_mut().map(|log| &mut log.aside);
        if let Some(aside) = aside.filter(|aside| aside.last() != Some(&first)) {
            aside.push(first);
        }
    });
}

/// The number of refusals so far.
pub(super) fn refusals() -> usize {
    LOG.with_borrow(|log| log.as_ref().map_or(0, |log| log.refusals.len()))
}

/// Records the name that the refusals since then belong to.
pub(super) fn close(since: usize, first: usize, is_settled: bool) {
    LOG.with_borrow_mut(|log| {
        let refusals = log.as_mut().map(|log| &mut log.refusals[since..]);
        for refusal in refusals.into_iter().flatten() {
            refusal.within = Some(first);
            refusal.is_settled = is_settled;
        }
    });
}
