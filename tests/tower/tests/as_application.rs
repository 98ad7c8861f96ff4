//! Services as applications: readiness, bodies, errors.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt;
use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Lint;
use rustzeug::gateway::ServerInfo;
use rustzeug::gateway::call;
use rustzeug::http;
use rustzeug::tower::MountedAt;
use rustzeug::tower::from_service;
use tokio::sync::Notify;
use tower::Service;
use tower::limit::ConcurrencyLimit;
use tower::service_fn;

use crate::common::Log;
use crate::common::frames;
use crate::common::get;
use crate::common::text;

#[tokio::test]
async fn bodies_stream_through_a_service_with_trailers() {
    let echo = async |body: axum::body::Body| ([("content-type", "text/plain")], body);
    let router = axum::Router::new().route("/", axum::routing::post(echo));
    let app = Lint::new(from_service(router));
    let (sender, body) = frames();
    let request = http::Request::post("/").body(Body::new(body)).unwrap();
    let mut answer = call(&app, Environ::new(request, ServerInfo::default()))
        .await
        .into_body();
    for piece in ["one", "two"] {
        sender.send(Ok(Frame::data(piece.into()))).unwrap();
        let frame = answer.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), piece);
    }
    let mut trailers = http::HeaderMap::new();
    trailers.insert("x-sum", "3".parse().unwrap());
    sender.send(Ok(Frame::trailers(trailers.clone()))).unwrap();
    let last = answer.frame().await.unwrap().unwrap();
    assert_eq!(last.into_trailers().unwrap(), trailers);
}

#[tokio::test]
async fn a_response_body_that_fails_is_a_failure_of_ours() {
    let (sender, body) = frames();
    let body = std::sync::Mutex::new(Some(body));
    let app = from_service(service_fn({
        let body = Arc::new(body);
        move |_| {
            let body = body.lock().unwrap().take().unwrap();
            async move { Ok::<_, Infallible>(http::Response::new(body)) }
        }
    }));
    sender.send(Ok(Frame::data("some".into()))).unwrap();
    sender.send(Err(std::io::Error::other("reset"))).unwrap();
    let mut answer = call(&app, Request::blank("/").into_environ())
        .await
        .into_body();
    assert_eq!(
        answer.frame().await.unwrap().unwrap().into_data().unwrap(),
        "some"
    );
    assert!(
        answer
            .frame()
            .await
            .unwrap()
            .unwrap_err()
            .to_string()
            .contains("reset")
    );
}

/// A service that fails unless it was ready before each call, as one clone.
#[derive(Default)]
struct Strict {
    ready: bool,
    calls: Arc<AtomicUsize>,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self {
            ready: false,
            calls: Arc::clone(&self.calls),
        }
    }
}

impl Service<http::Request<Body>> for Strict {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if std::mem::replace(&mut self.ready, true) {
            return Poll::Ready(Ok(()));
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn call(&mut self, _: http::Request<Body>) -> Self::Future {
        assert!(
            std::mem::take(&mut self.ready),
            "called before it was ready"
        );
        self.calls.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok(http::Response::new("ready".into())))
    }
}

#[tokio::test]
async fn the_clone_that_is_called_was_ready() {
    let service = Strict::default();
    let calls = Arc::clone(&service.calls);
    let app = from_service(service);
    for _ in 0..3 {
        let mut response = Request::blank("/").send(&app).await.unwrap();
        assert_eq!(response.read_text().await.unwrap(), "ready");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_limit_of_concurrency_lets_requests_wait() {
    let (running, most, go) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(Notify::new()),
    );
    let service = service_fn({
        let (running, most, go) = (Arc::clone(&running), Arc::clone(&most), Arc::clone(&go));
        move |_: http::Request<Body>| {
            let (running, most, go) = (Arc::clone(&running), Arc::clone(&most), Arc::clone(&go));
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                go.notified().await;
                running.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, Infallible>(http::Response::new(Body::from("done")))
            }
        }
    });
    let app = Arc::new(from_service(ConcurrencyLimit::new(service, 2)));
    let calls: Vec<_> = (0..5)
        .map(|_| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                Request::blank("/")
                    .send(&*app)
                    .await
                    .map(|it| it.status().as_u16())
            })
        })
        .collect();
    while !calls.iter().all(tokio::task::JoinHandle::is_finished) {
        go.notify_waiters();
        tokio::task::yield_now().await;
    }
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), 200);
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

type Answer = Result<http::Response<Body>, rustzeug::gateway::BoxError>;

fn answering(answer: fn() -> Answer) -> impl Application {
    from_service(service_fn(move |_: http::Request<Body>| {
        let answer = answer();
        let future: Pin<Box<dyn Future<Output = Answer> + Send>> = Box::pin(async { answer });
        future
    }))
}

#[tokio::test]
async fn the_outcome_of_a_service_is_an_answer() {
    struct Row {
        answer: fn() -> Answer,
        status: u16,
        reported: &'static str,
        why: &'static str,
    }
    let rows = [
        Row {
            answer: || Err("no disk".into()),
            status: 500,
            reported: "no disk",
            why: "an error of any type is a 500",
        },
        Row {
            answer: || panic!("out of paper"),
            status: 500,
            reported: "the application panicked: out of paper",
            why: "a panic of the service ends one request",
        },
        Row {
            answer: || Err(Error::not_found().into_boxed()),
            status: 404,
            reported: "",
            why: "an error of ours keeps its status",
        },
        Row {
            answer: || Ok(http::Response::builder().status(101).body(Body::empty())?),
            status: 500,
            reported: "status 101, but a service cannot leave HTTP",
            why: "the connection is not the service's",
        },
        Row {
            answer: || {
                let response = http::Response::builder().header("connection", "close");
                Ok(response
                    .header("keep-alive", "x")
                    .header("te", "x")
                    .body("x".into())?)
            },
            status: 200,
            reported: "",
            why: "hop-by-hop headers are dropped",
        },
        Row {
            answer: || {
                let response = http::Response::builder()
                    .status(426)
                    .header("connection", "upgrade");
                Ok(response.header("upgrade", "echo").body(Body::empty())?)
            },
            status: 426,
            reported: "",
            why: "a 426 must name the protocol",
        },
    ];
    for Row {
        answer,
        status,
        reported,
        why,
    } in rows
    {
        let log = Log::default();
        let server_info = ServerInfo::default().with_errors(log.stream());
        let environ = Request::blank("/").with_server(server_info).into_environ();
        let response = call(&answering(answer), environ).await;
        assert_eq!(response.status(), status, "{why}");
        assert!(log.text().contains(reported), "{why}: {}", log.text());
        let upgrade = response.headers().contains_key("upgrade");
        assert_eq!(upgrade, status == 426, "{why}");
        assert!(!response.headers().contains_key("keep-alive"), "{why}");
    }
}

#[tokio::test]
async fn a_service_sees_the_request() {
    async fn seen(request: http::Request<axum::body::Body>) -> String {
        let mount = request
            .extensions()
            .get::<MountedAt>()
            .map(|MountedAt(at)| at.clone());
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        format!(
            "{} {} {mount:?} {:?} {}",
            parts.method,
            parts.uri,
            parts.headers.get("x-a"),
            body.len()
        )
    }
    let rows = [
        ("", "/a%2Fb?q", "POST /a%2Fb?q None Some(\"b\") 4"),
        ("/m", "/m/a?q", "POST /a?q Some(\"/m\") Some(\"b\") 4"),
        ("/m", "/m?q", "POST /?q Some(\"/m\") Some(\"b\") 4"),
        (
            "/m",
            "http://a.org/m/x",
            "POST http://a.org/x Some(\"/m\") Some(\"b\") 4",
        ),
    ];
    let app = from_service(axum::Router::new().fallback(seen));
    for (mount, target, expected) in rows {
        let request = http::Request::post(target)
            .header("x-a", "b")
            .body(Body::from("four"))
            .unwrap();
        let mut environ = Environ::new(request, ServerInfo::default());
        environ.set_raw_script_name(mount).unwrap();
        let response = call(&app, environ).await;
        assert_eq!(text(response).await, expected, "{mount} {target}");
    }
}

/// A body that middleware has read already is there for the service too.
#[tokio::test]
async fn a_service_gets_a_body_that_was_read_before() {
    let router = axum::Router::new().fallback(async |body: Bytes| format!("{} bytes", body.len()));
    let app = from_service(router);
    let request = Request::blank("/").with_method("POST").with_body("four");
    assert_eq!(request.text().await.unwrap(), "four");
    let mut response = request.send(&app).await.unwrap();
    assert_eq!(response.read_text().await.unwrap(), "4 bytes");
}

/// There and back: the two bridges fit together.
#[tokio::test]
async fn ours_inside_axum_inside_ours() {
    let inner =
        rustzeug::tower::into_service(|request: &Request| request.script_name().into_owned());
    let axum = axum::Router::new().nest_service("/b", inner.mounted_at("/b"));
    let app = rustzeug::Router::new()
        .mount("/a", from_service(axum))
        .into_application();
    let environ = Environ::new(get("/a/b/c"), ServerInfo::default());
    assert_eq!(text(call(&app, environ).await).await, "/a/b", "both mounts");
}
