//! Helpers for several test files.

use std::io;
use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

use crate::waiting::until_ok;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::ErrorStream;
use rustzeug::gateway::Job;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::Workers;
use rustzeug::gateway::call;
use rustzeug::http;
use rustzeug::{Request, Response};

/// Drives a future on this thread, as a server without a runtime would.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let mut future = std::pin::pin!(future);
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        thread::park();
    }
}

/// The response that a server sends: the application is called behind the edge.
pub(crate) fn serve(application: &impl Application, request: Request) -> http::Response<Body> {
    block_on(call(application, request.into_environ()))
}

/// The status and text of the response that a server sends.
pub(crate) fn answer(application: &impl Application, request: Request) -> (u16, String) {
    let mut response = Response::from(serve(application, request));
    let text = response.read_text().wait().unwrap();
    (response.status().as_u16(), text)
}

/// An error stream that can be read, and a server that writes to it.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn server(&self) -> ServerInfo {
        ServerInfo::default().with_errors(self.stream())
    }

    pub(crate) fn stream(&self) -> ErrorStream {
        ErrorStream::new(self.clone())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Waits until this text has been written: a server writes it a moment after the event.
    pub(crate) fn wait_for(&self, text: &str) {
        until_ok(text, || {
            let written = self.text();
            if written.contains(text) {
                Ok(())
            } else {
                Err(written)
            }
        });
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs every job on a new thread, and counts the jobs.
#[derive(Default)]
pub(crate) struct Counting(pub(crate) AtomicUsize);

impl Workers for Counting {
    fn submit(&self, job: Arc<dyn Job>) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed);
        thread::spawn(move || job.run());
        true
    }

    fn submit_writer(&self, job: Arc<dyn Job>) -> bool {
        self.submit(job)
    }
}

/// A recorded row: an input, what two other libraries and this crate make of it; why, where one of them differs.
pub(crate) type Texts = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// The same with two inputs.
pub(crate) type Choice = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Checks a table of texts.
pub(crate) fn hold_texts(table: &[Texts], read: impl Fn(&str) -> String) {
    let mut recorded = Recorded::default();
    for (text, one, other, ours, why) in table {
        recorded.row(
            &format!("{text:?}"),
            &read(text),
            &[one, other],
            [ours, why],
        );
    }
    recorded.hold();
}

/// Checks a table of choices.
pub(crate) fn hold_choices(table: &[Choice], choose: impl Fn(&str, &str) -> String) {
    let mut recorded = Recorded::default();
    for (given, offered, one, other, ours, why) in table {
        let what = format!("{given:?} and {offered:?}");
        recorded.row(&what, &choose(given, offered), &[one, other], [ours, why]);
    }
    recorded.hold();
}

/// Rows of recorded results of other libraries; all failures are reported together.
#[derive(Default)]
pub(crate) struct Recorded(Vec<String>);

impl Recorded {
    /// Checks a row: this crate does what the row says, and there is a reason if one of the others does something else.
    pub(crate) fn row(&mut self, what: &str, got: &str, peers: &[&str], ours_and_why: [&str; 2]) {
        let [ours, why] = ours_and_why;
        if got != ours {
            self.0.push(format!("{what}: {got:?}, not {ours:?}"));
        }
        if peers.iter().all(|peer| *peer == ours) != why.is_empty() {
            let row = format!("{peers:?}, {ours:?}, {why:?}");
            self.0.push(format!("{what}: {row}: is there a reason?"));
        }
    }

    pub(crate) fn hold(self) {
        assert!(self.0.is_empty(), "\n{}", self.0.join("\n"));
    }
}
