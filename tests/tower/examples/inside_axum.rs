//! An application inside axum, under a layer of tower-http.
//!
//! ```sh
//! cargo run -p in-tower --example inside_axum
//! curl http://127.0.0.1:8000/              # axum; the app is at /app/
//! curl http://127.0.0.1:8000/app/          # Hello, 127.0.0.1! More at /app/slow
//! curl http://127.0.0.1:8000/app/slow      # done; a plain fn blocks a thread of ours, not axum
//! ```

use std::net::SocketAddr;
use std::thread::sleep;
use std::time::Duration;

use axum::extract::ConnectInfo;
use rustzeug::{Request, Result, Router, http::HeaderName, http::HeaderValue, tower::into_service};
use tower_http::set_header::SetResponseHeaderLayer;

/// Everything, apart from `main` so that tests can call it.
pub(crate) fn app() -> axum::Router {
    let ours = Router::new()
        .get("/", hello)
        .get("/slow", slow)
        .name("slow");
    let service = into_service(ours)
        // The prefix that `nest_service` removes.
        .mounted_at("/app")
        .with_peer(|extensions| {
            extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map(|info| info.0)
        });
    let name = HeaderName::from_static("x-content-type-options");
    axum::Router::new()
        .route(
            "/",
            axum::routing::get(async || "axum; the app is at /app/\n"),
        )
        .nest_service("/app", service)
        .layer(SetResponseHeaderLayer::overriding(
            name,
            HeaderValue::from_static("nosniff"),
        ))
}

async fn hello(request: &Request) -> Result<String> {
    let ip = request
        .client_ip()
        .map_or("you".into(), |ip| ip.to_string());
    Ok(format!(
        "Hello, {ip}! More at {}\n",
        request.url_for("slow", ())?
    ))
}

fn slow() -> &'static str {
    sleep(Duration::from_secs(1));
    "done\n"
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    let service = app().into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await
}
