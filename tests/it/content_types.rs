//! Content types of requests, responses and uploaded files: values of `mime`, parsed leniently, and written with a
//! charset if they are text.

use rustzeug::IntoApplication;
use rustzeug::IntoResponse;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::form::MultipartForm;
use rustzeug::http::HeaderValue;
use rustzeug::mime;
use rustzeug::mime::Mime;
use rustzeug::testing::Client;

fn of(content_type: &[u8]) -> Request {
    let value = HeaderValue::from_bytes(content_type).unwrap();
    Request::blank("/").with_header("content-type", value)
}

#[test]
fn a_request_says_what_it_brings() {
    #[rustfmt::skip]
    let cases: [(&[u8], _, _, _, _); 15] = [
        (b"application/x-www-form-urlencoded", Some("application/x-www-form-urlencoded"), None, "form", "as browsers send it"),
        (b"application/x-www-form-urlencoded;charset=UTF-8", Some("application/x-www-form-urlencoded"), Some("utf-8"), "form", "as XMLHttpRequest sends it"),
        (b"multipart/form-data; boundary=\"a b\"", Some("multipart/form-data"), None, "form", "a boundary in quotes"),
        (b"Multipart/Form-Data ; boundary=x", Some("multipart/form-data"), None, "form", "case and a blank; WebOb sees no form"),
        (b"multipart/mixed; boundary=x",       Some("multipart/mixed"), None, "",     "another multipart"),
        (b"application/json; charset=",        Some("application/json"), None, "json", "an empty charset"),
        (b"APPLICATION/JSON;CHARSET=LATIN1",   Some("application/json"), Some("latin1"), "json", "upper case"),
        (b"application/vnd.api+json",          Some("application/vnd.api+json"), None, "json", "by its suffix"),
        (b"image/svg+xml",                     Some("image/svg+xml"), None, "", "another suffix"),
        (b"text/plain; x=\xff; charset=\"Shift_JIS\"", Some("text/plain"), Some("shift_jis"), "", "a parameter that is not UTF-8"),
        (b"text/pl\xc3\xa4in",                 None, None, "", "a type beyond ASCII"),
        (b"application/json, application/json", None, None, "", "two joined by a proxy"),
        (b"json",                              None, None, "", "no subtype"),
        (b";;",                                None, None, "", "only semicolons"),
        (b"",                                  None, None, "", "empty"),
    ];
    for (sent, essence, charset, kind, why) in cases {
        let (request, sent) = (of(sent), sent.escape_ascii());
        let read = request.content_type();
        assert_eq!(
            read.as_ref().map(Mime::essence_str),
            essence,
            "{sent}: {why}"
        );
        assert_eq!(request.charset().as_deref(), charset, "{sent}: {why}");
        let kinds = (request.is_form(), request.is_json());
        assert_eq!(kinds, (kind == "form", kind == "json"), "{sent}: {why}");
    }
    let request = Request::blank("/").with_method("POST");
    assert_eq!(request.content_type(), None);
    assert!(
        !request.is_form() && !request.is_json(),
        "a POST without a type is not a form"
    );
    let two = of(b"text/html").with_appended_header("content-type", "text/plain");
    assert_eq!(
        two.content_type(),
        Some(mime::TEXT_HTML),
        "the first of two lines"
    );
}

#[test]
fn what_a_request_says_is_what_its_readers_go_by() {
    let types = [
        "application/x-www-form-urlencoded",
        "APPLICATION/X-WWW-FORM-URLENCODED ;x",
        "application/json ; charset=",
        "multipart/form-data",
        "text/json",
        "application/a+json",
        "application/json, application/json",
        "",
    ];
    for sent in types {
        let request = of(sent.as_bytes()).with_method("POST").with_body("1");
        let is_read = |status: Option<u16>| status != Some(415);
        let form = request
            .form()
            .wait()
            .err()
            .map(|error| error.status().as_u16());
        assert_eq!(is_read(form), request.is_form(), "{sent}");
        let json = request
            .json::<u8>()
            .wait()
            .err()
            .map(|error| error.status().as_u16());
        assert_eq!(is_read(json), request.is_json(), "{sent}");
    }
}

#[test]
fn text_says_that_it_is_utf_8_however_it_is_set() {
    let plain = || Response::bytes("x");
    let by_name = |content_type: &str| {
        let mut response = plain();
        response.set_header("content-type", content_type).unwrap();
        response
    };
    let by_value = |content_type: Option<Mime>| {
        let mut response = plain();
        response.set_content_type(content_type);
        response
    };
    let parsed = |text: &str| text.parse::<Mime>().unwrap();
    let raw = || {
        let mut response = plain();
        let value = HeaderValue::from_static("text/csv");
        response.headers_mut().insert("content-type", value);
        response
    };
    let map = of(b"text/csv").headers().clone();
    let (csv, latin) = ("text/csv; charset=utf-8", "text/csv; charset=latin1");
    #[rustfmt::skip]
    let cases = [
        (by_name("text/csv"),                                             csv,         "set_header"),
        (plain().with_header("content-type", "text/csv"),             csv,         "with_header"),
        (plain().with_header("Content-Type", "text/csv"),             csv,         "a name in capitals"),
        (plain().with_headers([("content-type", "text/csv")]),        csv,         "with_headers"),
        (([("content-type", "text/csv")], "x").into_response(),       csv,         "a tuple"),
        ((map, "x").into_response(),                                  csv,         "a HeaderMap"),
        (plain().with_content_type(mime::TEXT_CSV),                   csv,         "with_content_type"),
        (by_value(Some(mime::TEXT_CSV)),                             csv,         "set_content_type"),
        (plain().with_content_type(mime::TEXT_CSV_UTF_8),             csv,         "not twice"),
        (Response::text("x").with_content_type(mime::TEXT_CSV),       csv,         "in place of another"),
        (by_name(latin),                                                  latin,       "another charset, as a header"),
        (plain().with_content_type(parsed(latin)),                    latin,       "and as a value"),
        (plain().with_content_type(mime::IMAGE_SVG),                  "image/svg+xml", "not XML"),
        (plain().with_content_type(mime::APPLICATION_JSON),           "application/json", "not JSON"),
        (by_name("not a type"),                                           "not a type", "text that is not a type is sent unchanged"),
        (by_value(None),                                             "",          "removed"),
        (raw(),                                                       "text/csv",  "headers_mut changes nothing"),
    ];
    for (response, expected, why) in cases {
        let sent = response.header_text("content-type").unwrap_or_default();
        assert_eq!(sent, expected, "{why}");
        assert_eq!(
            response.headers().get_all("content-type").iter().count(),
            usize::from(!sent.is_empty()),
            "{why}"
        );
        let again = Response::bytes("x").with_header("content-type", sent);
        assert_eq!(
            again.content_type().is_some(),
            response.content_type().is_some(),
            "{why}"
        );
    }
}

#[test]
fn the_charset_is_what_a_client_gets() {
    let app = async |_: &Request| Response::iterator(["a,ä\n"]).with_content_type(mime::TEXT_CSV);
    let client = Client::new(app.into_application());
    client
        .get("/")
        .wait()
        .unwrap()
        .expect_status(200)
        .expect_content_type("text/csv")
        .expect_header("content-type", "text/csv; charset=utf-8");
}

#[test]
fn a_file_has_the_type_that_its_client_says() {
    #[rustfmt::skip]
    let cases = [
        ("image/png",                 Some("image/png"),                 "as it should be"),
        ("IMAGE/PNG ;q",              Some("image/png"),                 "read leniently"),
        ("text/plain;charset=\"UTF-8\"", Some("text/plain; charset=utf-8"), "with a charset"),
        ("image",                     None,                              "no type"),
        ("image/png, image/gif",      None,                              "two"),
    ];
    for (sent, expected, why) in cases {
        let form = MultipartForm::new().bytes("f", "f.bin", sent, "1");
        let request = Request::blank("/").with_multipart(form);
        let form = request.form().wait().unwrap();
        let file = form.file("f").unwrap();
        let read = file.content_type();
        assert_eq!(read.as_ref().map(AsRef::as_ref), expected, "{sent}: {why}");
        assert_eq!(file.raw_content_type(), Some(sent), "{why}");
    }
    let form = MultipartForm::new().bytes("f", "f.png", mime::IMAGE_PNG, "1");
    let request = Request::blank("/").with_multipart(form);
    let allowed = |types: [Mime; 1]| request.form().allow_types(types).wait().is_ok();
    assert!(
        allowed([mime::IMAGE_PNG]) && allowed([mime::IMAGE_STAR]) && !allowed([mime::IMAGE_GIF])
    );
    assert!(request.is_form(), "with_multipart sets the type");
}
