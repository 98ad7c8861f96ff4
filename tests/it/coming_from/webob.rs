use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use std::io::Write;

use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::MultiDict;
use rustzeug::Next;
use rustzeug::OptionExt;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::gateway::StartResponse;
use rustzeug::html;
use rustzeug::http::HeaderValue;
use rustzeug::http::Method;
use rustzeug::middleware;
use rustzeug::mime;
use rustzeug::mime::Mime;
use rustzeug::wrap;
use serde_json::Value;
use serde_json::json;

use super::Row;
use super::from_a_client;
use super::refused;
use super::status;

fn pairs() -> MultiDict {
    MultiDict::from([("a", "1"), ("b", "2"), ("a", "3")])
}

/// A request below `/a`.
fn below(url: &str) -> Result<Request> {
    let mut request = Request::blank(url);
    request.environ_mut().set_raw_script_name("/a")?;
    Ok(request)
}

/// The response of an application that fails.
fn failed(make: fn() -> Error) -> Result<Response> {
    let app = move || Err::<(), _>(make());
    Request::blank("/").send(&app.into_application()).wait()
}

fn text(app: &Router, path: &str) -> Result<String> {
    Request::blank(path).send(app).wait()?.read_text().wait()
}

fn essence(content_type: Option<Mime>) -> Option<String> {
    content_type.map(|it| it.essence_str().to_owned())
}

fn parameters(content_type: Option<Mime>) -> HashMap<String, String> {
    let content_type = content_type.unwrap_or(mime::STAR_STAR);
    let parameters = content_type.params();
    parameters
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect()
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
    ("`req.environ`", "", || {
        let mut request = Request::blank("/");
        let was = request.environ().method().to_string();
        request.environ_mut().set_method(Method::PUT);
        Ok(json!([was, request.into_environ().method().as_str()]))
    }),
    (r#"`req.environ["X"]`"#, r#"[null, "1", 500]"#, || {
        let mut request = Request::blank("/");
        request.environ_mut().set_var("X", Some(b"1"))?;
        let proxy = refused(request.environ_mut().set_var("HTTP_PROXY", Some(b"evil")));
        Ok(json!([
            request.environ().var("Y"),
            request.environ().var("X"),
            proxy
        ]))
    }),
    (r#"`req.environ["my.key"]`"#, "", || {
        let mut request = Request::blank("/");
        request.extensions_mut().insert(7);
        Ok(json!([
            request.extensions().get::<i32>(),
            request.extensions().get::<u8>()
        ]))
    }),
    (r#"`Request.blank("/p?q")`"#, "", || {
        let request = Request::blank("/p?q");
        let (method, path) = (request.method().as_str(), request.path());
        Ok(json!([method, path, request.query_string(), request.url()]))
    }),
    (
        r#"`Request.blank("/", method="POST", body=b"x")`"#,
        "",
        || {
            let request = Request::blank("/").with_method("POST").with_body("x");
            Ok(json!([request.method().as_str(), request.text().wait()?]))
        },
    ),
    ("`req.method`", "", || {
        let mut request = Request::blank("/");
        let was = request.method().to_string();
        request.set_method(Method::PUT);
        Ok(json!([was, request.method().as_str()]))
    }),
    ("`req.path_info`", r#"["/a b/c", "/\ufffd"]"#, || {
        let odd = Request::blank("/%FF");
        assert_eq!(refused(odd.path_utf8()), 400);
        Ok(json!([Request::blank("/a%20b%2Fc").path(), odd.path()]))
    }),
    ("`req.script_name`", "", || {
        let mut request = Request::blank("/a%20b/b");
        request.environ_mut().set_raw_script_name("/a%20b")?;
        Ok(json!([
            Request::blank("/").script_name(),
            request.script_name()
        ]))
    }),
    ("`req.path`", r#"["/a%20b", "/a%2Fb"]"#, || {
        let raw_path = |path| Request::blank(path).raw_path().to_owned();
        Ok(json!([raw_path("/a%20b"), raw_path("/a%2Fb")]))
    }),
    ("`req.query_string`", "", || {
        let request = Request::blank("/?a=%20&b");
        Ok(json!([
            request.query_string(),
            Request::blank("/").query_string()
        ]))
    }),
    ("`req.GET`, `req.POST`, `req.params`", "", || {
        let request = Request::blank("/?a=1").with_form(&[("a", "2"), ("b", "3")]);
        let (form, params) = (request.form().wait()?, request.params().wait()?);
        let all: Vec<_> = params.get_all("a").collect();
        Ok(json!([request.query().get("a"), form.get("b"), all]))
    }),
    (
        "`req.scheme`, `req.host`, `req.domain`",
        r#"["https", "example.org:8443", "example.org", "localhost", "a.example"]"#,
        || {
            let request = Request::blank("https://example.org:8443/");
            let odd = Request::blank("/").with_header("host", "a b");
            let both = b"GET http://a.example/ HTTP/1.1\r\nhost: b.example\r\n\r\n";
            let both = Request::from_bytes(both)?;
            let (scheme, host, domain) = (request.scheme(), request.host(), request.domain());
            Ok(json!([scheme, host, domain, odd.host(), both.host()]))
        },
    ),
    ("`req.host_port`", "[8443, 443]", || {
        let port = |url| Request::blank(url).port();
        Ok(json!([
            port("http://example.org:8443/"),
            port("https://example.org/")
        ]))
    }),
    ("`req.host_url`, `req.application_url`", "", || {
        let request = below("http://example.org:8080/a/b")?;
        Ok(json!([request.host_url(), request.application_url()]))
    }),
    ("`req.path_url`, `req.url`", "", || {
        let request = below("http://example.org/a/b?c=d")?;
        Ok(json!([request.path_url(), request.url()]))
    }),
    ("`req.path_qs`", r#"["/a?b=c", "/a%2Fb?c"]"#, || {
        let whole = |target| Request::blank(target).path_and_query().to_owned();
        Ok(json!([whole("/a?b=c"), whole("/a%2Fb?c")]))
    }),
    ("`req.relative_url(x)`", "", || {
        let request = Request::blank("http://example.org/a/b?c");
        Ok(json!(
            ["d", "../e", "/f", "?g=h"].map(|x| request.relative_url(x))
        ))
    }),
    ("`req.relative_url(x, to_application=True)`", "", || {
        let request = below("http://example.org/a/b/c")?;
        Ok(json!(
            ["d", "/e"].map(|x| request.relative_application_url(x))
        ))
    }),
    ("`req.path_info_pop()`", r#"[null, "/a", "/b"]"#, || {
        let mut request = Request::blank("/a/b");
        request.environ_mut().set_raw_script_name("/a")?;
        Ok(json!([null, request.script_name(), request.path()]))
    }),
    ("`req.client_ip`", r#"["192.0.2.1", "192.0.2.1"]"#, || {
        let request = Request::blank("/").with_server(from_a_client());
        let other = Request::blank("/")
            .with_server(from_a_client())
            .with_header("x-forwarded-for", "192.0.2.7");
        Ok(json!([request.client_ip(), other.client_ip()]))
    }),
    ("`req.remote_user`", "", || {
        let mut request = Request::blank("/");
        let was = request.environ().var("REMOTE_USER").map(Cow::into_owned);
        request.environ_mut().set_var("REMOTE_USER", Some(b"joe"))?;
        Ok(json!([was, request.environ().var("REMOTE_USER")]))
    }),
    ("`req.http_version`", "", || {
        Ok(json!(format!("{:?}", Request::blank("/").version())))
    }),
    (r#"`req.headers.get("X-A")`"#, "", || {
        let request = Request::blank("/").with_header("X-A", "1");
        let odd = Request::blank("/").with_header("X-A", &b"\xff"[..]);
        assert_eq!(odd.header_text("x-a"), None);
        Ok(json!([
            request.header_text("x-a"),
            request.header_text("X-A"),
            request.header_text("x-b")
        ]))
    }),
    (r#"`req.headers["X-A"]`"#, r#"["1", null]"#, || {
        let request = Request::blank("/").with_header("x-a", "1");
        let found = request.headers()["x-a"].as_bytes();
        let absent = request.headers().get("x-b").map(HeaderValue::as_bytes);
        Ok(json!([str::from_utf8(found)?, absent]))
    }),
    (r#"`req.headers["X-A"] = v`"#, "", || {
        let mut request = Request::blank("/").with_header("x-a", "1");
        let v = "2";
        request.set_header("x-a", v)?;
        Ok(json!([request.header_text("x-a")]))
    }),
    (
        "`req.content_type`",
        r#"["text/plain", "text/csv", null]"#,
        || {
            let mut request = Request::blank("/").with_header("content-type", "Text/Plain; x=y");
            let was = essence(request.content_type());
            request.set_content_type(mime::TEXT_CSV);
            let blank = Request::blank("/").content_type();
            Ok(json!([
                was,
                essence(request.content_type()),
                essence(blank)
            ]))
        },
    ),
    ("`req.charset`", r#"["latin1", null]"#, || {
        let latin = Request::blank("/").with_header("content-type", "text/plain; charset=Latin1");
        Ok(json!([latin.charset(), Request::blank("/").charset()]))
    }),
    ("`req.content_length`", "[3, 0]", || {
        let length = |request: Request| request.environ().body_length();
        Ok(json!([
            length(Request::blank("/").with_body("abc")),
            length(Request::blank("/"))
        ]))
    }),
    ("`req.body`, `req.text`", "", || {
        let request = Request::blank("/").with_body("café");
        let (text, again) = (request.text().wait()?, request.text().wait()?);
        Ok(json!([request.bytes().wait()?.len(), text, again]))
    }),
    ("`req.json_body`", r#"[{"a": [1]}, 415, 400]"#, || {
        let sent = |kind, body: String| {
            Request::blank("/")
                .with_header("content-type", kind)
                .with_body(body)
        };
        let request = sent("application/json", r#"{"a": [1]}"#.into());
        let other = sent("text/plain", r#"{"a": [1]}"#.into());
        assert_eq!(other.json::<Value>().any_type().wait()?, json!({"a": [1]}));
        let deep = |deep| sent("application/json", "[".repeat(deep) + &"]".repeat(deep));
        deep(127).json::<Value>().wait()?;
        let (other, deep) = (
            other.json::<Value>().wait(),
            deep(128).json::<Value>().wait(),
        );
        Ok(json!([
            request.json::<Value>().wait()?,
            refused(other),
            refused(deep)
        ]))
    }),
    ("`req.body_file`", "", || {
        let request = Request::blank("/").with_body("one two");
        let mut reader = request.take_body().into_reader();
        let (mut first, mut rest) = ([0; 3], String::new());
        reader.read_exact(&mut first)?;
        reader.read_to_string(&mut rest)?;
        Ok(json!([str::from_utf8(&first)?, rest]))
    }),
    ("`req.make_body_seekable()`, `req.copy_body()`", "", || {
        let request = Request::blank("/").with_body("abc");
        Ok(json!([request.text().wait()?, request.text().wait()?]))
    }),
    ("`req.copy()`", "", || {
        let request = Request::blank("/").with_method("POST").with_body("abc");
        let mut copy = request.copy()?;
        copy.set_method(Method::PUT);
        let (copied, body) = (copy.text().wait()?, request.text().wait()?);
        Ok(json!([
            copy.method().as_str(),
            copied,
            request.method().as_str(),
            body
        ]))
    }),
    ("`req.copy_get()`", "", || {
        let copy = Request::blank("/a?b")
            .with_method("POST")
            .with_body("abc")
            .copy_get();
        Ok(json!([
            copy.method().as_str(),
            copy.url(),
            copy.text().wait()?
        ]))
    }),
    ("`req.cookies`", "", || {
        let mut request = Request::blank("/").with_header("cookie", "a=1; b=2");
        request.set_cookie("c", "3")?;
        request.remove_cookie("a");
        let cookies = request.cookies();
        Ok(json!([
            cookies.get("a"),
            cookies.get("b"),
            cookies.get("c")
        ]))
    }),
    ("`req.as_bytes()`, `Request.from_bytes(b)`", "", || {
        let b = b"POST /a?b HTTP/1.1\r\nHost: example.org\r\nContent-Length: 3\r\n\r\nabc";
        let request = Request::from_bytes(b)?;
        let again = Request::from_bytes(&request.to_bytes().wait()?)?;
        Ok(json!([
            again.method().as_str(),
            again.url(),
            again.text().wait()?
        ]))
    }),
    ("`req.send(app)`, `req.get_response(app)`", "", || {
        let app = (|| (201, [("x-a", "1")], "made")).into_application();
        let mut response = Request::blank("/").send(&app).wait()?;
        let text = response.read_text().wait()?;
        Ok(json!([
            status(&response),
            response.header_text("x-a"),
            text
        ]))
    }),
    (r#"`d["a"]`"#, r#"["2", "1", 422]"#, || {
        let d = pairs();
        Ok(json!([
            d.require("b")?,
            d.require("a")?,
            refused(d.require("c"))
        ]))
    }),
    (r#"`d.get("a")`"#, r#"["2", "1", null]"#, || {
        let d = pairs();
        Ok(json!([d.get("b"), d.get("a"), d.get("c")]))
    }),
    (r#"`d.getall("a")`"#, "", || {
        let d = pairs();
        Ok(json!([
            d.get_all("a").collect::<Vec<_>>(),
            d.get_all("c").collect::<Vec<_>>()
        ]))
    }),
    (r#"`d.getone("a")`"#, "", || {
        let d = pairs();
        Ok(json!([
            d.get_one("b")?,
            d.get_one("a").is_err(),
            d.get_one("c").is_err()
        ]))
    }),
    ("`d.mixed()`", "", || {
        let d = pairs();
        Ok(serde_json::to_value(&d)?)
    }),
    ("`d.dict_of_lists()`", "", || {
        let d = pairs();
        let lists = d
            .lists()
            .map(|(name, values)| (name.to_owned(), json!(values)));
        Ok(Value::Object(lists.collect()))
    }),
    (r#"`d.add("a", "1")`, `d["a"] = "1"`"#, "", || {
        let mut d = MultiDict::from([("a", "0")]);
        d.add("a", "1");
        let added = d.clone();
        d.set("a", "1");
        Ok(json!([
            added.get_all("a").collect::<Vec<_>>(),
            d.get_all("a").collect::<Vec<_>>()
        ]))
    }),
    (r#"`del d["a"]`, `d.pop("a")`"#, "", || {
        let mut d = pairs();
        let popped = d.pop("a");
        let left = d.clone();
        d.remove("a");
        let all = |d: &MultiDict| json!(d.get_all("a").collect::<Vec<_>>());
        Ok(json!([popped, all(&left), all(&d)]))
    }),
    ("`d.extend(other)`, `d.update(other)`", "", || {
        let other = MultiDict::from([("a", "4"), ("c", "5")]);
        let mut d = pairs();
        d.extend(&other);
        let extended: Vec<_> = d.iter().collect();
        let mut d = pairs();
        for (name, value) in &other {
            d.set(name, value);
        }
        let mut updated: Vec<_> = d.iter().collect();
        updated.sort_unstable();
        Ok(json!([extended, updated]))
    }),
    (
        "`NestedMultiDict(a, b)`",
        r#"[["1", "2"], ["1", "2"]]"#,
        || {
            let (mut a, b) = (MultiDict::from([("n", "1")]), MultiDict::from([("n", "2")]));
            let both = a.merged(&b);
            let was: Vec<_> = both.get_all("n").collect();
            a.add("n", "3");
            Ok(json!([was, both.get_all("n").collect::<Vec<_>>()]))
        },
    ),
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
