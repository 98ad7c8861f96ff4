//! The raw protocol, shared state, closures without type annotations, borrowed results, values that are applications.
#![allow(
    clippy::needless_pass_by_value,
    clippy::redundant_closure,
    clippy::unnecessary_wraps,
    reason = "each form is what is tested"
)]

use std::borrow::Cow;
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use rustzeug::Error;
use rustzeug::Html;
use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;
use rustzeug::handler;
use rustzeug::with_state;

use crate::handler_forms::boxed;
use crate::handler_forms::check;

fn path(request: &Request) -> Cow<'_, str> {
    request.path().into()
}

mod raw {
    use super::*;

    pub(super) fn plain(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let path = environ.var("PATH_INFO").unwrap_or_default().into_owned();
        Ok(start_response.start(200, [("x", "1")])?.body(path))
    }
    pub(super) async fn later(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        plain(environ, start_response)
    }
    pub(super) fn by_hand(
        environ: Environ,
        start: StartResponse,
    ) -> impl Future<Output = Result<Reply>> + Send {
        ready(plain(environ, start))
    }
}

#[test]
fn the_raw_protocol() {
    let pointer: fn(Environ, StartResponse) -> Result<Reply> = raw::plain;
    let dynamic: Box<dyn Fn(Environ, StartResponse) -> Result<Reply> + Send + Sync> =
        Box::new(raw::plain);
    #[rustfmt::skip]
    check("(Environ, StartResponse)", [
        ("a fn",                boxed(raw::plain.into_application())),
        ("an async fn",         boxed(raw::later.into_application())),
        ("a closure",           boxed((|e: Environ, s: StartResponse| raw::plain(e, s)).into_application())),
        ("an async closure",    boxed((async |e: Environ, s: StartResponse| raw::plain(e, s)).into_application())),
        ("a fn pointer",        boxed(pointer.into_application())),
        ("a boxed Fn",          boxed(dynamic.into_application())),
        ("a future by hand",    boxed(raw::by_hand.into_application())),
    ]);
}

struct State {
    calls: AtomicU32,
    prefix: &'static str,
}

fn plain_state<'a>(state: &'a State, request: &'a Request) -> Cow<'a, str> {
    state.calls.fetch_add(1, Ordering::Relaxed);
    if request.path() == "/path" {
        state.prefix.into()
    } else {
        request.path().into()
    }
}

async fn later_state(state: &State, request: &Request) -> String {
    plain_state(state, request).into_owned()
}

#[test]
fn with_shared_state() {
    let state = || State {
        calls: AtomicU32::new(0),
        prefix: "/path",
    };
    let shared = Arc::new(state());
    #[rustfmt::skip]
    check("(&S, &Request)", [
        ("a fn",                 boxed(with_state(state(), plain_state))),
        ("an async fn",          boxed(with_state(state(), later_state))),
        ("a closure",            boxed(with_state(state(), |s: &State, _: &Request| s.prefix))),
        ("an async closure",     boxed(with_state(state(), async |s: &State, _: &Request| s.prefix))),
        ("a closure with an Arc", boxed(with_state(Arc::clone(&shared), |s: &Arc<State>, r: &Request| plain_state(s, r).into_owned()))),
        ("adapted again",        boxed(with_state(state(), plain_state).into_application())),
    ]);
    assert_eq!(
        shared.calls.load(Ordering::Relaxed),
        1,
        "one state for all calls"
    );
}

#[test]
fn constructors_take_closures_without_a_type_written() {
    #[rustfmt::skip]
    check("a constructor", [
        ("owned",         boxed(handler::owned(|request| request.path().to_owned()))),
        ("owned, async",  boxed(handler::owned(async |request| request.path().to_owned()))),
        ("by_ref",        boxed(handler::by_ref(|request| request.path().to_owned()))),
        ("by_mut",        boxed(handler::by_mut(|request| { request.extensions_mut().insert(1); request.path().to_owned() }))),
        ("raw",           boxed(handler::raw(|environ, start| raw::plain(environ, start)))),
        ("raw, async",    boxed(handler::raw(async |environ, start| raw::plain(environ, start)))),
        ("adapted again", boxed(handler::by_ref(|request| request.path().to_owned()).into_application())),
    ]);
}

#[test]
fn results_may_borrow_from_the_request() {
    fn html(request: &Request) -> Html<&str> {
        Html(request.raw_path())
    }
    fn bytes(request: &Request) -> &[u8] {
        request.raw_path().as_bytes()
    }
    fn option(request: &Request) -> Option<&str> {
        Some(request.raw_path())
    }
    fn result(request: &Request) -> Result<Cow<'_, str>> {
        request.path_utf8()
    }
    fn tuple(request: &Request) -> (u16, Result<&str, Error>) {
        (200, Ok(request.raw_path()))
    }
    async fn later(request: &Request) -> Result<Option<&str>> {
        Ok(Some(request.raw_path()))
    }
    async fn later_mut(request: &mut Request) -> &str {
        request.raw_path()
    }
    #[rustfmt::skip]
    check("a borrowed result", [
        ("markup",       boxed(html.into_application())),
        ("bytes",        boxed(bytes.into_application())),
        ("an option",    boxed(option.into_application())),
        ("a result",     boxed(result.into_application())),
        ("a tuple",      boxed(tuple.into_application())),
        ("async",        boxed(later.into_application())),
        ("async, mut",   boxed(later_mut.into_application())),
    ]);
}

#[test]
fn what_is_an_application_already_is_taken_as_it_is() {
    let app = Arc::new(path.into_application());
    let twice = path.into_application().into_application();
    #[rustfmt::skip]
    check("an application", [
        ("an Arc",            boxed(Arc::clone(&app).into_application())),
        ("an Arc twice",      boxed(Arc::new(app).into_application())),
        ("boxed",             boxed(BoxApplication::new(twice).into_application())),
        ("a fixed response",  boxed(Response::text("/path").into_application())),
    ]);
}
