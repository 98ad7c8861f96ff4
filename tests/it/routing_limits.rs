//! Limits of routes and routers.

use rustzeug::gateway::Limits;
use rustzeug::testing::Client;
use rustzeug::{Request, Result, Router};

async fn length(request: &Request) -> Result<String> {
    Ok(request.bytes().await?.len().to_string())
}

#[test]
fn limits_are_those_of_the_route() {
    let small = Limits::default().with_body_bytes(2);
    let app = Router::new()
        .post("/small", length)
        .route_limits(small)
        .post("/large", length);
    let client = Client::new(app);
    for (path, body, status) in [
        ("/small", "12", 200),
        ("/small", "123", 413),
        ("/large", "123", 200),
    ] {
        let answer = client.post(path).with_body(body).wait().unwrap();
        assert_eq!(answer.status(), status, "{path} {body}");
    }
}

#[test]
fn limits_of_a_router_are_those_of_all_its_routes_that_have_none() {
    let bytes = |bytes| Limits::default().with_body_bytes(bytes);
    let inner = Router::new()
        .post("/own", length)
        .route_limits(bytes(4))
        .post("/group", length)
        .fallback(length)
        .with_limits(bytes(3));
    let plain = Router::new().post("/outer", length).fallback(length);
    let app = Router::new()
        .with_limits(bytes(2))
        .post("/", length)
        .nest("/in", inner.clone())
        .nest("/plain", plain.clone())
        .mount("/mount", plain.clone())
        .host("own.org", inner)
        .host("plain.org", plain)
        .fallback(length);
    let client = Client::new(app);
    for (target, most, why) in [
        ("/", 2, "the limit of the router"),
        ("/none", 2, "the fallback of the router"),
        ("/in/own", 4, "the limit of the route"),
        ("/in/group", 3, "the limit of the inner router"),
        ("/in/none", 3, "the inner fallback"),
        ("/plain/outer", 2, "an inner router without limits"),
        ("/plain/none", 2, "its fallback"),
        ("/mount/outer", 2, "a mounted application"),
        ("http://own.org/group", 3, "the router of a host"),
        ("http://own.org/none", 3, "its fallback"),
        ("http://plain.org/outer", 2, "one without limits"),
        ("http://plain.org/none", 2, "its fallback"),
    ] {
        for (size, status) in [(most, 200), (most + 1, 413)] {
            let answer = client
                .post(target)
                .with_body("x".repeat(size))
                .wait()
                .unwrap();
            assert_eq!(answer.status(), status, "{target} {size}: {why}");
        }
    }
}
