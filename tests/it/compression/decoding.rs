//! Compressed request bodies.

use std::io::Read;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::form::MultipartForm;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::Limits;
use rustzeug::middleware::decode_requests;
use rustzeug::wrap;

use super::coded;
use super::names;
use super::text;
use crate::common::answer;
use crate::common::serve;

const JSON: &str = r#"{"name": "Ada", "languages": ["de", "en"]}"#;

/// The same content by the tools of others.
#[rustfmt::skip]
const RECORDED: [(&str, &[u8], &str); 8] = [
    ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabV\xcaK\xccMU\xb2RPrLIT\xd2QP\xcaI\xccK/MLO-\x06\x8aE+\xa5\xa4\x82\xc4R\xf3\x94bk\x01\xb7\x12\xa0\x81*\x00\x00\x00",
     "gzip.compress of Python"),
    ("gzip", b"\x1f\x8b\x08\x08\x07\x00\x00\x00\x02\xffnotes.json\x00\xabV\xcaK\xccMU\xb2RPrLIT\xd2QP\xcaI\xccK/MLO-\x06\x8aE+\xa5\xa4\x82\xc4R\xf3\x94bk\x01\xb7\x12\xa0\x81*\x00\x00\x00",
     "GzipFile of Python, with a name and a time"),
    ("X-GZip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabV\xcaK\xccMU\xb2RP\x02\x00\xe8\xcf\x1f/\x0a\x00\x00\x00\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03sLIT\xd2QP\xcaI\xccK/MLO-V\xb2R\x88VJI\x05\x89\xa5\xe6)\xc5\xd6\x02\x00K\xf9\xea\xfe \x00\x00\x00",
     "two members, by the old name"),
    ("deflate", b"x\x9c\xabV\xcaK\xccMU\xb2RPrLIT\xd2QP\xcaI\xccK/MLO-\x06\x8aE+\xa5\xa4\x82\xc4R\xf3\x94bk\x01\x0a=\x0cK",
     "zlib.compress of Python"),
    ("deflate", b"\xabV\xcaK\xccMU\xb2RPrLIT\xd2QP\xcaI\xccK/MLO-\x06\x8aE+\xa5\xa4\x82\xc4R\xf3\x94bk\x01",
     "zlib.compressobj(wbits=-15): without a head"),
    ("br", b"\x8b\x14\x80{\x22name\x22: \x22Ada\x22, \x22languages\x22: [\x22de\x22, \x22en\x22]}\x03",
     "brotli.compress of Python"),
    ("identity, gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabV\xcaK\xccMU\xb2RPrLIT\xd2QP\xcaI\xccK/MLO-\x06\x8aE+\xa5\xa4\x82\xc4R\xf3\x94bk\x01\xb7\x12\xa0\x81*\x00\x00\x00",
     "identity is nothing"),
    ("zstd", b"(\xb5/\xfd$*Q\x01\x00{\x22name\x22: \x22Ada\x22, \x22languages\x22: [\x22de\x22, \x22en\x22]}Rj\xae&",
     "zstd of its authors"),
];

/// A way to read the body.
type Reading = fn(&Request) -> Result<String>;

fn post(coding: &str, body: impl Into<Body>) -> Request {
    let request = Request::blank("/").with_method("POST").with_body(body);
    request.with_header("content-encoding", coding.to_owned())
}

fn echo() -> impl Application {
    wrap(
        async |request: &Request| request.text().await,
        decode_requests,
    )
}

#[test]
fn what_others_have_compressed_is_read() {
    for (coding, body, why) in RECORDED {
        let is_built = names().contains(&"zstd") || coding != "zstd";
        let (status, text) = answer(&echo(), post(coding, body));
        if is_built {
            assert_eq!((status, &*text), (200, JSON), "{why}");
        } else {
            assert_eq!(status, 415, "{why}");
        }
    }
}

#[test]
fn each_way_to_read_a_body_reads_the_decoded_one() {
    let form = "name=Ada&name=Grace";
    let multipart = MultipartForm::new().text("name", "Ada");
    let content_type = multipart.content_type().to_str().unwrap().to_owned();
    let mut parts = Vec::new();
    multipart
        .into_body()
        .unwrap()
        .into_reader()
        .read_to_end(&mut parts)
        .unwrap();
    let urlencoded = "application/x-www-form-urlencoded";
    let readings: [(&str, &str, &[u8], Reading); 6] = [
        ("text", "text/plain", b"Ada", |request| {
            request.text().wait()
        }),
        ("bytes", "text/plain", b"Ada", |request| {
            Ok(String::from_utf8(request.bytes().wait()?.into())?)
        }),
        ("json", "application/json", b"\"Ada\"", |request| {
            request.json().wait()
        }),
        ("form", urlencoded, form.as_bytes(), |request| {
            Ok(request.form().wait()?.get("name").unwrap().to_owned())
        }),
        ("multipart", &content_type, &parts, |request| {
            Ok(request.form().wait()?.get("name").unwrap().to_owned())
        }),
        ("a stream", "text/plain", b"Ada", |request| {
            let mut text = String::new();
            request
                .take_body()
                .into_reader()
                .read_to_string(&mut text)?;
            Ok(text)
        }),
    ];
    for (what, content_type, content, read) in readings {
        for name in names() {
            let check = move |request: &Request| {
                assert!(
                    !request.headers().contains_key("content-encoding"),
                    "{what}"
                );
                assert!(!request.headers().contains_key("content-length"), "{what}");
                assert_eq!(request.environ().var("HTTP_CONTENT_ENCODING"), None);
                read(request)
            };
            let app = wrap(check, decode_requests);
            let body = coded(name, content.to_vec());
            let request =
                post(name, body.clone()).with_header("content-type", content_type.to_owned());
            let request = request.with_header("content-length", body.len().to_string());
            assert_eq!(
                answer(&app, request),
                (200, "Ada".to_owned()),
                "{what}, {name}"
            );
        }
    }
}

#[test]
fn a_body_that_is_not_coded_passes() {
    let app = echo();
    for request in [
        Request::blank("/").with_body("Ada"),
        post("identity", "Ada"),
        post("", "Ada"),
    ] {
        assert_eq!(answer(&app, request), (200, "Ada".to_owned()));
    }
    for name in names() {
        assert_eq!(
            answer(&app, post(name, "")),
            (200, String::new()),
            "{name}: an empty body"
        );
        let nothing = Body::iterator(Vec::<&str>::new());
        assert_eq!(
            answer(&app, post(name, nothing)),
            (200, String::new()),
            "{name}: of unknown length"
        );
    }
}

#[test]
fn other_codings_are_refused_with_what_is_decoded_here() {
    let accepted = if cfg!(feature = "zstd") {
        "gzip, deflate, br, zstd"
    } else {
        "gzip, deflate, br"
    };
    for (coding, message) in [
        (
            "compress",
            "the body is coded as `compress`, which is not decoded here\n",
        ),
        (
            "aes128gcm",
            "the body is coded as `aes128gcm`, which is not decoded here\n",
        ),
        (
            "gzip, gzip",
            "the body is coded several times, and only one coding is decoded here\n",
        ),
        (
            "br, identity, gzip",
            "the body is coded several times, and only one coding is decoded here\n",
        ),
    ] {
        let mut response = Response::from(serve(&echo(), post(coding, "x")));
        assert_eq!(response.status(), 415, "{coding}");
        assert_eq!(
            response.headers()["accept-encoding"],
            accepted,
            "RFC 9110 §15.5.16"
        );
        assert_eq!(response.read_text().wait().unwrap(), message);
    }
}

#[test]
fn a_malformed_body_is_a_400() {
    let content = text(3000);
    for name in names() {
        let whole = coded(name, content.clone());
        let mut flipped = whole.clone();
        let last = flipped.len() - 1;
        flipped[last / 2] ^= 0x55;
        flipped[last] ^= 0x55;
        let mut cases = vec![
            (
                whole[..whole.len() - 1].to_vec(),
                "the last byte is missing",
            ),
            (whole[..1].to_vec(), "only the first byte"),
            (b"plain text".to_vec(), "not compressed"),
            ([&whole[..], b"more"].concat(), "more after the end"),
        ];
        if matches!(name, "gzip" | "deflate") {
            cases.push((flipped, "what its checksum finds"));
        }
        for (body, why) in cases {
            let (status, text) = answer(&echo(), post(name, body));
            assert_eq!(status, 400, "{name}: {why}: {text}");
            assert!(text.contains(name), "{name}: {why}: {text}");
        }
    }
    let (_, told) = answer(&echo(), post("gzip", "x"));
    assert!(
        [
            "the body is not valid gzip\n",
            "the body ends in the middle of its gzip\n"
        ]
        .contains(&&*told)
    );
}

#[test]
fn limits_count_decoded_bytes() {
    let limits = Limits::default()
        .with_body_bytes(3000)
        .with_form_bytes(3000)
        .with_received_body_bytes(5000);
    let read = async |request: &Request| request.text().await;
    let form = async |request: &Request| request.form().await.map(|form| form.len().to_string());
    let plain = |request: &Request| request.take_body().length().is_some().to_string();
    let urlencoded = "application/x-www-form-urlencoded";
    for name in names() {
        let ask =
            |app: &dyn Fn(Request) -> (u16, String), length: usize, content_type: &'static str| {
                app(post(name, coded(name, text(length))).with_header("content-type", content_type))
            };
        let within = |router: Router| {
            let app = wrap(router.with_limits(limits.clone()), decode_requests);
            move |request| answer(&app, request)
        };
        let app = within(Router::new().post("/", read));
        assert_eq!(ask(&app, 3000, "text/plain").0, 200, "{name}: at the limit");
        let refused = ask(&app, 3001, "text/plain");
        assert_eq!(
            refused,
            (
                413,
                "the body is longer than 3000 bytes (limit `body_bytes`)\n".to_owned()
            ),
            "{name}"
        );
        let app = within(Router::new().post("/", form));
        assert_eq!(ask(&app, 3000, urlencoded).0, 200, "{name}");
        assert!(
            ask(&app, 3001, urlencoded).1.contains("form_bytes"),
            "{name}"
        );
        // A plain `fn` is called after the body has been received, decoded.
        let app = within(Router::new().post("/", plain));
        assert_eq!(ask(&app, 5000, "text/plain").0, 200, "{name}");
        assert!(
            ask(&app, 5001, "text/plain")
                .1
                .contains("received_body_bytes"),
            "{name}"
        );
    }
}

#[test]
fn it_is_for_a_server_some_routes_or_one_and_off_otherwise() {
    let read = async |request: &Request| request.text().await;
    let router = Router::new()
        .post("/group", read)
        .wrap(decode_requests)
        .post("/one", wrap(read, decode_requests))
        .post("/off", read);
    for (path, status) in [("/group", 200), ("/one", 200), ("/off", 415)] {
        let request = Request::blank(path)
            .with_method("POST")
            .with_header("content-encoding", "gzip");
        let request = request.with_body(coded("gzip", "hello"));
        assert_eq!(answer(&router, request).0, status, "{path}");
    }
}
