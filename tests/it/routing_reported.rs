//! The rule of a request in logs and reports of errors.

use rustzeug::gateway::LogNote;
use rustzeug::{
    Application, Error, Request, Result, Router,
    gateway::{Environ, Reply, StartResponse},
    middleware, wrap,
};

use crate::common::{Log, answer, serve};
use crate::failing::{Missing, Raw, fail, pass};

#[test]
fn the_rule_is_noted_for_the_log() {
    let inner = Router::new()
        .get("/{id}", || "")
        .get("/fail/now", || Err::<(), _>("broken"))
        .any("/raw/500", Raw);
    let app = Router::new()
        .get("/a/{x:int}", || "")
        .get("/a/{x}", || "")
        .mount("/raw", || "")
        .mount("/deep", Router::new().mount("/{n}", inner.clone()))
        .mount("/m", inner)
        .host("x.org", Router::new().get("/{y}", || ""));
    for (method, target, route, why) in [
        ("GET", "/a/7", Some("/a/{x:int}"), "a rule"),
        (
            "HEAD",
            "/a/7",
            Some("/a/{x:int}"),
            "HEAD by the rule for GET",
        ),
        ("POST", "/a/7", Some("/a/{x:int}"), "405: the first rule"),
        (
            "OPTIONS",
            "/a/7",
            Some("/a/{x:int}"),
            "OPTIONS: the first rule",
        ),
        ("POST", "/m/7", Some("/m/{id}"), "405 below a mount"),
        ("GET", "/m/7", Some("/m/{id}"), "the mount and the rule"),
        ("GET", "/m/fail/now", Some("/m/fail/now"), "500"),
        (
            "GET",
            "/m/raw/500",
            Some("/m/raw/500"),
            "an error instead of a reply",
        ),
        ("GET", "/raw/x", Some("/raw"), "a mount"),
        ("GET", "/deep/7/x", Some("/deep/{n}/{id}"), "three parts"),
        ("GET", "http://x.org/y", Some("/{y}"), "a rule of a host"),
        ("GET", "/none", None, "404"),
    ] {
        let response = serve(&app, Request::blank(target).with_method(method));
        let note = response.extensions().get::<LogNote>();
        let note = note.and_then(LogNote::route);
        assert_eq!(note, route, "{method} {target}: {why}");
    }
    let all = Router::new().mount("/", || "");
    let response = serve(&all, Request::blank("/x"));
    let note = response.extensions().get::<LogNote>();
    let note = note.and_then(LogNote::route);
    assert_eq!(note, None, "an empty rule tells nothing");
}

/// A router whose handlers each fail in a different way.
fn failing_router() -> Router {
    fn fail_always() -> Result<()> {
        Err(Missing("table").into())
    }
    async fn later() -> Result<()> {
        fail_always()
    }
    async fn raw(_: Environ, _: StartResponse) -> Result<Reply> {
        Err(Missing("table").into())
    }
    let inner = Router::new().any("/raw/{x}", raw).get("/{x}", fail_always);
    Router::new()
        .get("/plain/{x}", fail_always)
        .get("/async/{x}", later)
        .get("/panic/{x}", || -> &str { panic!("oh") })
        .get("/wrapped/{x}", fail_always)
        .wrap(pass)
        .get(
            "/rendered/{x}",
            middleware::render_errors(fail_always, |_, _| None),
        )
        .any("/raw/{x}", raw)
        .mount("/m/{n:int}", inner)
        .fallback(fail_always)
}

#[test]
fn the_report_of_an_error_has_the_rule() {
    let app = failing_router();
    #[rustfmt::skip]
    let cases = [
        ("/plain/7?a=b", "GET /plain/7 (/plain/{x}): 500 Internal Server Error: no table"),
        ("/async/7", "GET /async/7 (/async/{x}): 500 Internal Server Error: no table"),
        ("/panic/7", "GET /panic/7 (/panic/{x}): 500 Internal Server Error: the application panicked: oh"),
        ("/wrapped/7", "GET /wrapped/7 (/wrapped/{x}): 500 Internal Server Error: no table"),
        ("/rendered/7", "GET /rendered/7 (/rendered/{x}): 500 Internal Server Error: no table"),
        ("/raw/7", "GET /raw/7 (/raw/{x}): 500 Internal Server Error: no table"),
        ("/m/7/8", "GET /m/7/8 (/m/{n:int}/{x}): 500 Internal Server Error: no table"),
        ("/m/7/raw/8", "GET /m/7/raw/8 (/m/{n:int}/raw/{x}): 500 Internal Server Error: no table"),
        ("/none", "GET /none: 500 Internal Server Error: no table"),
    ];
    for (target, line) in cases {
        for outermost in [false, true] {
            let log = Log::default();
            let request = Request::blank(target).with_server(log.server());
            if outermost {
                answer(&wrap(app.clone(), pass), request);
            } else {
                answer(&app, request);
            }
            let told = log.text();
            // A panic has no location of its own.
            let (told, _) = told.split_once(" (at ").unwrap_or((told.trim_end(), ""));
            assert_eq!(told, line, "wrapped: {outermost}");
        }
    }
    let log = Log::default();
    let same = Router::new().get("/500", fail);
    answer(&same, Request::blank("/500").with_server(log.server()));
    let told = "GET /500: 500 Internal Server Error: no table (at tests/it/";
    let why = "a rule that is the path is not said twice";
    assert!(log.text().starts_with(told), "{why}: {}", log.text());
}

/// A raw application that always fails.
struct Broken;

impl Application for Broken {
    async fn call(&self, _: Environ, _: StartResponse) -> Result<Reply> {
        Err(Missing("table").into())
    }
}

#[test]
fn the_rule_is_whole_wherever_an_error_becomes_a_page() {
    let inner = || {
        Router::new()
            .any("/raw/{x}", Broken)
            .nest("/in", Router::new().fallback(Broken))
    };
    let rendered = |router: Router| middleware::render_errors(router, |_, _| None);
    let whole_path = Router::new()
        .any("/h/raw/{x}", Broken)
        .get("/h/{x}", || Err::<(), _>(Missing("table")));
    let app = Router::new()
        .mount("/around", inner())
        .wrap(pass)
        .mount("/pages", rendered(inner()))
        .mount("/wrapped", wrap(inner(), pass))
        .mount(
            "/mapped",
            middleware::map_errors(inner(), |_: &Missing| Error::internal()),
        )
        .mount("/deep", Router::new().mount("/{n}", rendered(inner())))
        .any("/h/{rest:path}", whole_path)
        .nest("/nested", inner());
    #[rustfmt::skip]
    let cases = [
        ("/around/raw/7", Some("/around/raw/{x}"), "middleware around the mount"),
        ("/pages/raw/7", Some("/pages/raw/{x}"), "pages of the inner router"),
        ("/wrapped/raw/7", Some("/wrapped/raw/{x}"), "middleware around the inner router"),
        ("/mapped/raw/7", Some("/mapped/raw/{x}"), "another error in its place"),
        ("/deep/7/raw/8", Some("/deep/{n}/raw/{x}"), "three parts"),
        ("/around/in/7", Some("/around"), "a fallback has no rule"),
        ("/nested/in/7", None, "a fallback of a nested router has no rule"),
        ("/h/raw/7", Some("/h/raw/{x}"), "a path outside the mount goes to the next as a whole"),
        ("/h/7", Some("/h/{x}"), "the rule is whole, in a page too"),
    ];
    for (target, rule, why) in cases {
        for outermost in [false, true] {
            let log = Log::default();
            let request = Request::blank(target).with_server(log.server());
            let response = if outermost {
                serve(&wrap(app.clone(), pass), request)
            } else {
                serve(&app, request)
            };
            let place = rule.map_or(String::new(), |rule| format!(" ({rule})"));
            let line = format!("GET {target}{place}: 500 ");
            assert!(log.text().starts_with(&line), "{why}: {}", log.text());
            assert_eq!(log.text().lines().count(), 1, "{target}: {why}");
            let note = response.extensions().get::<LogNote>();
            assert_eq!(note.and_then(LogNote::route), rule, "{target}: {why}");
        }
    }
}
