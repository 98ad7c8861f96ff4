//! The examples, and what their headers promise.

use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use axum::extract::ConnectInfo;
use rustzeug::Request;
use rustzeug::gateway::ServerInfo;
use rustzeug::http;
use tower::ServiceExt;

use crate::common::get;
use crate::common::text;

#[path = "../examples/axum_inside.rs"]
#[expect(dead_code, reason = "`main` is not called")]
mod axum_inside;
#[path = "../examples/inside_axum.rs"]
#[expect(dead_code, reason = "`main` is not called")]
mod inside_axum;

fn from_peer(path: &str) -> http::Request<axum::body::Body> {
    let mut request = get(path).map(axum::body::Body::new);
    let peer = SocketAddr::from(([127, 0, 0, 1], 4321));
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

#[tokio::test]
async fn an_application_inside_axum_knows_its_mount_and_its_client() {
    let rows = [
        ("/", 200, "axum; the app is at /app/\n", "the router around"),
        (
            "/app",
            200,
            "Hello, 127.0.0.1! More at /app/slow\n",
            "axum gives the mount itself as /",
        ),
        (
            "/app/",
            200,
            "Hello, 127.0.0.1! More at /app/slow\n",
            "the root of the mount",
        ),
        ("/app/none", 404, "", "the 404 is ours"),
    ];
    for (path, status, expected, why) in rows {
        let response = inside_axum::app().oneshot(from_peer(path)).await.unwrap();
        assert_eq!(response.status(), status, "{path}: {why}");
        assert_eq!(
            response.headers()["x-content-type-options"],
            "nosniff",
            "{path}: the layer"
        );
        let text = text(response).await;
        assert!(
            expected.is_empty() || text == expected,
            "{path}: {why}: {text}"
        );
    }
}

/// On one event-loop thread: in turn they would take eight seconds.
#[tokio::test]
async fn eight_plain_functions_that_block_for_a_second_take_one_second() {
    let (app, start) = (inside_axum::app(), Instant::now());
    let calls = (0..8).map(|_| tokio::spawn(app.clone().oneshot(from_peer("/app/slow"))));
    for call in calls.collect::<Vec<_>>() {
        let response = call.await.unwrap().unwrap();
        assert_eq!(text(response).await, "done\n");
    }
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(5), "{taken:?}");
}

#[tokio::test]
async fn axum_inside_an_application_gets_the_path_below_its_mount() {
    let app = axum_inside::app();
    let rows = [
        (
            "/",
            200,
            "a plain fn of ours; the old pages are at /old/pages/1\n",
        ),
        ("/old/pages/1", 200, "page 1 for 127.0.0.1, below /old\n"),
        (
            "/old/pages/x",
            400,
            "Invalid URL: Cannot parse `x` to a `u32`",
        ),
        ("/old/none", 404, ""),
    ];
    for (path, status, expected) in rows {
        let peer = SocketAddr::from(([127, 0, 0, 1], 4321));
        let request = Request::blank(path).with_server(ServerInfo::default().with_peer(peer));
        let mut response = request.send(&app).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(response.read_text().await.unwrap(), expected, "{path}");
    }
}

/// The pages of the guide show the examples.
#[test]
fn the_guide_shows_the_examples_as_they_are() {
    let read = |path: &str| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
        std::fs::read_to_string(format!("{root}{path}")).unwrap()
    };
    let page = read("docs/src/tower.md");
    for name in ["inside_axum", "axum_inside"] {
        let source = read(&format!("tests/tower/examples/{name}.rs"));
        let start = source.find("\nuse ").unwrap();
        let shown = source[start..].replace("pub(crate) ", "");
        assert!(page.contains(&shown), "{name} differs from the guide");
    }
}
