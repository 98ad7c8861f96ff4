//! Finds out that a task blocks its lane: an `async fn` that should be a plain `fn`.
//!
//! Lanes are asked for a sign of life about once a second, and for each new connection. So a task that blocks often or
//! for long is found, and a request costs nothing but a look at a flag.

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

/// A lane that has not answered for so long gets no new connections, if others do. A leader that is stuck in a job is
/// replaced within a third of it.
const SLOW: Duration = Duration::from_millis(10);

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

    /// Asks, unless the last question is not answered yet.
    pub(super) fn ask(&self) {
        let mut question = self.question();
        if question.is_none() {
            *question = Some(Question {
                since: Instant::now(),
                is_reported: false,
            });
            self.is_pending.store(true, Ordering::Relaxed);
        }
    }

    /// Returns how long the question has waited, if that must be reported.
    pub(super) fn must_report(&self) -> Option<Duration> {
        let mut question = self.question();
        let last = question.as_mut()?;
        let waited = last.since.elapsed();
        let is_new = waited > SILENT && !std::mem::replace(&mut last.is_reported, true);
        is_new.then_some(waited)
    }

    /// Returns how long the question has waited so far; zero if it is answered.
    pub(super) fn waited(&self) -> Duration {
        if !self.is_pending() {
            return Duration::ZERO;
        }
        let question = *self.question();
        question.map_or(Duration::ZERO, |question| question.since.elapsed())
    }

    /// Returns how slow the lane is: 0 if it answers in time, and one more for each doubling of the time.
    pub(super) fn slowness(&self) -> u32 {
        let times = self.waited().as_millis() / SLOW.as_millis();
        times.checked_ilog2().map_or(0, |doublings| doublings + 1)
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
        asked.ask();
        assert!(asked.is_pending());
        assert_eq!(asked.must_report(), None, "it is not late yet");
        assert_eq!(
            (asked.answer(), asked.is_pending()),
            (None, false),
            "in time"
        );
        assert_eq!(asked.answer(), None, "there is no question");
    }

    /// Makes the question older.
    fn pass(asked: &Asked, time: Duration) {
        let mut question = asked.question();
        let question = question.as_mut().expect("it was asked");
        question.since = question.since.checked_sub(time).expect("a short time");
    }

    #[test]
    fn a_late_answer_is_reported_and_so_is_none() {
        let asked = Asked::default();
        asked.ask();
        pass(&asked, SILENT * 2);
        asked.ask();
        assert!(asked.must_report().unwrap() > SILENT, "it does not answer");
        assert_eq!(asked.must_report(), None, "that was reported");
        assert!(asked.answer().unwrap() > LATE, "it answers at last");
    }

    #[test]
    fn a_lane_that_does_not_answer_is_slow() {
        let asked = Asked::default();
        assert_eq!(asked.slowness(), 0, "it was not asked");
        asked.ask();
        pass(&asked, SLOW);
        let slow = asked.slowness();
        assert!(slow > 0);
        pass(&asked, SLOW * 100);
        assert!(
            asked.slowness() > slow,
            "on a busy machine, others are slow too"
        );
        assert!(asked.waited() > SLOW * 100);
        asked.answer();
        assert_eq!((asked.slowness(), asked.waited()), (0, Duration::ZERO));
    }
}
