//! One budget for the bodies of all connections, in memory and on disk.
//!
//! Content that is received and kept is counted; each body has a [`Claim`], which asks before it reads.
//! Content that passes through is not counted. Nothing here does I/O or depends on a runtime: waiting tasks
//! are woken, and the clock runs on a thread that exists only while a task waits.

use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::Weak;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::task::Waker;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::gateway::Limits;

mod claim;
mod place;
mod pool;
mod queue;
#[cfg(test)]
mod tests;

pub(crate) use claim::Claim;
pub(crate) use claim::Hold;
pub(crate) use place::Need;

use claim::Holding;
use place::Held;
use place::Sizes;
use place::Usage;
use queue::State;

/// The interval of the clock while a body waits.
const TICK: Duration = Duration::from_millis(100);

/// The budget for the bodies of all requests of a server, as one connection sees it.
///
/// Its size is set by [`Limits::budget_memory_bytes`](crate::gateway::Limits::budget_memory_bytes) and
/// [`Limits::budget_disk_bytes`](crate::gateway::Limits::budget_disk_bytes) of its
/// [`ServerInfo`](crate::gateway::ServerInfo). One connection holds at most an eighth of either. Clones
/// belong to the same connection.
///
/// A gateway with several connections must only call [`for_connection`](Self::for_connection) for each; a
/// gateway with one connection need not do anything.
///
/// ```
/// use rustzeug::gateway::ServerInfo;
///
/// let server = ServerInfo::new("example.org", 80);
/// let connection = server.clone().with_budget(server.budget().for_connection());
/// assert_eq!(connection.budget().memory(), 0);
/// ```
#[derive(Clone)]
pub struct Budget(Arc<Share>);

impl Budget {
    /// Returns the same budget for another connection.
    #[must_use]
    pub fn for_connection(&self) -> Self {
        Self(Share::of(&self.0.total))
    }

    /// The bytes that bodies of all connections now hold in memory.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.0.total.state().pools.memory.used()
    }

    /// The bytes that bodies of all connections now hold in temporary files.
    #[must_use]
    pub fn disk(&self) -> u64 {
        self.0.total.state().pools.disk.used()
    }

    /// Takes memory for a body of `length` bytes, if that is at most `most`, memory is plentiful and no body
    /// waits.
    pub(crate) fn take(&self, length: u64, most: u64, limits: &Limits) -> Option<Hold> {
        if length > most {
            return None;
        }
        let mut state = self.0.total.state();
        let is_plain = !state.is_waited_for()
            && Sizes::of(limits).has_plenty(&state.pools.memory, &self.0.usage(), length);
        is_plain.then(|| Hold::memory(&mut state, &self.0, length))
    }

    /// Creates the claim of a new body, which holds nothing yet.
    pub(crate) fn claim(&self) -> Claim {
        Claim::new(&self.0)
    }
}

/// A new, unused budget.
impl Default for Budget {
    fn default() -> Self {
        Self(Share::of(&Arc::default()))
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget")
            .field("memory", &self.memory())
            .field("disk", &self.disk())
            .finish()
    }
}

/// The holdings of one connection. They change only under the lock of the whole budget.
#[derive(Debug)]
struct Share {
    total: Arc<Total>,
    connection: u64,
    memory: AtomicU64,
    disk: AtomicU64,
}

impl Share {
    fn of(total: &Arc<Total>) -> Arc<Self> {
        Arc::new(Self {
            total: Arc::clone(total),
            connection: total.connections.fetch_add(1, Ordering::Relaxed),
            memory: AtomicU64::new(0),
            disk: AtomicU64::new(0),
        })
    }

    fn usage(&self) -> Usage {
        Usage {
            connection: self.connection,
            memory: self.memory.load(Ordering::Relaxed),
            disk: self.disk.load(Ordering::Relaxed),
        }
    }

    /// Records that a body of the connection now holds more.
    fn add(&self, before: Held, now: Held) {
        let more = |now: u64, before: u64| now.saturating_sub(before);
        self.memory
            .fetch_add(more(now.memory, before.memory), Ordering::Relaxed);
        self.disk
            .fetch_add(more(now.disk, before.disk), Ordering::Relaxed);
    }

    /// Records that a body of the connection released something, which may serve waiting bodies.
    fn take_back(&self, state: &mut State, kind: Holding, bytes: u64) {
        let (pool, own) = match kind {
            Holding::Memory => (&mut state.pools.memory, &self.memory),
            Holding::Disk => (&mut state.pools.disk, &self.disk),
        };
        pool.take_back(bytes);
        own.fetch_sub(bytes, Ordering::Relaxed);
        state.change();
    }
}

/// The holdings of all connections.
#[derive(Debug, Default)]
struct Total {
    state: Mutex<State>,
    connections: AtomicU64,
}

impl Total {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the holdings, then serves the waiting bodies.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let changed = change(&mut state);
        if state.is_quiet() {
            return changed;
        }
        state.serve();
        let (woken, left) = state.dismissed();
        drop(state);
        woken.into_iter().for_each(Waker::wake);
        drop(left);
        changed
    }

    /// Starts the thread that watches the clock, if needed; `false` if that fails.
    fn is_timed(self: &Arc<Self>, state: &mut State) -> bool {
        if !state.is_timed {
            let total = Arc::downgrade(self);
            let clock = thread::Builder::new().name("rustzeug-budget".to_owned());
            state.is_timed = clock.spawn(move || keep_time(&total)).is_ok();
        }
        state.is_timed
    }

    /// Lets time pass; returns whether a body still waits.
    fn pass(&self, time: Duration) -> bool {
        self.change(|state| {
            state.pass(time);
            state.is_timed = state.is_waited_for();
            state.is_timed
        })
    }
}

/// Runs until no body waits.
fn keep_time(total: &Weak<Total>) {
    let mut last = Instant::now();
    loop {
        thread::sleep(TICK);
        let now = Instant::now();
        // If the process was stopped, nothing could have been released in that time, so it does not count.
        let passed = now.saturating_duration_since(last).min(2 * TICK);
        last = now;
        if !total.upgrade().is_some_and(|total| total.pass(passed)) {
            return;
        }
    }
}
