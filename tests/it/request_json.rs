//! JSON in a request: content types, errors, limits.
#![allow(clippy::type_complexity, reason = "tables say what is in them")]

use rustzeug::Error;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::gateway::Limits;

fn json(body: impl Into<rustzeug::gateway::Body>) -> Request {
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
        ("application/json ;charset=latin-1",  Ok(7),    "a space before parameters does not matter; JSON is always UTF-8"),
        ("application/vnd.api+json",           Ok(7),    "a suffix"),
        ("application/problem+JSON",           Ok(7),    "a suffix in any case"),
        ("text/json",                          Err(415), "never registered"),
        ("text/plain",                         Err(415), "a type that a cross-site form can send"),
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
        (b"{\"a\": 1}",            Err(422), "the JSON does not fit: invalid type: map, expected a sequence", "an object"),
        (b"[1, \"x\"]",            Err(422), "`[1]` is `x`: expected a whole number", "an element of another type"),
        (b"[-1]",                  Err(422), "`[0]` is `-1`: expected a whole number from 0 to 4294967295", "a number out of range"),
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

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only whether it can be read counts")]
struct Strict {
    a: Option<u8>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Size {
    Small,
    Large,
}

#[derive(Debug, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[expect(dead_code, reason = "only whether it can be read counts")]
enum Shape {
    Circle {
        r: f32,
    },
    Box {
        w: u8,
        h: u8,
        sizes: Option<Vec<Size>>,
    },
}

#[derive(Debug, serde::Deserialize)]
#[expect(dead_code, reason = "only whether it can be read counts")]
struct Drawing {
    shapes: Vec<Shape>,
    #[serde(flatten)]
    note: Option<Note>,
    size: Option<Size>,
}

#[derive(Debug, serde::Deserialize)]
#[expect(dead_code, reason = "only whether it can be read counts")]
struct Flattened {
    id: u8,
    #[serde(flatten)]
    note: Note,
}

#[test]
fn what_does_not_fit_is_told_with_its_path() {
    type Told = fn(&str) -> String;
    fn told<T: serde::de::DeserializeOwned>(body: &str) -> String {
        match json(body.to_owned()).json::<T>().wait() {
            Ok(_) => "fits".to_owned(),
            Err(error) => error.to_string(),
        }
    }
    const SIZE: &str = "422 Unprocessable Entity: ";
    #[rustfmt::skip]
    let cases: [(Told, &str, &str, &str); 23] = [
        (told::<Note>, r#"{"title": "a", "more": 1}"#, "fits", "unknown members are skipped"),
        (told::<Note>, r#"{"stars": 1}"#, "`title` is missing", "a member is missing"),
        (told::<Note>, r#"{"title": 7}"#, "`title` is `7`: expected a string", "a member of another type"),
        (told::<Note>, r#"{"title": null}"#, "`title` is `null`: expected a string", "null"),
        (told::<Note>, r#"{"title": []}"#, "`title` does not fit: invalid type: sequence, expected a string", "a list"),
        (told::<Note>, r#"{"title": "a", "title": "b"}"#, "`title` occurs twice", "twice"),
        (told::<Note>, r#"{"title": "a", "stars": 999}"#, "`stars` is `999`: expected a whole number from 0 to 255", "out of range"),
        (told::<Note>, r#"{"title": "a", "stars": 1.5}"#, "`stars` is `1.5`: expected a whole number", "a fraction"),
        (told::<Note>, r#"{"title": "a", "stars": "x, expected y"}"#, "`stars` is `x, expected y`: expected a whole number", "a value that looks like a message of serde"),
        (told::<Vec<Note>>, r#"[{"title": "a"}, {"stars": 1}]"#, "`[1].title` is missing", "missing in a list"),
        (told::<Strict>, r#"{"a": 1, "b": 2}"#, "`b` is not expected", "a member that is not known"),
        (told::<Vec<Size>>, r#"["small", "huge"]"#, "`[1]` is `huge`: expected `small` or `large`", "no variant"),
        (told::<Drawing>, r#"{"shapes": [{"kind": "box", "w": 1, "h": 2}], "size": "large"}"#, "fits", "tags inside"),
        (told::<Drawing>, r#"{"shapes": [{"kind": "circle", "r": 1}, {"kind": "box", "w": 1, "h": "2"}]}"#, "`shapes[1].h` is `2`: expected a whole number from 0 to 255", "a value that serde buffers"),
        (told::<Drawing>, r#"{"shapes": [{"kind": "box", "w": 1, "h": 999}]}"#, "`shapes[0].h` is `999`: expected a whole number from 0 to 255", "a number that serde buffers"),
        (told::<Drawing>, r#"{"shapes": [{"kind": "box", "w": 999, "x": 999, "h": 1}]}"#, "`shapes[0].w` is `999`: expected a whole number from 0 to 255", "several values that look alike"),
        (told::<Drawing>, r#"{"shapes": [{"kind": "box", "x": "1", "w": 1, "h": "1"}]}"#, "`shapes[0].h` is `1`: expected a whole number from 0 to 255", "an ignored value looks the same"),
        (told::<Drawing>, r#"{"shapes": [{"kind": "box", "w": 1}]}"#, "`shapes[0].h` is missing", "a missing member of a buffered value"),
        (told::<Drawing>, r#"{"shapes": [{"kind": "box", "w": 1, "h": 1, "sizes": ["small", "huge"]}]}"#, "`shapes[0].sizes[1]` is `huge`: expected `small` or `large`", "no such variant in a buffered value"),
        (told::<Drawing>, r#"{"shapes": [{"kind": "cone"}]}"#, "`shapes[0].kind` is `cone`: expected `circle` or `box`", "no such tag"),
        (told::<Flattened>, r#"{"id": 7, "title": 7}"#, "`title` is `7`: expected a string", "a flattened member"),
        (told::<Flattened>, r#"{"id": 7, "title": "a", "stars": true}"#, "`stars` is `true`: expected a whole number", "a flattened member of another type"),
        (told::<u8>, "true", "the JSON does not fit: invalid type: boolean `true`, expected u8", "the document itself"),
    ];
    for (told, body, want, why) in cases {
        let got = told(body);
        assert_eq!(
            got.strip_prefix(SIZE).unwrap_or(&got),
            want,
            "{body}: {why}"
        );
    }
}

#[test]
fn any_content_type_is_read_on_demand() {
    for content_type in [
        "text/plain;charset=UTF-8",
        "application/csp-report",
        "",
        "image/png",
    ] {
        let request = Request::blank("/")
            .with_header("content-type", content_type)
            .with_body(r#"{"title": 7}"#);
        assert_eq!(
            outcome(request.json::<Note>().wait()),
            Err(415),
            "{content_type}"
        );
        let error = request.json::<Note>().any_type().wait().unwrap_err();
        let message = error.message();
        assert!(
            message.starts_with("`title` is `7`"),
            "{content_type}: {message}"
        );
        let read = request.json::<serde_json::Value>().any_type().limit(12);
        assert_eq!(
            outcome(read.wait().map(|value| value["title"] == 7)),
            Ok(true)
        );
        assert_eq!(
            outcome(request.json::<Note>().limit(11).any_type().wait()),
            Err(413)
        );
    }
    let request = Request::blank("/").with_body("7");
    assert_eq!(
        outcome(request.json::<u32>().any_type().wait()),
        Ok(7),
        "none"
    );
    let request = Request::blank("/").with_body("x");
    assert_eq!(
        outcome(request.json::<u32>().any_type().wait()),
        Err(400),
        "not JSON"
    );
}

#[derive(serde::Serialize)]
struct Prices {
    name: &'static str,
    all: Vec<Option<f64>>,
    extra: Extra,
}

#[derive(serde::Serialize)]
enum Extra {
    None,
    Share(f32),
    Pair(u8, f64),
    Named { x: f64 },
}

#[test]
fn a_number_that_is_none_is_an_error_and_not_null() {
    let prices = |price, extra| Prices {
        name: "a",
        all: vec![None, Some(price)],
        extra,
    };
    #[rustfmt::skip]
    let cases = [
        (prices(1.5, Extra::None), Ok(r#"{"name":"a","all":[null,1.5],"extra":"None"}"#)),
        (prices(1.0, Extra::Share(0.5)), Ok(r#"{"name":"a","all":[null,1.0],"extra":{"Share":0.5}}"#)),
        (prices(-0.0, Extra::Pair(1, 2.0)), Ok(r#"{"name":"a","all":[null,-0.0],"extra":{"Pair":[1,2.0]}}"#)),
        (prices(1e300, Extra::Named { x: 1.0 }), Ok(r#"{"name":"a","all":[null,1e+300],"extra":{"Named":{"x":1.0}}}"#)),
        (prices(f64::NAN, Extra::None), Err("`all[1]`: NaN cannot be written as a number")),
        (prices(f64::INFINITY, Extra::None), Err("`all[1]`: inf cannot be written as a number")),
        (prices(1.0, Extra::Share(f32::NEG_INFINITY)), Err("`extra`: -inf cannot be written as a number")),
        (prices(1.0, Extra::Pair(1, f64::NAN)), Err("`extra[1]`: NaN cannot be written as a number")),
        (prices(1.0, Extra::Named { x: f64::NAN }), Err("`extra.x`: NaN cannot be written as a number")),
    ];
    for (value, want) in cases {
        let mut response = Response::json(&value);
        let cause = response.error().and_then(Error::source);
        let cause = cause.map(ToString::to_string);
        match want {
            Ok(text) => assert_eq!(response.read_text().wait().unwrap(), text),
            Err(why) => assert_eq!(
                (response.status().as_u16(), cause.as_deref()),
                (500, Some(why))
            ),
        }
        let sent = Request::blank("/")
            .with_json(&value)
            .json::<serde_json::Value>()
            .wait();
        assert_eq!(sent.is_ok(), want.is_ok());
    }
}

#[test]
fn a_long_value_is_not_repeated_whole() {
    let body = format!(r#"{{"title": "a", "stars": "{}"}}"#, "x".repeat(100_000));
    let error = json(body).json::<Note>().wait().unwrap_err();
    assert!(error.message().len() < 300, "{}", error.message().len());
    assert!(
        error.message().ends_with("x…`: expected a whole number"),
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
        "at the limit of the call"
    );
    assert!(
        request.json::<String>().limit(10).wait().is_ok(),
        "read again"
    );

    let mut request = json(text(10));
    request
        .environ_mut()
        .set_limits(Limits::default().with_body_bytes(9));
    assert_eq!(
        outcome(request.json::<String>().wait()),
        Err(413),
        "at the limit of the request"
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
