//! The rows for users of `WebOb`: requests and their data.

use std::borrow::Cow;
use std::io::Read;

use rustzeug::IntoApplication;
use rustzeug::MultiDict;
use rustzeug::Request;
use rustzeug::Result;
use rustzeug::http::HeaderValue;
use rustzeug::http::Method;
use rustzeug::mime;
use serde_json::Value;
use serde_json::json;

use super::Row;
use super::essence;
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
    ("`req.client_addr`", r#"["192.0.2.1", "192.0.2.1"]"#, || {
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
];
