//! The rows for users of Werkzeug: conditional requests, ranges, caching.

use std::time::Duration;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::headers::AcceptRanges;
use rustzeug::headers::ByteRange;
use rustzeug::headers::CacheControl;
use rustzeug::headers::ContentRange;
use rustzeug::headers::ETag;
use rustzeug::headers::HttpDate;
use rustzeug::headers::IfRange;
use serde_json::json;

use super::Row;
use super::status;

const THEN: HttpDate = HttpDate::from_unix_seconds(784_111_777);

pub(super) const ROWS: &[Row] = &[
    ("`response.make_conditional(environ)`", "", || {
        let whole = || Response::text("0123456789").with_etag("v1");
        let request = Request::blank("/").with_if_none_match("v1");
        let known = whole().conditional(&request);
        let request = Request::blank("/").with_header("range", "bytes=2-4");
        let response = whole();
        let text = response.conditional(&request).read_text().wait()?;
        Ok(json!([status(&known), text]))
    }),
    (
        r#"`response.add_etag()`, `response.set_etag("v7")`, `response.get_etag()`"#,
        "",
        || {
            let response = Response::text("x").with_etag("v7");
            let name = response.etag().map(|etag| etag.name().to_vec());
            let name = String::from_utf8(name.unwrap_or_default())?;
            let other = Response::text("x").with_content_etag();
            let is_weak = other.etag().map(|etag| etag.is_weak());
            Ok(json!([name, response.header_text("etag"), is_weak]))
        },
    ),
    ("`is_resource_modified(environ, etag)`", "", || {
        let request = Request::blank("/").with_if_none_match("v1");
        let known = ["v1", "v2"].map(|name| {
            let etag = ETag::from(name);
            request.has_current(&etag)
        });
        Ok(json!(known))
    }),
    ("`generate_etag(b)`, `quote_etag(t)`", "", || {
        let [t, b] = ["v7", "x"];
        let is_same = ETag::of(b) == ETag::of(b);
        let [strong, weak] = [ETag::strong(t), ETag::weak(t)].map(|etag| etag.to_string());
        Ok(json!([is_same, strong, weak]))
    }),
    ("`request.if_match`, `request.if_none_match`", "", || {
        let request = Request::blank("/")
            .with_header("if-match", r#""a", W/"b""#)
            .with_header("if-none-match", "*");
        let [a, b, c] = ["a", "b", "c"].map(ETag::from);
        let wanted = |tag| request.if_match().is_some_and(|it| it.is_met_by(Some(tag)));
        let known = |tag| {
            request
                .if_none_match()
                .is_some_and(|it| !it.is_met_by(Some(tag)))
        };
        assert!(request.check_preconditions(&b).is_err());
        Ok(json!([wanted(&a), wanted(&b), known(&c)]))
    }),
    (
        "`request.if_modified_since`, `request.if_unmodified_since`",
        "",
        || {
            let request = Request::blank("/")
                .with_if_modified_since(THEN)
                .with_header("if-unmodified-since", "yesterday");
            let dates = [request.if_modified_since(), request.if_unmodified_since()];
            Ok(json!(dates.map(|date| date.map(HttpDate::unix_seconds))))
        },
    ),
    ("`request.range`, `request.if_range`", "", || {
        let request = Request::blank("/")
            .with_header("range", "bytes=0-4,-5")
            .with_header("if-range", "\"a\"");
        let Some(range) = request.range() else {
            return Ok(json!(null));
        };
        let ranges = range.ranges().iter().map(|range| match *range {
            ByteRange::FromTo(first, last) => json!([first, last + 1]),
            ByteRange::From(first) => json!([first, null]),
            ByteRange::Last(count) => json!([-i64::try_from(count).unwrap_or(0), null]),
        });
        let ranges: Vec<_> = ranges.collect();
        let tag = match request.if_range() {
            Some(IfRange::Tag(tag)) => String::from_utf8(tag.name().to_vec())?,
            _ => String::new(),
        };
        Ok(json!([ranges, tag]))
    }),
    (
        "`response.cache_control.max_age = 60`",
        r#""private, max-age=60""#,
        || {
            let private = CacheControl::new().with_private();
            let response = Response::text("x").with_cache_control(private);
            let response = response.cache_for(Duration::from_mins(1));
            Ok(json!(response.header_text("cache-control")))
        },
    ),
    ("`response.cache_control.no_store = True`", "", || {
        let response = Response::text("x").never_cache();
        Ok(json!(response.header_text("cache-control")))
    }),
    (
        "`response.last_modified`, `response.expires`, `response.age`",
        "",
        || {
            let response = Response::text("x")
                .with_last_modified(THEN)
                .with_expires(THEN)
                .with_age(Duration::from_secs(90));
            let names = ["last-modified", "expires", "age"];
            Ok(json!(names.map(|name| response.header_text(name))))
        },
    ),
    (
        "`response.content_range`, `response.accept_ranges`",
        "",
        || {
            let response = Response::text("x")
                .with_content_range(ContentRange::part(0..5, 10))
                .with_accept_ranges(AcceptRanges::bytes());
            let said = ["content-range", "accept-ranges"].map(|name| response.header_text(name));
            Ok(json!(said))
        },
    ),
    ("`request.cache_control`", "", || {
        let request = Request::blank("/").with_header("cache-control", "no-cache, max-age=0");
        let control = request.cache_control().unwrap_or_default();
        let age = control.max_age().map(|age| age.as_secs());
        Ok(json!([control.no_cache(), age]))
    }),
];
