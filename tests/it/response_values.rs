//! Sources of responses: constructors, and values that a handler returns.

use std::borrow::Cow;

use rustzeug::Error;
use rustzeug::Html;
use rustzeug::IntoResponse;
use rustzeug::Json;
use rustzeug::Response;
use rustzeug::bytes::Bytes;
use rustzeug::gateway::Body;
use rustzeug::http;
use rustzeug::http::StatusCode;

use crate::response::told;

const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8";
const BINARY: &str = "application/octet-stream";

struct Stream(Vec<&'static str>);

impl futures_core::Stream for Stream {
    type Item = rustzeug::Result<&'static str>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.pop().map(Ok))
    }
}

#[test]
fn each_constructor_has_its_status_and_content_type() {
    let write = |out: &mut rustzeug::gateway::BodyWriter| {
        std::io::Write::write_all(out, b"x")?;
        Ok(())
    };
    #[rustfmt::skip]
    let cases = [
        (Response::empty(200),                                200, "",     "",  "nothing"),
        (Response::default(),                            200, "",     "",  "by default"),
        (Response::text("ü"),                            200, TEXT,   "ü", "text"),
        (Response::text(""),                             200, TEXT,   "",  "empty text is text"),
        (Response::html("<p>"),                          200, HTML,   "<p>", "markup"),
        (Response::bytes("x"),                           200, BINARY, "x", "bytes"),
        (Response::json(&("a", 1)),                      200, "application/json", r#"["a",1]"#, "JSON has no charset"),
        (Response::reader(&b"x"[..]),                    200, BINARY, "x", "a reader"),
        (Response::iterator(["a", "b"]),                 200, BINARY, "ab", "an iterator"),
        (Response::stream(Stream(vec!["b", "a"])),       200, BINARY, "ab", "a stream"),
        (Response::writer(write),                        200, BINARY, "x", "a writer"),
        (Response::empty(204),                           204, "",     "",  "a status"),
        (Response::empty(StatusCode::GONE),              410, "",     "",  "a StatusCode"),
        (Response::redirect("/x"),                       303, "",     "",  "a redirect"),
    ];
    for (response, status, content_type, text, why) in cases {
        assert_eq!(
            told(response),
            (status, content_type.into(), text.into()),
            "{why}"
        );
    }
}

#[test]
fn each_value_becomes_a_response() {
    let moved = [("location", "/x")];
    let gone = StatusCode::GONE;
    let io = || std::io::Error::other("disk");
    let mut map = http::HeaderMap::new();
    map.insert("content-type", http::HeaderValue::from_static("text/csv"));
    #[rustfmt::skip]
    let cases = [
        (Response::text("x").into_response(),         200, TEXT,   "x", "a response"),
        ("x".into_response(),                         200, TEXT,   "x", "&str"),
        (String::from("x").into_response(),           200, TEXT,   "x", "String"),
        (Cow::Borrowed("x").into_response(),          200, TEXT,   "x", "a borrowed Cow"),
        (Cow::<str>::Owned("x".into()).into_response(), 200, TEXT, "x", "an owned Cow"),
        (Html("x").into_response(),                   200, HTML,   "x", "Html<&str>"),
        (Html(String::from("x")).into_response(),     200, HTML,   "x", "Html<String>"),
        (Html(Cow::Borrowed("x")).into_response(),    200, HTML,   "x", "Html<Cow>"),
        (Bytes::from("x").into_response(),            200, BINARY, "x", "Bytes"),
        (vec![b'x'].into_response(),                  200, BINARY, "x", "Vec<u8>"),
        ((&b"x"[..]).into_response(),                 200, BINARY, "x", "&[u8]"),
        (Body::iterator(["x"]).into_response(),       200, BINARY, "x", "a body"),
        (Json([1]).into_response(),                   200, "application/json", "[1]", "Json"),
        (().into_response(),                          200, "",     "",  "()"),
        (StatusCode::ACCEPTED.into_response(),        202, "",     "",  "StatusCode"),
        (204.into_response(),                         204, "",     "",  "u16"),
        ((201, "x").into_response(),                  201, TEXT,   "x", "(u16, value)"),
        ((gone, "x").into_response(),                 410, TEXT,   "x", "(StatusCode, value)"),
        ((moved, "x").into_response(),                200, TEXT,   "x", "(headers, value)"),
        ((201, moved, "x").into_response(),           201, TEXT,   "x", "(u16, headers, value)"),
        ((gone, moved, "x").into_response(),          410, TEXT,   "x", "(StatusCode, headers, value)"),
        ((map, "a,b").into_response(),                200, CSV, "a,b", "a HeaderMap replaces, and text says that it is UTF-8"),
        ((vec![("content-type", "text/csv")], "x").into_response(), 200, CSV, "x", "so does a Vec"),
        (((), "x").into_response(),                   200, TEXT,   "x", "no headers"),
        ((201, (moved, Html("x"))).into_response(),   201, HTML,   "x", "nested"),
        (Some("x").into_response(),                   200, TEXT,   "x", "Some"),
        (None::<&str>.into_response(),                404, "",     "",  "None, to be rendered"),
        (Ok::<_, Error>("x").into_response(),         200, TEXT,   "x", "Ok"),
        (Err::<(), _>(Error::gone()).into_response(), 410, "",     "",  "Err of ours"),
        (Err::<(), _>(io()).into_response(),          500, "",     "",  "Err of another"),
        (Err::<(), _>("text").into_response(),        500, "",     "",  "Err of text"),
        (Ok::<_, Error>(None::<()>).into_response(),  404, "",     "",  "Ok of None"),
        (Error::conflict().into_response(),           409, "",     "",  "an error"),
    ];
    for (response, status, content_type, text, why) in cases {
        assert_eq!(
            told(response),
            (status, content_type.into(), text.into()),
            "{why}"
        );
    }
    let response = (303, [("location", "/a"), ("vary", "x"), ("vary", "y")], ()).into_response();
    assert_eq!(response.headers()["location"], "/a");
    assert_eq!(response.headers().get_all("vary").iter().count(), 2);
}
