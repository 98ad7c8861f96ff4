//! The rows for users of Werkzeug: rules and their converters.

use std::borrow::Cow;
use std::sync::Arc;

use rustzeug::Error;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::chrono::NaiveDate;
use rustzeug::gateway::ServerInfo;
use rustzeug::routing::Converter;
use rustzeug::routing::Converters;
use rustzeug::routing::Rule;
use rustzeug::routing::Rules;
use rustzeug::routing::SlashPolicy;
use serde_json::Value;
use serde_json::json;

use super::Row;
use super::asked;
use super::at;
use super::status;

/// The status of a redirect, or the text.
fn only_status(answer: Value) -> Value {
    answer.get(0).cloned().unwrap_or(answer)
}

/// A handler that returns the parameter `v`.
fn value(request: &Request) -> Result<String> {
    request.path_param("v")
}

pub(super) const ROWS: &[Row] = &[
    ("`Map([..])`", "", || {
        let app = Router::new().get("/", || "index").get("/a", || "a");
        Ok(json!([at(&app, "/")?, at(&app, "/a")?, at(&app, "/b")?]))
    }),
    ("`map.add(..)`", "", || {
        let router = Router::new();
        at(&router.get("/", || "index"), "/")
    }),
    (r#"`Rule("/notes/<int:id>")`"#, "", || {
        let id = |request: &Request| Ok::<_, Error>(request.path_param::<u32>("id")?.to_string());
        let app = Router::new()
            .get("/notes/{id:int}", id)
            .get("/{{a}}", || "braces");
        let found = at(&app, "/notes/7")?
            .as_str()
            .and_then(|id| id.parse::<u32>().ok());
        Ok(json!([found, at(&app, "/notes/x")?, at(&app, "/%7Ba%7D")?]))
    }),
    (r#"`Rule(.., endpoint="note")`"#, "", || {
        let router = Router::new().get("/notes", || "a note").name("note");
        let (rule, endpoint) = (Rule::parse("/notes")?, "note");
        let rules = Rules::new([(rule, endpoint)])?;
        let found = rules.find("/notes").map(|found| *found.endpoint());
        Ok(json!([found, router.url_for("note", ())?]))
    }),
    (
        "`Rule(.., methods=[..])`",
        "[200, 200, 200, 405, 204]",
        || {
            let one = Router::new().get("/", || "a").post("/", || "a");
            let other = Router::new()
                .route(["GET", "POST"], "/", || "a")
                .any("/any", || "a");
            let ask = |app: &Router, method| {
                let response = Request::blank("/").with_method(method).send(app).wait();
                response.map(|response| status(&response))
            };
            let all = |app| {
                ["GET", "POST", "HEAD", "PUT", "OPTIONS"].map(|method| ask(app, method).unwrap())
            };
            assert_eq!(all(&one), all(&other));
            assert!(other.match_environ(&asked("PUT", "/any")).is_ok());
            Ok(json!(all(&one)))
        },
    ),
    (r#"`Rule(.., defaults={"page": 1})`"#, "[1, 2, 404]", || {
        let page = |request: &Request| {
            request
                .path_param::<u32>("page")
                .map(|page| page.to_string())
        };
        let app = Router::new().get("/all", page).defaults([("page", 1)]);
        let app = app.get("/all/{page:int(min=2)}", page);
        let number = |path| {
            at(&app, path).map(|page| page.as_str().and_then(|page| page.parse::<u8>().ok()))
        };
        Ok(json!([
            number("/all")?,
            number("/all/2")?,
            at(&app, "/all/1")?
        ]))
    }),
    (
        r#"`Rule(.., subdomain="kb")`, `Rule(.., host="…")`"#,
        r#"["a", 404, "a", "a"]"#,
        || {
            let router = Router::new().get("/", || "a");
            let app = Router::new().host("kb.example.org", router);
            let at = |url| at(&app, url);
            let (kb, other) = (at("http://kb.example.org/")?, at("http://example.org/")?);
            Ok(json!([kb, other, kb, at("http://kb.example.org:8080/")?]))
        },
    ),
    ("`Rule(.., strict_slashes=False)`", "", || {
        let app = Router::new().get("/a/", || "a");
        let both = app.clone().with_slash_policy(SlashPolicy::Both);
        let exact = app.clone().with_slash_policy(SlashPolicy::Exact);
        assert_eq!(at(&exact, "/a")?, 404);
        let other = Router::new().get("/b/", || "b");
        Ok(json!([
            at(&both, "/a/")?,
            at(&both, "/a")?,
            at(&other, "/b")?[1]
        ]))
    }),
    ("`Rule(.., merge_slashes=False)`", "", || {
        let app = Router::new().get("/a/b", || "a").with_merged_slashes(false);
        let other = Router::new().get("/c/d", || "c");
        Ok(json!([at(&app, "/a//b")?, at(&other, "/c//d")?]))
    }),
    (r#"`Rule(.., redirect_to="/new")`"#, "", || {
        let app = Router::new().get("/old", Response::redirect("/new").with_status(308));
        at(&app, "/old")
    }),
    ("`Rule(.., alias=True)`", r#"["a", "a", "/a"]"#, || {
        let handler = || "a";
        let app = Router::new()
            .get("/a", handler)
            .name("a")
            .get("/b", handler);
        Ok(json!([
            at(&app, "/a")?,
            at(&app, "/b")?,
            app.url_for("a", ())?
        ]))
    }),
    ("`Rule(.., build_only=True)`", "", || {
        let elsewhere: Router = Router::new().get("/a", || "never").name("a");
        Ok(json!([
            elsewhere.url_for("a", ())?,
            at(&Router::new(), "/a")?
        ]))
    }),
    ("`Rule(.., websocket=True)`", r#"["a", 426]"#, || {
        let chat = |request: &Request| match request.environ().upgrade("websocket") {
            Some(_) => Ok("a"),
            None => Err(Error::upgrade_required("websocket")),
        };
        let app = Router::new().get("/a", chat);
        let request =
            Request::blank("/a").with_server(ServerInfo::default().with_can_upgrade(true));
        let request = request
            .with_header("upgrade", "websocket")
            .with_header("connection", "upgrade");
        Ok(json!([
            request.send(&app).wait()?.read_text().wait()?,
            at(&app, "/a")?
        ]))
    }),
    ("`string(minlength, maxlength, length)`", "", || {
        let app = Router::new();
        let app = app
            .get("/a/{v:str(min=2,max=3)}", value)
            .get("/b/{v:str(length=2)}", value);
        assert_eq!(at(&app, "/a/x%2Fy")?, "x/y");
        let paths = ["/a/xy", "/a/x", "/a/wxyz", "/b/xy", "/b/x", "/a/x/y"];
        Ok(json!(paths.map(|path| at(&app, path).unwrap())))
    }),
    (
        "`int(fixed_digits, min, max, signed)`",
        "[7, 404, 9, 404, -7, 404, 308]",
        || {
            let number = |request: &Request| request.path_param::<i64>("v").map(|v| v.to_string());
            let app = Router::new().get("/a/{v:int(digits=3)}", number);
            let app = app
                .get("/b/{v:int(min=2,max=9)}", number)
                .get("/c/{v:int(signed)}", number);
            let app = app
                .get("/d/{v:int}", number)
                .get("/e/{v:int(min=-2)}", number);
            assert_eq!(
                (at(&app, "/e/-2")?, at(&app, "/d/007")?),
                (json!("-2"), json!([308, "/d/7"]))
            );
            let got = |path| {
                let answer = at(&app, path).unwrap();
                answer.as_str().map_or_else(
                    || only_status(answer.clone()),
                    |v| json!(v.parse::<i64>().unwrap()),
                )
            };
            Ok(json!(
                [
                    "/a/007", "/a/7", "/b/9", "/b/10", "/c/-7", "/d/-7", "/d/007"
                ]
                .map(got)
            ))
        },
    ),
    (
        "`float(min, max, signed)`",
        "[1.5, 404, -1.5, 404, 7.0, 308]",
        || {
            let number = |request: &Request| request.path_param::<f64>("v").map(|v| v.to_string());
            let app = Router::new().get("/a/{v:float(min=1,max=2)}", number);
            let app = app
                .get("/b/{v:float(signed)}", number)
                .get("/c/{v:float}", number);
            assert_eq!(at(&app, "/c/1.50")?, json!([308, "/c/1.5"]));
            let got = |path| {
                let answer = at(&app, path).unwrap();
                answer.as_str().map_or_else(
                    || only_status(answer.clone()),
                    |v| json!(v.parse::<f64>().unwrap()),
                )
            };
            Ok(json!(
                ["/a/1.5", "/a/2.5", "/b/-1.5", "/c/-1.5", "/c/7", "/c/1.50"].map(got)
            ))
        },
    ),
    (
        "`any`, `path`, `uuid`",
        r#"["x", 404, "1/2", true, 308]"#,
        || {
            let app = Router::new()
                .get("/a/{v:any(x,y)}", value)
                .get("/b/{v:path}/c", value);
            let app = app.get("/d/{v:uuid}", value);
            let id = "12345678-1234-5678-1234-56789abcdef0";
            let upper = at(&app, &format!("/d/{}", id.to_uppercase()))?;
            assert_eq!(upper, json!([308, format!("/d/{id}")]));
            let found = at(&app, &format!("/d/{id}"))? == id;
            Ok(json!([
                at(&app, "/a/x")?,
                at(&app, "/a/z")?,
                at(&app, "/b/1/2/c")?,
                found,
                only_status(upper)
            ]))
        },
    ),
    ("`date`", r#"["2026-11-28", 404]"#, || {
        let day = |request: &Request| {
            request
                .path_param::<NaiveDate>("v")
                .map(|day| day.to_string())
        };
        let app = Router::new().get("/{v:date}", day);
        Ok(json!([at(&app, "/2026-11-28")?, at(&app, "/2026-13-01")?]))
    }),
    ("`class C(BaseConverter)`", "", || {
        struct C;
        impl Converter for C {
            fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
                Some(text.to_uppercase().into())
            }
            fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
                Some(value.to_lowercase().into())
            }
            fn weight(&self) -> u16 {
                50
            }
        }
        let app = Router::new()
            .with_converter("c", C)
            .get("/{v:c}", value)
            .name("a");
        Ok(json!([at(&app, "/ab")?, app.url_for("a", [("v", "AB")])?]))
    }),
    ("`regex`, `part_isolating`", r#"["ab", 404, 404]"#, || {
        struct C;
        impl Converter for C {
            fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
                text.ends_with('b').then_some(text.into())
            }
        }
        let app = Router::new().with_converter("c", C).get("/{v:c}", value);
        assert_eq!(at(&app, "/a%2Fb")?, "a/b");
        Ok(json!([
            at(&app, "/ab")?,
            at(&app, "/x")?,
            at(&app, "/a/b")?
        ]))
    }),
    ("`raise ValidationError`", r#"["b", {"v": "x"}]"#, || {
        struct C;
        impl Converter for C {
            fn parse<'t>(&self, _: &'t str) -> Option<Cow<'t, str>> {
                None
            }
        }
        let app = Router::new()
            .with_converter("c", C)
            .get("/{v:c}", || "a")
            .get("/{v}", value);
        Ok(json!(["b", {"v": at(&app, "/x")?}]))
    }),
    ("`C.__init__(self, map, limit)`", "", || {
        struct C(u32);
        impl Converter for C {
            fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
                Some(format!(r#"["{text}",{}]"#, self.0).into())
            }
            fn with_arguments(&self, limit: &str) -> Result<Arc<dyn Converter>, String> {
                Ok(Arc::new(Self(limit.parse().map_err(|_| "a number")?)))
            }
        }
        let app = Router::new()
            .with_converter("c", C(0))
            .get("/{v:c(5)}", value);
        Ok(serde_json::from_str(at(&app, "/x")?.as_str().unwrap())?)
    }),
    (r#"`Map(converters={"c": C})`"#, "", || {
        struct C;
        impl Converter for C {
            fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
                Some(text.to_uppercase().into())
            }
        }
        let converters = Converters::new().with("c", C);
        let rules = Rules::new([(Rule::parse_with("/{v:c}", &converters)?, "a")])?;
        let app = Router::with_converter(Router::new(), "c", C).get("/{v:c}", value);
        assert_eq!(
            rules.find("/x").and_then(|found| found.get("v")).as_deref(),
            Some("X")
        );
        at(&app, "/x")
    }),
];
