//! A clock with server-sent events. It ends when the client leaves or the server stops.
//!
//! ```sh
//! cargo run --example events
//! curl -N http://127.0.0.1:8000/            # data: 2026-11-28 13:31:57 UTC, every second
//! ```
//!
//! Press Ctrl-C at the server: it sends a last event to its clients and ends, instead of waiting for them.
use std::time::Duration;

use rustzeug::chrono::Utc;
use rustzeug::{
    Application, IntoApplication, Request, Response, ServeError, mime, serve,
    server::address_from_port,
};

pub(crate) fn app() -> impl Application {
    clock.into_application()
}

async fn clock(request: &Request) -> Response {
    let mut stopping = request.stopping();
    let events = Response::async_writer(async move |mut out| {
        loop {
            let now = Utc::now().format("%F %T UTC");
            out.write(format!("data: {now}\n\n")).await?;
            let next = tokio::time::sleep(Duration::from_secs(1));
            if stopping.race(next).await.is_none() {
                return out
                    .write("event: goodbye\ndata: the server is stopping\n\n")
                    .await;
            }
        }
    });
    events
        .with_content_type(mime::TEXT_EVENT_STREAM)
        .with_header("cache-control", "no-store")
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
