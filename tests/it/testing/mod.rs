//! The test client: the same tables in process and over a socket.

use std::panic::Location;
use std::panic::UnwindSafe;
use std::sync::Mutex;
use std::sync::PoisonError;

use rustzeug::IntoApplication;
use rustzeug::gateway::Application;
use rustzeug::testing::Client;

mod calls;
mod cookies;
mod expectations;
mod pages;
mod redirects;
mod streaming;
mod wire;

/// A client in process and one over a socket; the application is made for each.
fn both<A: Application>(make: impl Fn() -> A) -> [(&'static str, Client); 2] {
    [
        ("in process", Client::new(make())),
        (
            "over a socket",
            Client::serve(make().into_application()).unwrap(),
        ),
    ]
}

/// The message of a panic, and the line of its location.
fn panic_of(act: impl FnOnce() + UnwindSafe) -> (String, u32) {
    static ONE: Mutex<()> = Mutex::new(());
    static SEEN: Mutex<Option<(String, u32)>> = Mutex::new(None);
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let this = std::thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == this {
            let text = info.payload_as_str().unwrap_or_default().to_owned();
            let line = info.location().map_or(0, Location::line);
            *SEEN.lock().unwrap_or_else(PoisonError::into_inner) = Some((text, line));
        }
    }));
    let outcome = std::panic::catch_unwind(act);
    std::panic::set_hook(before);
    assert!(outcome.is_err(), "it did not panic");
    SEEN.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
        .unwrap()
}
