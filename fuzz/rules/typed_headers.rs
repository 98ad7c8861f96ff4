//! What holds of typed headers, whatever is sent: no panic, and what is read is read the same once it is written.

use std::fmt::Debug;

use rustzeug::headers;
use rustzeug::headers::Header;
use rustzeug::headers::HttpDate;
use rustzeug::http::HeaderMap;
use rustzeug::http::HeaderValue;
use rustzeug::http::header;
use rustzeug::negotiation;

/// Checks lines: each is one of a field, of every type.
pub(crate) fn check(input: &[u8]) {
    let lines: Vec<_> = input
        .split(|byte| *byte == b'\n')
        .filter_map(|line| HeaderValue::from_bytes(line.trim_ascii()).ok())
        .take(4)
        .collect();
    if lines.is_empty() {
        return;
    }
    lists(&lines);
    messages(&lines);
    policies(&lines);
    proxies(&lines);
    validators(&lines);
    caching(&lines);
    choices(&lines);
    if let Ok(date) = HttpDate::parse(lines[0].as_bytes()) {
        assert_eq!(HttpDate::parse(date.to_string()), Ok(date));
    }
}

fn lists(lines: &[HeaderValue]) {
    one::<headers::Accept>(lines);
    one::<headers::AcceptEncoding>(lines);
    one::<headers::AcceptLanguage>(lines);
    one::<headers::AccessControlAllowHeaders>(lines);
    one::<headers::AccessControlAllowMethods>(lines);
    one::<headers::AccessControlExposeHeaders>(lines);
    one::<headers::AccessControlRequestHeaders>(lines);
    one::<headers::Allow>(lines);
    one::<headers::ContentEncoding>(lines);
    one::<headers::ContentLanguage>(lines);
    one::<headers::Link>(lines);
    one::<headers::ServerTiming>(lines);
    one::<headers::Vary>(lines);
    one::<headers::Via>(lines);
}

fn messages(lines: &[HeaderValue]) {
    one::<headers::Authorization>(lines);
    one::<headers::ContentDisposition>(lines);
    one::<headers::ContentLength>(lines);
    one::<headers::ContentLocation>(lines);
    one::<headers::ContentType>(lines);
    one::<headers::Date>(lines);
    one::<headers::Host>(lines);
    one::<headers::Location>(lines);
    one::<headers::Origin>(lines);
    one::<headers::ProxyAuthenticate>(lines);
    one::<headers::ProxyAuthorization>(lines);
    one::<headers::Referer>(lines);
    one::<headers::RetryAfter>(lines);
    one::<headers::Server>(lines);
    one::<headers::UserAgent>(lines);
    one::<headers::WwwAuthenticate>(lines);
}

fn policies(lines: &[HeaderValue]) {
    one::<headers::AccessControlAllowCredentials>(lines);
    one::<headers::AccessControlAllowOrigin>(lines);
    one::<headers::AccessControlMaxAge>(lines);
    one::<headers::AccessControlRequestMethod>(lines);
    one::<headers::ContentSecurityPolicy>(lines);
    one::<headers::ContentSecurityPolicyReportOnly>(lines);
    one::<headers::CrossOriginEmbedderPolicy>(lines);
    one::<headers::CrossOriginOpenerPolicy>(lines);
    one::<headers::CrossOriginResourcePolicy>(lines);
    one::<headers::PermissionsPolicy>(lines);
    one::<headers::ReferrerPolicy>(lines);
    one::<headers::SecFetchDest>(lines);
    one::<headers::SecFetchMode>(lines);
    one::<headers::SecFetchSite>(lines);
    one::<headers::SecFetchUser>(lines);
    one::<headers::StrictTransportSecurity>(lines);
    one::<headers::XContentTypeOptions>(lines);
    one::<headers::XFrameOptions>(lines);
}

fn proxies(lines: &[HeaderValue]) {
    one::<headers::Forwarded>(lines);
    one::<headers::XForwardedFor>(lines);
    one::<headers::XForwardedHost>(lines);
    one::<headers::XForwardedPort>(lines);
    one::<headers::XForwardedPrefix>(lines);
    one::<headers::XForwardedProto>(lines);
}

fn validators(lines: &[HeaderValue]) {
    one::<headers::AcceptRanges>(lines);
    one::<headers::ContentRange>(lines);
    one::<headers::ETag>(lines);
    one::<headers::IfMatch>(lines);
    one::<headers::IfModifiedSince>(lines);
    one::<headers::IfNoneMatch>(lines);
    one::<headers::IfRange>(lines);
    one::<headers::IfUnmodifiedSince>(lines);
    one::<headers::LastModified>(lines);
    one::<headers::Range>(lines);
}

fn caching(lines: &[HeaderValue]) {
    one::<headers::Age>(lines);
    one::<headers::CacheControl>(lines);
    one::<headers::Expires>(lines);
    one::<headers::RequestCacheControl>(lines);
}

/// What is read is written without control characters, and read again as the same.
fn one<H: Header + PartialEq + Debug>(lines: &[HeaderValue]) {
    let strictly = H::decode(lines.iter());
    let leniently = H::decode_leniently(lines.iter());
    if strictly.is_ok() {
        assert!(leniently.is_some(), "{}: {lines:?}", H::NAME);
    }
    for header in strictly.into_iter().chain(leniently) {
        let written = header.encode();
        let has_control = written.as_bytes().iter().any(u8::is_ascii_control);
        assert!(!has_control, "{}: {written:?}", H::NAME);
        let again = H::decode(std::iter::once(&written));
        assert_eq!(again.as_ref(), Ok(&header), "{}: {written:?}", H::NAME);
    }
}

/// The best offer is the first of all that are acceptable, also by the list that was read.
fn choices(lines: &[HeaderValue]) {
    let mut map = HeaderMap::new();
    for line in lines {
        map.append(header::ACCEPT, line.clone());
        map.append(header::ACCEPT_LANGUAGE, line.clone());
        map.append(header::ACCEPT_ENCODING, line.clone());
    }
    let types = [
        "text/html",
        "text/plain;format=flowed",
        "application/problem+json",
        "a",
    ];
    let best = negotiation::media_type(&map, &types);
    let ranked = negotiation::media_types(&map, &types);
    assert_eq!(best, ranked.first().map(|(offer, _)| *offer));
    let tags = ["de", "de-CH", "zh-Hant", "en-US"];
    let best = negotiation::language(&map, &tags);
    let ranked = negotiation::languages(&map, &tags);
    assert_eq!(best, ranked.first().map(|(offer, _)| *offer));
    if let Some(accepted) = headers::get_leniently::<headers::AcceptLanguage>(&map) {
        assert_eq!(accepted.best(&tags), best);
    }
    let codings = ["br", "gzip", "identity"];
    let best = negotiation::encoding(&map, &codings);
    let ranked = negotiation::encodings(&map, &codings);
    assert_eq!(best, ranked.first().map(|(offer, _)| *offer));
}
