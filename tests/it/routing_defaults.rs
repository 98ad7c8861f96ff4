//! Parameters with a default value, which make a segment optional.

use rustzeug::{Request, Result, Router};

use crate::common::answer;

fn page(request: &Request) -> Result<String> {
    let all = request.path_params();
    let all: Vec<_> = all
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Ok(format!(
        "{} of {}",
        request.path_param::<u32>("page")?,
        all.join(",")
    ))
}

fn app() -> Router {
    let posts = Router::new()
        .get("/", page)
        .defaults([("page", 1)])
        .name("posts")
        .get("/{page:int(min=2)}", page)
        .name("posts");
    Router::new()
        .nest("/{user}/posts", posts)
        .get("/all", page)
        .defaults((("page", 1), ("size", 10)))
        .name("all")
        .get("/all/{page:int}", page)
        .defaults([("size", 10)])
        .name("all")
        .get("/all/{page:int}/by/{size:int}", page)
        .name("all")
        .checked()
        .unwrap()
}

#[test]
fn defaults_are_read_as_if_they_stood_in_the_path() {
    for (target, text) in [
        ("/ada/posts/", "1 of user=ada,page=1"),
        ("/ada/posts/2", "2 of user=ada,page=2"),
        ("/all", "1 of page=1,size=10"),
        ("/all/3", "3 of page=3,size=10"),
        ("/all/3/by/4", "3 of page=3,size=4"),
    ] {
        let expected = (200, text.to_owned());
        assert_eq!(answer(&app(), Request::blank(target)), expected, "{target}");
    }
}

#[test]
fn an_inner_default_stands_for_an_outer_value() {
    let inner = Router::new().get("/", page).defaults([("page", 1)]);
    let app = Router::new().mount("/{page:int}", inner);
    assert_eq!(answer(&app, Request::blank("/7/")).1, "1 of page=1");
}

/// A name, values, the URL that is built, and the values that are read.
type Case = (
    &'static str,
    &'static [(&'static str, u32)],
    &'static str,
    &'static str,
);

#[test]
fn the_shortest_url_that_says_it_all_is_built() {
    #[rustfmt::skip]
    let cases: &[Case] = &[
        ("all", &[], "/all", "nothing"),
        ("all", &[("page", 1)], "/all", "the default"),
        ("all", &[("page", 1), ("size", 10)], "/all", "both"),
        ("all", &[("page", 2)], "/all/2", "another"),
        ("all", &[("page", 2), ("size", 10)], "/all/2", "another, and the default"),
        ("all", &[("page", 2), ("size", 20)], "/all/2/by/20", "two others"),
        ("all", &[("page", 1), ("size", 20)], "/all/1/by/20", "the default, and another"),
        ("all", &[("page", 2), ("q", 7)], "/all/2?q=7", "a query"),
        ("all", &[("q", 7)], "/all?q=7", "a query and nothing"),
    ];
    for (name, values, expected, why) in cases {
        let built = app().url_for(name, *values);
        assert_eq!(built.as_deref(), Ok(*expected), "{values:?}: {why}");
    }
    let built = app().url_for("posts", (("user", "ada"), ("page", 1)));
    assert_eq!(built.as_deref(), Ok("/ada/posts/"));
    let only = Router::new()
        .get("/", page)
        .defaults([("page", 1)])
        .name("only");
    let error = only.url_for("only", [("page", 2)]).unwrap_err();
    assert!(error.to_string().starts_with("`page` is `2`"), "{error}");
}

#[test]
fn a_default_is_for_no_parameter_of_the_rule() {
    let with_default = |router: Router| router.defaults([("page", 1)]);
    let route = || with_default(Router::new().get("/x", page));
    #[rustfmt::skip]
    let cases = [
        (with_default(Router::new().get("/{page}", page)), "the rule `/{page}`",     "in its own path"),
        (Router::new().nest("/{page}", route()),           "the rule `/{page}/x`",   "in a prefix"),
        (Router::new().host("{page}.org", route()),        "the rule `{page}.org/x`", "in a host"),
        (with_default(Router::new()),                      "defaults",               "there is no route"),
    ];
    for (router, start, why) in cases {
        let error = router.checked().unwrap_err().to_string();
        assert!(error.starts_with(start), "{why}: {error}");
        let names = error.contains("`page`") || start == "defaults";
        assert!(names, "{why}: {error}");
    }
}

#[test]
fn of_two_defaults_the_later_stands() {
    let app = Router::new()
        .get("/", page)
        .defaults([("page", 1), ("page", 2)])
        .defaults([("page", 3)])
        .name("home");
    assert_eq!(answer(&app, Request::blank("/")).1, "3 of page=3");
    let built = |page| app.url_for("home", [("page", page)]);
    assert_eq!(built(3).as_deref(), Ok("/"));
    assert!(built(1).is_err());
}

#[test]
fn a_value_that_does_not_fit_is_not_left_to_a_route_without_it() {
    let list = Router::new()
        .get("/list", page)
        .name("list")
        .get("/list/{page:int(min=2)}", page)
        .name("list");
    #[rustfmt::skip]
    let cases = [
        (list, "list", "1", "/list/{page:int(min=2)}", "no query of the other"),
        (app(), "all", "x", "/all/{page:int}", "the error names the rule that has it"),
    ];
    for (router, name, value, rule, why) in cases {
        let error = router.url_for(name, [("page", value)]).unwrap_err();
        for part in [format!("`page` is `{value}`"), format!("`{rule}`")] {
            assert!(error.to_string().contains(&part), "{why}: {error}");
        }
    }
}
