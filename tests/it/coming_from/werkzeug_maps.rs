//! The rows for users of Werkzeug: maps, that is, matching, building, dispatch.

use rustzeug::Error;
use rustzeug::Request;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::routing::BuildError;
use rustzeug::routing::Rule;
use rustzeug::routing::Rules;
use serde_json::Value;
use serde_json::json;

use super::Row;
use super::asked;
use super::at;

/// The URL that a handler makes with a router.
fn linked(
    app: Router,
    make: impl Fn(&Request) -> Result<String> + Send + Sync + 'static,
) -> Result<Value> {
    at(
        &app.get("/linked", move |request: &Request| make(request)),
        "http://example.org/linked",
    )
}

pub(super) const ROWS: &[Row] = &[
    ("`Map(default_subdomain, host_matching)`", "", || {
        let app = Router::new().host("kb.example.org", Router::new().get("/", || "kb"));
        let app = app.get("/", || "www");
        Ok(json!([
            at(&app, "http://kb.example.org/")?,
            at(&app, "http://www.example.org/")?
        ]))
    }),
    (
        "`Map(sort_parameters, sort_key)`",
        r#"["/?c=1&b=2", "/?b=2&c=1"]"#,
        || {
            let app = Router::new().get("/", || "a").name("a");
            let one = app.url_for("a", [("c", "1"), ("b", "2")])?;
            Ok(json!([one, app.url_for("a", [("b", "2"), ("c", "1")])?]))
        },
    ),
    ("`map.bind(..)`, `map.bind_to_environ(environ)`", "", || {
        let link = |request: &Request| -> Result<String> {
            let id: u32 = request.path_param("id")?;
            Ok(format!("{id} {}", request.url_for("a", [("id", id + 1)])?))
        };
        let app = Router::new().get("/{id:int}", link).name("a");
        let mut request = Request::blank("http://example.org/app/7");
        request.environ_mut().set_raw_script_name("/app")?;
        let told = request.send(&app).wait()?.read_text().wait()?;
        let (id, url) = told.split_once(' ').unwrap();
        Ok(json!([id.parse::<u32>()?, url, url]))
    }),
    ("`adapter.match()`", "", || {
        let router = Router::new().get("/notes/{id:int}", || "").name("note");
        let environ = asked("GET", "/notes/7");
        let routed = router.match_environ(&environ)?;
        let rules = Rules::new([(Rule::parse("/notes/{id:int}")?, "note")])?;
        let path = "/notes/7";
        assert_eq!(
            rules.find(path).map(|found| *found.endpoint()),
            routed.name()
        );
        let told = |request: &Request| {
            request
                .routed()
                .and_then(|it| it.name().map(str::to_owned))
                .unwrap()
        };
        assert_eq!(at(&Router::new().get("/", told).name("note"), "/")?, "note");
        Ok(json!([routed.name(), {"id": routed.param::<u32>("id")?}]))
    }),
    ("`adapter.match(return_rule=True)`", "", || {
        let routed = Router::new()
            .get("/notes", || "")
            .match_environ(&asked("GET", "/notes"))?;
        Ok(json!(routed.rule()))
    }),
    (r#"`adapter.build("note", {"id": 7})`"#, "", || {
        let router = Router::new().get("/notes/{id:int}", || "").name("note");
        let with_query = router.url_for("note", (("id", 7), ("a", "b c")))?;
        let url = linked(router, |request| request.url_for("note", [("id", 7)]))?;
        Ok(json!([url, with_query]))
    }),
    ("`build(.., force_external=True)`", "", || {
        let router = Router::new().get("/notes/{id:int}", || "").name("note");
        linked(router, |request| {
            request.absolute_url_for("note", [("id", 7)])
        })
    }),
    ("`build(.., append_unknown=False)`", "", || {
        let app = Router::new().get("/", || "").name("a");
        Ok(json!([
            app.url_for("a", [("b", "c")])?,
            app.url_for("a", ())?
        ]))
    }),
    (r#"`build(.., method="POST")`"#, "", || {
        let app = Router::new()
            .get("/a", || "")
            .name("a")
            .post("/b", || "")
            .name("made");
        Ok(json!([app.url_for("a", ())?, app.url_for("made", ())?]))
    }),
    (r#"`build(.., url_scheme="https")`"#, "", || {
        let router = Router::new().get("/a", || "").name("a");
        let https = router.absolute_url_for("https://example.org", "a", ())?;
        Ok(json!([
            linked(router, |request| request.absolute_url_for("a", ()))?,
            https
        ]))
    }),
    ("`adapter.dispatch(view)`", "", || {
        let app = Router::new().get("/a", || "a");
        Ok(json!([at(&app, "/a")?, at(&app, "/b")?]))
    }),
    ("`adapter.test(path)`", "", || {
        let router = Router::new().get("/a", || "");
        let rules = Rules::new([(Rule::parse("/a")?, "a")])?;
        let test = |path| {
            let environ = asked("GET", path);
            let is_there = router.match_environ(&environ).is_ok();
            assert_eq!(rules.find(path).is_some(), is_there);
            is_there
        };
        Ok(json!([test("/a"), test("/b")]))
    }),
    (
        "`adapter.allowed_methods(path)`",
        r#"["GET", "HEAD", "OPTIONS", "POST"]"#,
        || {
            let app = Router::new().get("/a", || "").post("/a", || "");
            let response = Request::blank("/a")
                .with_method("OPTIONS")
                .send(&app)
                .wait()?;
            let allowed = response.header_text("Allow").unwrap_or_default();
            Ok(json!(allowed.split(", ").collect::<Vec<_>>()))
        },
    ),
    ("`map.iter_rules()`", "", || {
        let router = Router::new().get("/a", || "").get("/b", || "");
        let rules = Rules::new([(Rule::parse("/a")?, "a"), (Rule::parse("/b")?, "b")])?;
        let all: Vec<_> = router
            .routes()
            .iter()
            .map(|route| route.rule.clone())
            .collect();
        assert!(rules.iter().map(|(rule, _)| rule.as_str()).eq(&all));
        Ok(json!(all))
    }),
    (r#"`map.is_endpoint_expecting("note", "id")`"#, "", || {
        let rule = Rule::parse("/notes/{id:int}")?;
        Ok(json!(
            ["id", "page"].map(|name| rule.parameters().any(|own| own == name))
        ))
    }),
    (r#"`Submount("/blog", [..])`"#, "", || {
        let id = |request: &Request| request.path_param::<u32>("id").map(|id| id.to_string());
        let lang = |request: &Request| request.path_param::<String>("lang");
        let router = Router::new().get("/", || "index").get("/{id:int}", id);
        let app = Router::new().nest("/blog", router);
        let parameters = Router::new().nest("/{lang}", Router::new().get("/a", lang));
        let found: u32 = at(&app, "/blog/7")?.as_str().unwrap().parse()?;
        Ok(json!([
            at(&app, "/blog/")?,
            found,
            at(&parameters, "/en/a")?
        ]))
    }),
    (r#"`Subdomain("kb", [..])`"#, "", || {
        let router = Router::new().get("/", || "index");
        let app = Router::new().host("kb.example.org", router);
        Ok(json!([
            at(&app, "http://kb.example.org/")?,
            at(&app, "http://example.org/")?
        ]))
    }),
    (r#"`EndpointPrefix("blog/", [..])`"#, "", || {
        let app = Router::new().get("/a", || "").name("blog/index");
        Ok(json!(app.url_for("blog/index", ())?))
    }),
    ("`RuleTemplate([..])`", "", || {
        fn crud(model: &str) -> Router {
            Router::new()
                .get("/", || "all")
                .name(format!("{model}/list"))
        }
        let app = Router::new()
            .nest("/books", crud("books"))
            .nest("/films", crud("films"));
        Ok(json!([
            app.url_for("books/list", ())?,
            app.url_for("films/list", ())?
        ]))
    }),
    ("`RequestRedirect`", "", || {
        let app = Router::new().get("/a/", || "");
        let answer = at(&app, "/a")?;
        assert_eq!(answer[0], 308);
        Ok(answer)
    }),
    ("`NotFound`, `MethodNotAllowed`", "", || {
        let app = Router::new().get("/a", || "");
        let error =
            |method, path| -> Error { app.match_environ(&asked(method, path)).unwrap_err() };
        let (absent, other) = (error("GET", "/b"), error("POST", "/a"));
        assert!(absent.status() == 404 && other.status() == 405);
        Ok(json!([absent.status().as_u16(), other.status().as_u16()]))
    }),
    (
        "`BuildError`, `error.suggested`",
        r#"["there is no route `nite`; did you mean `note`?", "`id` is `x`, which does not fit the rule `/notes/{id:int}`"]"#,
        || {
            let app = Router::new().get("/notes/{id:int}", || "").name("note");
            let unknown: BuildError = app.url_for("nite", [("id", 7)]).unwrap_err();
            let misfit = app.url_for("note", [("id", "x")]).unwrap_err();
            Ok(json!([unknown.to_string(), misfit.to_string()]))
        },
    ),
];
