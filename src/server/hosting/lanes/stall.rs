//! Finds out that a task blocks its lane: an `async fn` that should be a plain `fn`.
//!
//! Lanes are asked for a sign of life now and then, at most once a second. So a task that blocks often or for long is
//! found, and a request costs nothing but a look at a flag.

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

/// A handler is reported if the question has waited so long when its poll ends. On a busy machine, it may wait for its
/// core for some milliseconds.
const LATE: Duration = Duration::from_millis(100);

/// A lane is reported if it has not answered for so long.
const SILENT: Duration = Duration::from_secs(2);

/// A question to a lane, until it is answered.
#[derive(Default)]
pub(super) struct Asked {
    is_pending: AtomicBool,
    question: Mutex<Option<Question>>,
}

#[derive(Clone, Copy)]
struct Question {
    since: Instant,
    is_reported: bool,
}

impl Asked {
    fn question(&self) -> MutexGuard<'_, Option<Question>> {
        self.question.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_pending(&self) -> bool {
        self.is_pending.load(Ordering::Relaxed)
    }

    /// Asks, unless the last question is not answered yet. If that must be reported, returns how long it has waited.
    pub(super) fn ask(&self) -> Option<Duration> {
        let mut question = self.question();
        let Some(last) = &mut *question else {
            *question = Some(Question {
                since: Instant::now(),
                is_reported: false,
            });
            self.is_pending.store(true, Ordering::Relaxed);
            return None;
        };
        let waited = last.since.elapsed();
        let is_new = waited > SILENT && !std::mem::replace(&mut last.is_reported, true);
        is_new.then_some(waited)
    }

    /// Answers. Returns how long the question has waited, if that is long.
    pub(super) fn answer(&self) -> Option<Duration> {
        let question = self.question().take()?;
        self.is_pending.store(false, Ordering::Relaxed);
        let waited = question.since.elapsed();
        (waited > LATE).then_some(waited)
    }
}

/// The line for the log.
pub(super) fn blocked(name: &str, time: Duration) -> String {
    let milliseconds = time.as_millis();
    format!(
        "{name} has blocked an event loop for at least {milliseconds} ms, and all its connections: do this in a plain \
         `fn`, or with `environ.blocking()`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_answered_once() {
        let asked = Asked::default();
        assert!(!asked.is_pending());
        assert_eq!((asked.ask(), asked.is_pending()), (None, true));
        assert_eq!(asked.ask(), None, "it is not late yet");
        assert_eq!(
            (asked.answer(), asked.is_pending()),
            (None, false),
            "in time"
        );
        assert_eq!(asked.answer(), None, "there is no question");
    }

    #[test]
    fn a_late_answer_is_reported_and_so_is_none() {
        let asked = Asked::default();
        asked.ask();
        let early = Instant::now().checked_sub(SILENT * 2).unwrap();
        asked.question().as_mut().unwrap().since = early;
        assert!(asked.ask().unwrap() > SILENT, "it does not answer");
        assert_eq!(asked.ask(), None, "that was reported");
        assert!(asked.answer().unwrap() > LATE, "it answers at last");
    }
}
