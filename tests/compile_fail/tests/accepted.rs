//! Correct programs: a bound that was added for a message must not reject any form of handler, and must leave the
//! compiler enough to infer.

#![expect(
    clippy::manual_async_fn,
    clippy::ptr_arg,
    clippy::too_many_lines,
    clippy::unnecessary_wraps,
    reason = "each form is written as people write it, and there are many"
)]

use std::pin::Pin;
use std::sync::Arc;

use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::{Body, Environ, Reply, StartResponse};
use rustzeug::{Application, Error, Html, IntoApplication, IntoResponse, Json, Next};
use rustzeug::{Request, Response, Result, handler, with_state, wrap};

fn no_argument() -> &'static str {
    "x"
}
async fn no_argument_async() -> String {
    "x".to_owned()
}
fn owned(_: Request) -> Html<&'static str> {
    Html("x")
}
async fn owned_async(request: Request) -> Result<String> {
    request.text().await?;
    Ok("x".to_owned())
}
fn by_ref(_: &Request) -> Result<&'static str, std::io::Error> {
    Ok("x")
}
async fn by_ref_async(_: &Request) -> Option<&'static str> {
    Some("x")
}
fn borrowed(request: &Request) -> &str {
    let value = request.headers().get("x");
    value.and_then(|value| value.to_str().ok()).unwrap_or("x")
}
fn opaque(_: &Request) -> impl IntoResponse {
    (201, [("a", "b")], "x")
}
fn by_mut(request: &mut Request) -> Result<Response> {
    request.set_body("");
    Ok(Response::text("x"))
}
async fn by_mut_async(request: &mut Request) -> (u16, Vec<u8>) {
    request.set_body("");
    (200, b"x".to_vec())
}
fn raw(_: Environ, start_response: StartResponse) -> Result<Reply> {
    Ok(start_response.start(200, [("a", "b")])?.body("x"))
}
async fn raw_async(_: Environ, start_response: StartResponse) -> Result<Reply> {
    Ok(start_response.start(200, [("a", "b")])?.body("x"))
}
fn future(_: Request) -> impl Future<Output = &'static str> {
    async { "x" }
}
fn boxed_future(_: Request) -> Pin<Box<dyn Future<Output = &'static str> + Send>> {
    Box::pin(async { "x" })
}
fn generic<T: Default + IntoResponse>(_: &Request) -> T {
    T::default()
}
fn factory(text: String) -> impl Fn(&Request) -> String {
    move |_| text.clone()
}
fn with(state: &String, _: &Request) -> String {
    state.clone()
}
async fn with_async(
    state: &String,
    _: &Request,
) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    Ok(state.clone())
}
fn with_borrowed<'s>(state: &'s String, _: &Request) -> &'s str {
    state
}
async fn middleware_with(
    state: &String,
    request: Request,
    next: Next,
) -> Result<Response, std::io::Error> {
    Ok(next.run(request).await.with_header("x", state))
}
async fn middleware(request: Request, next: Next) -> impl IntoResponse {
    Ok::<_, Error>((200, next.run(request).await))
}
fn wrapped<M, H: handler::Handler<M, Adapted: Application>>(h: H) -> impl Application {
    wrap(h, middleware)
}

/// Adapts each form; this also checks that its future is `Send`.
macro_rules! applications {
    ($($handler:expr,)*) => { vec![$(BoxApplication::new(($handler).into_application()),)*] };
}

#[test]
fn every_form_is_a_handler() {
    let text = Arc::new("x".to_owned());
    let state = || "x".to_owned();
    let (one, two, three) = (Arc::clone(&text), Arc::clone(&text), Arc::clone(&text));
    let boxed: Box<dyn Fn(&Request) -> &'static str + Send + Sync> = Box::new(|_| "x");
    let pointer: fn(&Request) -> Result<&'static str, std::io::Error> = by_ref;
    let applications = applications![
        no_argument,
        no_argument_async,
        owned,
        owned_async,
        by_ref,
        by_ref_async,
        borrowed,
        opaque,
        by_mut,
        by_mut_async,
        raw,
        raw_async,
        future,
        boxed_future,
        |request: &Request| (generic::<String>(request), "x").1,
        factory("x".to_owned()),
        boxed,
        pointer,
        || "x",
        |_| "x",
        |_: Request| "x",
        |_: &Request| "x",
        |_: &mut Request| "x",
        |_: Environ, start: StartResponse| start
            .start(200, [("a", "b")])
            .map(|body| body.body("x")),
        async || "x",
        async |_: Request| "x",
        async |request: &Request| request.text().await.map(|_| "x"),
        async |request: &mut Request| request.text().await.map(|_| "x"),
        async |_: Environ, start: StartResponse| start
            .start(200, [("a", "b")])
            .map(|body| body.body("x")),
        move |_: &Request| (*one).clone(),
        move |_: Request| {
            let text = Arc::clone(&two);
            async move { (*text).clone() }
        },
        handler::owned(|request| async move { request.text().await.map(|_| "x") }),
        handler::by_ref(|request| request.path().to_owned().replace('/', "x")),
        handler::by_mut(|request| request.path().to_owned().replace('/', "x")),
        handler::raw(|_, start| Ok::<_, Error>(start.start(200, [("a", "b")])?.body("x"))),
        with_state(state(), with),
        with_state(state(), with_async),
        with_state(state(), with_borrowed),
        with_state(state(), |state: &String, _: &Request| state.clone()),
        with_state(state(), async |state: &String, _: &Request| state.clone()),
        wrapped(by_ref),
        wrapped(wrapped(with_state(state(), with_async))),
        wrap(by_ref, async |request, next| next.run(request).await),
        wrap(
            by_ref,
            |request, next| async move { next.run(request).await }
        ),
        wrap(by_ref, |request: Request, next: Next| next.run(request)),
        wrap(by_ref, with_state(state(), middleware_with)),
        wrap(
            by_ref,
            with_state(
                state(),
                async |state: &String, request: Request, next: Next| {
                    next.run(request).await.with_header("x", state)
                }
            )
        ),
        wrap(by_ref, move |request, next| {
            let text = Arc::clone(&three);
            async move { (next.run(request).await.status(), (*text).clone()) }
        }),
        Response::text("x"),
        Arc::new(by_ref.into_application()),
        (|_: &Request| Body::from("x"))
            .into_application()
            .into_application(),
    ];
    for (index, application) in applications.iter().enumerate() {
        let mut response = Request::blank("/")
            .send(application)
            .wait()
            .expect("an answer");
        let text = response.read_text().wait().expect("text");
        assert_eq!(text, "x", "the {index}th, from 0");
    }
    let json = (|_: &Request| Json("x")).into_application();
    assert_eq!(
        Request::blank("/")
            .send(&json)
            .wait()
            .expect("an answer")
            .status(),
        200
    );
}
