//! The rows for users of Werkzeug: requests, forms, the test client.

use std::collections::HashMap;
use std::io::Read;

use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::MultiDict;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::bytes::Bytes;
use rustzeug::filename;
use rustzeug::form;
use rustzeug::form::Form;
use rustzeug::form::MultipartForm;
use rustzeug::form::UploadedFile;
use rustzeug::headers::Credentials;
use rustzeug::headers::HttpDate;
use rustzeug::http::header;
use rustzeug::mime;
use rustzeug::mime::Mime;
use rustzeug::multipart;
use rustzeug::multipart::Boundary;
use rustzeug::multipart::Event;
use rustzeug::multipart::Limits;
use rustzeug::query;
use serde_json::Value;
use serde_json::json;

use super::Row;
use super::refused;

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
    (
        "`request.accept_mimetypes.best_match(offers)`",
        r#"["text/html", "application/json"]"#,
        || {
            let offers = &["application/json", "text/html"];
            let request = Request::blank("/").with_header("accept", "text/html, */*;q=0.1");
            Ok(json!([
                request.best_media_type(offers),
                Request::blank("/").best_media_type(offers)
            ]))
        },
    ),
    (
        "`request.accept_languages.best_match(offers)`",
        r#""en-GB""#,
        || {
            let offers = &["en-US", "en-GB"];
            let request = Request::blank("/").with_header("accept-language", "en-US;q=0, en");
            Ok(json!(request.best_language(offers)))
        },
    ),
    ("`request.authorization`", "", || {
        let sent = "Basic QWRhOm9wZW4gc2VzYW1l";
        let request = Request::blank("/").with_header("authorization", sent);
        let Some(Credentials::Basic { user, password }) = request.authorization() else {
            return Err("not Basic".into());
        };
        Ok(json!([user, password]))
    }),
    ("`response.vary.add(..)`", r#""cookie, accept""#, || {
        let mut response = Response::text("x").with_header("vary", "Cookie");
        response.append_vary([header::ACCEPT]);
        Ok(json!(response.header_text("vary")))
    }),
    ("`parse_date(t)`, `http_date(d)`", "", || {
        let t = "Sunday, 06-Nov-94 08:49:37 GMT";
        let date = HttpDate::parse(t)?;
        let impossible = HttpDate::parse("Thu, 31 Feb 1994 08:49:37 GMT");
        Ok(json!([
            date.to_string(),
            impossible.ok().map(|date| date.to_string())
        ]))
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
];
