//! No operation looks at more than n log n pairs, for any pairs.

use std::collections::HashMap;

use serde::Deserialize;

use crate::base::multi_dict::MultiDict;
use crate::base::multi_dict::steps;

const PAIRS: usize = 1 << 11;

/// Dictionaries built to be slow.
fn hostile() -> [(&'static str, MultiDict); 6] {
    let made = |pair: fn(usize) -> (String, String)| (0..PAIRS).map(pair).collect();
    [
        ("all names differ", made(|n| (n.to_string(), "x".into()))),
        (
            "they differ at the end",
            made(|n| (format!("{}{n}", "a".repeat(50)), "x".into())),
        ),
        ("one name", made(|_| ("a".into(), "x".into()))),
        (
            "each name twice",
            made(|n| ((n % (PAIRS / 2)).to_string(), "x".into())),
        ),
        (
            "one name and many",
            made(|n| (if n % 2 == 0 { 0 } else { n }.to_string(), String::new())),
        ),
        (
            "nothing but names",
            made(|n| (n.to_string(), String::new())),
        ),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only the cost of reading counts")]
struct Strict {
    a: Vec<u8>,
    b: Option<u8>,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the cost of reading counts")]
enum NumberOrText {
    Number(u8),
    Text(String),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the cost of reading counts")]
struct Rest<T> {
    #[serde(flatten)]
    rest: HashMap<String, T>,
}

type Operation = (&'static str, fn(MultiDict) -> usize);

#[rustfmt::skip]
const OPERATIONS: [Operation; 30] = [
    ("get",       |dict| usize::from(dict.get("z").is_some())),
    ("get_last",  |dict| usize::from(dict.get_last("0").is_some())),
    ("get_all",   |dict| dict.get_all("a").count()),
    ("text",      |dict| usize::from(dict.require("z").is_err())),
    ("one",       |dict| usize::from(dict.get_one("a").is_err())),
    ("get_as",    |dict| usize::from(dict.get_as::<u8>("z").is_ok())),
    ("contains",  |dict| usize::from(dict.contains("z"))),
    ("iter",      |dict| dict.iter().rev().count()),
    ("keys",      |dict| dict.keys().count()),
    ("lists",     |dict| dict.lists().count()),
    ("add",       |mut dict| dict.add("a", "y").len()),
    ("set",       |mut dict| dict.set("a", "y").len()),
    ("remove",    |mut dict| dict.remove("a")),
    ("pop",       |mut dict| dict.pop("0").map_or(0, |value| value.len())),
    ("retain",    |mut dict| { dict.retain(|name, _| name.len() % 2 == 0); dict.len() }),
    ("merged",    |dict| dict.merged(&dict).len()),
    ("extend",    |mut dict| { let other = dict.clone(); dict.extend(&other); dict.len() }),
    ("clone, ==", |dict| usize::from(dict == dict.clone())),
    ("Debug",     |dict| format!("{dict:?}").len()),
    ("Serialize", |dict| serde_json::to_string(&dict).expect("text").len()),
    ("Deserialize", |dict| usize::from(dict.read_as::<MultiDict>().is_ok())),
    ("pairs",     |dict| usize::from(dict.read_as::<Vec<(&str, &str)>>().is_ok())),
    ("a map of lists", |dict| usize::from(dict.read_as::<HashMap<&str, Vec<&str>>>().is_ok())),
    ("a map of options", |dict| usize::from(dict.read_as::<HashMap<&str, Option<char>>>().is_ok())),
    ("a map of what does not fit", |dict| usize::from(dict.read_as::<HashMap<&str, u8>>().is_ok())),
    ("a map of this or that", |dict| usize::from(dict.read_as::<HashMap<String, NumberOrText>>().is_ok())),
    ("the rest of this or that", |dict| usize::from(dict.read_as::<Rest<NumberOrText>>().is_ok())),
    ("the rest of lists", |dict| usize::from(dict.read_as::<Rest<Vec<String>>>().is_ok())),
    ("the rest of what does not fit", |dict| usize::from(dict.read_as::<Rest<char>>().is_ok())),
    ("fields that are not known", |dict| usize::from(dict.read_as::<Strict>().is_ok())),
];

#[test]
fn nothing_takes_more_than_n_log_n_steps() {
    // A hundred attempts at reading, of a few steps for each pair, equal 30 n log n.
    let most = 30 * PAIRS as u64 * u64::from(PAIRS.ilog2());
    for (what, dict) in hostile() {
        for (name, operation) in OPERATIONS {
            let dict = dict.clone();
            let taken = steps::of(|| operation(dict));
            assert!(
                taken <= most,
                "{name}, {what}: {taken} steps, {most} at most"
            );
        }
    }
}
