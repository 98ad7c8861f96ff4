//! The router: methods, slashes, parameters, errors.

use rustzeug::gateway::{Application, Body, ServerInfo};
use rustzeug::routing::RouteMatch;
use rustzeug::routing::SlashPolicy::{Both, Exact, Redirect};
use rustzeug::{
    Error, Next, Request, Response, Result, Router,
    gateway::{Environ, Reply, StartResponse},
    middleware, wrap,
};

use crate::common::{Log, answer, block_on, serve};

/// The selected rule, the parameters, and the mount of the application.
pub(crate) fn told(request: &Request) -> String {
    let params = request.path_params();
    let params: Vec<_> = params
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let rule = request
        .routed()
        .map_or_else(String::new, |routed| routed.rule().to_owned());
    format!("{rule} {} {}", params.join(","), request.script_name())
}

pub(crate) fn ask(app: &impl Application, method: &str, target: &str) -> (u16, String, String) {
    let response = serve(app, Request::blank(target).with_method(method));
    let mut response = Response::from(response);
    let header = |name| {
        let value = response.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let header = header("allow")
        .or_else(|| header("location"))
        .unwrap_or_default();
    let text = response.read_text().wait().unwrap();
    (
        response.status().as_u16(),
        header,
        text.trim_end().to_owned(),
    )
}

#[test]
fn methods_are_answered_as_they_are_allowed() {
    let app = Router::new()
        .get("/a", || "get a")
        .post("/a", || "post a")
        .put("/{x}", || "put any")
        .route(["HEAD", "PROPFIND"], "/b", || "two")
        .any("/c", || "anything")
        .delete("/c", || "delete c");
    #[rustfmt::skip]
    let cases = [
        ("GET",      "/a", 200, "", "get a", ""),
        ("HEAD",     "/a", 200, "", "", "HEAD is answered by the handler for GET"),
        ("POST",     "/a", 200, "", "post a", ""),
        ("PUT",      "/a", 200, "", "put any", "a wider rule has the method"),
        ("DELETE",   "/a", 405, "GET, HEAD, OPTIONS, POST, PUT", "Method Not Allowed", "`Allow` has the methods of all rules that match"),
        ("get",      "/a", 405, "GET, HEAD, OPTIONS, POST, PUT", "Method Not Allowed", "methods are case-sensitive"),
        ("OPTIONS",  "/a", 204, "GET, HEAD, OPTIONS, POST, PUT", "", "automatic"),
        ("OPTIONS",  "/x", 204, "OPTIONS, PUT", "", ""),
        ("OPTIONS",  "/x/y", 404, "", "Not Found", "a path that matches no rule"),
        ("HEAD",     "/x", 405, "OPTIONS, PUT", "", "no GET, no HEAD"),
        ("HEAD",     "/b", 200, "", "", ""),
        ("GET",      "/b", 405, "HEAD, OPTIONS, PROPFIND, PUT", "Method Not Allowed", "a handler for HEAD does not answer GET"),
        ("PROPFIND", "/b", 200, "", "two", ""),
        ("PATCH",    "/c", 200, "", "anything", ""),
        ("OPTIONS",  "/c", 200, "", "anything", "the rule for all methods answers OPTIONS"),
        ("DELETE",   "/c", 200, "", "delete c", "the handler for the method has priority"),
        ("GET",      "/",  404, "", "Not Found", ""),
    ];
    for (method, target, status, header, text, why) in cases {
        let expected = (status, header.to_owned(), text.to_owned());
        assert_eq!(
            ask(&app, method, target),
            expected,
            "{method} {target}: {why}"
        );
    }
}

#[test]
fn slashes_are_kept_redirected_or_ignored() {
    let router = |policy| {
        Router::new()
            .with_slash_policy(policy)
            .get("/", told)
            .get("/leaf", told)
            .get("/branch/", told)
            .post("/post/", told)
            .get("/f/{path:path}", told)
            .get("/{x}/y", told)
    };
    #[rustfmt::skip]
    let cases = [
        (Redirect, "GET",  "/leaf/?q=%20", 308, "/leaf?q=%20", "method and query are kept"),
        (Redirect, "GET",  "/branch",   308, "/branch/", ""),
        (Redirect, "HEAD", "/branch",   308, "/branch/", ""),
        (Redirect, "GET",  "/branch/",  200, "", ""),
        (Redirect, "GET",  "/post",     404, "", "no redirect if the other path does not have the method"),
        (Redirect, "POST", "/post",     308, "/post/", ""),
        (Redirect, "GET",  "/none/",    404, "", ""),
        (Redirect, "GET",  "//leaf",    308, "/leaf", "several slashes"),
        (Redirect, "GET",  "//branch?a", 308, "/branch/?a", "several slashes and a missing slash"),
        (Redirect, "GET",  "//",        308, "/", ""),
        (Redirect, "GET",  "/f/a//b",   200, "", "a path parameter keeps its slashes"),
        (Redirect, "GET",  "/f//a",     308, "/f/a", "a path parameter does not begin with a slash"),
        (Redirect, "GET",  "//none",    404, "", ""),
        (Exact,    "GET",  "/leaf/",    404, "", ""),
        (Exact,    "GET",  "/branch",   404, "", ""),
        (Exact,    "GET",  "//leaf",    308, "/leaf", "another setting"),
        (Both,     "GET",  "/leaf/",    200, "", ""),
        (Both,     "GET",  "/branch",   200, "", ""),
        (Both,     "GET",  "/post",     405, "OPTIONS, POST", "the same as for `/post/`"),
        (Both,     "OPTIONS", "/post",  204, "OPTIONS, POST", ""),
        (Both,     "POST", "/none/",    404, "", ""),
        (Both,     "GET",  "/a%20b/y/", 200, "", ""),
    ];
    for (policy, method, target, status, location, why) in cases {
        let (got, header, _) = ask(&router(policy), method, target);
        assert_eq!(
            (got, &*header),
            (status, location),
            "{policy:?} {method} {target}: {why}"
        );
    }
    let both = router(Both);
    assert_eq!(ask(&both, "GET", "/a%20b/y/").2, "/{x}/y x=a b");
    let kept = router(Redirect).with_merged_slashes(false);
    assert_eq!(ask(&kept, "GET", "//leaf").0, 404);
}

#[test]
fn no_redirect_leaves_the_site() {
    let app = Router::new().get("/{x}", told).get("/{x}/{y}/", told);
    for target in [
        "//evil.org/",
        "//evil.org",
        "///evil.org//",
        "/\\evil.org/",
        "/%5Cevil.org/",
    ] {
        let (status, location, _) = ask(&app, "GET", target);
        let leaves = rustzeug::url::leaves_site(&location);
        assert!(
            location.is_empty() || !leaves,
            "{target}: {status} {location}"
        );
    }
}

#[test]
fn middleware_of_a_group_is_around_its_routes_alone() {
    async fn mark(request: Request, next: Next) -> Response {
        let rule = request
            .routed()
            .map_or_else(String::new, |routed| routed.rule().to_owned());
        next.run(request).await.with_header("x-rule", rule)
    }
    let group = Router::new()
        .get("/in/{x}", || "in")
        .wrap(mark)
        .get("/after", || "after");
    let app = Router::new().get("/out", || "out").nest("/g", group);
    let rule = |target: &str| {
        let response = serve(&app, Request::blank(target));
        response
            .headers()
            .get("x-rule")
            .map(|rule| rule.to_str().unwrap().to_owned())
    };
    assert_eq!(rule("/g/in/1").as_deref(), Some("/g/in/{x}"));
    assert_eq!(
        (rule("/g/after"), rule("/out"), rule("/g/none")),
        (None, None, None)
    );
}

#[test]
fn parameters_are_read_by_name_and_by_type() {
    fn page(request: &Request) -> Result<String> {
        let id: u8 = request.path_param("id")?;
        Ok(id.to_string())
    }
    let unknown = |request: &Request| request.path_param::<u8>("idd").map(|id| id.to_string());
    let log = Log::default();
    let app = Router::new()
        .get("/{id:int}", page)
        .get("/unknown/{id}", unknown);
    for (target, status) in [("/255", 200), ("/256", 404), ("/unknown/1", 500)] {
        let request = Request::blank(target).with_server(log.server());
        assert_eq!(serve(&app, request).status(), status, "{target}");
    }
    assert!(
        log.text()
            .contains("has no parameter `idd`; did you mean `id`?"),
        "{}",
        log.text()
    );
    assert_eq!(page(&Request::blank("/")).unwrap_err().status(), 500);
}

#[test]
fn parameters_are_read_as_a_struct() {
    #[derive(serde::Deserialize)]
    struct Page {
        id: u8,
        slug: Option<String>,
    }
    fn page(request: &Request) -> Result<String> {
        let Page { id, slug } = request.path_params_as()?;
        Ok(format!("{id} {slug:?}"))
    }
    let log = Log::default();
    let app = Router::new()
        .get("/{id:int}", page)
        .get("/{id}/{slug}", page)
        .get("/no/{idd}", page);
    for (target, status, text, why) in [
        (
            "/7",
            200,
            "7 None",
            "an optional parameter that the rule does not have",
        ),
        ("/7/x", 200, "7 Some(\"x\")", ""),
        (
            "/256",
            404,
            "`id` is `256`",
            "the value does not fit the type",
        ),
        (
            "/x/y",
            404,
            "`id` is `x`",
            "the value does not fit the converter",
        ),
        (
            "/no/7",
            500,
            "Internal Server Error",
            "the program has a mistake",
        ),
    ] {
        let request = Request::blank(target).with_server(log.server());
        let (got, body) = answer(&app, request);
        assert_eq!(got, status, "{target}: {why}");
        assert!(body.contains(text), "{target}: {body}");
    }
    assert!(
        log.text().contains("the rule `/no/{idd}`: `id` is missing"),
        "{}",
        log.text()
    );
}

#[test]
fn values_that_do_not_go_together_are_nowhere() {
    #[derive(serde::Deserialize)]
    struct Range {
        from: u8,
        to: u8,
    }
    #[derive(serde::Deserialize)]
    #[serde(try_from = "Range")]
    struct Ordered;
    impl TryFrom<Range> for Ordered {
        type Error = &'static str;

        fn try_from(Range { from, to }: Range) -> std::result::Result<Self, Self::Error> {
            (from <= to)
                .then_some(Self)
                .ok_or("it ends before it begins")
        }
    }
    let read = |request: &Request| request.path_params_as::<Ordered>().map(|_| "ordered");
    let app = Router::new().get("/{from}-{to}", read).get("/{from}", read);
    let log = Log::default();
    for (target, status, why) in [
        ("/1-2", 200, "values that fit together"),
        ("/2-1", 404, "values that do not fit together"),
        ("/1", 500, "a parameter that the rule does not have"),
    ] {
        let request = Request::blank(target).with_server(log.server());
        assert_eq!(answer(&app, request).0, status, "{target}: {why}");
    }
}

#[test]
fn what_was_matched_stays_what_it_was() {
    async fn rewrite(mut request: Request, next: Next) -> Result<Response> {
        request
            .environ_mut()
            .set_path(b"", b"/entirely/different", None)?;
        Ok(next.run(request).await)
    }
    let app = Router::new().get("/{x}/{y}", told).wrap(rewrite);
    assert_eq!(ask(&app, "GET", "/a/b").2, "/{x}/{y} x=a,y=b");
}

#[test]
fn errors_of_a_router_have_pages_of_their_own() {
    let api = Router::new()
        .get("/x", || "x")
        .get("/broken", || Err::<(), _>(Error::conflict()));
    let api = middleware::render_errors(api, |error, _| {
        Some(Response::json(&error.status().as_u16()))
    });
    let app = Router::new().mount("/api", api);
    assert_eq!(
        ask(&app, "GET", "/api/none"),
        (404, String::new(), "404".into())
    );
    assert_eq!(ask(&app, "POST", "/api/x").2, "405");
    assert_eq!(ask(&app, "GET", "/api/broken").2, "409");
    assert_eq!(ask(&app, "GET", "/none").2, "Not Found");
}

#[test]
fn raw_applications_and_middleware_know_the_route() {
    async fn raw(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let id: u32 = RouteMatch::of(&environ).unwrap().param("id")?;
        Ok(start_response.start(200, ())?.body(id.to_string()))
    }
    async fn outside(request: Request, next: Next) -> Response {
        assert!(request.routed().is_none());
        next.run(request).await
    }
    let app = wrap(Router::new().get("/{id}", raw), outside);
    assert_eq!(ask(&app, "GET", "/7").2, "7");
    assert_eq!(ask(&app, "GET", "/x").0, 404);
}

#[test]
fn odd_environs_are_routed_without_a_panic() {
    let mounted = Router::new().mount("/", Router::new().get("/", told).name("home"));
    let nested = Router::new().nest("", Router::new().get("/{x}", told).fallback(told));
    let plain = Router::new().get("/", told).get("/{p:path}", told);
    for target in [
        "*",
        "",
        "/",
        "?",
        "http://x.org",
        "//",
        "/%",
        "/%zz",
        "/%ff",
        "/\u{fffd}",
        "/a?b#c",
    ] {
        for method in ["GET", "OPTIONS", "CONNECT"] {
            for app in [&mounted, &nested, &plain] {
                let Ok(uri) = target.parse::<http::Uri>() else {
                    continue;
                };
                let request = http::Request::builder().method(method).uri(uri);
                let request = request.body(Body::empty()).unwrap();
                let environ = Environ::new(request, ServerInfo::default());
                if let Ok(routed) = app.match_environ(&environ) {
                    let _ = (routed.params(), routed.rule());
                }
                let reply = block_on(app.call(environ, StartResponse::new())).unwrap();
                assert!(reply.status() != 500, "{method} {target}");
            }
        }
    }
    let environ = Request::blank("/").with_method("OPTIONS").into_environ();
    assert_eq!(
        plain.match_environ(&environ).unwrap_err().status(),
        405,
        "other methods have the rule"
    );
}
