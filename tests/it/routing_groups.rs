//! The router: settings for several routes, and settings for one route.

use rustzeug::gateway::Limits;
use rustzeug::routing::{RuleError, SlashPolicy};
use rustzeug::{Next, Request, Response, Result, Router};

use crate::common::{Log, answer, serve};

/// The rule.
fn told(request: &Request) -> String {
    request
        .routed()
        .map_or_else(String::new, |routed| routed.rule().to_owned())
}

fn status(app: &Router, target: &str) -> u16 {
    serve(app, Request::blank(target)).status().as_u16()
}

#[test]
fn what_is_wrong_is_told_after_a_router_was_found_sound_too() {
    let sound = || Router::new().get("/a", || "").checked().unwrap();
    let cases: Vec<(Router, &str)> = vec![
        (sound().get("b", || ""), "begins with a slash"),
        (sound().mount("b", || ""), "begins with a slash"),
        (sound().nest("b", Router::new()), "begins with a slash"),
        (sound().route(["A B"], "/b", || ""), "not a valid token"),
        (
            sound().host("a/b", Router::new()),
            "neither scheme nor path",
        ),
        (sound().get("/a", || ""), "match the same paths"),
    ];
    for (router, text) in cases {
        assert_eq!(status(&router, "/a"), 500, "{text}");
        let error = router.checked().unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn a_name_is_given_to_a_route_and_to_nothing_else() {
    let inner = || Router::new().get("/x", || "").name("x").fallback(|| "");
    let limits = Limits::default;
    #[rustfmt::skip]
    let cases: Vec<(Router, &str)> = vec![
        (Router::new().nest("/a", inner()).name("a"), "a nested router has routes with names of their own"),
        (Router::new().get("/", || "").nest("/a", Router::new()).name("a"), "a name after `nest` does not apply to `/`"),
        (Router::new().get("/", || "").host("x.org", inner()).name("a"), "a host has no name"),
        (Router::new().get("/", || "").fallback(|| "").name("a"), "a fallback has no name"),
        (Router::new().get("/", || "").with_state(1, |scope| scope.name("a")), "a scope with a state has no name"),
        (Router::new().nest("/a", inner()).route_limits(limits()), "limits after `nest` do not apply to its last route"),
    ];
    for (router, why) in cases {
        let error = router.checked().unwrap_err();
        assert!(matches!(error, RuleError::Setting(_)), "{why}: {error}");
        assert!(error.to_string().contains("no route: "), "{error}");
    }
    // Settings of the whole router may stand between.
    let router = Router::new()
        .get("/", || "")
        .with_slash_policy(SlashPolicy::Exact)
        .name("a")
        .route_limits(limits())
        .mount("/b", || "")
        .name("b")
        .with_state(1, |scope| scope.get("/c", |_: &i32, _: &Request| ""))
        .name("c");
    assert_eq!(router.url_for("a", ()).as_deref(), Ok("/"));
    assert_eq!(router.url_for("b", ()).as_deref(), Ok("/b"));
    assert_eq!(router.url_for("c", ()).as_deref(), Ok("/c"));
}

#[test]
fn a_state_has_routes_for_any_methods() {
    fn told(state: &&str, request: &Request) -> String {
        format!("{state} {}", request.method())
    }
    let app = Router::new().with_state("s", |scope| {
        scope.route(["GET", "PROPFIND"], "/a", told).any("/b", told)
    });
    for (method, path, expected) in [
        ("PROPFIND", "/a", 200),
        ("POST", "/a", 405),
        ("LOCK", "/b", 200),
    ] {
        let request = Request::blank(path).with_method(method);
        assert_eq!(serve(&app, request).status(), expected, "{method} {path}");
    }
    let app = app
        .clone()
        .with_state("t", |scope| scope.route(["A B"], "/c", told));
    assert!(app.checked().is_err());
}

#[test]
fn methods_that_would_never_come_are_refused() {
    let none: [&str; 0] = [];
    for (router, text) in [
        (Router::new().route(none, "/", || ""), "has no methods"),
        (
            Router::new().route(["get"], "/", || ""),
            "`get` is not `GET`",
        ),
        (
            Router::new().route(["GET", "Delete"], "/", || ""),
            "`Delete` is not `DELETE`",
        ),
        (
            Router::new().route(["A B"], "/", || ""),
            "not a valid token",
        ),
    ] {
        let error = router.checked().unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    let own = Router::new().route(["purge", "PURGE", "GET", "GET"], "/", || "");
    assert_eq!(own.routes().to_string(), "GET,PURGE,purge  /\n");
}

#[test]
fn middleware_is_around_all_that_was_declared_before() {
    fn mark(name: &'static str) -> impl Fn(Request, Next) -> Marked + Send + Sync + 'static {
        move |request, next| {
            Box::pin(async move {
                let mut response = next.run(request).await;
                response.headers_mut().append("x-by", name.parse().unwrap());
                response
            })
        }
    }
    let tenants = Router::new().get("/", || "").wrap(mark("inner"));
    let nested = Router::new().get("/x", || "").fallback(|| "");
    let app = Router::new()
        .get("/", || "")
        .mount("/m", || "")
        .nest("/n", nested)
        .host("{tenant}.org", tenants)
        .wrap(mark("first"))
        .get("/late", || "")
        .wrap(mark("second"));
    let by = |target: &str| {
        let response = serve(&app, Request::blank(target));
        let names = response.headers().get_all("x-by").iter();
        let names: Vec<_> = names.map(|name| name.to_str().unwrap()).collect();
        names.join(" ")
    };
    for (target, names, why) in [
        ("/", "first second", "the last is the outermost"),
        ("/late", "second", "not around routes declared after it"),
        ("/m/x", "first second", "a mount is a route"),
        ("/n/x", "first second", "nested routes are routes"),
        (
            "/n/none",
            "",
            "a fallback is not a route, even if it is nested",
        ),
        ("/none", "", "a request that matches no route"),
        (
            "http://a.org/",
            "inner first second",
            "hosts do not circumvent it",
        ),
    ] {
        assert_eq!(by(target), names, "{target}: {why}");
    }
    let before_all = Router::new().wrap(mark("x")).get("/", || "");
    let error = before_all.checked().unwrap_err().to_string();
    assert!(error.contains("before the middleware"), "{error}");
}

type Marked = std::pin::Pin<Box<dyn Future<Output = Response> + Send>>;

#[test]
fn what_answers_elsewhere_knows_where_it_is() {
    fn lost(request: &Request) -> Result<String> {
        let rule = request.routed().unwrap().rule().to_owned();
        let params = request.path_params();
        let params: Vec<_> = params
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Ok(format!(
            "{rule} {} {}",
            params.join(","),
            request.url_for("home", ())?
        ))
    }
    let notes = Router::new().get("/{id:int}", || "").fallback(lost);
    let app = Router::new()
        .get("/", || "")
        .name("home")
        .nest("/{user}/notes", notes)
        .mount("/app/{x}", Router::new().fallback(lost))
        .host(
            "{tenant}.org",
            Router::new().get("/h", || "").name("home").fallback(lost),
        )
        .fallback(lost);
    for (target, text, why) in [
        ("/none", "  /", "no rule, no parameters, but names"),
        (
            "/ada/notes/x",
            "/{user}/notes user=ada /",
            "the parameters of the prefix",
        ),
        ("/app/1/none", " x=1 /", "those of the mount, and its names"),
        ("http://ada.org/none", " tenant=ada /h", "those of the host"),
    ] {
        assert_eq!(
            answer(&app, Request::blank(target)),
            (200, text.to_owned()),
            "{target}: {why}"
        );
    }
}

#[test]
fn a_fault_says_where_it_is() {
    let twice = || Router::new().get("/{a}", || "").get("/{b}", || "");
    let log = Log::default();
    let app = Router::new().host("{t}.example.org", twice());
    for (router, text) in [
        (
            app.clone(),
            "`{t}.example.org/{a}` and `{t}.example.org/{b}`",
        ),
        (
            Router::new().mount("/", || "").mount("", || ""),
            "`/**` and `/**`",
        ),
        (
            Router::new()
                .mount("/a", || "")
                .nest("/a", Router::new().fallback(|| "")),
            "`/a/**` and `/a/**`",
        ),
        (
            Router::new().host("{x}.org", Router::new().get("/{x}", || "")),
            "`{x}.org/{x}`: the parameter `x` occurs twice",
        ),
        (
            Router::new().host("x.org", Router::new().get("a", || "")),
            "`a`: a rule begins with a slash",
        ),
    ] {
        let error = router.checked().unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    // The client does not see it.
    let request = Request::blank("/").with_server(log.server());
    let (status, text) = answer(&app, request);
    assert_eq!(status, 500);
    assert!(
        !text.contains("example") && log.text().contains("example"),
        "{text}"
    );
}

#[test]
fn the_empty_rule_is_the_prefix_itself() {
    let notes = Router::new()
        .get("", told)
        .name("notes")
        .post("", || (201, "made"))
        .get("/{id:int}", told);
    let nested = Router::new().nest("/notes", notes.clone());
    let mounted = Router::new().mount("/notes", notes.clone());
    let both = Router::new().nest("/notes", notes.get("/", told));
    #[rustfmt::skip]
    let cases = [
        (&nested, "GET", "/notes", 200, "/notes", "an empty rule matches the prefix"),
        (&nested, "GET", "/notes/", 308, "/notes", "a slash too many"),
        (&nested, "POST", "/notes", 201, "made", "another method"),
        (&nested, "PUT", "/notes", 405, "", "no such method"),
        (&nested, "GET", "/notes/7", 200, "/notes/{id:int}", "a rule below the prefix"),
        (&mounted, "GET", "/notes", 200, "", "below a mount the path is empty"),
        (&mounted, "GET", "/notes/", 308, "/notes", "a slash too many below a mount"),
        (&mounted, "GET", "/notes/?a=b", 308, "/notes?a=b", "a query stays"),
        (&both, "GET", "/notes", 200, "/notes", "one"),
        (&both, "GET", "/notes/", 200, "/notes/", "a rule `/` next to it"),
    ];
    for (app, method, target, status, text, why) in cases {
        let response = serve(app, Request::blank(target).with_method(method));
        assert_eq!(response.status(), status, "{method} {target}: {why}");
        match response.headers().get("location") {
            Some(location) => assert_eq!(location, text, "{target}: {why}"),
            None if status < 400 => {
                let body = Response::from(response).read_text().wait().unwrap();
                assert_eq!(body, text, "{method} {target}: {why}");
            }
            None => {}
        }
    }
    assert_eq!(
        nested.url_for("notes", [("q", 1)]).as_deref(),
        Ok("/notes?q=1")
    );
    let link = |request: &Request| request.url_for("here", [("q", 1)]);
    let linked = Router::new().get("", link).name("here").get("/x", link);
    let linked = Router::new().mount("/in/{n}", linked);
    for target in ["/in/7", "/in/7/x"] {
        let expected = (200, "/in/7?q=1".to_owned());
        assert_eq!(
            answer(&linked, Request::blank(target)),
            expected,
            "{target}"
        );
    }
    let alone = Router::new().get("", || "");
    for target in ["/", "//"] {
        let status = serve(&alone, Request::blank(target)).status();
        assert_eq!(status, 404, "no request has an empty path: {target}");
    }
}
