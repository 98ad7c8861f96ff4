//! Properties of typed reading, whatever the pairs are: it ends, with a value or with errors that name fields; and a
//! struct in pieces reads like a struct in one piece.

use std::collections::BTreeMap;

use rustzeug::MultiDict;
use rustzeug::Query;
use serde::Deserialize;

#[derive(Deserialize, Debug, PartialEq)]
struct Whole {
    a: u8,
    b: Option<i64>,
    c: String,
    d: Vec<u16>,
    #[serde(default)]
    e: bool,
    f: Option<f64>,
}

#[derive(Deserialize, Debug)]
struct Pieces {
    a: u8,
    #[serde(flatten)]
    rest: Rest,
    f: Option<f64>,
}

#[derive(Deserialize, Debug)]
struct Rest {
    b: Option<i64>,
    c: String,
    #[serde(default)]
    d: Vec<u16>,
    #[serde(default)]
    e: bool,
}

#[derive(Deserialize, Debug)]
struct Loose {
    a: u8,
    #[serde(flatten)]
    rest: Option<Rest>,
    f: Option<f64>,
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
#[expect(dead_code, reason = "only whether it can be read counts")]
enum Any {
    Number(i16),
    Bool(bool),
    Text(String),
    List(Vec<Self>),
}

#[derive(Deserialize, Debug)]
#[serde(tag = "c", rename_all = "lowercase")]
#[expect(dead_code, reason = "only whether it can be read counts")]
enum Tagged {
    Number { a: i8 },
    Texts { d: Vec<String> },
    Nothing,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only whether it can be read counts")]
struct Strict<'d> {
    a: (u8, char),
    c: &'d str,
}

fn read<'d, T: Deserialize<'d>>(dict: &'d MultiDict) -> Option<T> {
    match dict.read_as() {
        Ok(value) => Some(value),
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors.fields() {
                assert!(!error.message().is_empty());
                assert!(
                    error
                        .value()
                        .is_none_or(|value| dict.get_all(error.name()).any(|held| held == value))
                );
            }
            None
        }
    }
}

pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let Ok(dict) = Query::new(&text).to_dict() else {
        return;
    };
    let (whole, pieces): (Option<Whole>, Option<Pieces>) = (read(&dict), read(&dict));
    let join = |a, rest: Rest, f| Whole {
        a,
        b: rest.b,
        c: rest.c,
        d: rest.d,
        e: rest.e,
        f,
    };
    assert_eq!(whole, pieces.map(|Pieces { a, rest, f }| join(a, rest, f)));
    if whole.is_some() {
        let Loose { a, rest, f } = read(&dict).expect("the same");
        assert_eq!(whole, rest.map(|rest| join(a, rest, f)));
    }
    let any: BTreeMap<String, Any> = read(&dict).expect("anything is something");
    assert_eq!(any.len(), dict.keys().count());
    let _: Option<Tagged> = read(&dict);
    let _: Option<Strict<'_>> = read(&dict);
    let _: Option<BTreeMap<u8, Vec<bool>>> = read(&dict);
    let pairs: Vec<(String, String)> = read(&dict).expect("any pairs are pairs");
    assert_eq!(pairs.len(), dict.len());
    let texts: BTreeMap<&str, &str> = read(&dict).expect("the first of each is a text");
    assert_eq!(texts.len(), dict.keys().count());
}
