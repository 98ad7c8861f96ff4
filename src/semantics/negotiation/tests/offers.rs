//! All kinds at once.

use http::HeaderMap;
use http::HeaderValue;
use http::header;

use super::super::Offers;
use super::super::negotiate;

const OFFERS: Offers<'_> = Offers::new()
    .with_media_types(&["text/html", "application/json"])
    .with_languages(&["en", "de"])
    .with_encodings(&["identity"]);

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pairs = pairs.iter().map(|(name, value)| {
        let name = http::HeaderName::from_static(name);
        (name, HeaderValue::from_static(value))
    });
    pairs.collect()
}

#[test]
fn each_kind_is_chosen_alone() {
    let headers = headers(&[("accept", "application/json"), ("accept-language", "fr")]);
    let chosen = negotiate(&headers, &OFFERS).expect("not strict");
    assert_eq!(chosen.media_type(), "application/json");
    assert_eq!(chosen.language(), "en", "not acceptable: the first");
    assert_eq!(chosen.encoding(), "identity");
    let vary: Vec<_> = chosen.vary().collect();
    assert_eq!(
        vary,
        [header::ACCEPT, header::ACCEPT_LANGUAGE],
        "there is one coding"
    );
}

#[test]
fn nothing_is_chosen_of_nothing() {
    let chosen = negotiate(&headers(&[]), &Offers::new().or_not_acceptable()).expect("no kind");
    assert_eq!(
        (chosen.media_type(), chosen.language(), chosen.encoding()),
        ("", "", "")
    );
    assert_eq!(chosen.vary().count(), 0);
}

#[test]
fn what_is_not_acceptable_is_406_when_asked_for() {
    let strict = OFFERS.or_not_acceptable();
    let chosen = negotiate(&headers(&[("accept-language", "fr")]), &strict).expect("a language");
    assert_eq!(
        chosen.language(),
        "en",
        "another language is better than nothing"
    );
    let error = negotiate(&headers(&[("accept-encoding", "identity;q=0")]), &strict);
    assert_eq!(
        error.expect_err("no coding").message(),
        "available: `identity`"
    );
    let error = negotiate(&headers(&[("accept", "image/png")]), &strict).expect_err("strict");
    assert_eq!(error.status(), 406);
    assert_eq!(
        error.message(),
        "available: `text/html`, `application/json`"
    );
    let vary: Vec<_> = error.headers().get_all("vary").iter().collect();
    assert_eq!(vary, ["accept", "accept-language", "accept-encoding"]);
}

#[test]
fn a_coding_that_the_client_cannot_undo_is_not_chosen() {
    #[rustfmt::skip]
    let cases: [(&[&str], &str, &str, &str); 6] = [
        (&["gzip"],                   "deflate",         "identity", "not what it has"),
        (&["br", "gzip", "identity"], "identity;q=0",    "identity", "it takes nothing that there is"),
        (&["br", "gzip"],             "*;q=0",           "identity", "it takes nothing"),
        (&["br", "gzip"],             "",                "identity", "an empty list"),
        (&["br", "gzip"],             "gzip, br;q=0.5",  "gzip",     "what it wants"),
        (&["br", "gzip"],             "br;q=0, gzip",    "gzip",     "not the first"),
    ];
    for (offered, accepted, want, why) in cases {
        let mut headers = HeaderMap::new();
        headers.insert("accept-encoding", HeaderValue::from_static(accepted));
        let offers = Offers::new().with_encodings(offered);
        let chosen = negotiate(&headers, &offers).expect("not strict");
        assert_eq!(chosen.encoding(), want, "{accepted:?}: {why}");
        let vary: Vec<_> = chosen.vary().collect();
        assert_eq!(vary, [header::ACCEPT_ENCODING], "with one offer as well");
    }
}
