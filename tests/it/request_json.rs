//! JSON in a request: which content types, which errors, which limits.
#![allow(clippy::type_complexity, reason = "tables say what is in them")]

use rustzeug::Error;
use rustzeug::Request;
use rustzeug::gateway::Limits;

fn json(body: impl Into<rustzeug::Body>) -> Request {
    Request::blank("/")
        .with_header("content-type", "application/json")
        .with_body(body)
}

fn outcome<T>(result: rustzeug::Result<T>) -> Result<T, u16> {
    result.map_err(|error: Error| error.status().as_u16())
}

#[test]
fn json_is_read_under_its_own_content_types() {
    #[rustfmt::skip]
    let cases = [
        ("application/json",                   Ok(7),    "the type"),
        ("Application/JSON",                   Ok(7),    "in any case"),
        ("application/json; charset=utf-8",    Ok(7),    "parameters do not matter"),
        ("application/json ;charset=latin-1",  Ok(7),    "nor does the space before them; it is UTF-8 anyhow"),
        ("application/vnd.api+json",           Ok(7),    "a suffix"),
        ("application/problem+JSON",           Ok(7),    "a suffix in any case"),
        ("text/json",                          Err(415), "never registered"),
        ("text/plain",                         Err(415), "what a cross-site form can send"),
        ("application/x-www-form-urlencoded",  Err(415), "a form"),
        ("application/jsonp",                  Err(415), "a longer name"),
        ("application/json-seq",               Err(415), "another format"),
        ("json",                               Err(415), "no type at all"),
        ("text/plain, application/json",       Err(415), "a list"),
        ("",                                   Err(415), "empty"),
    ];
    for (content_type, want, why) in cases {
        let request = Request::blank("/")
            .with_header("content-type", content_type)
            .with_body("7");
        assert_eq!(
            outcome(request.json::<u32>().wait()),
            want,
            "{content_type}: {why}"
        );
    }
    let request = Request::blank("/").with_body("7");
    assert_eq!(
        outcome(request.json::<u32>().wait()),
        Err(415),
        "no content type"
    );
}

#[test]
fn what_is_no_json_is_a_400_and_what_is_no_t_a_422() {
    #[rustfmt::skip]
    let cases: [(&[u8], Result<Vec<u32>, u16>, &str, &str); 12] = [
        (b"[1, 2]",                Ok(vec![1, 2]), "", "fits"),
        (b"\xef\xbb\xbf[1]",       Ok(vec![1]),    "", "row 105: a byte order mark"),
        (b"",                      Err(400), "line 1 column 0", "nothing"),
        (b"[1,",                   Err(400), "line 1 column 3", "breaks off"),
        (b"[1,\n  x]",             Err(400), "line 2 column 3", "no value"),
        (b"[1] [2]",               Err(400), "line 1 column 5", "two values"),
        (b"\xef\xbb\xbf\xef\xbb\xbf[1]", Err(400), "line 1 column 1", "two byte order marks"),
        (b"[\"\xff\"]",            Err(400), "line 1",          "no UTF-8"),
        (b"[NaN]",                 Err(400), "line 1 column 2", "NaN"),
        (b"{\"a\": 1}",            Err(422), "line 1 column 0", "an object"),
        (b"[1, \"x\"]",            Err(422), "line 1 column 7", "an element of another type"),
        (b"[-1]",                  Err(422), "line 1 column 3", "a number out of range"),
    ];
    for (body, want, place, why) in cases {
        let result = json(body).json::<Vec<u32>>().wait();
        if let Err(error) = &result {
            assert!(
                error.message().contains(place),
                "{why}: {}",
                error.message()
            );
        }
        assert_eq!(outcome(result), want, "{why}");
    }
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Note {
    title: String,
    #[serde(default)]
    stars: Option<u8>,
}

#[test]
fn the_error_of_a_shape_names_the_field() {
    #[rustfmt::skip]
    let cases = [
        (r#"{"title": "a", "more": 1}"#,     "",                       "unknown members are skipped"),
        (r#"{"stars": 1}"#,                  "missing field `title`",  "a member is missing"),
        (r#"{"title": 7}"#,                  "integer `7`, expected a string", "of another type"),
        (r#"{"title": "a", "title": "b"}"#,  "duplicate field `title`", "twice"),
        (r#"{"title": "a", "stars": 999}"#,  "`999`, expected u8",     "out of range"),
    ];
    for (body, want, why) in cases {
        let result = json(body).json::<Note>().wait();
        match result {
            Ok(note) => assert!(note.title == "a" && want.is_empty(), "{why}"),
            Err(error) => {
                assert_eq!(error.status(), 422, "{why}");
                assert!(
                    error.message().contains(want) && !want.is_empty(),
                    "{why}: {}",
                    error.message()
                );
            }
        }
    }
}

#[test]
fn a_long_value_is_not_repeated_whole() {
    let body = format!(r#"{{"title": "a", "stars": "{}"}}"#, "x".repeat(100_000));
    let error = json(body).json::<Note>().wait().unwrap_err();
    assert!(error.message().len() < 300, "{}", error.message().len());
    assert!(
        error.message().contains("expected u8 at line 1"),
        "{}",
        error.message()
    );
}

#[test]
fn nesting_ends_at_127() {
    let nested = |depth| {
        json("[".repeat(depth) + &"]".repeat(depth))
            .json::<serde_json::Value>()
            .wait()
    };
    assert!(nested(127).is_ok(), "at the limit");
    assert_eq!(outcome(nested(128)), Err(400), "one past it");
    assert_eq!(outcome(nested(1_000_000)), Err(400), "no stack is used up");
}

#[test]
fn a_body_over_the_limit_is_a_413_that_names_the_setting() {
    let text = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    let default = 2 << 20;
    assert!(
        json(text(default)).json::<String>().wait().is_ok(),
        "at the default"
    );
    let error = json(text(default + 1)).json::<String>().wait().unwrap_err();
    assert_eq!(error.status(), 413);
    assert!(
        error.message().contains("`body_bytes`"),
        "{}",
        error.message()
    );

    let request = json(text(10));
    assert_eq!(
        outcome(request.json::<String>().limit(9).wait()),
        Err(413),
        "of the call"
    );
    assert!(
        request.json::<String>().limit(10).wait().is_ok(),
        "and read again"
    );

    let mut request = json(text(10));
    request
        .environ_mut()
        .set_limits(Limits::default().with_body_bytes(9));
    assert_eq!(
        outcome(request.json::<String>().wait()),
        Err(413),
        "of the request"
    );
}

#[test]
fn the_body_can_be_read_in_every_way_after_another() {
    let request = json("[7]");
    assert_eq!(request.json::<Vec<u32>>().wait().unwrap(), [7]);
    assert_eq!(request.text().wait().unwrap(), "[7]");
    assert_eq!(request.json::<[u32; 1]>().wait().unwrap(), [7]);
    assert_eq!(outcome(request.json::<String>().wait()), Err(422));
    assert_eq!(request.bytes().wait().unwrap(), "[7]");
}
