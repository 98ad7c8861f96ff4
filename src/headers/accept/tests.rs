//! Parsing of the lists. The comparison with offers is tested in `negotiation`.

use http::HeaderValue;

use super::*;
use crate::headers::Header;

fn both<H: Header + ToString>(text: &str) -> (Option<String>, Option<String>) {
    let line = HeaderValue::from_str(text).expect("a value");
    let strictly = H::decode(std::iter::once(&line)).ok();
    let leniently = H::decode_leniently(std::iter::once(&line));
    (
        strictly.map(|list| list.to_string()),
        leniently.map(|list| list.to_string()),
    )
}

#[test]
fn media_ranges_are_read_and_written() {
    #[rustfmt::skip]
    let cases = [
        ("text/html",                    "text/html",                  "one"),
        ("text/html,*/*; q=0.10",        "text/html, */*;q=0.1",       "with a weight"),
        ("TEXT/Html;Level=One;Q=1.000",  "text/html;level=One",        "names are in lower case, values are not"),
        (",, text/html ,\t,",            "text/html",                  "empty elements"),
        ("",                             "",                           "an empty list"),
        ("*;q=.2",                       "*/*;q=0.2",                  "as Java writes it"),
        ("a/b;q=0.12345",                "a/b;q=0.123",                "more decimals"),
        ("a/b;x=\"y\"",                  "a/b;x=y",                    "quotes that are not needed"),
        ("a/b;x=\"y, z\\\"\"",           "a/b;x=\"y, z\\\"\"",         "quotes that are"),
        ("a/b;x=\"y\tz\"",               "a/b;x=\"y z\"",              "a tab is a space"),
        ("a/b;x",                        "a/b;x",                      "a parameter without a value"),
        ("a/b;x=\"\"",                   "a/b;x=\"\"",                 "an empty value"),
        ("a/b;q=0.5;ext=1",              "a/b;ext=1;q=0.5",            "a parameter behind the weight"),
    ];
    for (text, want, why) in cases {
        let (strictly, leniently) = both::<Accept>(text);
        assert_eq!(strictly.as_deref(), Some(want), "{text:?}: {why}");
        assert_eq!(leniently.as_deref(), Some(want), "{text:?}: {why}");
    }
}

#[test]
fn a_malformed_element_is_skipped_or_named() {
    let accept = both::<Accept>("text, text/html, */html");
    assert_eq!(accept, (None, Some("text/html".to_owned())));
    let encodings = both::<AcceptEncoding>("gzip;level=1, BR, g zip, x;q=2");
    assert_eq!(encodings, (None, Some("br".to_owned())));
    let languages = both::<AcceptLanguage>("de_CH, en-gb;q=0.5, -, x-123456789");
    assert_eq!(languages, (None, Some("en-GB;q=0.5".to_owned())));
    assert_eq!(
        both::<AcceptLanguage>("12"),
        (None, None),
        "nothing is left"
    );
    assert_eq!(
        both::<AcceptEncoding>(""),
        (Some(String::new()), Some(String::new()))
    );
}

#[test]
fn no_text_makes_a_range_that_cannot_be_sent() {
    for text in [
        "a/b;x=\"\r\ny: z\"",
        "a/b;x=\"\\\n\"",
        "a/b;x=\"\x7f\"",
        "a/b;x=\"\0\"",
    ] {
        assert!(text.parse::<MediaRange>().is_err(), "{text:?}");
    }
    let tab: MediaRange = "a/b;x=\"y\tz\"".parse().expect("a range");
    assert_eq!(Accept::from([tab]).encode(), "a/b;x=\"y z\"");
}

#[test]
fn tags_have_their_usual_case() {
    for (text, want) in [
        ("DE", "de"),
        ("de-ch", "de-CH"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("sl-NEDIS", "sl-nedis"),
        ("en-a-BBBB-x-US", "en-a-bbbb-x-us"),
        ("*", "*"),
    ] {
        assert_eq!(text.parse::<LanguageTag>().expect("a tag").as_str(), want);
    }
}

#[test]
fn a_media_type_is_a_range() {
    let text = |media_type: &str| {
        MediaRange::from(media_type.parse::<mime::Mime>().expect("a type")).to_string()
    };
    assert_eq!(text("text/html; charset=utf-8"), "text/html;charset=utf-8");
    assert_eq!(text("text/*"), "text/*");
    assert_eq!(text("a/b; q=x"), "a/b", "no weight");
}
