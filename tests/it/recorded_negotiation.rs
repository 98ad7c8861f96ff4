//! What WebOb 1.8.11 and Werkzeug 3.1.9 choose by `Accept`, `Accept-Language` and `Accept-Encoding`, what they make of
//! `Authorization` and of challenges, and how Werkzeug and Starlette 1.10.0 add to `Vary`, recorded by
//! `tests/oracle/record_negotiation.py`; and what is made of them here: the same, or there is a reason.

use rustzeug::headers::{Authorization, Credentials, WwwAuthenticate};
use rustzeug::http::HeaderName;
use rustzeug::{Request, Response};

use crate::common::{Choice, Texts, hold_choices, hold_texts};

#[rustfmt::skip]
const MEDIA_TYPES: &[Choice] = &[
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json text/html", "text/html", "text/html", "text/html", ""),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "image/png text/css", "image/png", "image/png", "image/png", ""),
    ("*/*", "text/html application/json", "text/html", "text/html", "text/html", ""),
    ("*/*, text/html", "application/json text/html", "application/json", "text/html", "text/html", "of equal weights the type that is named wins"),
    ("text/*, */*;q=0.1", "application/json text/css", "text/css", "text/css", "text/css", ""),
    ("garbage, text/html;q=0.5", "text/html text/plain", "text/html", "text/html", "text/html", ""),
    ("garbage, text/html;q=0.5", "text/plain text/html", "text/plain", "text/html", "text/html", "a malformed element is skipped alone"),
    ("text/html;q=0.2, text/html;q=0.9, text/plain;q=0.5", "text/plain text/html", "text/plain", "text/html", "text/plain", "of equal ranges the first counts"),
    ("text/html;q=0, */*", "text/html image/png", "image/png", "image/png", "image/png", ""),
    ("text/html;q=0.5;ext=1", "text/html", "text/html", "", "text/html", "a parameter behind the weight does not exclude the type"),
    ("text/html;q=1.5", "text/html", "text/html", "", "text/html", "without a sound element the field says nothing"),
    ("text/html;q=.5", "text/html", "text/html", "", "text/html", "clients leave out the zero"),
    ("text/html;q=0.1234", "text/html", "text/html", "text/html", "text/html", ""),
    ("text/html;level=1", "text/html;level=1 text/html", "text/html;level=1", "text/html;level=1", "text/html;level=1", ""),
    ("text/html;level=1", "text/html", "", "", "text/html", "an offer without the parameter is still of the type"),
    ("application/json", "application/problem+json", "", "", "application/problem+json", "the suffix counts (RFC 6839)"),
    ("image/png", "text/html", "", "", "", ""),
    ("", "text/html", "", "", "text/html", "an empty field says nothing (RFC 9110 §5.6.1.2)"),
    (", ,", "text/html", "", "", "text/html", "nor do empty elements"),
    ("TEXT/HTML", "text/html", "text/html", "text/html", "text/html", ""),
];

#[rustfmt::skip]
const LANGUAGES: &[Choice] = &[
    ("de", "en de", "de", "de", "de", ""),
    ("DE", "en de", "de", "de", "de", ""),
    ("de", "en de-CH", "", "de-CH", "de-CH", "a range fits the tags that it begins (RFC 4647 §3.3.1)"),
    ("de-CH", "en de", "de", "de", "de", ""),
    ("en-US;q=0, en", "en-US en-GB", "", "en-US", "en-GB", "weight 0 excludes the tags that the range begins"),
    ("zh-Hant-TW", "zh-Hans zh-Hant", "zh-Hant", "", "zh-Hant", "lookup drops one part after the other (RFC 4647 §3.4)"),
    ("de, en", "en de", "de", "en", "de", "of equal weights the order of the header counts"),
    ("de;q=0.5, en", "de en", "en", "en", "en", ""),
    ("fr, *;q=0.1", "ja ko", "", "ja", "ja", "`*` fits all"),
    ("*;q=0", "ja", "", "", "", ""),
    ("de", "en", "", "", "", ""),
    ("en;q=0.8, en-US;q=0.3", "en-US en-GB", "en-US", "en-US", "en-GB", "the most exact range decides"),
    ("de_CH, en;q=0.1", "de en", "", "en", "en", "a malformed element is skipped alone"),
    ("", "en", "", "", "en", "an empty field says nothing"),
];

#[rustfmt::skip]
const ENCODINGS: &[Choice] = &[
    ("gzip, deflate, br", "br gzip identity", "br", "br", "br", ""),
    ("gzip;q=0.5, br", "gzip br", "br", "br", "br", ""),
    ("gzip", "identity", "identity", "", "identity", "identity is acceptable unless it is excluded (§12.5.3)"),
    ("gzip;q=0", "gzip identity", "identity", "", "identity", "identity is acceptable"),
    ("x-gzip", "gzip", "", "", "gzip", "x-gzip is gzip (§8.4.1.3)"),
    ("*", "br gzip", "br", "br", "br", ""),
    ("*;q=0", "identity", "", "", "", ""),
    ("identity;q=0", "identity gzip", "", "", "", ""),
    ("", "gzip identity", "identity", "", "identity", "an empty field allows identity"),
    ("gzip;q=0, *", "gzip br", "br", "br", "br", ""),
    ("GZip", "gzip", "gzip", "gzip", "gzip", ""),
];

#[rustfmt::skip]
const CREDENTIALS: &[Texts] = &[
    ("Basic QWRhOm9wZW4gc2VzYW1l", "basic|QWRhOm9wZW4gc2VzYW1l", "basic|username=Ada|password=open sesame", "basic|username=Ada|password=open sesame", "Basic is decoded"),
    ("basic QWRhOm9wZW4gc2VzYW1l", "basic|QWRhOm9wZW4gc2VzYW1l", "basic|username=Ada|password=open sesame", "basic|username=Ada|password=open sesame", "Basic is decoded"),
    ("Basic dGVzdDoxMjOj", "basic|dGVzdDoxMjOj", "", "", "not UTF-8"),
    ("Basic dGVzdDoxMjPCow==", "basic|dGVzdDoxMjPCow==", "basic|username=test|password=123\u{a3}", "basic|username=test|password=123\u{a3}", "Basic is decoded"),
    ("Basic QWRh", "basic|QWRh", "basic|username=Ada|password=", "", "no colon"),
    ("Basic YTpi=", "basic|YTpi=", "basic|username=a|password=b", "", "another length of the padding"),
    ("Basic YTo", "basic|YTo", "", "", "no padding"),
    ("Basic OmE=", "basic|OmE=", "basic|username=|password=a", "basic|username=|password=a", "Basic is decoded"),
    ("Basic YTpiOmM=", "basic|YTpiOmM=", "basic|username=a|password=b:c", "basic|username=a|password=b:c", "Basic is decoded"),
    ("Basic", "basic|", "basic|username=|password=", "", "nothing behind the scheme"),
    ("Bearer abc", "bearer|abc", "bearer|abc", "bearer|abc", ""),
    ("bearer abc==", "bearer|abc==", "bearer|abc==", "bearer|abc==", ""),
    ("Bearer a=b", "bearer|a=b", "bearer|a=b", "", "not a token (RFC 9110 §11.2)"),
    ("Bearer a b", "bearer|a b", "bearer|a b", "", "two tokens"),
    ("Digest username=\"Mufasa\", realm=\"a, b\"", "digest|username=Mufasa|realm=a, b", "digest|username=Mufasa|realm=a, b", "digest|username=Mufasa|realm=a, b", ""),
    ("Negotiate YII=", "negotiate|YII=", "negotiate|YII=", "negotiate|YII=", ""),
    ("", "|", "", "", "nothing"),
];

#[rustfmt::skip]
const CHALLENGES: &[Texts] = &[
    ("Basic realm=\"a\"", "basic|realm=a", "basic|realm=a", "basic|realm=a", ""),
    ("Basic realm=a", "basic|realm=a", "basic|realm=a", "basic|realm=a", ""),
    ("Basic realm=\"a, b\"", "basic|realm=a, b", "basic|realm=a, b", "basic|realm=a, b", ""),
    ("Basic realm=\"a\", Bearer realm=\"b\"", "basic|realm=b", "basic|realm=a|Bearer realm=b", "basic|realm=a, bearer|realm=b", "there are two challenges"),
    ("Negotiate YII=", "negotiate|YII=", "negotiate|YII=", "negotiate|YII=", ""),
    ("Negotiate", "negotiate|", "negotiate|", "negotiate", "there is no token"),
    ("Digest realm=\"a\", qop=\"auth\", nonce=x", "digest|realm=a|qop=auth|nonce=x", "digest|realm=a|qop=auth|nonce=x", "digest|realm=a|qop=auth|nonce=x", ""),
    ("realm=\"a\"", "realm=\"a\"|", "realm=\"a\"|", "", "no scheme"),
    ("Basic realm=\"a", "basic|realm=a", "basic", "", "an open quote"),
    ("", "|", "", "", "nothing"),
];

#[rustfmt::skip]
const VARY: &[Choice] = &[
    ("", "accept", "accept", "accept", "accept", ""),
    ("cookie", "accept", "cookie, accept", "cookie, accept", "cookie, accept", ""),
    ("Cookie", "cookie", "Cookie", "Cookie, cookie", "cookie", "not repeated; in lower case, as all names"),
    ("cookie, origin", "cookie", "cookie, origin", "cookie, origin, cookie", "cookie, origin", "not repeated"),
    ("*", "accept", "*, accept", "*, accept", "*", "a list with `*` is `*` (RFC 9110 §12.5.5)"),
    (",cookie,,", "accept", "cookie, accept", ",cookie,,, accept", "cookie, accept", "empty elements do not count"),
    ("accept-encoding", "accept", "accept-encoding, accept", "accept-encoding, accept", "accept-encoding, accept", ""),
    ("coo kie", "accept", "\"coo kie\", accept", "coo kie, accept", "coo kie|accept", "a malformed line stays as it is"),
];

/// Checks the choices that are made by a header of a request.
fn hold(name: &str, table: &[Choice], choose: fn(&Request, &[&str]) -> String) {
    hold_choices(table, |header, offers| {
        let request = Request::blank("/").with_header(name, header);
        choose(&request, &offers.split(' ').collect::<Vec<_>>())
    });
}

fn text(best: Option<&&str>) -> String {
    best.copied().unwrap_or_default().to_owned()
}

#[test]
fn offers_are_chosen_as_recorded() {
    hold("accept", MEDIA_TYPES, |request, offers| {
        text(request.best_media_type(offers))
    });
    hold("accept-language", LANGUAGES, |request, offers| {
        text(request.best_language(offers))
    });
    hold("accept-encoding", ENCODINGS, |request, offers| {
        text(request.best_encoding(offers))
    });
}

#[test]
fn credentials_are_read_as_recorded() {
    hold_texts(CREDENTIALS, |sent| {
        match sent.parse::<Authorization>().map(Credentials::from) {
            Ok(Credentials::Basic { user, password }) => {
                format!("basic|username={user}|password={password}")
            }
            Ok(Credentials::Bearer(token)) => format!("bearer|{token}"),
            Ok(Credentials::Digest(parameters)) => {
                let pairs = parameters.iter();
                let pairs: Vec<_> = pairs
                    .map(|(name, value)| format!("|{name}={value}"))
                    .collect();
                format!("digest{}", pairs.concat())
            }
            Ok(Credentials::Other(other)) => {
                let scheme = other.scheme().to_lowercase();
                format!("{scheme}|{}", other.token().unwrap_or_default())
            }
            _ => String::new(),
        }
    });
}

#[test]
fn challenges_are_read_as_recorded() {
    hold_texts(CHALLENGES, |sent| {
        let read = sent.parse::<WwwAuthenticate>();
        let read = read.as_ref().map_or(&[][..], |header| header.challenges());
        let told = read.iter().map(|challenge| {
            let mut parts = vec![challenge.scheme().to_lowercase()];
            parts.extend(challenge.token().map(str::to_owned));
            for name in ["realm", "qop", "nonce"] {
                let value = challenge.parameter(name);
                parts.extend(value.map(|value| format!("{name}={value}")));
            }
            parts.join("|")
        });
        told.collect::<Vec<_>>().join(", ")
    });
}

#[test]
fn vary_is_extended_as_recorded() {
    hold_choices(VARY, |before, field| {
        let mut response = Response::empty(204);
        if !before.is_empty() {
            response = response.with_header("vary", before);
        }
        response.append_vary([field.parse::<HeaderName>().unwrap()]);
        let lines = response.headers().get_all("vary").iter();
        let lines: Vec<_> = lines.map(|line| line.to_str().unwrap()).collect();
        lines.join("|")
    });
}
