//! The rows for users of `WebOb`: conditional requests, ranges, caching.

use std::time::Duration;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::headers::AcceptRanges;
use rustzeug::headers::ContentRange;
use rustzeug::headers::ETag;
use rustzeug::headers::HttpDate;
use rustzeug::headers::IfRange;
use rustzeug::middleware;
use rustzeug::wrap;
use serde_json::json;

use super::Row;
use super::status;

const THEN: HttpDate = HttpDate::from_unix_seconds(784_111_777);

pub(super) const ROWS: &[Row] = &[
    ("`Response(conditional_response=True)`", "", || {
        let app = wrap(
            || Response::text("0123456789").with_etag("v1"),
            middleware::conditional,
        );
        let known = Request::blank("/").with_if_none_match("v1");
        let known = known.send(&app).wait()?;
        let request = Request::blank("/").with_header("range", "bytes=2-4");
        let response = Response::text("0123456789");
        let mut part = response.conditional(&request);
        let text = part.read_text().wait()?;
        Ok(json!([status(&known), status(&part), text]))
    }),
    (r#"`resp.etag = "v7"`, `resp.md5_etag()`"#, "", || {
        let response = Response::text("x").with_etag("v7");
        let other = Response::text("x").with_content_etag();
        let tag = other.header_text("etag").unwrap_or_default();
        Ok(json!([response.header_text("etag"), tag.starts_with('"')]))
    }),
    ("`resp.last_modified = t`", "", || {
        let response = Response::text("x").with_last_modified(THEN);
        Ok(json!(response.header_text("last-modified")))
    }),
    (
        "`resp.cache_expires(60)`, `resp.cache_expires(0)`",
        r#"["max-age=60", "no-store"]"#,
        || {
            let response = Response::text("x").cache_for(Duration::from_mins(1));
            let other = Response::text("x").never_cache();
            let said = [&response, &other].map(|it| it.header_text("cache-control"));
            Ok(json!(said))
        },
    ),
    (
        "`resp.cache_control.max_age`, `resp.cache_control.no_store`",
        "",
        || {
            let response = Response::text("x").with_header("cache-control", "max-age=5, no-store");
            let control = response.cache_control().unwrap_or_default();
            let age = control.max_age().map(|age| age.as_secs());
            Ok(json!([age, control.no_store()]))
        },
    ),
    ("`resp.content_range`, `resp.accept_ranges`", "", || {
        let response = Response::text("x")
            .with_content_range(ContentRange::part(0..5, 10))
            .with_accept_ranges(AcceptRanges::bytes());
        let said = ["content-range", "accept-ranges"].map(|name| response.header_text(name));
        Ok(json!(said))
    }),
    ("`resp.age`, `resp.expires`", "", || {
        let response = Response::text("x")
            .with_age(Duration::from_secs(90))
            .with_expires(THEN);
        Ok(json!(
            ["age", "expires"].map(|name| response.header_text(name))
        ))
    }),
    ("`req.if_match`, `req.if_none_match`", "", || {
        let request = Request::blank("/")
            .with_header("if-match", r#""a", "b""#)
            .with_header("if-none-match", "*");
        let [a, c] = ["a", "c"].map(ETag::from);
        let wanted = |tag| request.if_match().is_some_and(|it| it.is_met_by(Some(tag)));
        let known = |tag| {
            request
                .if_none_match()
                .is_some_and(|it| !it.is_met_by(Some(tag)))
        };
        // So does what evaluates them.
        let checked = request.check_preconditions(&a).is_err();
        let answered = Response::text("x").with_etag("a").conditional(&request);
        assert!(!checked && status(&answered) == 304);
        Ok(json!([wanted(&a), wanted(&c), known(&c)]))
    }),
    (
        "`req.if_modified_since`, `req.if_unmodified_since`",
        "",
        || {
            let request = Request::blank("/")
                .with_if_modified_since(THEN)
                .with_header("if-unmodified-since", "yesterday");
            let dates = [request.if_modified_since(), request.if_unmodified_since()];
            Ok(json!(dates.map(|date| date.map(HttpDate::unix_seconds))))
        },
    ),
    ("`req.range`, `req.if_range`", "", || {
        let request = Request::blank("/")
            .with_header("range", "bytes=0-4")
            .with_header("if-range", "\"a\"");
        let range = request.range().and_then(|range| range.ranges()[0].of(10));
        let range = range.unwrap_or_default();
        let tag = IfRange::Tag(ETag::from("a"));
        Ok(json!([
            range.start,
            range.end,
            request.if_range() == Some(tag)
        ]))
    }),
    ("`req.cache_control`", "", || {
        let request = Request::blank("/").with_header("cache-control", "no-cache, max-age=0");
        let control = request.cache_control().unwrap_or_default();
        let age = control.max_age().map(|age| age.as_secs());
        Ok(json!([control.no_cache(), age]))
    }),
];
