//! Rules of `Accept-Language`.

use http::HeaderMap;
use http::HeaderValue;

use super::super::language;
use super::super::languages;

fn headers(value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let value = HeaderValue::from_str(value).expect("a value");
    headers.insert("accept-language", value);
    headers
}

#[test]
fn ranges_choose_among_tags() {
    #[rustfmt::skip]
    let cases: [(&str, &[&str], Option<&str>, &str); 25] = [
        ("de",                      &["en", "de"],        Some("de"),      "the same"),
        ("DE",                      &["en", "de"],        Some("de"),      "in any case"),
        ("de",                      &["en", "de-CH"],     Some("de-CH"),   "filtering: the range begins the tag"),
        ("de-CH",                   &["en", "de"],        Some("de"),      "lookup: the tag begins the range"),
        ("zh-Hant-TW",              &["zh-Hans", "zh-Hant", "zh"], Some("zh-Hant"), "lookup does not skip a script, and is of the first that fits"),
        ("zh-Hant-CN-x-private1-private2", &["zh-Hant"],  Some("zh-Hant"), "the example of RFC 4647 §3.4"),
        ("de",                      &["den", "d"],        None,            "whole subtags"),
        ("en-US;q=0, en",           &["en-US", "en-GB"],  Some("en-GB"),   "0 excludes what the range begins"),
        ("en-US;q=0, en",           &["en-US"],           None,            "and nothing else is there"),
        ("en-US;q=0, *",            &["en", "en-US"],     Some("en"),      "but not what begins it"),
        ("de, en",                  &["en", "de"],        Some("de"),      "equal: the order of the header"),
        ("de;q=0.5, en",            &["de", "en"],        Some("en"),      "weights come first"),
        ("en;q=0.8, en-US;q=0.3",   &["en-US", "en-GB"],  Some("en-GB"),   "the most exact range decides"),
        ("en-US;q=0.3, en;q=0.8",   &["en-US", "en-GB"],  Some("en-GB"),   "in any order"),
        ("fr, *;q=0.1",             &["ja", "ko"],        Some("ja"),      "the rest by `*`: the order of the offers"),
        ("*, ja;q=0.5",             &["ja", "ko"],        Some("ko"),      "but what is named has its own weight"),
        ("*;q=0",                   &["ja"],              None,            "nothing"),
        ("de",                      &["en"],              None,            "none of them"),
        ("de-CH, en;q=0.9",         &["en", "de"],        Some("de"),      "lookup has the weight of its range"),
        ("",                        &["en", "de"],        Some("en"),      "empty says nothing"),
        (" ,, ",                    &["en", "de"],        Some("en"),      "nor do empty elements"),
        ("de_CH, 12, -",            &["en", "de"],        Some("en"),      "nor malformed ones"),
        ("de_CH, de;q=0.1",         &["en", "de"],        Some("de"),      "a malformed element is skipped alone"),
        ("de;q=2, en",              &["de", "en"],        Some("en"),      "so is one with a bad weight"),
        ("de;x=1, en",              &["de", "en"],        Some("en"),      "and one with another parameter"),
    ];
    for (value, offers, want, why) in cases {
        let best = language(&headers(value), offers).copied();
        assert_eq!(best, want, "{value:?}: {why}");
    }
    assert_eq!(
        language(&HeaderMap::new(), &["en", "de"]),
        Some(&"en"),
        "absent"
    );
}

#[test]
fn all_that_fit_are_ranked() {
    let headers = headers("de-CH, de;q=0.9, en;q=0.5, fr;q=0");
    let ranked = languages(&headers, &["fr", "en-GB", "de", "de-CH", "ja"]);
    let ranked: Vec<_> = ranked
        .iter()
        .map(|(tag, quality)| format!("{tag} {quality}"))
        .collect();
    assert_eq!(ranked, ["de-CH 1", "de 0.9", "en-GB 0.5"]);
}
