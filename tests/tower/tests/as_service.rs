//! Applications as services: what a server and the layers of tower see.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt;
use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::gateway::Body;
use rustzeug::gateway::Lint;
use rustzeug::gateway::ServerInfo;
use rustzeug::http;
use rustzeug::tower::into_service;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tower::Layer;
use tower::Service;
use tower::ServiceExt;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::common::Log;
use crate::common::frames;
use crate::common::get;
use crate::common::text;

const PATIENCE: Duration = Duration::from_secs(20);

async fn echo(request: &Request) -> Response {
    Response::text("").with_body(request.take_body())
}

#[tokio::test]
async fn bodies_stream_in_both_directions_with_trailers() {
    let (sender, body) = frames();
    let service = into_service(Lint::new(echo.into_application()));
    let request = http::Request::post("/")
        .header("host", "a.org")
        .body(body)
        .unwrap();
    let mut answer = service.oneshot(request).await.unwrap().into_body();
    for piece in ["one", "two"] {
        sender.send(Ok(Frame::data(piece.into()))).unwrap();
        // It comes back before the next piece is sent.
        let frame = answer.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), piece);
    }
    let mut trailers = http::HeaderMap::new();
    trailers.insert("x-sum", "3".parse().unwrap());
    sender.send(Ok(Frame::trailers(trailers.clone()))).unwrap();
    drop(sender);
    let last = answer.frame().await.unwrap().unwrap();
    assert_eq!(last.into_trailers().unwrap(), trailers);
    assert!(answer.frame().await.is_none());
}

#[tokio::test]
async fn a_request_body_that_fails_is_an_error_of_the_reader() {
    async fn read(request: &Request) -> Result<String> {
        Ok(format!("{} bytes", request.bytes().await?.len()))
    }
    let (sender, body) = frames();
    sender.send(Ok(Frame::data("some".into()))).unwrap();
    sender.send(Err(std::io::Error::other("reset"))).unwrap();
    let log = Log::default();
    let service = into_service(read).with_server(ServerInfo::default().with_errors(log.stream()));
    let response = service
        .oneshot(http::Request::post("/").body(body).unwrap())
        .await
        .unwrap();
    assert!(
        response.status().is_server_error() || response.status() == 400,
        "{response:?}"
    );
}

/// Over a socket of axum: the pieces before the failure arrive, and the response does not end as a whole one.
#[tokio::test]
async fn a_response_body_that_fails_cuts_the_connection() {
    let log = Log::default();
    let failing = || {
        Response::text("").with_body(Body::try_iterator([
            Ok("some"),
            Err(Error::from("out of paper")),
        ]))
    };
    let service =
        into_service(failing).with_server(ServerInfo::default().with_errors(log.stream()));
    let app = axum::Router::new().route_service("/", service);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
    client
        .write_all(b"GET / HTTP/1.1\r\nHost: a.org\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    let read = client.read_to_end(&mut answer);
    let _ = tokio::time::timeout(PATIENCE, read)
        .await
        .expect("the connection is cut");
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("some") && !answer.ends_with("0\r\n\r\n"),
        "{answer}"
    );
    assert!(
        log.text().contains("the response was cut off") && log.text().contains("out of paper"),
        "{}",
        log.text()
    );
    serving.abort();
}

#[tokio::test]
async fn errors_and_panics_become_responses_and_are_reported() {
    let rows: [(&str, u16, &str); 4] = [
        ("/missing", 404, ""),
        ("/broken", 500, "no disk"),
        ("/panic", 500, "with this text"),
        ("/fine", 200, ""),
    ];
    let log = Log::default();
    let app = Router::new()
        .get("/fine", || "fine")
        .get("/broken", || -> Result<()> { Err("no disk".into()) })
        .get("/panic", || -> String { panic!("a panic with this text") });
    let service = into_service(app).with_server(ServerInfo::default().with_errors(log.stream()));
    for (path, status, reported) in rows {
        let response = service.clone().oneshot(get(path)).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        assert!(log.text().contains(reported), "{path}: {}", log.text());
        assert!(!text(response).await.contains("no disk"), "{path}");
    }
}

#[tokio::test]
async fn a_router_with_wrong_rules_is_found_before_the_first_request() {
    let wrong = Router::new()
        .get("/{id}", || "one")
        .get("/{name}", || "other");
    let error = into_service(wrong).checked().unwrap_err();
    assert!(
        error
            .source()
            .unwrap()
            .to_string()
            .contains("match the same paths"),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_edge_is_around_it() {
    struct Row {
        request: http::Request<Body>,
        status: u16,
        why: &'static str,
    }
    let with = |name: &str, value: &str| {
        let mut request = get("/");
        let name: http::HeaderName = name.parse().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    let mut head = get("/");
    *head.method_mut() = http::Method::HEAD;
    let mut options = http::Request::new(Body::empty());
    (*options.method_mut(), *options.uri_mut()) = (http::Method::OPTIONS, "*".parse().unwrap());
    let rows = [
        Row {
            request: get("/"),
            status: 200,
            why: "plain",
        },
        Row {
            request: head,
            status: 200,
            why: "HEAD has no body",
        },
        Row {
            request: options,
            status: 204,
            why: "OPTIONS * is about the server",
        },
        Row {
            request: with("host", "a b"),
            status: 400,
            why: "an invalid host",
        },
        Row {
            request: with("expect", "tea"),
            status: 417,
            why: "an unknown expectation",
        },
        Row {
            request: get("/%00"),
            status: 400,
            why: "NUL in the path",
        },
        Row {
            request: get(&"/a".repeat(20_000)),
            status: 414,
            why: "a long target",
        },
    ];
    let service = into_service(|| "hello").mounted_at("/app");
    for Row {
        request,
        status,
        why,
    } in rows
    {
        let head_only = request.method() == http::Method::HEAD;
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{why}");
        let closes = response
            .headers()
            .get("connection")
            .is_some_and(|value| value == "close");
        assert_eq!(
            closes,
            status >= 400,
            "{why}: such a request cannot be trusted to end"
        );
        assert_eq!(
            head_only,
            response.headers().contains_key("content-length"),
            "{why}"
        );
        assert_eq!(
            text(response).await.is_empty(),
            head_only || status == 204,
            "{why}"
        );
    }
}

#[tokio::test]
async fn the_mount_is_the_script_name() {
    async fn names(request: &Request) -> String {
        let environ = request.environ();
        let names = [
            environ.raw_script_name(),
            environ.raw_path_info(),
            environ.query_string(),
        ];
        format!("{} {}", names.join(" "), request.url())
    }
    let rows = [
        (
            "/app",
            "/x?q",
            "/app /x q http://example.org/app/x?q",
            "prefix and path",
        ),
        (
            "/app/",
            "/",
            "/app /  http://example.org/app/",
            "a slash at the end does not count",
        ),
        (
            "app",
            "/app/x",
            "/app /app/x  http://example.org/app/app/x",
            "the prefix is added, not looked for",
        ),
        (
            "/",
            "/x",
            " /x  http://example.org/x",
            "the root is no mount",
        ),
        (
            "/ü",
            "/a%2Fb",
            "/%C3%BC /a%2Fb  http://example.org/%C3%BC/a%2Fb",
            "encoded as in a URL",
        ),
        (
            "/caf%C3%A9",
            "/x",
            "/caf%C3%A9 /x  http://example.org/caf%C3%A9/x",
            "encoded as in the router in front",
        ),
        (
            "/50%/%zz",
            "/x",
            "/50%25/%25zz /x  http://example.org/50%25/%25zz/x",
            "not an escape",
        ),
        (
            "/a",
            "http://b.org/x",
            "/a /x  http://b.org/a/x",
            "a target with a host",
        ),
    ];
    for (prefix, target, expected, why) in rows {
        let service = into_service(names).mounted_at(prefix);
        let response = service.oneshot(get(target)).await.unwrap();
        assert_eq!(text(response).await, expected, "{prefix} {target}: {why}");
    }
}

/// hyper drops the future of a request when its client leaves.
#[tokio::test]
async fn a_plain_function_learns_that_the_client_has_left() {
    let (entered, entering) = mpsc::channel();
    let (left, leaving) = mpsc::channel();
    let wait = move |request: &Request| {
        entered.send(()).unwrap();
        while !request.client_left().is_set() {
            thread::yield_now();
        }
        left.send(()).unwrap();
    };
    let wait = rustzeug::handler::by_ref(wait);
    let mut service = into_service(wait);
    let call = tokio::spawn(service.call(get("/")));
    tokio::task::spawn_blocking(move || entering.recv_timeout(PATIENCE))
        .await
        .unwrap()
        .unwrap();
    call.abort();
    tokio::task::spawn_blocking(move || leaving.recv_timeout(PATIENCE))
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_plain_function_is_inside_the_runtime() {
    let service = into_service(|| {
        tokio::runtime::Handle::current().block_on(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            "slept"
        })
    });
    let response = service.oneshot(get("/")).await.unwrap();
    assert_eq!(text(response).await, "slept");
}

#[tokio::test]
async fn layers_of_tower_fit_around_it() {
    let service = into_service(async || {
        tokio::time::sleep(Duration::from_mins(10)).await;
        "late"
    });
    let timeout = TimeoutLayer::with_status_code(
        http::StatusCode::GATEWAY_TIMEOUT,
        Duration::from_millis(20),
    );
    let mut service = TraceLayer::new_for_http().layer(timeout.layer(service));
    let response = service.call(get("/")).await.unwrap();
    assert_eq!(response.status(), 504);
}

#[tokio::test]
async fn a_response_in_memory_keeps_its_length() {
    let response = into_service(|| "hello").oneshot(get("/")).await.unwrap();
    assert_eq!(http_body::Body::size_hint(response.body()).exact(), Some(5));
    let bytes: Bytes = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(bytes, "hello");
}
