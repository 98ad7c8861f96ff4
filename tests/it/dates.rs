//! Dates as fields: in queries, forms, JSON, cookies and path parameters, read and written.

use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::chrono::DateTime;
use rustzeug::chrono::FixedOffset;
use rustzeug::chrono::NaiveDate;
use rustzeug::chrono::NaiveDateTime;
use rustzeug::chrono::NaiveTime;
use rustzeug::chrono::Utc;
use rustzeug::query;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct One<T> {
    x: T,
}

#[derive(Deserialize, Debug)]
struct Flattened<T> {
    #[serde(flatten)]
    inner: Option<One<T>>,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Stamp {
    #[serde(with = "rustzeug::chrono::serde::ts_seconds")]
    x: DateTime<Utc>,
}

/// Reads a value in all ways, and writes it.
fn seen<T: Serialize + DeserializeOwned + std::fmt::Debug>(pair: &str) -> String {
    let request = Request::blank(&format!("/?{pair}"));
    let value: One<T> = match request.query_as() {
        Ok(value) => value,
        Err(error) => return error.to_string(),
    };
    let written = query::encode(&value).expect("a pair");
    let form = Request::blank("/").with_form(&value);
    let from_form: One<T> = form.form_as().wait().expect("a form");
    let json = Request::blank("/").with_json(&value);
    let from_json: One<T> = json.json().wait().expect("JSON");
    let flattened: Flattened<T> = request.query_as().expect("flattened");
    let cookies = request
        .query()
        .get_all("x")
        .map(|value| format!("x={value}"));
    let cookies: Vec<_> = cookies.collect();
    let request = Request::blank("/").with_header("cookie", &*cookies.join("; "));
    let from_cookie: One<T> = request.cookies_as().expect("a cookie");
    for other in [
        from_form,
        from_json,
        flattened.inner.expect("it is there"),
        from_cookie,
    ] {
        assert_eq!(format!("{:?}", other.x), format!("{:?}", value.x), "{pair}");
    }
    written
}

#[test]
fn dates_are_read_and_written_as_fields() {
    type Seen = fn(&str) -> String;
    #[rustfmt::skip]
    let cases: [(Seen, &str, &str, &str); 12] = [
        (seen::<NaiveDate>, "x=2026-02-28", "x=2026-02-28", "a date"),
        (seen::<NaiveDate>, "x=0001-01-01", "x=0001-01-01", "the first"),
        (seen::<NaiveDate>, "x=2026-02-29", "400 Bad Request: `x` is `2026-02-29`: input is out of range", "no such day"),
        (seen::<NaiveDate>, "x=", "400 Bad Request: `x` is missing", "left empty"),
        (seen::<NaiveTime>, "x=12:30:00", "x=12%3A30%3A00", "a time"),
        (seen::<NaiveDateTime>, "x=2026-11-24T12:30:00", "x=2026-11-24T12%3A30%3A00", "both"),
        (seen::<DateTime<Utc>>, "x=2026-11-24T12:30:00Z", "x=2026-11-24T12%3A30%3A00Z", "in UTC"),
        (seen::<DateTime<Utc>>, "x=2026-11-24T12:30:00%2B01:00", "x=2026-11-24T11%3A30%3A00Z", "with an offset"),
        (seen::<DateTime<FixedOffset>>, "x=2026-11-24T12:30:00%2B01:00", "x=2026-11-24T12%3A30%3A00%2B01%3A00", "the offset is kept"),
        (seen::<DateTime<Utc>>, "x=2026-11-24T12:30:00+01:00", "400 Bad Request: `x` is `2026-11-24T12:30:00 01:00`: input contains invalid characters", "a plus is a space"),
        (seen::<DateTime<Utc>>, "x=now", "400 Bad Request: `x` is `now`: input contains invalid characters", "no date"),
        (seen::<Vec<NaiveDate>>, "x=2026-11-24&x=2026-11-25", "x=2026-11-24&x=2026-11-25", "several"),
    ];
    for (seen, pair, want, why) in cases {
        assert_eq!(seen(pair), want, "{pair}: {why}");
    }
    let stamp: Stamp = Request::blank("/?x=1764000000")
        .query_as()
        .expect("seconds");
    assert_eq!(query::encode(&stamp).expect("a pair"), "x=1764000000");
    let json = Request::blank("/").with_json(&stamp);
    assert_eq!(json.json::<Stamp>().wait().expect("seconds"), stamp);
}

#[test]
fn an_optional_part_with_a_wrong_date_is_an_error() {
    let read = |query: &str| Request::blank(query).query_as::<Flattened<NaiveDate>>();
    assert!(read("/?y=1").expect("nothing of it").inner.is_none());
    let error = read("/?x=2026-02-29&y=1").unwrap_err();
    assert!(
        error.message().starts_with("`x` is `2026-02-29`"),
        "{error}"
    );
}

#[test]
fn a_date_in_a_path_is_a_parameter() {
    fn show(request: &Request) -> Result<String> {
        let One::<NaiveDate> { x } = request.path_params_as()?;
        let same: NaiveDate = request.path_param("x")?;
        assert_eq!(x, same);
        Ok(x.format("%A, %-d %B").to_string())
    }
    let app = Router::new()
        .get("/days/{x:date}", show)
        .get("/any/{x}", show);
    let app = app.into_application();
    let ask = |path| {
        let mut response = Request::blank(path).send(&app).wait().expect("an answer");
        let text = response.read_text().wait().expect("text");
        (response.status().as_u16(), text)
    };
    assert_eq!(
        ask("/days/2026-11-24"),
        (200, "Tuesday, 24 November".to_owned())
    );
    assert_eq!(ask("/days/2026-02-29").0, 404, "the rule declines it");
    assert_eq!(ask("/any/2026-11-24").0, 200);
    assert_eq!(ask("/any/2026-02-29").0, 404, "the type declines it");
}
