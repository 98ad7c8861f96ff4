//! The rows for users of `WebOb`: responses, errors, routing.

use std::collections::HashMap;
use std::io::Write;

use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::Next;
use rustzeug::OptionExt;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::gateway::StartResponse;
use rustzeug::html;
use rustzeug::middleware;
use rustzeug::mime;
use rustzeug::mime::Mime;
use rustzeug::wrap;
use serde_json::Value;
use serde_json::json;

use super::Row;
use super::essence;
use super::refused;
use super::status;

/// The response of an application that fails.
fn failed(make: fn() -> Error) -> Result<Response> {
    let app = move || Err::<(), _>(make());
    Request::blank("/").send(&app.into_application()).wait()
}

fn text(app: &Router, path: &str) -> Result<String> {
    Request::blank(path).send(app).wait()?.read_text().wait()
}

fn parameters(content_type: Option<Mime>) -> HashMap<String, String> {
    let content_type = content_type.unwrap_or(mime::STAR_STAR);
    let parameters = content_type.params();
    parameters
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect()
}

pub(super) const ROWS: &[Row] = &[
    (
        r#"`Response("x", content_type="text/plain")`"#,
        r#"[200, "text/plain; charset=utf-8", "x"]"#,
        || {
            let mut response = Response::text("x");
            let text = response.read_text().wait()?;
            Ok(json!([
                status(&response),
                response.header_text("content-type"),
                text
            ]))
        },
    ),
    (
        r#"`Response(body=b, content_type="text/csv")`"#,
        r#"["text/csv; charset=utf-8", "text/csv; charset=latin1", "application/json", "application/xml"]"#,
        || {
            let csv = Response::bytes("x").with_content_type(mime::TEXT_CSV);
            let mut told = vec![csv.header_text("content-type").map(str::to_owned)];
            for kind in [
                "text/csv; charset=latin1",
                "application/json",
                "application/xml",
            ] {
                let response = Response::bytes("x").with_content_type(kind.parse()?);
                told.push(response.header_text("content-type").map(str::to_owned));
            }
            Ok(json!(told))
        },
    ),
    (
        "`resp.content_type`, `resp.content_type_params`",
        r#"["text/plain", {"x": "y", "charset": "utf-8"}, "image/png", {}]"#,
        || {
            let mut response = Response::bytes("x").with_content_type("text/plain; x=y".parse()?);
            let mut told = vec![
                json!(essence(response.content_type())),
                json!(parameters(response.content_type())),
            ];
            response.set_content_type(mime::IMAGE_PNG);
            told.push(json!(essence(response.content_type())));
            told.push(json!(parameters(response.content_type())));
            Ok(json!(told))
        },
    ),
    ("`resp.charset`", r#"["utf-8", "latin1", null]"#, || {
        let mut response = Response::text("x");
        let was = response.charset();
        response.set_content_type("text/plain; charset=latin1".parse::<Mime>()?);
        let png = Response::bytes("x").with_content_type(mime::IMAGE_PNG);
        Ok(json!([was, response.charset(), png.charset()]))
    }),
    (
        r#"`Response("<p>")`"#,
        r#"["text/html; charset=utf-8", "<p>"]"#,
        || {
            let mut response = Response::html("<p>");
            let text = response.read_text().wait()?;
            Ok(json!([response.header_text("content-type"), text]))
        },
    ),
    ("`Response(json=v)`", "", || {
        let v = json!({"a": [1, null]});
        let mut response = Response::json(&v);
        let json: Value = serde_json::from_slice(&response.read_bytes().wait()?)?;
        Ok(json!([response.header_text("content-type"), json]))
    }),
    (
        "`Response(body=b)`",
        r#"["\u0000\u0001", "application/octet-stream"]"#,
        || {
            let b = &b"\x00\x01"[..];
            let mut response = Response::bytes(b);
            let body = response.read_bytes().wait()?;
            Ok(json!([
                str::from_utf8(&body)?,
                response.header_text("content-type")
            ]))
        },
    ),
    ("`Response(status=204)`", "", || {
        let mut response = Response::empty(204);
        Ok(json!([status(&response), response.read_text().wait()?]))
    }),
    ("`resp.status_code`, `resp.status_int`", "", || {
        let mut response = Response::empty(200);
        let was = status(&response);
        response.set_status(404)?;
        assert_eq!(Response::empty(200).with_status(404).status(), 404);
        Ok(json!([
            was,
            response.status().as_u16(),
            response.status().to_string()
        ]))
    }),
    (r#"`resp.headers["X-A"] = v`"#, "", || {
        let mut response = Response::empty(200);
        for v in ["1", "2"] {
            response.set_header("x-a", v)?;
        }
        let all = response.headers().get_all("x-a").iter();
        Ok(json!(
            all.map(|value| value.to_str())
                .collect::<Result<Vec<_>, _>>()?
        ))
    }),
    (
        "`resp.headerlist.append(..)`",
        r#"[["1", "2"], ["text/a; charset=utf-8", "text/b; charset=utf-8"]]"#,
        || {
            let mut response = Response::empty(200);
            let v = [
                ("x-a", "1"),
                ("x-a", "2"),
                ("content-type", "text/a"),
                ("content-type", "text/b"),
            ];
            for (name, v) in v {
                response.append_header(name, v)?;
            }
            let all = |name| -> Vec<_> {
                let all = response.headers().get_all(name).iter();
                all.map(|value| value.to_str().unwrap()).collect()
            };
            Ok(json!([all("x-a"), all("content-type")]))
        },
    ),
    ("`resp.body`, `resp.text`", "", || {
        let (mut response, mut streamed) = (Response::text("é"), Response::iterator(["a", "b"]));
        let length = response.read_bytes().wait()?.len();
        let twice = |response: &mut Response| {
            Ok::<_, Error>([response.read_text().wait()?, response.read_text().wait()?])
        };
        let ([one, two], [three, four]) = (twice(&mut response)?, twice(&mut streamed)?);
        Ok(json!([length, one, two, three, four]))
    }),
    ("`resp.app_iter = it`", "", || {
        let it = ["a", "b"];
        let streamed = Response::iterator(it);
        Ok(json!(
            Response::empty(200)
                .with_body(streamed.into_body())
                .read_text()
                .wait()?
        ))
    }),
    ("`resp.body_file.write(..)`", "", || {
        let mut response = Response::writer(|out| {
            out.write_all(b"one ")?;
            out.write_all(b"two")?;
            Ok(())
        });
        let text = response.read_text().wait()?;
        let mut other = Response::async_writer(async |mut out| {
            out.write("one ").await?;
            out.write("two").await
        });
        assert_eq!(other.read_text().wait()?, text);
        Ok(json!(text))
    }),
    ("`resp.copy()`", r#"[201, "x", 200, "x", 500]"#, || {
        let mut response = Response::text("x");
        let mut copy = response.copy()?;
        copy.set_status(201)?;
        let streamed = refused(Response::iterator(["a", "b"]).copy());
        let (copied, text) = (copy.read_text().wait()?, response.read_text().wait()?);
        Ok(json!([
            status(&copy),
            copied,
            status(&response),
            text,
            streamed
        ]))
    }),
    ("`HTTPSeeOther(location=l)`", r#"[303, "/a"]"#, || {
        let l = "/a";
        let request = Request::blank("/b");
        assert_eq!(
            Response::redirect_local(&request, l).headers()["location"],
            "/a"
        );
        assert_eq!(
            Response::redirect_local(&request, "https://evil.org/").status(),
            400
        );
        let response = Response::redirect(l);
        Ok(json!([status(&response), response.header_text("location")]))
    }),
    (
        "`resp.set_cookie(..)`, `resp.delete_cookie(..)`",
        r#"["a=1; Path=/; HttpOnly; SameSite=Lax", "a=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax"]"#,
        || {
            let (set, gone) = (
                Response::empty(200).with_cookie(("a", "1")),
                Response::empty(200).with_deleted_cookie("a"),
            );
            let (mut one, mut two) = (Response::empty(200), Response::empty(200));
            one.set_cookie(("a", "1"))?;
            two.delete_cookie("a")?;
            assert_eq!(
                (one.headers(), two.headers()),
                (set.headers(), gone.headers())
            );
            Ok(json!([
                set.header_text("set-cookie"),
                gone.header_text("set-cookie")
            ]))
        },
    ),
    ("`resp(environ, start_response)`", "", || {
        let app = |_: rustzeug::gateway::Environ, start_response: StartResponse| {
            Response::text("x").start(start_response)
        };
        let mut response = Request::blank("/").send(&app.into_application()).wait()?;
        let text = response.read_text().wait()?;
        Ok(json!([text, response.status().as_str()]))
    }),
    ("a response as an application", "", || {
        let response = Response::text("x");
        let app = response.into_application();
        let text = |path| Request::blank(path).send(&app).wait()?.read_text().wait();
        Ok(json!([text("/")?, text("/a")?]))
    }),
    ("`str(resp)`", r#"["HTTP/1.1 200 OK", true, "x"]"#, || {
        let bytes = Response::text("x").to_bytes().wait()?;
        let text = str::from_utf8(&bytes)?.to_lowercase();
        let has_type = text.contains("content-type: text/plain; charset=utf-8");
        let first = str::from_utf8(&bytes)?.lines().next();
        Ok(json!([first, has_type, text.lines().last()]))
    }),
    ("`Response.from_file(f)`", "", || {
        let b = b"HTTP/1.1 201 Created\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nhi";
        let mut response = Response::from_bytes(b)?;
        let text = response.read_text().wait()?;
        Ok(json!([
            status(&response),
            response.header_text("x-a"),
            text
        ]))
    }),
    (
        "`html_escape(x)`",
        r#""&lt;a href=&quot;?a&amp;b&quot;&gt;it&#39;s&lt;/a&gt;""#,
        || {
            let x = r#"<a href="?a&b">it's</a>"#;
            Ok(json!(html::escape(x)))
        },
    ),
    ("`raise HTTPNotFound()`", "", || {
        fn app(request: &Request) -> Result<&'static str> {
            if request.method() == "POST" {
                return Err(Error::not_found());
            }
            None.or_not_found()?
        }
        let app = app.into_application();
        let ask = |method| Request::blank("/").with_method(method).send(&app).wait();
        Ok(json!([status(&ask("GET")?), status(&ask("POST")?)]))
    }),
    (r#"`HTTPBadRequest("why")`"#, "", || {
        let app = || Err::<(), _>(Error::bad_request().with_message("why"));
        let app = app.into_application();
        let request = Request::blank("/").with_header("accept", "text/plain");
        let mut response = request.send(&app).wait()?;
        let text = response.read_text().wait()?;
        Ok(json!([status(&response), text.contains("why")]))
    }),
    (
        r#"`HTTPMethodNotAllowed(headers=[("Allow", ..)])`"#,
        "",
        || {
            let response = failed(|| Error::method_not_allowed(["GET", "HEAD"]))?;
            Ok(json!([status(&response), response.header_text("allow")]))
        },
    ),
    ("`HTTPUnauthorized(..)`", "", || {
        let response = failed(|| Error::unauthorized("Basic realm=\"notes\""))?;
        Ok(json!([
            status(&response),
            response.header_text("www-authenticate")
        ]))
    }),
    ("any other exception", r"[500, false]", || {
        fn app() -> Result<()> {
            Err(std::io::Error::other("secret"))?
        }
        let log = crate::common::Log::default();
        let request = Request::blank("/").with_server(log.server());
        let response = crate::common::answer(&app.into_application(), request);
        log.wait_for("secret");
        Ok(json!([response.0, response.1.contains("secret")]))
    }),
    ("pages by `Accept`", "", || {
        let app = (|| Err::<(), _>(Error::not_found())).into_application();
        let kind = |accept| {
            let request = Request::blank("/").with_header("accept", accept);
            let response = request.send(&app).wait()?;
            let kind = response.header_text("content-type").unwrap_or_default();
            Ok::<_, Error>(kind.split(';').next().unwrap_or_default().to_owned())
        };
        let app = || Err::<(), _>(Error::not_found());
        let page = |error: &Error, _| Some(Response::text("own").with_status(error.status()));
        let app = middleware::render_errors(app, page);
        let mut own = Request::blank("/").send(&app).wait()?;
        assert_eq!((status(&own), own.read_text().wait()?), (404, "own".into()));
        Ok(json!([
            kind("text/html")?,
            kind("application/json")?,
            kind("text/plain")?
        ]))
    }),
    ("`@wsgify`", "", || {
        let app = (|| "hello").into_application();
        let mut response = Request::blank("/").send(&app).wait()?;
        Ok(json!([status(&response), response.read_text().wait()?]))
    }),
    ("`@wsgify.middleware`", "", || {
        async fn middleware(request: Request, next: Next) -> Response {
            next.run(request).await.with_header("x-a", "1")
        }
        let handler = || "hello";
        let mut response = Request::blank("/")
            .send(&wrap(handler, middleware))
            .wait()?;
        let text = response.read_text().wait()?;
        Ok(json!([text, response.header_text("x-a")]))
    }),
    ("`Router()`", "", || {
        let app = Router::new().get("/", || "index");
        Ok(json!([
            text(&app, "/")?,
            status(&Request::blank("/a").send(&app).wait()?)
        ]))
    }),
    (
        r#"`add_route("/{year:\d\d\d\d}/{slug}", controller=c)`"#,
        "",
        || {
            let c = |request: &Request| -> Result<String> {
                let (slug, year): (String, u16) =
                    (request.path_param("slug")?, request.path_param("year")?);
                Ok(format!("{slug} in {year}"))
            };
            let app = Router::new().get("/{year:int(digits=4)}/{slug}", c);
            let other = Request::blank("/26/tea").send(&app).wait()?;
            Ok(json!([text(&app, "/2026/tea")?, status(&other)]))
        },
    ),
    ("the first that matches", r#"["new", "any"]"#, || {
        let app = Router::new().get("/{name}", || "any").get("/new", || "new");
        Ok(json!([text(&app, "/new")?, text(&app, "/old")?]))
    }),
    (r#"`add_route(.., title="x")`"#, "", || {
        let told = |request: &Request| request.path_param::<String>("title");
        let app = Router::new().get("/", told).defaults([("title", "x")]);
        Ok(json!(text(&app, "/")?))
    }),
    ("`req.urlvars`, arguments of the controller", "", || {
        let told = |request: &Request| -> Result<String> {
            let params = request.path_params();
            Ok(format!(
                "{} {}",
                params.require("slug")?,
                request.path_param::<String>("slug")?
            ))
        };
        Ok(json!(text(&Router::new().get("/{slug}", told), "/tea")?))
    }),
    ("`rest_controller(cls)`", r#"["all", "new", 405]"#, || {
        let app = Router::new().get("/", || "all").post("/", || "new");
        let ask = |method| Request::blank("/").with_method(method).send(&app).wait();
        let posted = ask("POST")?.read_text().wait()?;
        Ok(json!([text(&app, "/")?, posted, status(&ask("DELETE")?)]))
    }),
    (
        r#"`url("post", slug="x")`"#,
        r#"["/notes/x", "/notes/a%20b"]"#,
        || {
            let told = |request: &Request| -> Result<String> {
                let one = request.url_for("post", [("slug", "x")])?;
                Ok(format!(
                    "{one} {}",
                    request.url_for("post", [("slug", "a b")])?
                ))
            };
            let app = Router::new()
                .get("/", told)
                .get("/notes/{slug}", || "a post")
                .name("post");
            let urls = text(&app, "/")?;
            Ok(json!(urls.split(' ').collect::<Vec<_>>()))
        },
    ),
    (r#"`"blog:post"` as text, imported"#, "", || {
        fn post() -> &'static str {
            "post"
        }
        Ok(json!(text(&Router::new().get("/", post), "/")?))
    }),
];
