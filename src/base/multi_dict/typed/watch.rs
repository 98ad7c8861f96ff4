//! What serde finds wrong on the way, whether it tells in the end or not.
//!
//! A `flatten`ed `Option` and an untagged enum try something and drop the fault when it does not fit. But
//! serde makes each fault by the constructors of our type, and there it is written down. They are given no
//! context, so this is kept per thread: as a count, which costs next to nothing, and as a log while an attempt
//! is being watched.

use std::cell::Cell;
use std::cell::RefCell;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// What was seen during one attempt, in order.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Values that did not fit where serde tried them.
    pub(super) refusals: Vec<Refusal>,
    /// Faults that say nothing of a value.
    pub(super) unnamed: Vec<String>,
    /// Names whose values were put aside, at their first pairs.
    pub(super) aside: Vec<usize>,
}

/// A value that did not fit.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) found: FoundValue,
    pub(super) wanted: String,
    /// The name that was being read, at its first pair; none for what was put aside before.
    pub(super) within: Option<usize>,
    /// Whether something else was made of the values of that name.
    pub(super) is_settled: bool,
}

/// What a value was when it did not fit.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FoundValue {
    /// A text, and where in memory it stands: serde borrows it, so that tells which one it is.
    Text {
        address: usize,
        length: usize,
    },
    /// A number, a truth value or nothing, that was a text once.
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

/// How many faults there have been on this thread.
pub(super) fn count() -> u64 {
    COUNT.get()
}

/// Runs an attempt, and gives what was seen meanwhile. What an attempt around it has seen is kept.
pub(super) fn during<T>(attempt: impl FnOnce() -> T) -> (T, Log) {
    let around = Restore(LOG.replace(Some(Log::default())));
    let outcome = attempt();
    let log = LOG.take().unwrap_or_default();
    drop(around);
    (outcome, log)
}

/// Puts back the log of the attempt around this one, also when a type panics.
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

/// Notes that values of a name are put aside.
pub(super) fn aside(first: usize) {
    LOG.with_borrow_mut(|log| {
        let aside = log.as_mut().map(|log| &mut log.aside);
        if let Some(aside) = aside.filter(|aside| aside.last() != Some(&first)) {
            aside.push(first);
        }
    });
}

/// How many refusals there are so far.
pub(super) fn refusals() -> usize {
    LOG.with_borrow(|log| log.as_ref().map_or(0, |log| log.refusals.len()))
}

/// Notes of which name the refusals since then are.
pub(super) fn close(since: usize, first: usize, is_settled: bool) {
    LOG.with_borrow_mut(|log| {
        let refusals = log.as_mut().map(|log| &mut log.refusals[since..]);
        for refusal in refusals.into_iter().flatten() {
            refusal.within = Some(first);
            refusal.is_settled = is_settled;
        }
    });
}
