//! The rows for users of `WebOb`: headers and negotiation.

use std::time::Duration;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::headers::Credentials;
use rustzeug::headers::WwwAuthenticate;
use rustzeug::http::Method;
use rustzeug::http::header;
use rustzeug::negotiation;
use serde_json::json;

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "`req.accept.acceptable_offers(offers)`",
        r#"[[["application/json", "text/html"], ["text/html"]]]"#,
        || {
            let offers = &["text/html", "image/png", "application/json"];
            let names = |accept| {
                let request = Request::blank("/").with_header("accept", accept);
                let headers = request.headers();
                let ranked = negotiation::media_types(headers, offers);
                let names: Vec<_> = ranked.iter().map(|(offer, _)| **offer).collect();
                assert_eq!(request.best_media_type(offers), Some(&names[0]));
                names
            };
            Ok(json!([[
                names("text/*;q=0.5, application/json"),
                names("text/html, nonsense")
            ]]))
        },
    ),
    (
        "`req.accept_language.lookup(offers, default=d)`",
        r#"["de", "de-CH"]"#,
        || {
            let best = |accept, offers: &[&'static str]| {
                let request = Request::blank("/").with_header("accept-language", accept);
                request.best_language(offers).copied()
            };
            Ok(json!([
                best("de-CH, en;q=0.5", &["en", "de"]),
                best("de", &["en", "de-CH"])
            ]))
        },
    ),
    (
        "`req.accept_encoding.acceptable_offers(offers)`",
        r#"["gzip", "br"]"#,
        || {
            let offers = &["br", "gzip", "identity"];
            let request = Request::blank("/").with_header("accept-encoding", "gzip, br;q=0.5");
            let headers = request.headers();
            let ranked = negotiation::encodings(headers, offers);
            let names: Vec<_> = ranked.iter().map(|(offer, _)| **offer).collect();
            assert_eq!(request.best_encoding(offers), Some(&names[0]));
            Ok(json!(names[..2]))
        },
    ),
    (
        "`req.authorization`",
        r#"["Basic", "Ada", "open sesame"]"#,
        || {
            let sent = "Basic QWRhOm9wZW4gc2VzYW1l";
            let request = Request::blank("/").with_header("authorization", sent);
            let Some(Credentials::Basic { user, password }) = request.authorization() else {
                return Err("not Basic".into());
            };
            Ok(json!(["Basic", user, password]))
        },
    ),
    ("`req.referer`, `req.user_agent`", "", || {
        let request = Request::blank("/")
            .with_header("referer", "http://a.org/b")
            .with_header("user-agent", "curl/8");
        let (referer, agent) = (request.referer(), request.user_agent());
        Ok(json!([
            referer.as_ref().map(AsRef::<str>::as_ref),
            agent.as_ref().map(AsRef::<str>::as_ref)
        ]))
    }),
    (
        "`resp.allow = [..]`, `resp.vary = [..]`",
        r#"["GET, PUT", "accept"]"#,
        || {
            let mut response = Response::text("x")
                .with_allow([Method::GET, Method::PUT])
                .with_vary([header::ACCEPT]);
            response.append_vary([header::ACCEPT]);
            Ok(json!([
                response.header_text("allow"),
                response.header_text("vary")
            ]))
        },
    ),
    ("`resp.retry_after = 120`", "", || {
        let response = Response::empty(503).with_retry_after(Duration::from_mins(2));
        Ok(json!(response.header_text("retry-after")))
    }),
    (
        "`resp.www_authenticate`",
        r#"["Basic", "a", "Bearer", "b"]"#,
        || {
            let sent = r#"Basic realm="a", Bearer realm="b""#;
            let response = Response::empty(401).with_header("www-authenticate", sent);
            let read = response.www_authenticate();
            let challenges = read.iter().flat_map(WwwAuthenticate::challenges);
            let told: Vec<_> = challenges
                .flat_map(|it| [it.scheme(), it.realm().unwrap_or_default()])
                .collect();
            Ok(json!(told))
        },
    ),
];
