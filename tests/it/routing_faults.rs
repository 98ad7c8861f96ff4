//! Rules that conflict: reported by a check, logged otherwise.

use std::borrow::Cow;

use rustzeug::routing::{Converter, RuleError, SlashPolicy};
use rustzeug::{Request, Router};

use crate::common::{Log, serve};
use crate::failing::pass;

/// A converter that takes anything.
struct Own;

impl Converter for Own {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        Some(Cow::Borrowed(text))
    }
}

#[test]
fn wrong_rules_are_told_when_asked_and_logged_when_not() {
    let twice = || Router::new().get("/{a}", || "x").get("/{b}", || "y");
    let named = || {
        Router::new()
            .get("/a", || "x")
            .name("n")
            .get("/b", || "y")
            .name("n")
    };
    let deep = "/a".repeat(255);
    let cases: Vec<(Router, &str)> = vec![
        (twice(), "`/{a}` and `/{b}`"),
        (Router::new().nest("/p", twice()), "`/p/{a}` and `/p/{b}`"),
        (
            Router::new().host("x.org", twice()),
            "`x.org/{a}` and `x.org/{b}`",
        ),
        (
            named(),
            "the name `n` is given to `/a` and to `/b`, which have the same parameters",
        ),
        (
            Router::new()
                .get("/{x:any(a,b)}", || "")
                .get("/a", || "")
                .get("/b", || ""),
            "never chosen",
        ),
        (Router::new().get("a", || ""), "begins with a slash"),
        (
            Router::new().name("n"),
            "the name `n` follows no route: declare a route just before",
        ),
        (
            Router::new().mount("/a/", || ""),
            "does not end with a slash",
        ),
        (
            Router::new().mount("/a", || "").mount("/a", || ""),
            "`/a/**` and `/a/**`",
        ),
        (
            Router::new().route_limits(rustzeug::gateway::Limits::default()),
            "limits follow no route: declare a route just before",
        ),
        (
            Router::new().host("", Router::new()),
            "the rule ``: a host must not be empty",
        ),
        (
            Router::new().host("*.x.org", Router::new()),
            "the rule `*.x.org`: `*` is not a wildcard; for any label write `{name}`",
        ),
        (
            Router::new().route(["A B"], "/", || ""),
            "not a valid token",
        ),
        (
            Router::new().nest("/x", Router::new().host("y.org", Router::new())),
            "has hosts",
        ),
        (
            Router::new()
                .host("x.org", Router::new())
                .host("X.org", Router::new()),
            "the hosts `x.org` and `X.org` are the same",
        ),
        (
            Router::new().nest("/{x}", Router::new().get("/{x}", || "")),
            "occurs twice",
        ),
        (Router::new().mount("/m", twice()), "`/m/{a}` and `/m/{b}`"),
        (
            Router::new().nest("/n", Router::new().mount("/m", twice())),
            "`/n/m/{a}` and `/n/m/{b}`",
        ),
        (
            Router::new().nest(&deep, Router::new().get("/a", || "").get("/a/b", || "")),
            "more than 256 segments",
        ),
        (
            Router::new()
                .nest("/n", Router::new().fallback(|| ""))
                .wrap(pass),
            "no route is declared before the middleware",
        ),
        (
            Router::new().nest("/n", Router::new().with_slash_policy(SlashPolicy::Both)),
            "`/n` has a slash policy",
        ),
        (
            Router::new().nest("/n", Router::new().with_merged_slashes(true)),
            "`/n` has a slash policy",
        ),
        (
            Router::new().with_converter("int", Own),
            "the converter `int` already exists",
        ),
        (
            Router::new()
                .with_converter("own", Own)
                .get("/{x:own(7)}", || ""),
            "its converter takes no arguments, but the rule has `7`",
        ),
    ];
    for (router, text) in cases {
        let log = Log::default();
        let response = serve(&router, Request::blank("/").with_server(log.server()));
        assert_eq!(response.status(), 500, "{text}");
        assert!(log.text().contains(text), "{text}: {}", log.text());
        let error = router.checked().unwrap_err();
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn the_same_paths_are_no_duplicates_for_other_methods() {
    let duplicate = RuleError::Duplicate {
        first: "/{a}".into(),
        second: "/{b}".into(),
    };
    let twice = Router::new().get("/{a}", || "x").get("/{b}", || "y");
    assert_eq!(twice.checked().unwrap_err(), duplicate);
    let methods = Router::new()
        .get("/{a}", || "x")
        .post("/{b}", || "y")
        .any("/{c}", || "z");
    assert!(methods.checked().is_ok());
    let shadowed_for_get_only = Router::new()
        .route(["GET", "POST"], "/{x:any(a,b)}", || "")
        .get("/a", || "")
        .get("/b", || "");
    assert!(shadowed_for_get_only.checked().is_ok());
}
