//! What can be read from a dictionary, and the errors for the rest.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::base::multi_dict::MultiDict;

mod attributes;
mod lost;
mod phrases;
mod pieces;
mod several;

fn dict(text: &str) -> MultiDict {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect()
}

fn seen<T: DeserializeOwned + fmt::Debug>(pairs: &str) -> String {
    match dict(pairs).read_as::<T>() {
        Ok(value) => format!("{value:?}"),
        Err(errors) => format!("Err: {errors}"),
    }
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
enum Size {
    Small,
    Large,
}

#[derive(Deserialize, Debug)]
struct Id(#[expect(dead_code, reason = "read by Debug, which the lint does not count")] u64);

#[derive(Deserialize, Debug)]
struct One<T> {
    x: T,
}

#[test]
fn a_field_takes_what_its_type_asks_for() {
    type Seen = fn(&str) -> String;
    #[rustfmt::skip]
    let cases: [(Seen, &str, &str, &str); 46] = [
        (seen::<One<String>>, "x=a",       r#"One { x: "a" }"#,  "text"),
        (seen::<One<String>>, "x=",        r#"One { x: "" }"#,   "empty text is text"),
        (seen::<One<String>>, "x=1&x=2",   r#"One { x: "1" }"#,  "the first of several"),
        (seen::<One<String>>, "y=1",       "Err: `x` is missing", "absent"),
        (seen::<One<u8>>,     "x=255",     "One { x: 255 }",     "at its limit"),
        (seen::<One<u8>>,     "x=256",     "Err: `x` is `256`: expected a whole number from 0 to 255", "one past it"),
        (seen::<One<u8>>,     "x=-1",      "Err: `x` is `-1`: expected a whole number from 0 to 255", "below"),
        (seen::<One<u8>>,     "x=1.5",     "Err: `x` is `1.5`: expected a whole number", "not a whole number"),
        (seen::<One<u8>>,     "x=",        "Err: `x` is missing", "left empty, as browsers send it"),
        (seen::<One<u8>>,     "x= 1",      "Err: `x` is ` 1`: expected a whole number", "nothing is trimmed"),
        (seen::<One<u8>>,     "x=٣",       "Err: `x` is `٣`: expected a whole number", "ASCII digits only"),
        (seen::<One<i64>>,    "x=-7",      "One { x: -7 }",      "negative"),
        (seen::<One<u128>>,   "x=340282366920938463463374607431768211455", "One { x: 340282366920938463463374607431768211455 }", "the largest"),
        (seen::<One<f64>>,    "x=1e3",     "One { x: 1000.0 }",  "a float"),
        (seen::<One<f32>>,    "x=0.5",     "One { x: 0.5 }",     "a short float"),
        (seen::<One<f32>>,    "x=3e38",    "One { x: 3e38 }", "near the maximum of a short float"),
        (seen::<One<f32>>,    "x=1e39",    "Err: `x` is `1e39`: expected a number", "above the maximum of a short float"),
        (seen::<One<f64>>,    "x=NaN",     "Err: `x` is `NaN`: expected a number", "not finite"),
        (seen::<One<f64>>,    "x=inf",     "Err: `x` is `inf`: expected a number", "not finite"),
        (seen::<One<bool>>,   "x=on",      "One { x: true }",    "a check box"),
        (seen::<One<bool>>,   "x=true",    "One { x: true }",    "a word"),
        (seen::<One<bool>>,   "x=1",       "One { x: true }",    "a digit"),
        (seen::<One<bool>>,   "x=off",     "One { x: false }",   "off"),
        (seen::<One<bool>>,   "x=x",       "Err: `x` is `x`: expected `true` or `false`", "neither"),
        (seen::<One<char>>,   "x=ä",       "One { x: 'ä' }",     "a character"),
        (seen::<One<char>>,   "x=ab",      "Err: `x` is `ab`: expected a single character", "two"),
        (seen::<One<Size>>,   "x=large",   "One { x: Large }",   "a unit enum"),
        (seen::<One<Size>>,   "x=huge",    "Err: `x` is `huge`: expected `small` or `large`", "not a variant"),
        (seen::<One<Id>>,     "x=7",       "One { x: Id(7) }",   "a newtype"),
        (seen::<One<Id>>,     "x=y",       "Err: `x` is `y`: expected a whole number", "the inside of a newtype"),
        (seen::<One<Option<u8>>>, "",      "One { x: None }",    "absent"),
        (seen::<One<Option<u8>>>, "x=",    "One { x: None }",    "left empty"),
        (seen::<One<Option<u8>>>, "x=&x=3", "One { x: None }",   "the first of several, left empty"),
        (seen::<One<u8>>,     "x=&x=3",    "Err: `x` is ``: expected a whole number", "the same, but required"),
        (seen::<One<Option<u8>>>, "x=3",   "One { x: Some(3) }", "there"),
        (seen::<One<Option<u8>>>, "x=y",   "Err: `x` is `y`: expected a whole number", "present, but wrong"),
        (seen::<One<Vec<u8>>>, "x=1&y=&x=2", "One { x: [1, 2] }", "repeated keys are a list"),
        (seen::<One<Vec<u8>>>, "x=1",      "One { x: [1] }",     "a list of one"),
        (seen::<One<Vec<u8>>>, "",         "One { x: [] }",      "an absent list is empty"),
        (seen::<One<Vec<u8>>>, "x=1&x=y",  "Err: `x` is `y`: expected a whole number", "the error names the wrong value"),
        (seen::<One<Option<Vec<u8>>>>, "x=&x=2", "Err: `x` is ``: expected a whole number", "two values are a list"),
        (seen::<One<(u8, String)>>, "x=1&x=b", r#"One { x: (1, "b") }"#, "a tuple"),
        (seen::<One<(u8, u8)>>, "x=1",     "Err: `x` is `1`: expected 2 values", "a tuple of the wrong length"),
        (seen::<BTreeMap<String, u8>>, "a=1&b=2&a=3", r#"{"a": 1, "b": 2}"#, "a map of first values"),
        (seen::<BTreeMap<u8, Vec<u8>>>, "1=2&1=3", "{1: [2, 3]}", "a map of lists, keys are typed"),
        (seen::<Vec<(String, u8)>>, "b=1&a=2&b=3", r#"[("b", 1), ("a", 2), ("b", 3)]"#, "pairs in order"),
    ];
    for (seen, pairs, want, why) in cases {
        assert_eq!(seen(pairs), want, "{pairs}: {why}");
    }
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Entry {
    title: String,
    age: u8,
    size: Size,
    #[serde(default)]
    agreed: bool,
    tags: Vec<u8>,
    note: Option<String>,
}

#[test]
fn all_mistakes_are_told_at_once() {
    #[rustfmt::skip]
    let cases = [
        ("title=a&age=1&size=small", r#"Entry { title: "a", age: 1, size: Small, agreed: false, tags: [], note: None }"#, "none"),
        ("age=x&size=huge&tags=1&tags=y",
         "Err: `age` is `x`: expected a whole number; `size` is `huge`: expected `small` or `large`; `tags` is `y`: expected a whole number; `title` is missing",
         "values first, in the order of the form, then what is missing"),
        ("", "Err: `title` is missing; `age` is missing; `size` is missing", "optional fields are not reported"),
        ("title=a&age=1&size=small&agreed=maybe&note=", "Err: `agreed` is `maybe`: expected `true` or `false`", "a field with a default"),
    ];
    for (pairs, want, why) in cases {
        assert_eq!(seen::<Entry>(pairs), want, "{pairs}: {why}");
    }
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Strict {
    a: u8,
    b: u8,
}

#[test]
fn unknown_fields_are_told_where_they_are_denied() {
    assert_eq!(seen::<One<u8>>("x=1&y=2"), "One { x: 1 }");
    assert_eq!(
        seen::<Strict>("a=x&c=1&d=2"),
        "Err: `a` is `x`: expected a whole number; `c` is `1`: no such field is expected; \
         `d` is `2`: no such field is expected; `b` is missing"
    );
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Paging {
    page: u32,
    ratio: Option<f32>,
    #[serde(default)]
    all: bool,
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Listing {
    q: String,
    #[serde(flatten)]
    paging: Paging,
    #[serde(flatten)]
    more: More,
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct More {
    name: String,
    ids: Vec<i16>,
}

#[derive(Deserialize, Debug)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
enum Action {
    Move { x: i32, y: i32 },
    Say { text: String },
}

#[test]
fn flattened_structs_and_tagged_enums_have_numbers() {
    type Seen = fn(&str) -> String;
    #[rustfmt::skip]
    let cases: [(Seen, &str, &str, &str); 16] = [
        (seen::<Listing>, "q=1&page=2&ratio=0.5&all=on&name=n&ids=-3&ids=4",
         r#"Listing { q: "1", paging: Paging { page: 2, ratio: Some(0.5), all: true }, more: More { name: "n", ids: [-3, 4] } }"#, "each as its type requests"),
        (seen::<Listing>, "q=7&page=7&name=7&ids=7",
         r#"Listing { q: "7", paging: Paging { page: 7, ratio: None, all: false }, more: More { name: "7", ids: [7] } }"#, "one text, three meanings"),
        (seen::<Listing>, "name=7&ratio=7&page=7&q=7&ids=7&ids=7",
         r#"Listing { q: "7", paging: Paging { page: 7, ratio: Some(7.0), all: false }, more: More { name: "7", ids: [7, 7] } }"#, "in any order"),
        (seen::<Listing>, "q=&page=2&ratio=&name=&ids=1",
         r#"Listing { q: "", paging: Paging { page: 2, ratio: None, all: false }, more: More { name: "", ids: [1] } }"#, "left empty"),
        (seen::<Listing>, "q=a&page=2&name=b", r#"Listing { q: "a", paging: Paging { page: 2, ratio: None, all: false }, more: More { name: "b", ids: [] } }"#, "an absent list"),
        (seen::<Listing>, "q=a&page=x&name=b&ids=1", "Err: `page` is `x`: expected a whole number", "not a number"),
        (seen::<Listing>, "q=a&page=-1&name=b&ids=1", "Err: `page` is `-1`: expected a whole number from 0 to 4294967295", "out of range"),
        (seen::<Listing>, "q=a&name=b&ids=1", "Err: `page` is missing", "missing inside"),
        (seen::<Listing>, "q=a&page=2&ratio=1e39&name=b", "Err: `ratio` is `1e39`: expected a number", "not a finite number"),
        (seen::<Listing>, "q=70000&page=2&name=70000&ids=70000", "Err: `ids` is `70000`: expected a whole number from -32768 to 32767", "out of range; the same text fits others"),
        (seen::<Listing>, "q=a&page=2&name=b&ids=1&ids=+070000", "Err: `ids` is `+070000`: expected a whole number from -32768 to 32767", "out of range, in an unusual form"),
        (seen::<Listing>, "q=&page=2&name=&ids=", "Err: `ids` is missing", "left empty, like others"),
        (seen::<Action>, "kind=move&x=1&y=-2", "Move { x: 1, y: -2 }", "tagged"),
        (seen::<Action>, "kind=say&text=1", r#"Say { text: "1" }"#, "tagged, with text"),
        (seen::<Action>, "kind=fly", "Err: `kind` is `fly`: expected `move` or `say`", "no such tag"),
        (seen::<Action>, "kind=move&x=1", "Err: `y` is missing", "tagged, missing"),
    ];
    for (seen, pairs, want, why) in cases {
        assert_eq!(seen(pairs), want, "{pairs}: {why}");
    }
}

#[derive(Debug)]
struct Stubborn;

impl<'de> Deserialize<'de> for Stubborn {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::missing_field("x"))
    }
}

#[derive(Debug)]
struct Odd;

impl<'de> Deserialize<'de> for Odd {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        let found = serde::de::Unexpected::Unsigned(3);
        Err(serde::de::Error::invalid_value(found, &"an even number"))
    }
}

#[test]
fn what_is_missed_whatever_is_there_is_an_error_all_the_same() {
    assert_eq!(seen::<Stubborn>("x=1"), "Err: `x` is missing");
    assert_eq!(seen::<One<Stubborn>>("x=1"), "Err: `x` is missing");
    assert_eq!(seen::<Odd>(""), "Err: expected an even number");
}

#[test]
fn text_is_borrowed() {
    let dict = dict("x=abc");
    let one: One<&str> = dict.read_as().expect("it fits");
    assert_eq!(one.x.as_ptr(), dict.get("x").expect("it is there").as_ptr());
}

#[test]
fn any_pairs_end_in_a_value_or_in_errors() {
    arbtest::arbtest(|u| {
        let mut dict = MultiDict::new();
        for _ in 0..u.int_in_range(0..=20)? {
            let name = *u.choose(&[
                "title", "age", "size", "page", "ratio", "q", "ids", "name", "kind", "x", "",
            ])?;
            let value = *u.choose(&[
                "", "7", "x", "on", "small", "-1", "move", "1e400", "NaN", "0.5",
            ])?;
            dict.add(name, value);
        }
        for errors in [
            dict.read_as::<Entry>().err(),
            dict.read_as::<Listing>().err(),
            dict.read_as::<Action>().err(),
            dict.read_as::<Strict>().err(),
        ] {
            assert!(errors.is_none_or(|errors| !errors.is_empty()));
        }
        Ok(())
    });
}
