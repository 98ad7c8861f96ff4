//! A value that serde tries and drops is not lost: it is read another way, or an error names it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::Deserializer;

use super::One;
use super::Size;
use super::seen;

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Place {
    name: String,
    #[serde(flatten)]
    at: Option<At>,
    #[serde(flatten)]
    paging: Option<Paging>,
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct At {
    lat: f64,
    lon: f64,
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Paging {
    page: u8,
    #[serde(default)]
    tags: Vec<String>,
}

#[test]
fn an_optional_part_is_there_whole_or_absent_or_wrong() {
    #[rustfmt::skip]
    let cases = [
        ("name=a", r#"Place { name: "a", at: None, paging: None }"#, "no field of it was sent"),
        ("name=a&lat=1.5&lon=-2", r#"Place { name: "a", at: Some(At { lat: 1.5, lon: -2.0 }), paging: None }"#, "numbers"),
        ("name=a&lat=52.5200&lon=013.40", r#"Place { name: "a", at: Some(At { lat: 52.52, lon: 13.4 }), paging: None }"#, "an unusual form of a number"),
        ("lat=1&page=7&lon=2&name=7", r#"Place { name: "7", at: Some(At { lat: 1.0, lon: 2.0 }), paging: Some(Paging { page: 7, tags: [] }) }"#, "two parts"),
        ("page=7&tags=7&name=a", r#"Place { name: "a", at: None, paging: Some(Paging { page: 7, tags: ["7"] }) }"#, "a list of one"),
        ("page=7&tags=7&tags=8&name=a", r#"Place { name: "a", at: None, paging: Some(Paging { page: 7, tags: ["7", "8"] }) }"#, "a list"),
        ("page=7&page=8&tags=a&tags=b&name=a", r#"Place { name: "a", at: None, paging: Some(Paging { page: 7, tags: ["a", "b"] }) }"#, "the first of several, beside a list"),
        ("name=a&lat=x&lon=2", "Err: `lat` is `x`: expected a number", "not a number"),
        ("name=a&lat=1&lon=x", "Err: `lon` is `x`: expected a number", "the second is not a number"),
        ("name=a&page=256", "Err: `page` is `256`: expected a whole number from 0 to 255", "out of range"),
        ("name=a&lat=&lon=", r#"Place { name: "a", at: None, paging: None }"#, "left empty"),
        ("name=a&lat=1", r#"Place { name: "a", at: None, paging: None }"#, "a part with a missing field is `None`, as in serde"),
        ("lat=1.5&lon=2", "Err: `name` is missing", "another field is missing"),
    ];
    for (pairs, want, why) in cases {
        assert_eq!(seen::<Place>(pairs), want, "{pairs}: {why}");
    }
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
enum Shape {
    Circle { r: u32 },
    Box { w: f64, h: f64 },
    Post { zip: u32, city: String },
    Code { zip: String },
    Switch { on: bool },
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Drawing {
    id: u8,
    #[serde(flatten)]
    shape: Shape,
    note: String,
}

#[test]
fn of_several_ways_the_one_with_the_fewest_misfits_is_taken() {
    type Seen = fn(&str) -> String;
    #[rustfmt::skip]
    let cases: [(Seen, &str, &str, &str); 15] = [
        (seen::<Shape>, "r=7", "Circle { r: 7 }", "a number"),
        (seen::<Shape>, "w=1&h=2.5", "Box { w: 1.0, h: 2.5 }", "two numbers"),
        (seen::<Shape>, "w=1.50&h=007", "Box { w: 1.5, h: 7.0 }", "an unusual form of a number"),
        (seen::<Shape>, "zip=1234&city=x", r#"Post { zip: 1234, city: "x" }"#, "a number beside a text"),
        (seen::<Shape>, "zip=01234&city=x", r#"Code { zip: "01234" }"#, "a text stays a text if it may be one"),
        (seen::<Shape>, "zip=1234", r#"Code { zip: "1234" }"#, "a number does not fit"),
        (seen::<Shape>, "on=True", "Switch { on: true }", "a truth value"),
        (seen::<Shape>, "on=1", "Switch { on: true }", "a truth value that could be a number"),
        (seen::<Shape>, "w=1&h=x", "Err: `h` is `x`: expected a number", "not a number"),
        (seen::<Shape>, "r=-1", "Err: `r` is `-1`: expected a whole number from 0 to 4294967295", "out of range"),
        (seen::<Shape>, "r=x&zip=1", "Err: `r` is `x`: expected a whole number", "it fits nowhere; the other value fits"),
        (seen::<Shape>, "r=&zip=1", r#"Code { zip: "1" }"#, "it was left empty"),
        (seen::<Drawing>, "id=1&r=7&note=7", r#"Drawing { id: 1, shape: Circle { r: 7 }, note: "7" }"#, "next to other fields"),
        (seen::<Drawing>, "id=1&r=7", "Err: `note` is missing", "another mistake is found after it"),
        (seen::<Drawing>, "id=1&r=x&note=", "Err: `r` is `x`: expected a whole number", "wrong next to other fields"),
    ];
    for (seen, pairs, want, why) in cases {
        assert_eq!(seen(pairs), want, "{pairs}: {why}");
    }
    let nothing = seen::<Shape>("");
    assert!(
        nothing.starts_with("Err: data did not match any variant"),
        "{nothing}"
    );
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
enum Zip {
    Number { zip: i32 },
    Text { zip: String },
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
enum Maybe {
    Number { zip: i32 },
    Text { zip: Option<String> },
    Bool { zip: bool },
}

#[test]
fn a_text_is_taken_for_a_number_if_it_is_written_as_one() {
    #[rustfmt::skip]
    let cases = [
        ("zip=1234",   "Number { zip: 1234 }",        r"Number { zip: 1234 }"),
        ("zip=-7",     "Number { zip: -7 }",          r"Number { zip: -7 }"),
        ("zip=01234",  r#"Text { zip: "01234" }"#,    r#"Text { zip: Some("01234") }"#),
        ("zip=+7",     r#"Text { zip: "+7" }"#,       r#"Text { zip: Some("+7") }"#),
        ("zip=1e3",    r#"Text { zip: "1e3" }"#,      r#"Text { zip: Some("1e3") }"#),
        ("zip=9999999999", r#"Text { zip: "9999999999" }"#, r#"Text { zip: Some("9999999999") }"#),
        ("zip=on",     r#"Text { zip: "on" }"#,       r#"Text { zip: Some("on") }"#),
        ("zip=true",   r#"Text { zip: "true" }"#,     r#"Text { zip: Some("true") }"#),
    ];
    for (pairs, zip, maybe) in cases {
        assert_eq!(seen::<Zip>(pairs), zip);
        assert_eq!(seen::<Maybe>(pairs), maybe);
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Any {
    Number(u8),
    Float(f64),
    Bool(bool),
    Text(String),
}

impl fmt::Debug for Any {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(it) => write!(f, "{it}u8"),
            Self::Float(it) => write!(f, "{it:?}"),
            Self::Bool(it) => write!(f, "{it}"),
            Self::Text(it) => write!(f, "{it:?}"),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T: fmt::Debug> fmt::Debug for OneOrMore<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(one) => one.fmt(f),
            Self::More(more) => more.fmt(f),
        }
    }
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Rest<T> {
    a: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, T>,
}

#[test]
fn each_of_many_values_is_read_as_what_it_is() {
    type Seen = fn(&str) -> String;
    #[rustfmt::skip]
    let cases: [(Seen, &str, &str, &str); 14] = [
        (seen::<One<Any>>, "x=7", "One { x: 7u8 }", "a number"),
        (seen::<One<Any>>, "x=300", "One { x: 300.0 }", "a number of the other kind"),
        (seen::<One<Any>>, "x=007", r#"One { x: "007" }"#, "a text"),
        (seen::<One<Any>>, "x=true", "One { x: true }", "a truth value"),
        (seen::<One<Any>>, "x=", r#"One { x: "" }"#, "an empty text"),
        (seen::<One<Vec<Any>>>, "x=7&x=a&x=007&x=1.5&x=false&x=7", r#"One { x: [7u8, "a", "007", 1.5, false, 7u8] }"#, "each of a list"),
        (seen::<BTreeMap<String, Any>>, "a=7&b=b&c=1.5", r#"{"a": 7u8, "b": "b", "c": 1.5}"#, "each of a map"),
        (seen::<Rest<Any>>, "a=1&b=7&c=x&d=007", r#"Rest { a: 1, rest: {"b": 7u8, "c": "x", "d": "007"} }"#, "each of the remaining fields"),
        (seen::<One<OneOrMore<u8>>>, "x=7", "One { x: 7 }", "one"),
        (seen::<One<OneOrMore<u8>>>, "x=7&x=8", "One { x: [7, 8] }", "several: none is lost"),
        (seen::<One<OneOrMore<String>>>, "x=7&x=a", r#"One { x: ["7", "a"] }"#, "several texts"),
        (seen::<One<OneOrMore<Any>>>, "x=7&x=a", r#"One { x: [7u8, "a"] }"#, "several of any kind"),
        (seen::<Rest<OneOrMore<Any>>>, "a=1&b=7&b=8&c=x&c=7&d=1.5", r#"Rest { a: 1, rest: {"b": [7u8, 8u8], "c": ["x", 7u8], "d": 1.5} }"#, "of the remaining fields"),
        (seen::<One<OneOrMore<u8>>>, "x=7&x=y", "Err: `x` is `y`: expected a whole number", "one of them fits nowhere"),
    ];
    for (seen, pairs, want, why) in cases {
        assert_eq!(seen(pairs), want, "{pairs}: {why}");
    }
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Long {
    big: i128,
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Flattened<T> {
    #[serde(flatten)]
    at: At,
    #[serde(flatten)]
    inner: T,
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
enum LongOrText {
    Long { big: u128 },
    Text { big: String },
}

#[test]
fn a_number_that_serde_cannot_put_aside_is_an_error_that_names_it() {
    type Seen = fn(&str) -> String;
    let told = "cannot be read as a number of 128 bits in a `flatten`ed or untagged type, which serde does not support";
    #[rustfmt::skip]
    let cases: [(Seen, &str, String, &str); 6] = [
        (seen::<Long>, "big=7", "Long { big: 7 }".into(), "read directly"),
        (seen::<Flattened<Long>>, "lat=1&big=7&lon=2", format!("Err: `big` is `7`: {told}"), "buffered"),
        (seen::<Flattened<Long>>, "big=7&lat=1&lon=2", format!("Err: `big` is `7`: {told}"), "in any order"),
        (seen::<Flattened<Option<Long>>>, "lat=1&lon=2&big=7&more=8", format!("Err: `big` is `7`: {told}"), "dropped by serde"),
        (seen::<Flattened<Option<Long>>>, "lat=1&lon=2&more=8", "Flattened { at: At { lat: 1.0, lon: 2.0 }, inner: None }".into(), "absent"),
        (seen::<LongOrText>, "big=7", r#"Text { big: "7" }"#.into(), "another variant fits"),
    ];
    for (seen, pairs, want, why) in cases {
        assert_eq!(seen(pairs), want, "{pairs}: {why}");
    }
}

/// A type with a custom rule.
#[derive(Debug)]
struct Even;

impl<'de> Deserialize<'de> for Even {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let is_even = text.len().is_multiple_of(2);
        is_even
            .then_some(Self)
            .ok_or_else(|| serde::de::Error::custom("the length is odd"))
    }
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
enum EvenOrText {
    Even { x: Even },
    Text { x: String },
}

#[test]
fn an_error_in_a_types_own_words_is_of_the_field_too() {
    type Seen = fn(&str) -> String;
    #[rustfmt::skip]
    let cases: [(Seen, &str, &str, &str); 7] = [
        (seen::<One<Even>>, "x=abc", "Err: `x` is `abc`: the length is odd", "read directly"),
        (seen::<Flattened<One<Even>>>, "lat=1&x=abc&lon=2", "Err: `x` is `abc`: the length is odd", "buffered"),
        (seen::<Flattened<One<Even>>>, "x=abc&lat=1&lon=2", "Err: `x` is `abc`: the length is odd", "in any order"),
        (seen::<Flattened<Option<One<Even>>>>, "x=abc&lat=1&lon=2", "Err: `x` is `abc`: the length is odd", "dropped by serde"),
        (seen::<Flattened<Option<One<Even>>>>, "lat=1&lon=2", "Flattened { at: At { lat: 1.0, lon: 2.0 }, inner: None }", "absent"),
        (seen::<EvenOrText>, "x=abc", r#"Text { x: "abc" }"#, "another variant fits"),
        (seen::<EvenOrText>, "x=ab", "Even { x: Even }", "it fits"),
    ];
    for (seen, pairs, want, why) in cases {
        assert_eq!(seen(pairs), want, "{pairs}: {why}");
    }
}

/// A type that continues without a value that does not fit.
#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Lenient {
    #[serde(deserialize_with = "or_zero")]
    n: u8,
}

#[expect(clippy::unnecessary_wraps, reason = "serde asks for it")]
fn or_zero<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    Ok(u8::deserialize(from).unwrap_or_default())
}

#[test]
fn a_type_may_be_lenient_with_what_is_its_own() {
    assert_eq!(seen::<Lenient>("n=x"), "Lenient { n: 0 }");
    assert_eq!(seen::<Lenient>("n=7"), "Lenient { n: 7 }");
    // A buffered value no longer belongs to the field: this cannot be distinguished from a loss.
    assert_eq!(
        seen::<Flattened<Lenient>>("lat=1&lon=2&n=x"),
        "Err: `n` is `x`: expected a whole number"
    );
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Strict {
    a: u8,
    #[serde(flatten)]
    at: At,
}

#[test]
fn unknown_fields_are_told_beside_flattened_ones() {
    assert_eq!(
        seen::<Strict>("a=1&lat=1&lon=2&b=3&c=4"),
        "Err: `b` is `3`: no such field is expected; `c` is `4`: no such field is expected"
    );
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
enum Choice {
    Id(u32),
    Ids(Vec<u32>),
    Pair(u8, Size),
    All,
}

#[test]
fn a_variant_is_named_by_a_field() {
    #[rustfmt::skip]
    let cases = [
        ("id=7", "Id(7)", "its value"),
        ("x=1&ids=7&ids=8", "Ids([7, 8])", "its values, next to other fields"),
        ("pair=7&pair=small", "Pair(7, Small)", "a tuple"),
        ("all=", "All", "nothing"),
        ("id=x", "Err: `id` is `x`: expected a whole number", "not a number"),
        ("x=7", "Err: expected a field named `id`, `ids`, `pair` or `all`", "not a variant"),
    ];
    for (pairs, want, why) in cases {
        assert_eq!(seen::<Choice>(pairs), want, "{pairs}: {why}");
    }
}
