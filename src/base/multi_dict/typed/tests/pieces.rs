//! A struct split into `flatten`ed parts reads like one struct, for any pairs.

use serde::Deserialize;

use crate::base::multi_dict::MultiDict;

#[derive(Deserialize, Debug, PartialEq)]
struct Whole {
    a: u8,
    b: Option<i64>,
    c: String,
    #[serde(default)]
    d: Vec<u16>,
    #[serde(default)]
    e: bool,
    f: Option<f64>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Rest {
    b: Option<i64>,
    c: String,
    #[serde(default)]
    d: Vec<u16>,
    #[serde(default)]
    e: bool,
}

#[derive(Deserialize, Debug)]
struct Pieces<T> {
    a: u8,
    #[serde(flatten)]
    rest: T,
    f: Option<f64>,
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
enum Untagged {
    #[expect(dead_code, reason = "it is never there")]
    Other {
        other: u8,
    },
    Rest(Rest),
}

impl Pieces<Rest> {
    fn whole(self) -> Whole {
        let Rest { b, c, d, e } = self.rest;
        let (a, f) = (self.a, self.f);
        Whole { a, b, c, d, e, f }
    }
}

const NAMES: [&str; 7] = ["a", "b", "c", "d", "e", "f", ""];
const VALUES: [&str; 14] = [
    "", "7", "007", "+7", "70000", "-1", "1.5", "1.50", "1e400", "on", "True", "x", "é", "NaN",
];

#[test]
fn pieces_read_as_the_whole() {
    arbtest::arbtest(|u| {
        let mut dict = MultiDict::new();
        for _ in 0..u.int_in_range(0..=8)? {
            dict.add(u.choose(&NAMES)?, u.choose(&VALUES)?);
        }
        let whole = dict.read_as::<Whole>();
        let pieces = dict.read_as::<Pieces<Rest>>().map(Pieces::whole);
        assert_eq!(pieces.as_ref().ok(), whole.as_ref().ok(), "{dict:?}");
        let loose = dict.read_as::<Pieces<Option<Rest>>>();
        let untagged = dict.read_as::<Pieces<Untagged>>();
        match &whole {
            Ok(whole) => {
                let Pieces { a, rest, f } = loose.expect("the same");
                let loose = rest.map(|rest| Pieces { a, rest, f }.whole());
                assert_eq!(loose.as_ref(), Some(whole), "{dict:?}");
                let Pieces { a, rest, f } = untagged.expect("the same");
                let Untagged::Rest(rest) = rest else {
                    panic!("{rest:?} of {dict:?}");
                };
                assert_eq!(Pieces { a, rest, f }.whole(), *whole, "{dict:?}");
            }
            Err(errors) => {
                assert!(untagged.is_err(), "{dict:?}");
                // A part with an empty field is `None`, like a part with a missing field.
                let fields = || errors.fields().iter();
                let is_empty = |name| dict.get_all(name).any(str::is_empty);
                let is_left_empty = fields().any(|error| is_empty(error.name()));
                if fields().any(|error| error.value().is_some()) && !is_left_empty {
                    assert!(loose.is_err(), "{dict:?}: {loose:?}");
                }
            }
        }
        Ok(())
    })
    .budget_ms(1000);
}

#[test]
fn a_list_of_one_is_not_taken_for_another_name_of_several_values() {
    #[rustfmt::skip]
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[("d", "7"), ("a", "7"), ("c", "x"), ("c", "y")],   "the list of numbers comes first"),
        (&[("a", "7"), ("c", "x"), ("d", "7"), ("c", "y")],   "the text with several values comes first"),
        (&[("d", "007"), ("a", "+7"), ("c", "7"), ("c", "7")], "they look alike"),
        (&[("d", "7"), ("d", "8"), ("a", "7"), ("c", "7"), ("c", "8"), ("b", "7"), ("b", "9")], "all have several"),
    ];
    for (pairs, why) in cases {
        let dict: MultiDict = pairs.iter().copied().collect();
        let whole = dict.read_as::<Whole>().unwrap();
        let pieces = dict.read_as::<Pieces<Rest>>().map(Pieces::whole);
        assert_eq!(pieces, Ok(whole), "{why}");
        let loose = dict.read_as::<Pieces<Option<Rest>>>().unwrap();
        assert!(loose.rest.is_some(), "{why}");
    }
}
