//! Custom converters, also those that break the contract.

use std::borrow::Cow;

use super::*;
use crate::base::multi_dict::MultiDict;

/// Parses with one function and builds with another.
struct By(fn(&str) -> Option<String>, fn(&str) -> Option<String>);

impl Converter for By {
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        self.0(text).map(Cow::Owned)
    }

    fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        self.1(value).map(Cow::Owned)
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "other functions of this type decline values"
)]
fn same(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn rules_with(converter: By, texts: &[&str]) -> Rules<String> {
    let converters = Converters::new().with("own", converter);
    let parse = |text: &&str| {
        let rule = Rule::parse_with(text, &converters).expect("a rule");
        (rule, (*text).to_owned())
    };
    Rules::new(texts.iter().map(parse)).expect("they differ")
}

#[test]
fn a_converter_is_not_asked_about_nothing() {
    let rules = rules_with(By(same, same), &["/{x:own}", "/{x:own}/{y}"]);
    for (path, found) in [("/", false), ("//b", false), ("/a/b", true)] {
        assert_eq!(rules.find(path).is_some(), found, "{path}");
    }
    // It would be a URL of the host `evil.org`.
    let built = rules.build(&"/{x:own}/{y}".to_owned(), [("x", ""), ("y", "evil.org")]);
    assert!(built.is_err(), "{built:?}");
}

type Case = (
    By,
    &'static str,
    &'static str,
    Result<&'static str, &'static str>,
    &'static str,
);

#[test]
fn a_converter_that_does_not_keep_its_promise_builds_nothing() {
    let upper = |text: &str| Some(text.to_uppercase());
    let lower = |text: &str| Some(text.to_lowercase());
    let swap = |_: &str| Some("a/b".to_owned());
    #[rustfmt::skip]
    let cases: [Case; 9] = [
        (By(same, same), "/{x:own}", "a", Ok("/a"), ""),
        (By(upper, lower), "/{x:own}", "A", Ok("/a"), "there and back"),
        (By(upper, lower), "/{x:own}", "a", Err("`x` is `a`"), "it would come back as `A`"),
        (By(same, upper), "/{x:own}", "a", Err("`x` is `a`"), "it builds something else"),
        (By(|_| None, same), "/{x:own}", "a", Err("`x` is `a`"), "it declines what it builds"),
        (By(same, |_| None), "/{x:own}", "a", Err("`x` is `a`"), "no value"),
        (By(same, |_| Some("..".into())), "/{x:own}", "a", Err("`x` is `a`"), "a client would resolve it"),
        (By(same, swap), "/{x:own}", "a/b", Ok("/a%2Fb"), "a slash stays data"),
        (By(same, same), "/{x:own}-{y:own}", "a-b", Err("`x` is `a-b`"), "as it is split"),
    ];
    for (converter, rule, value, expected, why) in cases {
        let values: MultiDict = [("x", value), ("y", value)].into();
        let mut built = rules_with(converter, &[rule]).build(&rule.to_owned(), &values);
        if let Ok(url) = &mut built {
            url.truncate(url.find('?').unwrap_or(url.len()));
        }
        match (built, expected) {
            (Ok(url), Ok(expected)) => assert_eq!(url, expected, "{rule} {value}: {why}"),
            (Err(error), Err(expected)) => {
                let error = error.to_string();
                assert!(
                    error.starts_with(expected),
                    "{rule} {value}: {why}: {error}"
                );
            }
            (built, expected) => panic!("{built:?}, not {expected:?}: {rule} {value}: {why}"),
        }
    }
}

#[test]
fn two_converters_of_one_name_are_two_and_the_elder_comes_first() {
    let a_or_b = || {
        By(
            |text| matches!(text, "a" | "b").then(|| text.to_owned()),
            same,
        )
    };
    // After some are freed, later converters may lie before earlier ones in memory.
    drop(
        (0..6)
            .map(|_| a_or_b())
            .map(|by| Converters::new().with("own", by))
            .collect::<Vec<_>>(),
    );
    let made = || (0..1000).map(|place| (place, Converters::new().with("own", a_or_b())));
    let made: Vec<_> = made().collect();
    for order in [made.iter().collect(), made.iter().rev().collect::<Vec<_>>()] {
        let rules = order.into_iter().map(|(place, converters)| {
            let rule = Rule::parse_with("/{x:own}", converters).expect("a rule");
            (rule, *place)
        });
        let rules = Rules::new(rules).expect("they are different converters");
        assert_eq!(rules.find("/a").map(|found| *found.endpoint()), Some(0));
    }
}
