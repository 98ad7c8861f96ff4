//! Every form of handler, with every kind of function.
#![allow(
    clippy::manual_async_fn,
    clippy::needless_pass_by_value,
    clippy::type_complexity,
    reason = "each form is what is tested"
)]

use std::borrow::Cow;
use std::future::Ready;
use std::future::ready;
use std::pin::Pin;

use rustzeug::Application;
use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::gateway::AwaitOrWait;
use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::Entire;
use rustzeug::gateway::StartResponse;

use crate::common::answer;

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An application behind one type; its future is `Send`.
pub(crate) fn boxed(application: impl Application) -> BoxApplication {
    fn require_send(_: impl Send) {}
    let environ = Request::blank("/").into_environ();
    require_send(application.call(environ, StartResponse::new()));
    BoxApplication::new(application)
}

/// Asserts that each handler answers `GET /path` with that path.
pub(crate) fn check<const COUNT: usize>(form: &str, cases: [(&str, BoxApplication); COUNT]) {
    for (kind, application) in cases {
        let got = answer(&application, Request::blank("/path"));
        assert_eq!(got, (200, "/path".to_owned()), "{kind} of {form}");
    }
}

mod none {
    pub(super) fn plain() -> &'static str {
        "/path"
    }
    pub(super) async fn later() -> &'static str {
        "/path"
    }
    pub(super) fn by_hand() -> impl Future<Output = &'static str> + Send {
        std::future::ready("/path")
    }
    pub(super) fn generic<T: AsRef<str> + From<&'static str>>() -> String {
        T::from("/path").as_ref().to_owned()
    }
}

#[test]
fn no_argument() {
    let text = String::from("/path");
    let captured = text.clone();
    let pointer: fn() -> &'static str = none::plain;
    let pointer_later: fn() -> Later<'static, String> = || Box::pin(async { "/path".to_owned() });
    let dynamic: Box<dyn Fn() -> String + Send + Sync> = Box::new(move || text.clone());
    let dynamic_later: Box<dyn Fn() -> Later<'static, String> + Send + Sync> =
        Box::new(|| Box::pin(async { "/path".to_owned() }));
    #[rustfmt::skip]
    check("()", [
        ("a fn",                boxed(none::plain.into_application())),
        ("an async fn",         boxed(none::later.into_application())),
        ("a closure",           boxed((|| "/path").into_application())),
        ("a capturing closure", boxed((move || captured.clone()).into_application())),
        ("an async closure",    boxed((async || "/path").into_application())),
        ("a closure of async",  boxed((|| async { "/path" }).into_application())),
        ("a fn pointer",        boxed(pointer.into_application())),
        ("an async fn pointer", boxed(pointer_later.into_application())),
        ("a boxed Fn",          boxed(dynamic.into_application())),
        ("a boxed async Fn",    boxed(dynamic_later.into_application())),
        ("a future by hand",    boxed(none::by_hand.into_application())),
        ("a generic fn",        boxed(none::generic::<String>.into_application())),
    ]);
}

mod by_ref {
    use super::*;

    pub(super) fn plain(request: &Request) -> Cow<'_, str> {
        request.path().into()
    }
    pub(super) async fn later(request: &Request) -> Cow<'_, str> {
        request.path().into()
    }
    pub(super) fn by_hand(request: &Request) -> impl Future<Output = Cow<'_, str>> + Send {
        async move { request.path().into() }
    }
    pub(super) fn ready_by_hand(request: &Request) -> Ready<String> {
        ready(request.path().to_owned())
    }
    pub(super) fn generic<T: for<'a> From<&'a str> + Into<String>>(request: &Request) -> String {
        T::from(request.path()).into()
    }
    pub(super) fn body(request: &Request) -> AwaitOrWait<Entire<'_, String>> {
        request.text()
    }
}

#[test]
fn a_reference() {
    let pointer: for<'a> fn(&'a Request) -> Cow<'a, str> = by_ref::plain;
    let pointer_later: for<'a> fn(&'a Request) -> Later<'a, Cow<'a, str>> =
        |request| Box::pin(by_ref::later(request));
    let dynamic: Box<dyn for<'a> Fn(&'a Request) -> &'a str + Send + Sync> =
        Box::new(|request| request.raw_path());
    let dynamic_later: Box<dyn for<'a> Fn(&'a Request) -> Later<'a, Cow<'a, str>> + Send + Sync> =
        Box::new(|request| Box::pin(by_ref::later(request)));
    #[rustfmt::skip]
    check("&Request", [
        ("a fn",                boxed(by_ref::plain.into_application())),
        ("an async fn",         boxed(by_ref::later.into_application())),
        ("a closure",           boxed((|r: &Request| r.path().to_owned()).into_application())),
        ("an async closure",    boxed((async |r: &Request| r.path().to_owned()).into_application())),
        ("a fn pointer",        boxed(pointer.into_application())),
        ("an async fn pointer", boxed(pointer_later.into_application())),
        ("a boxed Fn",          boxed(dynamic.into_application())),
        ("a boxed async Fn",    boxed(dynamic_later.into_application())),
        ("a future by hand",    boxed(by_ref::by_hand.into_application())),
        ("an owned future",     boxed(by_ref::ready_by_hand.into_application())),
        ("a generic fn",        boxed(by_ref::generic::<String>.into_application())),
    ]);
    let request = Request::blank("/").with_body("text");
    assert_eq!(
        answer(&by_ref::body.into_application(), request).1,
        "text",
        "what a read gives"
    );
}

mod owned {
    use super::*;

    pub(super) fn plain(request: Request) -> String {
        request.path().to_owned()
    }
    pub(super) async fn later(request: Request) -> String {
        request.path().to_owned()
    }
    pub(super) fn by_hand(request: Request) -> impl Future<Output = String> + Send {
        async move { request.path().to_owned() }
    }
    pub(super) fn generic<T: From<String> + Into<String>>(request: Request) -> String {
        T::from(request.path().to_owned()).into()
    }
}

#[test]
fn an_owned_request() {
    let pointer: fn(Request) -> String = owned::plain;
    let pointer_later: fn(Request) -> Later<'static, String> = |r| Box::pin(owned::later(r));
    let dynamic: Box<dyn Fn(Request) -> String + Send + Sync> = Box::new(owned::plain);
    let dynamic_later: Box<dyn Fn(Request) -> Later<'static, String> + Send + Sync> =
        Box::new(|r| Box::pin(owned::later(r)));
    #[rustfmt::skip]
    check("Request", [
        ("a fn",                boxed(owned::plain.into_application())),
        ("an async fn",         boxed(owned::later.into_application())),
        ("a closure",           boxed((|r: Request| r.path().to_owned()).into_application())),
        ("an async closure",    boxed((async |r: Request| r.path().to_owned()).into_application())),
        ("a closure of async",  boxed((|r: Request| async move { r.path().to_owned() }).into_application())),
        ("a fn pointer",        boxed(pointer.into_application())),
        ("an async fn pointer", boxed(pointer_later.into_application())),
        ("a boxed Fn",          boxed(dynamic.into_application())),
        ("a boxed async Fn",    boxed(dynamic_later.into_application())),
        ("a future by hand",    boxed(owned::by_hand.into_application())),
        ("a generic fn",        boxed(owned::generic::<String>.into_application())),
    ]);
}

mod by_mut {
    use super::*;

    pub(super) fn plain(request: &mut Request) -> &str {
        request.extensions_mut().insert(7_u32);
        request.raw_path()
    }
    pub(super) async fn later(request: &mut Request) -> Cow<'_, str> {
        request.extensions_mut().insert(7_u32);
        request.path().into()
    }
    pub(super) fn by_hand(request: &mut Request) -> impl Future<Output = String> + Send {
        request.extensions_mut().insert(7_u32);
        ready(request.path().to_owned())
    }
    pub(super) fn generic<T: From<String> + Into<String>>(request: &mut Request) -> String {
        T::from(request.path().to_owned()).into()
    }
}

#[test]
fn a_mutable_reference() {
    let pointer: for<'a> fn(&'a mut Request) -> &'a str = by_mut::plain;
    let dynamic: Box<dyn Fn(&mut Request) -> String + Send + Sync> =
        Box::new(|request| request.path().to_owned());
    let dynamic_later: Box<
        dyn for<'a> Fn(&'a mut Request) -> Later<'a, Cow<'a, str>> + Send + Sync,
    > = Box::new(|request| Box::pin(by_mut::later(request)));
    #[rustfmt::skip]
    check("&mut Request", [
        ("a fn",                boxed(by_mut::plain.into_application())),
        ("an async fn",         boxed(by_mut::later.into_application())),
        ("a closure",           boxed((|r: &mut Request| r.path().to_owned()).into_application())),
        ("an async closure",    boxed((async |r: &mut Request| r.path().to_owned()).into_application())),
        ("a fn pointer",        boxed(pointer.into_application())),
        ("a boxed Fn",          boxed(dynamic.into_application())),
        ("a boxed async Fn",    boxed(dynamic_later.into_application())),
        ("a future by hand",    boxed(by_mut::by_hand.into_application())),
        ("a generic fn",        boxed(by_mut::generic::<String>.into_application())),
    ]);
}
