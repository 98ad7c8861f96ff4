//! Queues for log lines: errors and the access log go through a bounded queue to another thread, so that requests do
//! not wait for a pipe, a terminal or a disk.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::io::Write;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::task::Waker;
use std::thread;
use std::time::Duration;

use crate::gateway::ErrorStream;
use crate::gateway::attempt;

/// The maximum number of bytes that wait, not counting the last line.
const WAITING_BYTES: usize = 1 << 20;

/// The capacity that an empty queue keeps, in bytes.
const KEPT_BYTES: usize = 16 << 10;

/// How long a stopping server waits until the rest is written.
const FAREWELL: Duration = Duration::from_secs(1);

/// The writing end of a queue. Each write is written whole and in order, or is dropped and counted; a write never
/// waits. Clones share the queue.
#[derive(Clone)]
pub(in crate::server) struct Lines(Arc<Handle>);

/// Ends the thread when the last clone is dropped, after everything is written.
struct Handle(Arc<Queue>);

impl Drop for Handle {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.closed = true;
        self.0.call(&mut state);
    }
}

struct Queue {
    state: Mutex<State>,
    /// The thread waits here.
    called: Condvar,
    /// The number of dropped lines of all queues of the server.
    dropped: Arc<AtomicU64>,
}

#[derive(Default)]
struct State {
    waiting: Pieces,
    /// Bytes that the thread has taken and not written yet.
    in_writing: usize,
    /// Lines that were dropped since the last report.
    dropped: u64,
    flush: bool,
    closed: bool,
    /// The thread waits to be woken.
    asleep: bool,
    /// The task that waits until everything is written.
    waker: Option<Waker>,
}

impl State {
    fn is_quiet(&self) -> bool {
        self.waiting.is_empty() && self.dropped == 0 && !self.flush
    }
}

/// Pieces that are written one by one.
#[derive(Default)]
struct Pieces {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Pieces {
    fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn push(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
        self.ends.push(self.bytes.len());
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let ranges = starts.zip(&self.ends);
        ranges.map(|(start, end)| &self.bytes[*start..*end])
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.bytes.shrink_to(KEPT_BYTES);
        self.ends.shrink_to(KEPT_BYTES / size_of::<usize>());
    }
}

impl Lines {
    /// A queue in front of `target`; its thread starts at once.
    ///
    /// The number of dropped lines is reported to `errors`, or, if there is none, to `target` itself.
    pub(in crate::server) fn to(
        target: impl Write + Send + 'static,
        errors: Option<ErrorStream>,
        dropped: &Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue {
            state: Mutex::default(),
            called: Condvar::new(),
            dropped: Arc::clone(dropped),
        });
        let reader = Arc::clone(&queue);
        thread::Builder::new()
            .name("rustzeug-lines".to_owned())
            .spawn(move || reader.write_all(target, errors.as_ref()))?;
        Ok(Self(Arc::new(Handle(queue))))
    }

    /// Adds a piece, or drops it if the queue is full.
    pub(super) fn push(&self, piece: &[u8]) {
        let queue = &*self.0.0;
        let mut state = queue.state();
        if state.waiting.bytes.len() + state.in_writing < WAITING_BYTES {
            state.waiting.push(piece);
        } else {
            let lines = piece.split_inclusive(|byte| *byte == b'\n').count() as u64;
            state.dropped += lines;
            queue.dropped.fetch_add(lines, Ordering::Relaxed);
        }
        queue.call(&mut state);
    }

    /// Waits until everything is written and flushed, but not for long, because the reader may have stopped.
    pub(in crate::server) async fn written(&self) {
        let queue = &*self.0.0;
        {
            let mut state = queue.state();
            state.flush = true;
            queue.call(&mut state);
        }
        let written = poll_fn(|context| {
            let mut state = queue.state();
            if state.is_quiet() && state.in_writing == 0 {
                return Poll::Ready(());
            }
            state.waker = Some(context.waker().clone());
            Poll::Pending
        });
        let _ = tokio::time::timeout(FAREWELL, written).await;
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    /// Requests a flush without waiting for it.
    fn flush(&mut self) -> io::Result<()> {
        let queue = &*self.0.0;
        let mut state = queue.state();
        state.flush = true;
        queue.call(&mut state);
        Ok(())
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lines")
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the thread if it sleeps.
    fn call(&self, state: &mut State) {
        if std::mem::take(&mut state.asleep) {
            self.called.notify_one();
        }
    }

    /// The work of the thread: writes what arrives, until nothing more can arrive.
    fn write_all(&self, mut target: impl Write, errors: Option<&ErrorStream>) {
        let (mut taken, mut torn) = (Pieces::default(), false);
        while let Some((dropped, flush)) = self.take(&mut taken) {
            for piece in taken.iter() {
                // A failure or a panic is ignored: there is nowhere to report it.
                let _ = attempt(|| target.write_all(piece));
                torn = !piece.ends_with(b"\n");
            }
            match errors {
                _ if dropped == 0 => {}
                Some(errors) => errors.line(&lines_dropped("access log", dropped)),
                None => {
                    let end = if std::mem::take(&mut torn) { "\n" } else { "" };
                    let line = format!("{end}{}\n", lines_dropped("error stream", dropped));
                    let _ = attempt(|| target.write_all(line.as_bytes()));
                }
            }
            if flush {
                let _ = attempt(|| target.flush());
            }
        }
        let _ = attempt(|| drop(target));
    }

    /// Takes everything that waits, in exchange for the pieces that are written. Returns the number of lines dropped
    /// after them, and whether to flush. `None` when the thread must end.
    fn take(&self, taken: &mut Pieces) -> Option<(u64, bool)> {
        taken.clear();
        let mut state = self.state();
        state.in_writing = 0;
        while state.is_quiet() {
            if let Some(waker) = state.waker.take() {
                waker.wake();
            }
            if state.closed {
                return None;
            }
            state.asleep = true;
            let called = self.called.wait_while(state, |state| state.asleep);
            state = called.unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::swap(&mut state.waiting, taken);
        state.in_writing = taken.bytes.len().max(1);
        let flush = std::mem::take(&mut state.flush);
        Some((std::mem::take(&mut state.dropped), flush))
    }
}

fn lines_dropped(what: &str, lines: u64) -> String {
    match lines {
        1 => format!("a line of the {what} was dropped, because it was not read in time"),
        lines => {
            format!("{lines} lines of the {what} were dropped, because they were not read in time")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// Records the pieces that are written; while a test holds the lock, writing blocks.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<String>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let piece = String::from_utf8_lossy(bytes).into_owned();
            assert!(piece != "panic\n", "the writer panics");
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(piece);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Kept {
        /// Waits until this many pieces are written.
        fn wait_for(&self, count: usize) -> Vec<String> {
            let pieces = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
            until(|| pieces().len() >= count);
            pieces().clone()
        }
    }

    /// Waits until something holds.
    fn until(holds: impl Fn() -> bool) {
        let start = Instant::now();
        while !holds() {
            assert!(start.elapsed() < Duration::from_secs(30), "it does not");
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn what_is_beyond_the_bound_is_dropped_and_told_on_a_line_of_its_own() {
        let (kept, dropped) = (Kept::default(), Arc::default());
        let lines = Lines::to(kept.clone(), None, &dropped).unwrap();
        let held = kept.0.lock().unwrap();
        lines.push(b"first\n");
        until(|| lines.0.0.state().in_writing > 0);
        let most = "x".repeat(WAITING_BYTES - b"first\n".len() - 1);
        lines.push(most.as_bytes());
        lines.push(b"at the bound");
        assert_eq!(dropped.load(Ordering::Relaxed), 0);
        lines.push(b"beyond\nit\n");
        assert_eq!(dropped.load(Ordering::Relaxed), 2);
        drop(held);
        let pieces = kept.wait_for(4);
        assert!(pieces[1] == most, "whole");
        assert_eq!(pieces[2], "at the bound");
        let told =
            "\n2 lines of the error stream were dropped, because they were not read in time\n";
        assert_eq!(pieces[3], told);
        // Pieces count as waiting until all of them are written.
        until(|| lines.0.0.state().in_writing == 0);
        lines.push(b"next\n");
        assert_eq!(kept.wait_for(5)[4], "next\n");
    }

    #[test]
    fn a_panic_of_the_writer_costs_its_line_alone() {
        let kept = Kept::default();
        let lines = Lines::to(kept.clone(), None, &Arc::default()).unwrap();
        for line in ["one\n", "panic\n", "two\n"] {
            lines.push(line.as_bytes());
        }
        drop(lines);
        assert_eq!(kept.wait_for(2), ["one\n", "two\n"], "written to its end");
    }
}
