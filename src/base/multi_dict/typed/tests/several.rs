//! How often a type is read: once if it fits, and never without end.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Deserializer;

use crate::base::multi_dict::MultiDict;

use super::One;
use super::dict;

thread_local! {
    static READ: Cell<usize> = const { Cell::new(0) };
}

/// A type that counts how often it is read.
#[derive(Debug)]
struct Counted<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Counted<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        READ.set(READ.get() + 1);
        T::deserialize(from).map(Self)
    }
}

fn attempts<'de, T: Deserialize<'de>>(dict: &'de MultiDict) -> (usize, Result<T, String>) {
    READ.set(0);
    let outcome = dict.read_as::<Counted<T>>();
    let outcome = outcome.map(|counted| counted.0);
    (READ.get(), outcome.map_err(|errors| errors.to_string()))
}

#[derive(Deserialize, Debug)]
struct Flattened<T> {
    #[serde(flatten)]
    inner: T,
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
#[expect(dead_code, reason = "only how often it is read counts")]
enum NumberOrText {
    Number(u8),
    Text(String),
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
#[expect(dead_code, reason = "only how often it is read counts")]
enum BoolOrText {
    Bool(bool),
    Text(String),
}

type Rest<T> = Flattened<BTreeMap<String, T>>;

fn many(value: impl Fn(usize) -> String) -> MultiDict {
    (0..1000).map(|n| (format!("k{n}"), value(n))).collect()
}

fn reads<T: for<'de> Deserialize<'de>>(dict: &MultiDict) -> (usize, bool) {
    let (attempts, outcome) = attempts::<T>(dict);
    (attempts, outcome.is_ok())
}

#[test]
fn few_attempts_do_whatever_the_number_of_fields() {
    type Reads = fn(&MultiDict) -> (usize, bool);
    #[rustfmt::skip]
    let cases: [(Reads, MultiDict, usize, &str); 12] = [
        (reads::<One<u8>>, dict("x=7&y=8"), 1, "a type that fits is read once"),
        (reads::<Flattened<One<String>>>, dict("x=7"), 1, "buffered, but a text"),
        (reads::<One<Vec<NumberOrText>>>, dict("x=a"), 4, "another way is searched for"),
        (reads::<BTreeMap<String, u16>>, many(|n| n.to_string()), 1, "a map of numbers"),
        (reads::<Rest<String>>, many(|n| n.to_string()), 1, "buffered, but texts"),
        (reads::<Rest<u16>>, many(|n| n.to_string()), 12, "buffered numbers"),
        (reads::<Rest<Vec<u16>>>, many(|n| n.to_string()), 30, "lists of them"),
        (reads::<Rest<Vec<String>>>, many(|n| n.to_string()), 12, "lists of texts"),
        (reads::<Rest<NumberOrText>>, many(|n| n.to_string()), 24, "one or the other"),
        (reads::<BTreeMap<String, NumberOrText>>, many(|n| if n % 2 == 0 { n.to_string() } else { "x".into() }), 8, "some of each"),
        (reads::<BTreeMap<String, BoolOrText>>, many(|n| n.to_string()), 8, "always the second alternative"),
        (reads::<One<Vec<u32>>>, (0..1000).map(|n| ("x", n.to_string())).collect(), 1, "a list of numbers"),
    ];
    for (reads, dict, most, why) in cases {
        let (attempts, is_read) = reads(&dict);
        assert!(is_read, "{why}");
        assert!(
            attempts <= most,
            "{why}: {attempts} attempts, {most} at most"
        );
    }
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "only how often it is read counts")]
struct Names {
    #[serde(flatten)]
    rest: BTreeMap<u16, String>,
}

#[test]
fn attempts_end_in_an_error_that_says_so() {
    // Each number has an unusual form, so none can be guessed.
    let padded = many(|n| format!("0{n}"));
    let (count, outcome) = attempts::<Rest<u16>>(&padded);
    assert_eq!(
        outcome.unwrap_err(),
        "the fields cannot be read in 300 attempts"
    );
    assert!(count <= 301, "{count}");
    let (_, outcome) = attempts::<BTreeMap<String, u16>>(&many(|_| "x".into()));
    assert_eq!(
        outcome
            .unwrap_err()
            .matches("expected a whole number")
            .count(),
        100
    );
    let (_, outcome) = attempts::<Names>(&dict("1=a&b=c"));
    assert_eq!(outcome.unwrap_err(), "`1` is `a`: expected a whole number");
}

/// A type that reads another dictionary while it is being read.
#[derive(Debug)]
struct Nested;

impl<'de> Deserialize<'de> for Nested {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let inner = dict(&text);
        let read = inner.read_as::<Flattened<One<u8>>>();
        read.map(|_| Self).map_err(serde::de::Error::custom)
    }
}

#[derive(Deserialize, Debug)]
struct N {
    n: u8,
}

#[derive(Deserialize, Debug)]
struct Both {
    x: Nested,
    #[serde(flatten)]
    n: Option<N>,
}

#[test]
fn attempts_within_attempts_do_not_mix() {
    let pairs = MultiDict::from([("x", "x=7"), ("n", "8")]);
    let both: Both = pairs.read_as().expect("it fits");
    assert_eq!(
        (both.n.map(|it| it.n), format!("{:?}", both.x)),
        (Some(8), "Nested".into())
    );
    let pairs = MultiDict::from([("x", "x=y"), ("n", "8")]);
    let errors = pairs.read_as::<Both>().unwrap_err().to_string();
    assert_eq!(errors, "`x` is `x=y`: `x` is `y`: expected a whole number");
}

#[test]
fn a_type_that_panics_leaves_nothing_behind() {
    struct Panics;
    impl<'de> Deserialize<'de> for Panics {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let read = Flattened::<One<u8>>::deserialize(from);
            assert!(read.is_ok(), "on purpose");
            read.map(|_| Self)
        }
    }
    let outcome = std::panic::catch_unwind(|| dict("x=y").read_as::<Panics>().is_ok());
    assert!(outcome.is_err());
    let read: Flattened<One<u8>> = dict("x=7").read_as().expect("it fits");
    assert_eq!(read.inner.x, 7);
}
