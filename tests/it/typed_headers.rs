//! Headers as types, on requests and responses: what is read, set, refused.

use std::time::Duration;
use std::time::SystemTime;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::headers;
use rustzeug::headers::Accept;
use rustzeug::headers::Allow;
use rustzeug::headers::Authorization;
use rustzeug::headers::Challenge;
use rustzeug::headers::ContentDisposition;
use rustzeug::headers::ContentSecurityPolicy;
use rustzeug::headers::ContentType;
use rustzeug::headers::Credentials;
use rustzeug::headers::Date;
use rustzeug::headers::Forwarded;
use rustzeug::headers::Header;
use rustzeug::headers::HeaderError;
use rustzeug::headers::Host;
use rustzeug::headers::LinkValue;
use rustzeug::headers::Location;
use rustzeug::headers::Metric;
use rustzeug::headers::Nonce;
use rustzeug::headers::Origin;
use rustzeug::headers::PermissionsPolicy;
use rustzeug::headers::ReferrerPolicy;
use rustzeug::headers::RetryAfter;
use rustzeug::headers::ServerTiming;
use rustzeug::headers::WwwAuthenticate;
use rustzeug::http::HeaderMap;
use rustzeug::http::HeaderName;
use rustzeug::http::HeaderValue;
use rustzeug::http::header;
use rustzeug::mime;

#[test]
fn by_name_is_lenient_and_by_type_is_strict() {
    let request = Request::blank("/").with_header("date", "tomorrow");
    assert_eq!(request.date(), None);
    let error = request.header::<Date>().unwrap_err();
    assert_eq!(error.status(), 400);
    assert!(error.message().contains("`date`"), "{error}");
    let cause = error.downcast_ref::<HeaderError>().unwrap();
    assert_eq!(cause.name(), "date");

    let request = Request::blank("/").with_header("content-type", "text");
    assert_eq!(request.content_type(), None);
    assert_eq!(request.header::<ContentType>().unwrap_err().status(), 400);
    assert!(
        Request::blank("/")
            .header::<ContentType>()
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_malformed_header_of_a_response_is_a_fault_of_the_server() {
    let response = Response::empty(503).with_header("retry-after", "soon");
    assert_eq!(response.retry_after(), None);
    let error = response.header::<RetryAfter>().unwrap_err();
    assert_eq!(error.status(), 500);
    assert!(format!("{error:?}").contains("`retry-after`"), "{error:?}");
}

#[test]
fn a_setter_replaces_all_lines() {
    let mut response = Response::text("x")
        .with_appended_header("allow", "GET")
        .with_appended_header("allow", "PUT");
    assert_eq!(response.allow().unwrap().to_string(), "GET, PUT");
    response.set_allow("HEAD".parse::<Allow>().unwrap());
    assert_eq!(response.headers().get_all("allow").iter().count(), 1);
    response.set_allow(None);
    assert_eq!(response.headers().get("allow"), None);

    let mut request = Request::blank("/").with_date(SystemTime::UNIX_EPOCH);
    assert_eq!(request.headers()["date"], "Thu, 01 Jan 1970 00:00:00 GMT");
    request.set_date(None);
    assert!(request.headers().is_empty());
}

#[test]
fn a_list_without_elements_is_not_sent_where_the_field_needs_one() {
    /// The lines of the field after it was set in each way, over another line.
    fn sent<H: Header>(header: impl Fn() -> H) -> [Option<HeaderValue>; 4] {
        let before = || Response::text("x").with_header(H::NAME, "before");
        let mut set = before();
        set.set(header()).unwrap();
        let request = Request::blank("/").with_header(H::NAME, "before");
        let request = request.with(header());
        let mut bare = HeaderMap::from_iter([(H::NAME, HeaderValue::from_static("before"))]);
        headers::set(&mut bare, &header());
        let chained = before().with(header());
        let maps = [set.headers(), chained.headers(), request.headers(), &bare];
        maps.map(|map| map.get(H::NAME).cloned())
    }
    let nothing = [const { None }; 4];
    assert_eq!(sent(|| WwwAuthenticate::from([])), nothing);
    assert_eq!(sent(|| Forwarded::from([])), nothing);
    let empty = [const { Some(HeaderValue::from_static("")) }; 4];
    assert_eq!(
        sent(|| Allow::from([])),
        empty,
        "an empty `Allow` has a meaning"
    );

    let mut response = Response::text("x").with_header("www-authenticate", "Basic");
    response.set_www_authenticate(WwwAuthenticate::from([]));
    assert_eq!(response.headers().get("www-authenticate"), None);
}

#[test]
fn a_malformed_vary_stays_beside_what_is_added() {
    for (before, after, why) in [
        ("accept", &["accept, cookie"][..], "one list"),
        ("Cookie", &["cookie"], "not repeated"),
        ("*", &["*"], "all"),
        ("acc ept", &["acc ept", "cookie"], "not a list of names"),
    ] {
        let mut response = Response::text("x").with_header("vary", before);
        response.append_vary([header::COOKIE]);
        let lines: Vec<_> = response.headers().get_all("vary").iter().collect();
        assert_eq!(lines, after, "{why}");
    }
}

#[test]
fn text_says_that_it_is_utf8_by_every_setter() {
    let ways = [
        Response::bytes("x").with_content_type(mime::TEXT_CSV),
        Response::bytes("x").with(ContentType::from(mime::TEXT_CSV)),
        Response::bytes("x").with_header("content-type", ContentType::from(mime::TEXT_CSV)),
    ];
    for response in ways {
        assert_eq!(
            response.headers()["content-type"],
            "text/csv; charset=utf-8"
        );
    }
    let request = Request::blank("/").with_content_type(mime::TEXT_CSV);
    assert_eq!(request.headers()["content-type"], "text/csv");
}

/// A header that writes whatever it has.
struct Any(&'static [u8]);

impl Header for Any {
    const NAME: HeaderName = HeaderName::from_static("transfer-encoding");

    fn decode<'a>(_: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        Err(HeaderError::new(Self::NAME, "nothing"))
    }

    fn encode(&self) -> HeaderValue {
        HeaderValue::from_bytes(self.0).unwrap()
    }
}

#[test]
fn a_header_of_the_connection_is_refused_as_by_name() {
    let mut response = Response::text("x");
    assert_eq!(response.set(Any(b"chunked")).err().unwrap().status(), 500);
    assert_eq!(response.with(Any(b"chunked")).status(), 500);
}

#[test]
fn a_typed_header_is_taken_where_a_value_is() {
    let error = rustzeug::Error::service_unavailable(1)
        .with_header("retry-after", RetryAfter::from(Duration::from_secs(7)));
    assert_eq!(error.headers()["retry-after"], "7");
}

#[test]
fn no_setter_splits_the_head() {
    let bad = "a\r\nx-evil: 1";
    let nonce = Nonce::from_bytes([0; 16]);
    let policy = ContentSecurityPolicy::new("default-src", bad);
    assert!(policy.is_err() && ContentSecurityPolicy::new(bad, "*").is_err());
    assert!(Location::new(bad).is_err() && Location::local(bad).is_err());
    assert!(ReferrerPolicy::new(bad).is_err() && PermissionsPolicy::new(bad).is_err());
    assert!(LinkValue::new(bad).is_err() && Metric::new(bad).is_err());
    assert!(Origin::new(bad).is_err() && Host::new(bad).is_err());
    let link = LinkValue::new("/").unwrap();
    assert!(link.clone().with_rel(bad).is_err() && link.clone().with(bad, "x").is_err());
    let response = Response::text("x")
        .with_content_disposition(ContentDisposition::attachment(bad).with_filename(bad))
        .with_www_authenticate(
            Challenge::new(bad)
                .with_parameter(bad, bad)
                .with_parameter("realm", bad),
        )
        .with(ServerTiming::from([Metric::new("db")
            .unwrap()
            .with_description(bad)]))
        .with_content_security_policy(
            ContentSecurityPolicy::new("default-src", "'self'")
                .unwrap()
                .with_nonce(&nonce),
        )
        .with_link([link]);
    assert_eq!(response.status(), 200);
    for (name, value) in response.headers() {
        assert!(!value.as_bytes().iter().any(u8::is_ascii_control), "{name}");
    }
    assert!(!response.headers().contains_key("x-evil"));
    let request = Request::blank("/").with_authorization(Credentials::Bearer(bad.to_owned()));
    assert_eq!(request.headers()["authorization"], "invalid");
}

#[test]
fn a_malformed_header_is_never_a_fault_of_the_server() {
    let names = [
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "content-length",
        "content-type",
        "date",
        "origin",
        "referer",
        "sec-fetch-site",
        "user-agent",
    ];
    for value in [
        "", ",", "\"", "=", ";q=", "a=\"b", "<>", "\u{e9}", "a,b;c=d", "Basic !", "Bearer",
    ] {
        for name in names {
            let request = Request::blank("/").with_header(name, value);
            let _ = (
                request.accept(),
                request.accept_encoding(),
                request.accept_language(),
            );
            let _ = (
                request.authorization(),
                request.content_length(),
                request.content_type(),
            );
            let _ = (
                request.date(),
                request.origin(),
                request.referer(),
                request.user_agent(),
            );
            let statuses = [
                request.header::<Accept>().err(),
                request.header::<Authorization>().err(),
                request.header::<Date>().err(),
                request.header::<Origin>().err(),
            ];
            for error in statuses.into_iter().flatten() {
                assert_eq!(error.status(), 400, "{name}: {value:?}");
                assert!(error.message().contains(name), "{name}: {error}");
            }
        }
    }
}
