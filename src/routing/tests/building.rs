//! URLs built from rules and values.

use super::*;
use crate::base::multi_dict::MultiDict;

type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    Result<&'static str, &'static str>,
    &'static str,
);

#[test]
fn a_url_is_built_that_leads_back_or_none() {
    #[rustfmt::skip]
    let cases: &[Case] = &[
        ("/", &[], Ok("/"), ""),
        ("/a b/ä", &[], Ok("/a%20b/%C3%A4"), "encoded"),
        ("/{x}", &[("x", "a/b")], Ok("/a%2Fb"), "a slash stays data"),
        ("/{x}", &[("x", "a?b#c")], Ok("/a%3Fb%23c"), ""),
        ("/{x}", &[("x", "100%")], Ok("/100%25"), ""),
        ("/{x}", &[("x", "%41")], Ok("/%2541"), ""),
        ("/{x}", &[("x", "")], Err("x"), "an empty text is not a value"),
        ("/{x}", &[("x", ".")], Err("x"), "a client would resolve it"),
        ("/{x}", &[("x", "..")], Err("x"), ""),
        ("/{x}", &[("x", "...")], Ok("/..."), ""),
        ("/{x}", &[("x", "a\0b")], Err("x"), "the gateway refuses a path with a NUL"),
        ("/{x:path}", &[("x", "a/\0")], Err("x"), ""),
        ("/.{x}", &[("x", ".")], Err("x"), "two dots by way of the text"),
        ("/{x}", &[("x", "%2e%2E")], Ok("/%252e%252E"), ""),
        ("/{x}", &[("x", "\\evil.org")], Ok("/%5Cevil.org"), "no host"),
        ("/{x:float}", &[("x", "-0")], Ok("/0"), "the zero below zero is displayed so"),
        ("/{x}", &[], Err("x"), "missing"),
        ("/{x}", &[("x", "a"), ("x", "b"), ("y", "c d&")], Ok("/a?x=b&y=c+d%26"), "the rest is the query"),
        ("/{x:int}", &[("x", "07")], Ok("/7"), "one spelling"),
        ("/{x:int}", &[("x", "-0")], Err("x"), ""),
        ("/{x:int}", &[("x", "-7")], Err("x"), ""),
        ("/{x:float}", &[("x", "10000000000000000000000")], Ok("/10000000000000000000000"), ""),
        ("/{x:float}", &[("x", "1e22")], Err("x"), "no exponent"),
        ("/{x:any(a,b)}", &[("x", "c")], Err("x"), ""),
        ("/{x:date}", &[("x", "2023-02-29")], Err("x"), ""),
        ("/{x:str(max=2)}", &[("x", "abc")], Err("x"), ""),
        ("/{x:path}", &[("x", "a/b c")], Ok("/a/b%20c"), ""),
        ("/{x:path}", &[("x", "/a")], Err("x"), "none begins with a slash"),
        ("/{x:path}", &[("x", "a/../b")], Err("x"), "a client would resolve it"),
        ("/{x:path}", &[("x", "a/./b")], Err("x"), ""),
        ("/{x:path}", &[("x", "a%2Fb")], Ok("/a%252Fb"), ""),
        ("/{x}-{y}", &[("x", "a"), ("y", "b")], Ok("/a-b"), ""),
        ("/{x}-{y}", &[("x", "a-b"), ("y", "c")], Ok("/a-b-c"), "as it is split"),
        ("/{x}-{y}", &[("x", "a"), ("y", "b-c")], Err("x"), "it would come back as `a-b` and `c`"),
        ("/{x}.{y}", &[("x", "."), ("y", ".")], Ok("/..."), ""),
    ];
    for (rule, values, expected, why) in cases {
        let values: MultiDict = values
            .iter()
            .collect::<Vec<_>>()
            .into_iter()
            .map(|(n, v)| (n, v))
            .collect();
        let built = rules(&[rule]).build(&(*rule).to_owned(), values);
        let parameter = |error| match error {
            BuildError::Missing { parameter, .. } | BuildError::Value { parameter, .. } => {
                parameter
            }
            other => other.to_string(),
        };
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(built.map_err(parameter), expected, "{rule}: {why}");
    }
}

#[test]
fn what_a_more_specific_rule_matches_is_not_built() {
    let rules = rules(&["/users/{name}", "/users/me"]);
    let error = rules.build(&"/users/{name}".to_owned(), [("name", "me")]);
    assert_eq!(
        error.map_err(|error| error.to_string()),
        Err(
            "the rule `/users/{name}` gives `/users/me`, which the rule `/users/me` matches".into()
        )
    );
}

#[test]
fn of_several_rules_the_one_that_uses_most_values_is_taken() {
    let rule = |text| Rule::parse(text).expect("a rule");
    let rules = Rules::new([
        (rule("/"), "home"),
        (rule("/{lang:any(de,en)}/"), "home"),
        (rule("/{lang:any(de,en)}/{page}"), "home"),
    ])
    .expect("they differ");
    for (values, url) in [
        (vec![], "/"),
        (vec![("lang", "de")], "/de/"),
        (vec![("page", "x"), ("lang", "de")], "/de/x"),
        (vec![("page", "x")], "/?page=x"),
    ] {
        assert_eq!(rules.build(&"home", values).as_deref(), Ok(url));
    }
    let built = rules.build(&"home", [("lang", "fr")]);
    assert_eq!(
        built.unwrap_err().to_string(),
        "`lang` is `fr`, which does not fit the rule `/{lang:any(de,en)}/`",
        "no other rule replaces it"
    );
}
