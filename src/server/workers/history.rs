//! Where a plain `fn` runs: on its lane, or in the pool. Numbers and times only; threads and clocks are elsewhere.
//!
//! A lane runs its jobs one after another, between two turns of its event loop. This is the cheapest way for a `fn`
//! that computes, and wrong for a `fn` that waits, since nothing else happens on the lane in the meantime. So the runs
//! of each handler are timed. The time on the clock does not tell waiting from computing, and the processor time of the
//! thread costs two system calls. So a long run only arms the handler: the processor time of its next runs is taken
//! too.

use std::time::Duration;

use crate::gateway::Origin;

/// A run on a lane that takes longer arms its handler. 64 clients of a `fn` that waits for 1 ms get 890 responses per
/// second if it stays on the lane, 38,000 with this rule, and 40,000 from a pool that it never leaves.
const LONG: Duration = Duration::from_micros(100);

/// The number of runs of an armed handler whose processor time is taken.
const ARMED_RUNS: u8 = 8;

/// A run waits if it spends this time, and more than half of its time, without the processor. A switch to the pool and
/// back costs 1 to 7 µs.
const WAITING: Duration = Duration::from_micros(50);

/// A run in the pool that takes longer would delay a lane too much, even if it computes. So the processor time of
/// handlers that usually do is not taken.
const HEAVY: Duration = Duration::from_millis(1);

/// No worker is woken for a job if one will probably end its job within this time, and take the next. Waking costs up
/// to 7 µs.
const SOON: Duration = Duration::from_micros(50);

/// A handler comes back from the pool after this number of runs in a row that neither waited nor were heavy. A handler
/// that waits 50 ms in one of 1,000 runs stops its lane for 2 ms each time, and runs in the pool after that for 6 % of
/// its runs.
const PROBATION: u8 = 64;

/// No job is begun after this time of a turn: the lane looks at its sockets first. The 99th percentile of `async fn`s
/// beside `fn`s that compute was 4.5 ms without this rule, and 1.5 ms with it.
pub(in crate::server) const TURN: Duration = Duration::from_micros(200);

/// The times of one run.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Run {
    /// From its start to its end.
    pub(in crate::server) wall: Duration,
    /// The processor time of its thread, if it was taken.
    pub(in crate::server) processor: Option<Duration>,
}

impl Run {
    /// Returns whether the run has waited; unknown without the processor time.
    fn has_waited(self) -> bool {
        let waited = |processor| self.wall.saturating_sub(processor);
        self.processor
            .map(waited)
            .is_some_and(|waited| waited > WAITING && waited * 2 > self.wall)
    }
}

/// What is known about a handler. It fits into the note of an [`Origin`], in which 0 is a new handler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::server) struct History {
    /// The number of runs in the pool that are left before it comes back to the lane.
    pooled: u8,
    /// The number of runs whose processor time will be taken.
    armed: u8,
    /// How long a run in the pool takes, in microseconds, over the last few runs; 0 if that is not known.
    usual: u16,
    /// The number of its jobs that occupy threads, or wait for some: those in the pool, and those that have stopped a
    /// lane and still run.
    held: u32,
}

impl History {
    pub(in crate::server) fn of(origin: &Origin) -> Self {
        Self::of_note(origin.note())
    }

    /// Changes what is known about a handler, and returns it.
    pub(in crate::server) fn update(origin: &Origin, change: impl Fn(Self) -> Self) -> Self {
        Self::of_note(origin.update_note(|note| change(Self::of_note(note)).note()))
    }

    fn of_note(note: u64) -> Self {
        let [pooled, armed, low, high, held @ ..] = note.to_le_bytes();
        Self {
            pooled,
            armed,
            usual: u16::from_le_bytes([low, high]),
            held: u32::from_le_bytes(held),
        }
    }

    fn note(self) -> u64 {
        let [low, high] = self.usual.to_le_bytes();
        let [a, b, c, d] = self.held.to_le_bytes();
        u64::from_le_bytes([self.pooled, self.armed, low, high, a, b, c, d])
    }

    /// Returns whether its jobs go to the pool.
    pub(in crate::server) fn is_pooled(self) -> bool {
        self.pooled > 0
    }

    /// Returns whether only one of its jobs occupies a thread, or waits for one.
    pub(in crate::server) fn holds_one(self) -> bool {
        self.held == 1
    }

    /// Returns whether the processor time of its next run must be taken.
    pub(in crate::server) fn is_timed(self) -> bool {
        self.armed > 0 || (self.is_pooled() && Duration::from_micros(self.usual.into()) <= HEAVY)
    }

    /// The number of its other jobs that will probably end soon.
    pub(in crate::server) fn end_soon(self) -> usize {
        let per_job = u128::from(self.usual);
        let others = self.held.saturating_sub(1);
        let ended = u128::from(others) * SOON.as_micros();
        let ended = ended.checked_div(per_job).unwrap_or(0);
        usize::try_from(ended).unwrap_or(usize::MAX)
    }

    /// After a run on a lane.
    pub(in crate::server) fn ran_on_lane(self, run: Run) -> Self {
        if run.has_waited() {
            return self.usually(run).in_pool();
        }
        let armed = match run.processor {
            None if run.wall > LONG => ARMED_RUNS,
            None => self.armed,
            Some(_) => self.armed.saturating_sub(1),
        };
        Self { armed, ..self }
    }

    /// After a run in the pool. A run that neither waited nor was heavy only counts if its processor time was taken.
    pub(in crate::server) fn ran_in_pool(self, run: Run) -> Self {
        let history = self.usually(run);
        if run.has_waited() || run.wall > HEAVY {
            return history.in_pool();
        }
        let counts = u8::from(run.processor.is_some());
        let pooled = self.pooled.saturating_sub(counts);
        Self { pooled, ..history }
    }

    /// A run changes what is usual by a quarter.
    fn usually(self, run: Run) -> Self {
        let wall = u16::try_from(run.wall.as_micros()).unwrap_or(u16::MAX);
        let usual = match self.usual {
            0 => wall,
            usual => usual - usual / 4 + wall / 4,
        };
        let usual = usual.max(1);
        Self { usual, ..self }
    }

    /// Sends it to the pool: it has waited, or has stopped a lane.
    pub(in crate::server) fn in_pool(self) -> Self {
        Self {
            pooled: PROBATION,
            armed: 0,
            ..self
        }
    }

    /// One more of its jobs occupies a thread.
    pub(in crate::server) fn hold(self) -> Self {
        let held = self.held.saturating_add(1);
        Self { held, ..self }
    }

    /// One of them has ended.
    pub(in crate::server) fn release(self) -> Self {
        let held = self.held.saturating_sub(1);
        Self { held, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(wall: u64, processor: Option<u64>) -> Run {
        Run {
            wall: Duration::from_micros(wall),
            processor: processor.map(Duration::from_micros),
        }
    }

    const NEW: History = History {
        pooled: 0,
        armed: 0,
        usual: 0,
        held: 0,
    };
    const IN_POOL: History = History {
        pooled: PROBATION,
        ..NEW
    };

    fn armed(armed: u8) -> History {
        History { armed, ..NEW }
    }

    fn usually(usual: u16, history: History) -> History {
        History { usual, ..history }
    }

    #[test]
    fn runs_on_a_lane_decide_whether_a_handler_stays() {
        let look = armed(ARMED_RUNS);
        #[rustfmt::skip]
        let rows = [
            // (before, microseconds, of these on the processor, after, why)
            (NEW,  5,     None,        NEW,                     "a short run changes nothing"),
            (NEW,  100,   None,        NEW,                     "at the limit"),
            (NEW,  101,   None,        look,                    "a long run: look more closely"),
            (look, 5,     Some(5),     armed(7),                "short this time"),
            (look, 1_000, Some(1_000), armed(7),                "it computes"),
            (look, 1_000, Some(600),   armed(7),                "it mostly computes"),
            (look, 1_000, Some(10),    usually(1_000, IN_POOL), "it waits"),
            (look, 120,   Some(69),    armed(7),                "it waits for 51 of 120, which is less than half"),
            (look, 90,    Some(39),    usually(90, IN_POOL),    "it waits for 51 of 90"),
            (look, 40,    Some(1),     armed(7),                "it waits too little for a switch to be worth it"),
            (look, 5,     Some(9),     armed(7),                "the two clocks are not one"),
        ];
        for (before, wall, processor, after, why) in rows {
            assert_eq!(before.ran_on_lane(run(wall, processor)), after, "{why}");
        }
    }

    #[test]
    fn a_handler_that_computes_is_timed_in_eight_of_nine_runs_and_stays() {
        let mut history = NEW;
        let mut timed = 0;
        for _ in 0..900 {
            timed += usize::from(history.is_timed());
            let processor = history.is_timed().then_some(300);
            history = history.ran_on_lane(run(300, processor));
            assert!(!history.is_pooled());
        }
        assert_eq!(timed, 800);
    }

    #[test]
    fn a_handler_comes_back_after_enough_short_runs_in_a_row() {
        let mut history = IN_POOL;
        for _ in 1..PROBATION {
            history = history.ran_in_pool(run(5, Some(5)));
            assert!(history.is_pooled() && history.is_timed());
        }
        #[rustfmt::skip]
        let rows = [
            (run(5, Some(5)),         false, "the last one"),
            (run(900, Some(900)),     false, "computing is fine"),
            (run(1_001, Some(1_001)), true,  "but not for long"),
            (run(300, Some(5)),       true,  "it waits again"),
            (run(300, None),          true,  "nobody knows"),
        ];
        for (run, stays, why) in rows {
            assert_eq!(history.ran_in_pool(run).is_pooled(), stays, "{why}");
        }
    }

    #[test]
    fn a_handler_that_waits_for_long_is_timed_again_when_its_runs_are_short() {
        let mut history = NEW.ran_on_lane(run(50_000, Some(10)));
        assert!(history.is_pooled() && !history.is_timed());
        for _ in 0..1_000 {
            let processor = history.is_timed().then_some(5);
            history = history.ran_in_pool(run(5, processor));
        }
        assert!(!history.is_pooled(), "it comes back");
    }

    #[test]
    fn the_jobs_that_end_soon_are_known_from_the_usual_time() {
        #[rustfmt::skip]
        let rows = [
            // (microseconds, jobs, of which so many end within 50, why)
            (0,       60,  0,  "nothing is known"),
            (1_000,   0,   0,  "there is none"),
            (40,      1,   0,  "the one that asks does not count"),
            (1_000,   20,  0,  "one of 19 others ends every 53"),
            (1_000,   21,  1,  "one of 20 others ends every 50"),
            (100,     10,  4,  "short ones"),
            (50_000,  512, 0,  "long ones"),
            (u16::MAX, 9,  0,  "as long as can be stored"),
        ];
        for (usual, held, soon, why) in rows {
            let history = History {
                held,
                ..usually(usual, IN_POOL)
            };
            assert_eq!(history.end_soon(), soon, "{why}");
        }
        let long = IN_POOL.ran_in_pool(run(10_000_000, None));
        assert_eq!(long.usual, u16::MAX);
        let mut short = long;
        for _ in 0..100 {
            short = short.ran_in_pool(run(8, None));
        }
        assert!((1..100).contains(&short.usual), "{short:?}");
    }

    #[test]
    fn the_jobs_of_a_handler_that_occupy_threads_are_counted() {
        let one = IN_POOL.hold();
        assert!(!IN_POOL.holds_one() && one.holds_one() && !one.hold().holds_one());
        assert_eq!(one.hold().release(), one);
        assert_eq!(NEW.release(), NEW);
    }

    #[test]
    fn a_history_is_a_number_and_a_new_handler_is_zero() {
        assert_eq!(History::of_note(0), NEW);
        for history in [
            IN_POOL,
            armed(3),
            armed(3).hold().hold(),
            usually(40_000, IN_POOL),
        ] {
            assert_eq!(History::of_note(history.note()), history);
        }
    }
}
