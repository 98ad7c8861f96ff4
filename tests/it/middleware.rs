//! Middleware in short form: `wrap`.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use rustzeug::Error;
use rustzeug::Next;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::gateway::BoxApplication;
use rustzeug::with_state;
use rustzeug::wrap;

use crate::common::Log;
use crate::common::answer;
use crate::common::serve;

#[test]
fn the_last_wrapped_is_the_outermost() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let layer = |name: &'static str| {
        let told = Arc::clone(&told);
        move |request, next: Next| {
            let told = Arc::clone(&told);
            async move {
                told.lock().unwrap().push(format!("{name} in"));
                let response = next.run(request).await;
                told.lock().unwrap().push(format!("{name} out"));
                response.with_appended_header("x-by", name)
            }
        }
    };
    let app = wrap(wrap(|| "x", layer("inner")), layer("outer"));
    let response = serve(&app, Request::blank("/"));
    assert_eq!(
        *told.lock().unwrap(),
        ["outer in", "inner in", "inner out", "outer out"]
    );
    let by: Vec<_> = response.headers().get_all("x-by").iter().collect();
    assert_eq!(by, ["inner", "outer"]);
}

#[test]
fn the_request_may_be_changed_replaced_or_kept_back() {
    async fn changes(mut request: Request, next: Next) -> Response {
        request.extensions_mut().insert("from outside");
        request.headers_mut().remove("cookie");
        next.run(request).await
    }
    async fn replaces(request: Request, next: Next) -> Response {
        next.run(Request::blank("/other").with_header("x", request.path().to_owned()))
            .await
    }
    async fn keeps(_: Request, _: Next) -> (u16, &'static str) {
        (418, "not today")
    }
    async fn twice(request: Request, next: Next) -> Response {
        let copy = request.copy_get();
        let _ = next.clone().run(copy).await;
        next.run(request).await
    }
    async fn reads(request: Request, next: Next) -> Result<Response> {
        let _ = request.text().await?;
        Ok(next.run(request).await)
    }
    async fn faulty(_: Request, next: Next) -> Response {
        next.run(Request::blank("/").with_method("A B")).await
    }
    fn tell(request: &Request) -> Result<String> {
        let note = request
            .extensions()
            .get::<&str>()
            .copied()
            .unwrap_or_default();
        let headers: Vec<_> = request.headers().keys().collect();
        Ok(format!(
            "{} {headers:?} {note} {}",
            request.path(),
            request.text().wait()?
        ))
    }
    #[rustfmt::skip]
    let cases = [
        (BoxApplication::new(wrap(tell, changes)),  200, "/ [] from outside body",  "changed"),
        (BoxApplication::new(wrap(tell, replaces)), 200, "/other [\"x\"]  ",        "replaced"),
        (BoxApplication::new(wrap(tell, keeps)),    418, "not today",               "the handler is not called"),
        (BoxApplication::new(wrap(tell, twice)),    200, "/ [\"cookie\"]  body",    "asked twice"),
        (BoxApplication::new(wrap(tell, reads)),    200, "/ [\"cookie\"]  body",    "read, and read again"),
        (BoxApplication::new(wrap(tell, faulty)),   500, "Internal Server Error\n", "replaced by one with a fault"),
    ];
    for (application, status, want, why) in cases {
        let request = Request::blank("/").with_server(Log::default().server());
        let request = request.with_header("cookie", "a=b").with_body("body");
        assert_eq!(
            answer(&application, request),
            (status, want.into()),
            "{why}"
        );
    }
}

#[test]
fn a_closure_captures_state_by_a_clone_per_call() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let count = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&count);
    let app = wrap(
        || "x",
        move |request, next: Next| {
            let counter = Arc::clone(&counter);
            async move {
                counter.fetch_add(1, Ordering::Relaxed);
                next.run(request).await
            }
        },
    );
    for _ in 0..3 {
        assert_eq!(serve(&app, Request::blank("/")).status(), 200);
    }
    assert_eq!(count.load(Ordering::Relaxed), 3);

    let app = wrap(
        || "x",
        async |request, next: Next| {
            CALLS.fetch_add(1, Ordering::Relaxed);
            next.run(request).await
        },
    );
    serve(&app, Request::blank("/"));
    assert_eq!(
        CALLS.load(Ordering::Relaxed),
        1,
        "an async closure that captures nothing"
    );
}

#[test]
fn what_stands_after_run_may_change_status_headers_and_body() {
    async fn restyle(request: Request, next: Next) -> Response {
        let response = next.run(request).await;
        if response.status() == 404 {
            Response::html("<h1>gone</h1>").with_status(404)
        } else {
            response
        }
    }
    async fn upper(request: Request, next: Next) -> Result<Response> {
        let mut response = next.run(request).await;
        let text = response.read_text().await?;
        Ok(response.with_body(text.to_uppercase()))
    }
    assert_eq!(
        answer(&wrap(|| None::<()>, restyle), Request::blank("/")),
        (404, "<h1>gone</h1>".into())
    );
    assert_eq!(
        answer(&wrap(|| "x", upper), Request::blank("/")),
        (200, "X".into())
    );
    assert_eq!(
        answer(
            &wrap(|| Response::iterator(["x", "y"]), upper),
            Request::blank("/")
        ),
        (200, "XY".into())
    );
}

#[test]
fn mounts_nest_and_only_at_a_slash() {
    async fn mount(mut request: Request, next: Next) -> Result<Response> {
        let path = request.environ().raw_path_info().to_owned();
        let end = path[1..].find('/').map_or(path.len(), |at| at + 1);
        let prefix = format!("{}{}", request.environ().raw_script_name(), &path[..end]);
        request.environ_mut().set_raw_script_name(&prefix)?;
        Ok(next.run(request).await)
    }
    fn tell(request: &Request) -> String {
        format!(
            "{}|{}|{}",
            request.script_name(),
            request.path(),
            request.relative_application_url("x")
        )
    }
    #[rustfmt::skip]
    let cases = [
        ("/a/b/c?q",      "/a/b|/c|http://localhost/a/b/x",            "two mounts"),
        ("/a/b",          "/a/b||http://localhost/a/b/x",              "the inner mount itself"),
        ("/%C3%A9/b%2F/c", "/é/b/|/c|http://localhost/%C3%A9/b%2F/x",  "escapes belong to their segment"),
    ];
    let app = wrap(wrap(tell, mount), mount);
    for (target, want, why) in cases {
        assert_eq!(
            answer(&app, Request::blank(target)),
            (200, want.into()),
            "{target}: {why}"
        );
    }
    let mut request = Request::blank("/ab/c");
    for (prefix, why) in [
        ("/a", "inside of a segment"),
        ("/ab/", "with its slash"),
        ("/x", "another path"),
        ("ab", "no slash"),
    ] {
        let error = request
            .environ_mut()
            .set_raw_script_name(prefix)
            .unwrap_err();
        assert_eq!(
            (error.status().as_u16(), request.environ().raw_script_name()),
            (500, ""),
            "{why}"
        );
    }
}

#[test]
fn middleware_has_a_state_like_a_handler() {
    struct Names(Vec<&'static str>, AtomicU32);

    async fn members(names: &Names, request: Request, next: Next) -> Result<Response> {
        names.1.fetch_add(1, Ordering::Relaxed);
        let name = request.header_text("x-name").unwrap_or_default().to_owned();
        if !names.0.contains(&&*name) {
            return Err(Error::forbidden());
        }
        let response = next.run(request).await;
        // The state is still available after the await.
        Ok(response.with_header("x-first", names.0[0]))
    }
    async fn refuses(text: &Arc<str>, _: Request, _: Next) -> (u16, String) {
        (418, text.to_string())
    }
    async fn shared(count: &Arc<AtomicU32>, request: Request, next: Next) -> Response {
        count.fetch_add(1, Ordering::Relaxed);
        next.run(request).await
    }
    fn tell(count: &Arc<AtomicU32>, _: &Request) -> String {
        count.load(Ordering::Relaxed).to_string()
    }

    let ask = |app: &BoxApplication, name: &'static str| {
        answer(app, Request::blank("/").with_header("x-name", name))
    };
    let names = || Names(vec!["ada", "bob"], AtomicU32::new(0));
    let around = BoxApplication::new(wrap(|| "in", with_state(names(), members)));
    let routed = Router::new().get("/", || "in");
    let routed = BoxApplication::new(routed.wrap(with_state(names(), members)));
    for app in [around, routed] {
        assert_eq!(ask(&app, "bob"), (200, "in".to_owned()));
        assert_eq!(ask(&app, "eve"), (403, "Forbidden\n".to_owned()));
        let response = serve(&app, Request::blank("/").with_header("x-name", "ada"));
        assert_eq!(response.headers()["x-first"], "ada");
    }

    let teapot = wrap(|| "x", with_state(Arc::from("short"), refuses));
    assert_eq!(
        answer(&teapot, Request::blank("/")),
        (418, "short".to_owned())
    );

    let count = Arc::new(AtomicU32::new(0));
    let app = wrap(
        with_state(Arc::clone(&count), tell),
        with_state(Arc::clone(&count), shared),
    );
    for want in ["1", "2"] {
        assert_eq!(
            answer(&app, Request::blank("/")).1,
            want,
            "one state for both"
        );
    }

    let closure = with_state(7_u32, async |number: &u32, request: Request, next: Next| {
        next.run(request).await.with_header("x-number", *number)
    });
    let response = serve(&wrap(|| "x", closure), Request::blank("/"));
    assert_eq!(response.headers()["x-number"], "7", "an async closure");
}

#[test]
fn middleware_with_state_that_panics_is_a_500() {
    async fn panics((): &(), _: Request, _: Next) -> Response {
        panic!("on purpose")
    }
    let log = Log::default();
    let app = wrap(|| "x", with_state((), panics));
    let request = Request::blank("/").with_server(log.server());
    assert_eq!(answer(&app, request).0, 500);
    assert!(log.text().contains("on purpose"), "{}", log.text());
}
