//! Rules of `Accept`, one table each.

use super::super::asks_for_family;
use super::super::media_types;
use super::super::rank;
use crate::syntax::weight::parse_weight;

const MAX_ELEMENTS: usize = rank::MAX_ELEMENTS as usize;
const NOTHING: Option<&str> = None;

fn best<'h, 'o, L>(lines: L, offers: &[&'o str]) -> Option<&'o str>
where
    L: IntoIterator<Item = &'h [u8]> + Clone,
{
    let mut best = rank::Best::default();
    media_types::rank(
        || lines.clone().into_iter(),
        offers,
        |offer, rank| best.consider(offer, rank),
    );
    best.offer.copied()
}

#[test]
fn absent_accepts_anything() {
    let absent = None::<&[u8]>;
    assert_eq!(
        best(absent, &["text/html", "text/plain"]),
        Some("text/html")
    );
    assert_eq!(best(absent, &[]), NOTHING, "no offers");
}

#[test]
fn the_example_of_the_rfc_holds() {
    // §12.5.1: the last example, whose table gives these weights.
    let accept = &b"text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, \
        text/plain;format=fixed;q=0.4, */*;q=0.5"[..];
    let by_weight = [
        "text/plain;format=flowed", // 1
        "text/plain",               // 0.7
        "image/jpeg",               // 0.5
        "text/plain;format=fixed",  // 0.4
        "text/html",                // 0.3
    ];
    for (rank, want) in by_weight.iter().enumerate() {
        let mut offers = by_weight[rank..].to_vec();
        offers.reverse();
        assert_eq!(best(Some(accept), &offers), Some(*want), "{offers:?}");
    }
    assert_eq!(
        best(Some(accept), &["text/plain", "text/plain;format=other"]),
        Some("text/plain"),
        "0.7 both: the first offer",
    );
}

#[test]
fn ranges_choose_among_offers() {
    struct Case {
        accept: &'static str,
        offers: &'static [&'static str],
        want: Option<&'static str>,
        why: &'static str,
    }
    const FIREFOX: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    const CHROME: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,\
        image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";
    const PAGE: &[&str] = &["application/problem+json", "application/json", "text/html"];
    const PAIR: &[&str] = &["text/html", "application/json"];
    #[rustfmt::skip]
    let cases = [
        Case { accept: FIREFOX, offers: PAGE, want: Some("text/html"), why: "a browser gets a page" },
        Case { accept: CHROME,  offers: PAGE, want: Some("text/html"), why: "and so does the other" },
        Case { accept: CHROME,  offers: &["image/png", "image/webp"], want: Some("image/webp"), why: "named beats */*" },
        Case { accept: FIREFOX, offers: &["text/css", "image/png"], want: Some("text/css"), why: "both by */*: order of offers" },
        Case { accept: "*/*",   offers: PAIR, want: Some("text/html"), why: "curl: the first offer" },
        Case { accept: "application/json, */*;q=0.1", offers: PAIR, want: Some("application/json"), why: "highest weight" },
        Case { accept: "application/json;q=0.5, text/html;q=0.5", offers: PAIR, want: Some("text/html"), why: "equal: offers decide, not the header" },
        Case { accept: "image/png", offers: PAIR, want: None, why: "no offer matches" },
        Case { accept: "text/html;q=0, */*", offers: PAIR, want: Some("application/json"), why: "q=0 excludes though */* matches" },
        Case { accept: "*/*;q=0", offers: PAIR, want: None, why: "everything is excluded" },
        Case { accept: "text/*;q=0.2, */*;q=0.9, text/html;q=0.1", offers: &["text/html", "text/css"], want: Some("text/css"), why: "most specific decides, in any order" },
        Case { accept: "text/html;q=0.2, text/html, application/json;q=0.5", offers: PAIR, want: Some("application/json"), why: "of equals the first, 0.2" },
        Case { accept: "text/html;q=0, text/html", offers: PAIR, want: None, why: "of equals the first, though 0" },
        Case { accept: "TEXT/Html", offers: PAIR, want: Some("text/html"), why: "case does not matter" },
        Case { accept: "Text/*;Q=0.5", offers: PAIR, want: Some("text/html"), why: "not in q either" },
        Case { accept: "text/html, */*", offers: &["application/json", "text/html"], want: Some("text/html"), why: "of equals the one that is named" },
        Case { accept: "text/*, */*", offers: &["application/json", "text/html"], want: Some("text/html"), why: "or its type" },
        Case { accept: "text/html, */*", offers: &["text/html;level=1", "text/html"], want: Some("text/html;level=1"), why: "both are named: the order of the offers" },
        Case { accept: "", offers: PAIR, want: Some("text/html"), why: "§5.6.1.2: empty says nothing" },
        Case { accept: " ,\t, ", offers: PAIR, want: Some("text/html"), why: "§5.6.1.2: empty elements are none" },
        Case { accept: "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", offers: &["application/json"], want: Some("application/json"), why: "HttpURLConnection of Java: odd spellings" },
        Case { accept: "application/json;q=.5, *;q=.2", offers: PAIR, want: Some("application/json"), why: "weights without a zero" },
        Case { accept: "text/html; q = 0.1, application/json; q=0.2", offers: PAIR, want: Some("application/json"), why: "white space around the =" },
        Case { accept: "text/html;q=0.00001", offers: PAIR, want: Some("text/html"), why: "little, and no exclusion" },
        Case { accept: "text/html;flag", offers: PAIR, want: Some("text/html"), why: "a parameter without a value" },
        Case { accept: ",application/json,", offers: PAIR, want: Some("application/json"), why: "nor do they spoil others" },
        Case { accept: "\tapplication/json\t;\tq=1\t", offers: PAIR, want: Some("application/json"), why: "OWS around all parts" },
        Case { accept: "application/json;;q=1;", offers: PAIR, want: Some("application/json"), why: "§5.6.6: a parameter may be missing" },
        Case { accept: "application/json", offers: &["json", "application/json"], want: Some("application/json"), why: "an offer that is not a media type" },
        Case { accept: "*/*", offers: &["json"], want: None, why: "nor by */*" },
    ];
    for Case {
        accept,
        offers,
        want,
        why,
    } in cases
    {
        assert_eq!(
            best(Some(accept.as_bytes()), offers),
            want,
            "{accept:?}: {why}"
        );
    }
}

#[test]
fn a_parameter_excludes_if_the_offer_has_another_value() {
    const OFFERS: &[&str] = &["a/b", "a/b; Charset=UTF-8; v=\"1,2\""];
    #[rustfmt::skip]
    let cases = [
        ("a/b;charset=utf-8",              Some(OFFERS[1]), "only the second has it; case does not matter"),
        ("a/b;charset=\"utf-8\"",          Some(OFFERS[1]), "quoting makes no difference"),
        ("a/b;charset=\"\\utf\\-8\"",      Some(OFFERS[1]), "nor do escapes in quotes"),
        ("a/b;v=\"1,2\"",                  Some(OFFERS[1]), "a quoted comma separates nothing"),
        ("a/b;v=\"1,2\";charset=utf-8",    Some(OFFERS[1]), "any order"),
        ("a/b;q=0.5;charset=utf-8",        Some(OFFERS[1]), "§12.5.1: q anywhere"),
        ("a/b;charset=utf-8;x=y",          Some(OFFERS[0]), "none has all: the order of the offers"),
        ("a/b;level=1",                    Some(OFFERS[0]), "none has it"),
        ("a/b;level=1, a/b;q=0.5",         Some(OFFERS[0]), "RFC 9110 §12.5.1: without it is for all others"),
        ("a/*;q=0.5, a/b;level=1",         Some(OFFERS[0]), "with it is still more than a/*"),
        ("a/b;level=1;q=0",                None,            "nor is it spared"),
        ("a/b;charset=latin1",             Some(OFFERS[0]), "the second has another value"),
        ("a/b;v=1;charset=latin1",         Some(OFFERS[0]), "two others"),
        ("a/b;charset=utf-8;q=0.1, a/b",   Some(OFFERS[0]), "the more specific range weighs less"),
        ("a/b;charset=utf-8;q=0.5, a/b;charset=utf-8;v=\"1,2\";q=0", Some(OFFERS[0]), "more parameters are more specific"),
        ("*/*;charset=utf-8",              Some(OFFERS[1]), "on wildcards too"),
        ("a/b;x=\",a/b;q=1,\";q=0",        None,            "all of it is one value"),
    ];
    for (accept, want, why) in cases {
        assert_eq!(
            best(Some(accept.as_bytes()), OFFERS),
            want,
            "{accept:?}: {why}"
        );
    }
}

#[test]
fn a_bad_element_is_skipped_alone() {
    #[rustfmt::skip]
    let bad = [
        ("a",                   "no subtype"),
        ("*/b",                 "no such wildcard"),
        ("a/",                  "empty subtype"),
        ("/b",                  "empty type"),
        ("a /b",                "space in the name"),
        ("a/b/c",               "two slashes"),
        ("a/b c",               "two words"),
        ("a/b;q",               "no value"),
        ("a/b;q=",              "empty weight"),
        ("a/b;q=.",             "no digit"),
        ("**",                  "two stars"),
        ("*a",                  "a star and more"),
        ("a/b;q=1.1",           "above one"),
        ("a/b;q=-1",            "negative"),
        ("a/b;q=\"1\"",         "a quoted weight"),
        ("a/b;q=1;q=1",         "two weights"),
        ("a/b;=y",              "parameter without name"),
        ("a/b;x=y z",           "two words as value"),
        ("a/b;x=\"y\"z",        "text after the quotes"),
        ("a/b;x=\"y",           "quotes left open spoil their element only"),
        ("a/b;x=\"y\\\"",       "the closing quote is escaped"),
        ("\u{fc}/b",            "beyond ASCII"),
    ];
    for (element, why) in bad {
        // In this order an open quote could swallow what follows.
        let accept = format!("{element}, c/d;q=0.1, e/f;q=0.2");
        assert_eq!(
            best(Some(accept.as_bytes()), &["a/b", "c/d", "e/f"]),
            Some("e/f"),
            "{element:?}: {why}"
        );
        assert_eq!(
            best(Some(element.as_bytes()), &["c/d", "a/b"]),
            Some("c/d"),
            "{element:?} alone is as absent"
        );
    }
}

#[test]
fn a_weight_has_three_decimals_and_ends_at_one() {
    #[rustfmt::skip]
    let cases = [
        ("0", Some(0)), ("0.", Some(0)), ("0.5", Some(500)), ("0.05", Some(50)), ("0.999", Some(999)),
        ("1", Some(1000)), ("1.", Some(1000)), ("1.000", Some(1000)), ("1.0000", Some(1000)),
        (".2", Some(200)), ("0.1234", Some(123)), ("0.0001", Some(1)), ("0.0000", Some(0)),
        ("", None), ("2", None), ("00", None), ("01", None), ("1.001", None), ("1.0001", None), (".", None),
        ("0,5", None), ("0.5a", None), ("+1", None), ("1e0", None),
    ];
    for (text, want) in cases {
        assert_eq!(parse_weight(text.as_bytes()), want, "{text:?}");
    }
}

#[test]
fn a_family_is_asked_for_by_its_suffix() {
    #[rustfmt::skip]
    let cases = [
        ("application/vnd.api+json",       true,  "JSON:API"),
        ("text/html, a/b+JSON;q=0.1",      true,  "among others, in any case"),
        ("application/hal+json;q=0",       false, "excluded"),
        ("application/json",               false, "no suffix"),
        ("json",                           false, "no type"),
        ("a/b;x=\"+json\"",                false, "a value"),
        ("",                               false, "nothing"),
    ];
    for (accept, want, why) in cases {
        let asks = asks_for_family(Some(accept.as_bytes()), b"+json");
        assert_eq!(asks, want, "{accept:?}: {why}");
    }
}

#[test]
fn lines_are_one_list() {
    let lines: [&[u8]; 3] = [b"a/b;q=0.1", b"", b"c/d;q=0.2"];
    assert_eq!(best(lines, &["a/b", "c/d"]), Some("c/d"));
    let unclosed: [&[u8]; 2] = [b"x/y;z=\"", b"c/d"];
    assert_eq!(
        best(unclosed, &["a/b", "c/d"]),
        Some("c/d"),
        "a quote ends with its line"
    );
}

#[test]
fn elements_past_the_limit_are_ignored() {
    let wanted_as_element = |number: usize| format!("{}c/d", "a/b;q=0.1,".repeat(number - 1));
    let offers = ["a/b", "c/d"];
    let at_limit = wanted_as_element(MAX_ELEMENTS);
    assert_eq!(best(Some(at_limit.as_bytes()), &offers), Some("c/d"));
    let past_limit = wanted_as_element(MAX_ELEMENTS + 1);
    assert_eq!(best(Some(past_limit.as_bytes()), &offers), Some("a/b"));
    let empty = format!("{}c/d", ",".repeat(MAX_ELEMENTS));
    let why = "§5.6.1: empty elements are none";
    assert_eq!(best(Some(empty.as_bytes()), &offers), Some("c/d"), "{why}");
}

#[test]
fn no_bytes_make_it_panic() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..20_000 {
        let mut accept = Vec::new();
        for _ in 0..16 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            accept.push(b"a/b*;,q=01.\"\\ \t\xff"[usize::from(state.to_le_bytes()[2]) % 16]);
        }
        let chosen = best(Some(&accept[..]), &["a/b", "b/a;q=\"1\\"]);
        assert!(matches!(chosen, None | Some("a/b" | "b/a;q=\"1\\")));
    }
}
