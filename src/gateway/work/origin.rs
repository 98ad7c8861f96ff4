//! Where blocking work comes from, so that servers can treat each handler by what it did before.

use std::any::TypeId;
use std::hash::Hash;
use std::hash::Hasher;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

/// The handler or the kind of work that a [`Job`](crate::gateway::Job) comes from.
///
/// A server that runs jobs can store a number in it, and finds the number again in the next job of the same origin. The
/// embedded server stores whether a handler waits for something. A new origin has the number 0. A program with more
/// than a thousand handlers has some that share an origin, so the number should only be used for decisions about speed.
///
/// ```
/// use rustzeug::gateway::{Blocking, Job, Workers, block_on};
/// use std::sync::Arc;
///
/// /// Runs jobs in place, and counts them by origin.
/// struct Counting;
///
/// impl Workers for Counting {
///     fn submit(&self, job: Arc<dyn Job>) -> bool {
///         if let Some(origin) = job.origin() {
///             origin.update_note(|count| count + 1);
///         }
///         job.run();
///         true
///     }
///
///     fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
///         self.submit(job)
///     }
/// }
///
/// let blocking = Blocking::on(Arc::new(Counting));
/// let six_times_seven = || block_on(blocking.run(|| 6 * 7));
/// assert_eq!((six_times_seven()?, six_times_seven()?), (42, 42)); // one origin, whose number is now 2
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Origin(AtomicU64);

/// The origins of handlers, given out one after another.
static OF_HANDLERS: [Origin; 1024] = [const { Origin(AtomicU64::new(0)) }; 1024];

/// The origins of other work, by the type of its code.
static OF_TYPES: [Origin; 256] = [const { Origin(AtomicU64::new(0)) }; 256];

impl Origin {
    /// The origin of a new handler. They are static, because a request must not pay for a counted reference.
    pub(crate) fn of_handler() -> &'static Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        &OF_HANDLERS[next % OF_HANDLERS.len()]
    }

    /// The origin of all work of a type. Each closure in a program has its own type.
    pub(crate) fn of_type<F: 'static>() -> &'static Self {
        let mut bits = Bits(0);
        TypeId::of::<F>().hash(&mut bits);
        &OF_TYPES[(bits.0 % 256) as usize]
    }

    /// The number that was stored last.
    #[must_use]
    pub fn note(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Replaces the number by a function of it, which may be called several times, and returns the new number.
    pub fn update_note(&self, change: impl Fn(u64) -> u64) -> u64 {
        let mut note = self.note();
        loop {
            let new = change(note);
            if new == note {
                return new;
            }
            let (store, load) = (Ordering::Relaxed, Ordering::Relaxed);
            match self.0.compare_exchange_weak(note, new, store, load) {
                Ok(_) => return new,
                Err(other) => note = other,
            }
        }
    }
}

/// A `TypeId` is a hash already.
struct Bits(u64);

impl Hasher for Bits {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes
            .iter()
            .fold(self.0, |bits, byte| bits << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, bits: u64) {
        self.0 = bits;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<F: 'static>(_: F) -> *const Origin {
        Origin::of_type::<F>()
    }

    #[test]
    fn each_handler_and_each_type_of_work_has_an_origin() {
        assert!(!std::ptr::eq(Origin::of_handler(), Origin::of_handler()));
        let work = || 1;
        assert_eq!(of(work), of(work), "the same code");
        // Of sixteen types, two may share an origin.
        let types = [
            of(|| 1),
            of(|| 2),
            of(|| 3),
            of(|| 4),
            of(1_u8),
            of(1_u16),
            of(1_u32),
            of("x"),
        ];
        assert!(types.iter().any(|other| *other != types[0]));
    }
}
