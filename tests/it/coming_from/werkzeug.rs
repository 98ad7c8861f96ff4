use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::MultiDict;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::bytes::Bytes;
use rustzeug::chrono::NaiveDate;
use rustzeug::filename;
use rustzeug::form;
use rustzeug::form::Form;
use rustzeug::form::MultipartForm;
use rustzeug::form::UploadedFile;
use rustzeug::gateway::Environ;
use rustzeug::gateway::ServerInfo;
use rustzeug::mime;
use rustzeug::mime::Mime;
use rustzeug::multipart;
use rustzeug::multipart::Boundary;
use rustzeug::multipart::Event;
use rustzeug::multipart::Limits;
use rustzeug::query;
use rustzeug::routing::BuildError;
use rustzeug::routing::Converter;
use rustzeug::routing::Converters;
use rustzeug::routing::Rule;
use rustzeug::routing::Rules;
use rustzeug::routing::SlashPolicy;
use serde_json::Value;
use serde_json::json;

use super::Row;
use super::refused;
use super::status;

const FORM: &str = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n";

fn upload() -> Request {
    let form = MultipartForm::new()
        .text("a", "1")
        .bytes("b", "b.txt", "text/plain", "text");
    Request::blank("/").with_multipart(form)
}

fn typed(content_type: &str) -> Request {
    Request::blank("/").with_header("content-type", content_type)
}

fn pairs() -> MultiDict {
    MultiDict::from([("a", "1"), ("b", "x"), ("a", "y")])
}

fn asked(method: &str, url: &str) -> Environ {
    Request::blank(url).with_method(method).into_environ()
}

/// The text of a response, its redirect target, or its status.
fn at(app: &Router, url: &str) -> Result<Value> {
    let mut response = Request::blank(url).send(app).wait()?;
    if let Some(location) = response.header_text("location") {
        return Ok(json!([status(&response), location]));
    }
    match status(&response) {
        200 => Ok(json!(response.read_text().wait()?)),
        status => Ok(json!(status)),
    }
}

/// The status of a redirect, or the text.
fn only_status(answer: Value) -> Value {
    answer.get(0).cloned().unwrap_or(answer)
}

/// A handler that returns the parameter `v`.
fn value(request: &Request) -> Result<String> {
    request.path_param("v")
}

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
    ("`Request(environ)`", "", || {
        let environ = Request::blank("/a?b=c")
            .with_header("x-a", "1")
            .into_environ();
        let request = Request::new(environ);
        Ok(json!([
            request.path(),
            request.query_string(),
            request.header_text("x-a")
        ]))
    }),
    ("`request.args`", "", || {
        let request = Request::blank("/?a=1&b=2&a=3");
        let dict = request.query().to_dict()?;
        let typed: HashMap<String, String> = request.query_as::<HashMap<_, _>>()?;
        Ok(json!([
            request.query().get("a"),
            dict.get_all("a").collect::<Vec<_>>(),
            typed
        ]))
    }),
    ("`request.form`, `request.files`", "", || {
        let form = upload().form().wait()?;
        let file = form.file("b")?;
        let text = file.bytes().wait()?;
        Ok(json!([
            form.get("a"),
            file.filename(),
            str::from_utf8(&text)?
        ]))
    }),
    ("`request.values`", r#"[["1", "2"], ["1", "2"]]"#, || {
        let values = |method| {
            let request = Request::blank("/?a=1")
                .with_form(&[("a", "2")])
                .with_method(method);
            let params = request.params().wait()?;
            Ok::<_, Error>(params.get_all("a").map(str::to_owned).collect::<Vec<_>>())
        };
        Ok(json!([values("POST")?, values("GET")?]))
    }),
    (
        "`request.data`, `get_data()`",
        r#"["abc", "abc", "a=1"]"#,
        || {
            let request = Request::blank("/").with_body("abc");
            let (one, two) = (request.bytes().wait()?, request.bytes().wait()?);
            let form = Request::blank("/").with_form(&[("a", "1")]);
            form.form().wait()?;
            let text = |bytes: Bytes| String::from_utf8_lossy(&bytes).into_owned();
            Ok(json!([text(one), text(two), text(form.bytes().wait()?)]))
        },
    ),
    ("`get_data(as_text=True)`", "", || {
        Ok(json!(Request::blank("/").with_body("é").text().wait()?))
    }),
    (
        "`request.json`, `get_json()`",
        r#"[{"a": [1]}, 415, 400, 422]"#,
        || {
            let sent = |kind, body| {
                let request = Request::blank("/")
                    .with_header("content-type", kind)
                    .with_body(body);
                request.json::<HashMap<String, Vec<u8>>>().wait()
            };
            let read = sent("application/json", r#"{"a": [1]}"#)?;
            let other = refused(sent("text/plain", "{}"));
            let broken = refused(sent("application/json", "{"));
            Ok(json!([
                read,
                other,
                broken,
                refused(sent("application/json", r#"{"a": "x"}"#))
            ]))
        },
    ),
    ("`request.stream`", "", || {
        let request = Request::blank("/").with_body("one two");
        let mut reader = request.take_body().into_reader();
        let (mut first, mut rest) = ([0; 3], String::new());
        reader.read_exact(&mut first)?;
        reader.read_to_string(&mut rest)?;
        let whole = async {
            let mut body = Request::blank("/").with_body("one two").take_body();
            body.chunk().await
        };
        assert_eq!(crate::common::block_on(whole)?.unwrap(), "one two");
        Ok(json!([str::from_utf8(&first)?, rest]))
    }),
    (
        "`request.mimetype`, `request.mimetype_params`",
        r#"["text/plain", {"x": "y", "charset": "a"}, null]"#,
        || {
            let request = typed("Text/Plain; x=y; charset=a; charset=b");
            let content_type: Option<Mime> = request.content_type();
            let essence = content_type.as_ref().map(Mime::essence_str);
            let x = content_type.as_ref().and_then(|it| it.get_param("x"));
            let parameters = json!({"x": x.map(|it| it.as_str()), "charset": request.charset()});
            Ok(json!([
                essence,
                parameters,
                typed("json").content_type().map(|it| it.to_string())
            ]))
        },
    ),
    ("`request.content_type`", "", || {
        Ok(json!([
            typed("Text/Plain ; x").header_text("content-type"),
            Request::blank("/").header_text("content-type")
        ]))
    }),
    ("`request.is_json`", "", || {
        let form = typed("application/x-www-form-urlencoded");
        assert!(form.is_form());
        Ok(json!([
            typed("application/json").is_json(),
            typed("APPLICATION/A+JSON; x=y").is_json(),
            typed("text/json").is_json(),
            form.is_json()
        ]))
    }),
    (
        r#"`Response(b, mimetype="text/csv")`"#,
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
        r#"`Response(b, content_type="text/csv")`"#,
        r#""text/csv; charset=utf-8""#,
        || {
            let response = Response::bytes("x").with_header("content-type", "text/csv");
            Ok(json!(response.header_text("content-type")))
        },
    ),
    ("`file.content_type`, `file.mimetype`", "", || {
        let form = MultipartForm::new().bytes("f", "f.txt", "Text/Plain; x=y", "x");
        let form = Request::blank("/").with_multipart(form).form().wait()?;
        let file = form.file("f")?;
        let content_type = file.content_type();
        Ok(json!([
            file.raw_content_type(),
            content_type.as_ref().map(Mime::essence_str)
        ]))
    }),
    ("`request.content_length`", "[3, 0]", || {
        let length = |request: Request| request.environ().body_length();
        Ok(json!([
            length(Request::blank("/").with_body("abc")),
            length(Request::blank("/"))
        ]))
    }),
    ("`parse_form_data(environ)`", "", || {
        let environ = upload().into_environ();
        let form = form::read(&environ).wait()?;
        let text = form.file("b")?.bytes().wait()?;
        Ok(json!([form.get("a"), str::from_utf8(&text)?]))
    }),
    (
        "`MultiPartParser`, `sansio.multipart.MultipartDecoder`",
        "",
        || {
            let request = Request::blank("/").with_body(FORM);
            let request = request.with_header("content-type", "multipart/form-data; boundary=b");
            let boundary = Boundary::from_content_type(b"multipart/form-data; boundary=b")?;
            let mut decoder = multipart::Decoder::new(&boundary, Limits::default());
            decoder.push(FORM.into());
            let (Event::Part(head), Event::Data(data)) =
                (decoder.next_event()?, decoder.next_event()?)
            else {
                return Ok(Value::Null);
            };
            Ok(json!([
                request.form().wait()?.get("a"),
                head.name(),
                str::from_utf8(&data)?
            ]))
        },
    ),
    (
        "`EnvironBuilder(..)`, `Request.from_values(..)`",
        "",
        || {
            let made = || {
                Request::blank("/a")
                    .with_method("PUT")
                    .with_header("x-a", "1")
                    .with_body("x")
            };
            let (one, two) = (made(), made());
            let text = one.text().wait()?;
            let server_info = json!([
                one.method().as_str(),
                one.path(),
                one.header_text("x-a"),
                text
            ]);
            Ok(json!([server_info, one.method() == two.method()]))
        },
    ),
    (r#"`Client(app).post("/", data=..)`"#, "", || {
        let app = |request: &Request| -> Result<String> {
            Ok(format!(
                "{}{}",
                request.method(),
                request.form().wait()?.require("a")?
            ))
        };
        let app = app.into_application();
        let mut response = Request::blank("/")
            .with_form(&[("a", "1")])
            .send(&app)
            .wait()?;
        Ok(json!(response.read_text().wait()?))
    }),
    (
        "`secure_filename`",
        r#"["passwd", "My_cool_movie.mov", "file", "b.txt"]"#,
        || {
            let names = ["../../etc/passwd", "My cool movie.mov", ".", "a/b.txt"];
            Ok(json!(names.map(filename::secure_filename)))
        },
    ),
    ("`urllib.parse.urlencode`", "", || {
        let encoded = query::encode(&[("a", "b c"), ("d", "é&"), ("a", "2")])?;
        Ok(json!([encoded, query::link("/a", &[("b", "c")])?]))
    }),
    (r#"`d.get("n", type=int)`"#, "[7, null, 422]", || {
        let d = MultiDict::from([("n", "7"), ("m", "x")]);
        Ok(json!([
            d.get_as::<i32>("n")?,
            d.get_as::<i32>("o")?,
            refused(d.get_as::<i32>("m"))
        ]))
    }),
    (r#"`d.getlist("n", type=int)`"#, "[[7, 8], 422]", || {
        let d = MultiDict::from([("n", "7"), ("n", "8"), ("m", "1"), ("m", "x")]);
        Ok(json!([
            d.get_all_as::<i32>("n")?,
            refused(d.get_all_as::<i32>("m"))
        ]))
    }),
    ("`d.setlist(..)`, `d.poplist(..)`", "", || {
        let mut d = pairs();
        d.remove("a");
        d.extend([("a", "4"), ("a", "5")]);
        let all = |d: &MultiDict| d.get_all("a").map(str::to_owned).collect::<Vec<_>>();
        let (was, popped) = (all(&d), all(&d));
        d.remove("a");
        Ok(json!([was, popped, all(&d)]))
    }),
    ("`d.to_dict()`", "", || {
        let d = pairs();
        Ok(json!(d.read_as::<HashMap<String, String>>()?))
    }),
    (
        "`d.items(multi=True)`",
        r#"[["a", "1"], ["b", "x"], ["a", "y"]]"#,
        || {
            let d = pairs();
            Ok(json!(d.iter().collect::<Vec<_>>()))
        },
    ),
    (
        "`CombinedMultiDict([a, b])`",
        r#"[["1", "2"], ["1", "2"]]"#,
        || {
            let (mut a, b) = (MultiDict::from([("n", "1")]), MultiDict::from([("n", "2")]));
            let both = a.merged(&b);
            let was: Vec<_> = both.get_all("n").collect();
            a.add("n", "3");
            Ok(json!([was, both.get_all("n").collect::<Vec<_>>()]))
        },
    ),
    ("`ImmutableMultiDict`", "", || {
        let d: &MultiDict = &MultiDict::from([("a", "1")]);
        Ok(json!([d.get("a"), d.get_all("a").collect::<Vec<_>>()]))
    }),
    ("`OrderedMultiDict`", "", || {
        let d = MultiDict::from([("b", "1"), ("a", "2"), ("b", "3")]);
        Ok(json!(d.iter().collect::<Vec<_>>()))
    }),
    ("`FileMultiDict`, `FileStorage`", "", || {
        let form = MultipartForm::new().bytes("d", "d.txt", "text/plain", "text");
        let form: Form = Request::blank("/").with_multipart(form).form().wait()?;
        let file: &UploadedFile = form.files().next().unwrap();
        let text = file.bytes().wait()?;
        let (name, filename, kind) = (file.name(), file.filename(), file.raw_content_type());
        Ok(json!([
            form.files().len() == 1,
            name,
            filename,
            kind,
            str::from_utf8(&text)?
        ]))
    }),
    (r#"`request.files.getlist("d")`"#, "", || {
        let form = MultipartForm::new().bytes("d", "a.txt", "text/plain", "1");
        let form = form.bytes("d", "b.txt", "text/plain", "2");
        let form = Request::blank("/").with_multipart(form).form().wait()?;
        Ok(json!(
            form.files_named("d")
                .map(UploadedFile::filename)
                .collect::<Vec<_>>()
        ))
    }),
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
