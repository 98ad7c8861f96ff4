//! Which responses are compressed, and in which coding.

use rustzeug::Html;
use rustzeug::IntoResponse;
use rustzeug::Response;
use rustzeug::Router;
use rustzeug::gateway::Body;
use rustzeug::http;
use rustzeug::middleware::Coding;
use rustzeug::middleware::Compression;
use rustzeug::middleware::compress;
use rustzeug::middleware::compress_with;
use rustzeug::with_state;
use rustzeug::wrap;

use super::ask;
use super::coding;
use super::names;
use super::read;
use super::text;

#[test]
fn the_client_and_the_server_choose_together() {
    let app = wrap(|| text(2000), compress);
    let best = if cfg!(feature = "zstd") { "zstd" } else { "br" };
    #[rustfmt::skip]
    let cases = [
        ("gzip, deflate, br, zstd",     best,      "a browser: the server's first"),
        ("gzip",                        "gzip",    "the only one"),
        ("x-gzip",                      "gzip",    "its old name"),
        ("deflate",                     "deflate", "the only one"),
        ("gzip;q=0.5, br;q=0.4",        "gzip",    "the client's weights come first"),
        ("*",                           best,      "anything"),
        ("gzip;q=0",                    "-",       "excluded"),
        ("identity",                    "-",       "none"),
        ("identity, gzip;q=0.9",        "-",       "none is preferred"),
        ("identity;q=0",                "-",       "never a 406"),
        ("compress",                    "-",       "not written here"),
        ("",                            "-",       "none"),
    ];
    for (accepts, want, why) in cases {
        let response = ask(&app, accepts);
        assert_eq!(
            (coding(&response), response.status().as_u16()),
            (want, 200),
            "{accepts}: {why}"
        );
        assert_eq!(
            response.headers()["vary"],
            "accept-encoding",
            "{accepts}: a cache must know"
        );
        assert_eq!(read(response), text(2000), "{accepts}");
    }
}

/// A response of 2000 bytes of this type.
fn typed(content_type: &'static str) -> Response {
    Response::bytes(text(2000)).with_header("content-type", content_type)
}

#[test]
fn what_gets_shorter_is_compressed_and_nothing_else() {
    let long = || Response::text(text(2000));
    let stream = || Response::text("").with_body(Body::iterator([text(10)]));
    #[rustfmt::skip]
    let cases = [
        (long(),                                                      true,  "text"),
        (Html(text(2000)).into_response(),                            true,  "a page"),
        (typed("application/json"),                                   true,  "JSON"),
        (long().with_status(404),                                     true,  "the page of an error"),
        (Response::text(text(1024)),                                  true,  "as long as it has to be"),
        (Response::text(text(1023)),                                  false, "one byte less"),
        (Response::text(""),                                          false, "nothing"),
        (stream(),                                                    true,  "of unknown length"),
        (stream().with_header("content-length", "10"),                false, "of a length that is said"),
        (typed("image/png"),                                          false, "compressed already"),
        (typed("application/octet-stream"),                           false, "may be anything"),
        (typed("text/event-stream"),                                  false, "a client waits for each event"),
        (Response::from(http::Response::new(text(2000))),   false, "of no type"),
        (long().with_header("content-encoding", "gzip"),              false, "coded already"),
        (long().with_header("content-encoding", "identity"),          true,  "not coded"),
        (long().with_header("cache-control", "private, no-transform"), false, "the application forbids it"),
        (long().with_header("cache-control", "No-Transform"),         false, "in any case"),
        (long().with_header("cache-control", "no-store"),             true,  "something else"),
        (long().with_status(206).with_header("content-range", "bytes 0-1999/9000"), false, "a part"),
        (long().with_header("content-range", "bytes 0-1999/9000"),    false, "a part, of a wrong status"),
    ];
    for (response, want, why) in cases {
        let response = std::sync::Mutex::new(Some(response));
        let app = wrap(move || response.lock().unwrap().take().unwrap(), compress);
        let response = ask(&app, "gzip");
        let was = response
            .headers()
            .get("content-encoding")
            .is_some_and(|it| it == "gzip");
        let already = why == "coded already";
        assert_eq!(was, want || already, "{why}");
        assert_eq!(response.headers().contains_key("vary"), want, "{why}: Vary");
    }
}

#[test]
fn what_would_not_get_shorter_is_sent_as_it_is() {
    let mut number = 7_u64;
    let noise = std::iter::repeat_with(|| {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (number >> 56) as u8
    });
    let noise: Vec<u8> = noise.take(5000).collect();
    let body = noise.clone();
    let app = wrap(
        move || Response::bytes(body.clone()).with_header("content-type", "text/plain"),
        compress,
    );
    for name in names() {
        let mut response = ask(&app, name);
        assert_eq!(coding(&response), "-");
        assert_eq!(response.headers()["vary"], "accept-encoding");
        assert_eq!(response.read_bytes().wait().unwrap(), noise);
    }
}

#[test]
fn codings_levels_types_and_the_least_length_are_settings() {
    let by = |settings: Compression, content_type: &'static str| {
        wrap(
            move || typed(content_type),
            with_state(settings, compress_with),
        )
    };
    let usual = Compression::default;
    let both = "gzip, br";

    let app = by(
        usual().with_codings([Coding::Gzip, Coding::Brotli]),
        "text/plain",
    );
    assert_eq!(coding(&ask(&app, both)), "gzip", "the server's order");
    let app = by(usual().with_codings([Coding::Brotli]), "text/plain");
    assert_eq!(coding(&ask(&app, "gzip")), "-", "not offered");
    let app = by(usual().with_codings([]), "text/plain");
    assert_eq!(coding(&ask(&app, both)), "-", "nothing is offered");

    let app = by(usual().with_min_bytes(2000), "text/plain");
    assert_eq!(coding(&ask(&app, "gzip")), "gzip");
    let app = by(usual().with_min_bytes(2001), "text/plain");
    assert_eq!(coding(&ask(&app, "gzip")), "-");

    let own =
        |media_type: &str| media_type == "application/x-own" || media_type == "text/event-stream";
    let app = by(usual().with_types(own), "Application/X-Own; v=1");
    assert_eq!(
        coding(&ask(&app, "gzip")),
        "gzip",
        "in lower case, without parameters"
    );
    let app = by(usual().with_types(own), "text/plain");
    assert_eq!(coding(&ask(&app, "gzip")), "-", "in place of the table");
    let app = by(usual().with_types(own), "text/event-stream");
    assert_eq!(coding(&ask(&app, "gzip")), "-", "events never are");

    for (name, which) in [
        ("gzip", Coding::Gzip),
        ("br", Coding::Brotli),
        ("deflate", Coding::Deflate),
    ] {
        let length = |level| {
            let app = by(usual().with_level(which, level), "text/plain");
            let response = ask(&app, name);
            let length = response.body().length().unwrap();
            assert_eq!(read(response), text(2000), "{name} {level}");
            length
        };
        assert!(length(9) < length(1), "{name}");
        assert_eq!(length(99), length(11), "{name}: the nearest level");
    }
}

#[cfg(not(feature = "zstd"))]
#[test]
fn a_coding_that_is_not_built_in_is_left_out() {
    let settings = Compression::default().with_codings([Coding::Zstd, Coding::Gzip]);
    let app = wrap(|| text(2000), with_state(settings, compress_with));
    assert_eq!(coding(&ask(&app, "zstd, gzip")), "gzip");
    assert_eq!(coding(&ask(&app, "zstd")), "-");
}

#[test]
fn it_stands_around_everything_some_routes_or_one() {
    let at = |app: &dyn Fn() -> Router, path: &str| {
        let request = rustzeug::Request::blank(path).with_header("accept-encoding", "gzip");
        coding(&Response::from(crate::common::serve(&app(), request))).to_owned()
    };
    let some = || {
        Router::new()
            .get("/in", || text(2000))
            .wrap(compress)
            .get("/out", || text(2000))
    };
    assert_eq!(
        (at(&some, "/in"), at(&some, "/out")),
        ("gzip".to_owned(), "-".to_owned())
    );
    let one = || {
        Router::new()
            .get("/in", wrap(|| text(2000), compress))
            .get("/out", || text(2000))
    };
    assert_eq!(
        (at(&one, "/in"), at(&one, "/out")),
        ("gzip".to_owned(), "-".to_owned())
    );
}
