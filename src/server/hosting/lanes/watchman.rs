//! The watchman of the lanes: a thread that finds leaders that are stuck in a job.
//!
//! It sleeps until a lane runs jobs, and then checks all lanes every millisecond.

use std::io;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

/// The interval of its checks, and how many it makes while no lane runs jobs before it sleeps: waking it for each of a
/// few jobs per second would cost more.
const TICK: Duration = Duration::from_millis(1);
const QUIET_TICKS: u32 = 50;

/// What it checks.
pub(super) trait Watched: Send + 'static {
    /// Replaces leaders that are stuck. Returns whether jobs have run since the last check.
    fn check(&mut self) -> bool;

    /// Returns whether jobs run now.
    fn is_busy(&self) -> bool;
}

#[derive(Default)]
pub(super) struct Watchman {
    is_awake: AtomicBool,
    post: Mutex<Post>,
    /// It sleeps here.
    called: Condvar,
}

#[derive(Default)]
struct Post {
    is_called: bool,
    is_over: bool,
}

impl Watchman {
    pub(super) fn start(self: &Arc<Self>, watched: impl Watched) -> io::Result<()> {
        let watchman = Arc::clone(self);
        thread::Builder::new()
            .name("rustzeug-watch".to_owned())
            .spawn(move || watchman.watch(watched))?;
        Ok(())
    }

    /// Wakes it, if it sleeps. A lane calls after it has begun to run jobs.
    pub(super) fn call(&self) {
        if self.is_awake.load(Ordering::Acquire) {
            return;
        }
        let mut post = self.post();
        post.is_called = true;
        self.is_awake.store(true, Ordering::Release);
        self.called.notify_one();
    }

    pub(super) fn end(&self) {
        self.post().is_over = true;
        self.called.notify_one();
    }

    fn post(&self) -> MutexGuard<'_, Post> {
        self.post.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, mut watched: impl Watched) {
        while self.sleep() {
            let mut quiet = 0;
            while quiet < QUIET_TICKS && !self.post().is_over {
                thread::sleep(TICK);
                quiet = if watched.check() { 0 } else { quiet + 1 };
            }
            self.is_awake.store(false, Ordering::Release);
            // A lane that began to run jobs before that has not called.
            if watched.is_busy() {
                self.call();
            }
        }
    }

    /// Sleeps until it is called; `false` at the end.
    fn sleep(&self) -> bool {
        let uncalled = |post: &mut Post| !post.is_called && !post.is_over;
        let mut post = self
            .called
            .wait_while(self.post(), uncalled)
            .unwrap_or_else(PoisonError::into_inner);
        post.is_called = false;
        !post.is_over
    }
}
