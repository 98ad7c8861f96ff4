//! How tests wait: for the event itself, not for a fixed time. No other file of the tests sleeps.
//!
//! What happens soon is waited for by [`until`], however long a busy machine takes. Where time itself is what a test
//! is about, it lets some [`pass`], and says what for.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// How long a test waits for what should happen soon: longer than the busiest machine takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The time between two looks.
const TICK: Duration = Duration::from_millis(5);

/// How long something stays the same that has come to rest.
const REST: Duration = Duration::from_millis(100);

/// What a look gives, once it gives something within a time.
pub(crate) fn within<T>(time: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let seen = look();
        if seen.is_some() || start.elapsed() >= time {
            return seen;
        }
        thread::sleep(TICK);
    }
}

/// What a look gives, once it is `Ok`; when it never is, the last error is told.
pub(crate) fn until_ok<T, E: Debug>(what: &str, mut look: impl FnMut() -> Result<T, E>) -> T {
    let mut last = None;
    let seen = within(PATIENCE, || look().map_err(|error| last = Some(error)).ok());
    seen.unwrap_or_else(|| panic!("{what}: not within {PATIENCE:?}: {last:?}"))
}

/// Waits until something holds.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    until_ok(what, || holds().then_some(()).ok_or("it does not hold"));
}

/// Waits until a flag is set.
pub(crate) fn wait_for(flag: &AtomicBool) {
    until("a flag", || flag.load(Ordering::SeqCst));
}

/// Sets its flag when it is dropped.
pub(crate) struct Guard(pub(crate) Arc<AtomicBool>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// What a look gives, once it has given the same for a while, and `fine` of it holds.
pub(crate) fn settled<T: PartialEq + Debug>(
    mut look: impl FnMut() -> T,
    fine: impl Fn(&T) -> bool,
) -> T {
    let (mut last, mut since) = (look(), Instant::now());
    until_ok("it comes to rest", || {
        let now = look();
        if now != last {
            since = Instant::now();
        }
        last = now;
        let rests = since.elapsed() >= REST && fine(&last);
        if rests {
            Ok(())
        } else {
            Err(format!("{last:?}"))
        }
    });
    last
}

/// Lets time pass that a test is about: a slow client, a limit that runs out, or a while in which something must not
/// happen. Never to wait for what happens soon: that is [`until`].
pub(crate) fn pass(time: Duration) {
    thread::sleep(time);
}

/// [`pass`] for what is asynchronous.
pub(crate) async fn pass_async(time: Duration) {
    tokio::time::sleep(time).await;
}

#[test]
fn no_other_test_sleeps() {
    fn look(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, found);
            } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with(file!()) {
                let text = std::fs::read_to_string(&path).unwrap();
                let lines = text.lines().filter(|line| line.contains("sleep("));
                found.extend(lines.map(|line| format!("{}: {}", path.display(), line.trim())));
            }
        }
    }
    let mut found = Vec::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    look(folder.as_ref(), &mut found);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
