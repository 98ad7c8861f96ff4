//! Pairs that this crate writes, in queries, forms and links: their order, escapes and values.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::net::Ipv4Addr;

use rustzeug::IntoApplication;
use rustzeug::MultiDict;
use rustzeug::Query;
use rustzeug::Request;
use rustzeug::Router;
use rustzeug::query;
use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;

fn written<T: Serialize + ?Sized>(value: &T) -> String {
    query::encode(value).unwrap_or_else(|error| format!("Err: {}", error.source().expect("why")))
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Sort {
    Newest,
    By(&'static str),
}

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
struct Id(u128);

#[derive(Serialize)]
struct Search<T> {
    q: T,
}

#[derive(Serialize)]
struct Page {
    number: u32,
    #[serde(flatten)]
    rest: MultiDict,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u8>,
}

/// A map whose keys and values are serialized separately.
struct Apart;

impl Serialize for Apart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_key("a&")?;
        map.serialize_value(&[1, 2])?;
        map.serialize_key(&7)?;
        map.serialize_value("x")?;
        map.end()
    }
}

/// Bytes that are serialized as text.
struct Bytes;

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes("é".as_bytes())
    }
}

#[test]
fn values_are_written_as_pairs() {
    let list = |texts: &[&'static str]| texts.to_vec();
    #[rustfmt::skip]
    let cases = [
        (written(&Search { q: "red apple&+~*é/" }), "q=red+apple%26%2B%7E*%C3%A9%2F", "as forms are escaped"),
        (written(&Search { q: list(&["a", "b c"]) }), "q=a&q=b+c", "a list, each under the name"),
        (written(&Search { q: list(&[]) }), "", "an empty list"),
        (written(&Search { q: (1, "x", true) }), "q=1&q=x&q=true", "a tuple"),
        (written(&Search { q: vec![Some(1), None, Some(2)] }), "q=1&q=2", "`None` is left out"),
        (written(&Search { q: None::<u8> }), "", "nothing"),
        (written(&Search { q: Some(list(&["a"])) }), "q=a", "an optional list"),
        (written(&Search { q: () }), "", "nothing at all"),
        (written(&Search { q: Unit }), "q=Unit", "a struct without fields is its name"),
        (written(&Search { q: Id(u128::MAX) }), "q=340282366920938463463374607431768211455", "a newtype"),
        (written(&Search { q: i128::MIN }), "q=-170141183460469231731687303715884105728", "the smallest number"),
        (written(&Search { q: 'ä' }), "q=%C3%A4", "a character"),
        (written(&Search { q: 1.5_f32 }), "q=1.5", "a float"),
        (written(&Search { q: Bytes }), "q=%C3%A9", "bytes"),
        (written(&Search { q: Sort::Newest }), "q=newest", "an enum"),
        (written(&Search { q: IpAddr::from(Ipv4Addr::LOCALHOST) }), "q=127.0.0.1", "in the form for people"),
        (written(&[("b", "1"), ("a", "2"), ("b", "3")]), "b=1&a=2&b=3", "pairs in order"),
        (written(&vec![("x", 1.5)]), "x=1.5", "a list of pairs"),
        (written(&(("a", 1), ("b", true))), "a=1&b=true", "a tuple of pairs"),
        (written(&[("a", Some("")), ("b", None)]), "a=", "an empty text is a value"),
        (written(&BTreeMap::from([(2, list(&["x", "y"])), (1, list(&["z"]))])), "1=z&2=x&2=y", "a map"),
        (written(&Apart), "a%26=1&a%26=2&7=x", "a map, names and values apart"),
        (written(&Some(&Search { q: 1 })), "q=1", "an optional struct"),
        (written(&None::<u8>), "", "nothing"),
        (written(&Page { number: 2, rest: [("b", "1"), ("a", "2"), ("b", "3")].into(), size: None }), "number=2&b=1&b=3&a=2", "a dictionary among fields: names in order"),
        (written(&Search { q: f64::NAN }), "Err: NaN cannot be written as a number", "NaN could not be read"),
        (written(&Search { q: vec![1.0, f64::INFINITY] }), "Err: inf cannot be written as a number", "an infinity in a list"),
        (written(&[("x", f32::NAN)]), "Err: NaN cannot be written as a number", "NaN in a pair"),
        (written(&BTreeMap::from([("x", f64::NEG_INFINITY)])), "Err: -inf cannot be written as a number", "an infinity in a map"),
        (written("text"), "Err: a single value is not a list of names and values", "no pairs"),
        (written(&7), "Err: a single value is not a list of names and values", "no pairs"),
        (written(&Search { q: Search { q: 1 } }), "Err: a struct within another is not a list of names and values", "no name for it"),
        (written(&Search { q: BTreeMap::from([("a", 1)]) }), "Err: a map within another is not a list of names and values", "no name for it"),
        (written(&Search { q: Sort::By("x") }), "Err: an enum with fields is not a list of names and values", "no name for it"),
    ];
    for (got, want, why) in cases {
        assert_eq!(got, want, "{why}");
    }
}

#[derive(Serialize, Deserialize)]
struct Wrapped(MultiDict);

#[test]
fn a_dictionary_written_again_keeps_the_order_of_its_pairs() {
    let dict = MultiDict::from([
        ("b", "1"),
        ("a", "2 3"),
        ("b", ""),
        ("", "x"),
        ("a", "é&=+"),
    ]);
    let want = "b=1&a=2+3&b=&=x&a=%C3%A9%26%3D%2B";
    assert_eq!(written(&dict), want);
    let request = Request::blank("/").with_query(&dict);
    assert_eq!(request.query_string(), want, "a query");
    assert_eq!(request.query().to_dict().unwrap(), dict, "read again");
    let mut request = Request::blank("/?old=1");
    request.set_query(&dict).unwrap();
    assert_eq!(request.query_string(), want, "a query that is replaced");
    let request = Request::blank("/").with_form(&dict);
    assert_eq!(request.text().wait().unwrap(), want, "a form");
    assert_eq!(*request.form().wait().unwrap().fields(), dict, "read again");
    assert_eq!(
        query::link("/p?x#top", &dict).unwrap(),
        format!("/p?x&{want}#top"),
        "a link"
    );
    assert_eq!(written(&Wrapped(dict.clone())), want, "wrapped");
    assert_eq!(dict.read_as::<MultiDict>().unwrap(), dict, "read as itself");
    assert_eq!(
        dict.read_as::<Wrapped>().unwrap().0,
        dict,
        "read as itself, wrapped"
    );
    let urls = Router::new().get("/p/{x}", || "").name("p");
    let mut given = vec![("x", "a b".to_owned())];
    given.extend(dict.iter().map(|(name, value)| (name, value.to_owned())));
    assert_eq!(
        urls.url_for("p", given).unwrap(),
        format!("/p/a%20b?{want}"),
        "the URL of a route"
    );
}

#[test]
fn any_dictionary_is_read_as_it_was_written() {
    arbtest::arbtest(|u| {
        let mut dict = MultiDict::new();
        for _ in 0..u.int_in_range(0..=8)? {
            dict.add(u.arbitrary()?, u.arbitrary()?);
        }
        // A pair of two empty texts is written as `=`; an empty text would be no pair.
        let text = query::encode(&dict).unwrap();
        assert_eq!(Query::new(&text).to_dict().unwrap(), dict, "{text}");
        let pairs: Vec<_> = dict.iter().collect();
        assert_eq!(query::encode(&pairs).unwrap(), text);
        Ok(())
    });
}

#[test]
fn a_space_is_a_plus_in_what_we_write_of_pairs_and_escaped_in_paths() {
    let app = Router::new().get("/{name}", || "").name("page");
    let urls = [
        (
            "a link",
            query::link("/a", &[("b c", "d e")]).unwrap(),
            "/a?b+c=d+e",
        ),
        (
            "a route",
            app.url_for("page", [("name", "a b"), ("c d", "e f")])
                .unwrap(),
            "/a%20b?c+d=e+f",
        ),
        (
            "a request",
            Request::blank("/a b").with_query(&[("c d", "e f")]).url(),
            "http://localhost/a%20b?c+d=e+f",
        ),
        (
            "a form",
            Request::blank("/")
                .with_form(&[("c d", "e f")])
                .text()
                .wait()
                .unwrap(),
            "c+d=e+f",
        ),
        (
            "a path",
            rustzeug::url::encode_path(b"/a b").into_owned(),
            "/a%20b",
        ),
    ];
    for (what, got, want) in urls {
        assert_eq!(got, want, "{what}");
    }
    // A URL from elsewhere need not be pairs: a space becomes `%20`, which all readers read as a space.
    let redirect = rustzeug::Response::redirect("/a b?c d");
    assert_eq!(redirect.headers()["location"], "/a%20b?c%20d");
    drop(app.into_application());
}
