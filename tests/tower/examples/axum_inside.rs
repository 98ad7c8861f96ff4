//! An axum router inside an application, on the embedded server.
//!
//! ```sh
//! cargo run -p in-tower --example axum_inside
//! curl http://127.0.0.1:8000/               # a plain fn of ours; the old pages are at /old/pages/1
//! curl http://127.0.0.1:8000/old/pages/1    # page 1 for 127.0.0.1, below /old
//! ```

use axum::extract::{ConnectInfo, Path};
use axum::{Extension, routing::get};
use rustzeug::gateway::{Address, Application, Environ};
use rustzeug::tower::{MountedAt, from_service};
use rustzeug::{Router, ServeError, serve, server::address_from_port};
use std::net::SocketAddr;

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    let old = axum::Router::new().route("/pages/{number}", get(page));
    Router::new()
        .get(
            "/",
            || "a plain fn of ours; the old pages are at /old/pages/1\n",
        )
        .mount("/old", from_service(old).with_prepared(tell_the_peer))
}

/// What `into_make_service_with_connect_info` does under axum.
fn tell_the_peer(environ: &mut Environ) {
    if let Some(Address::Inet(peer)) = environ.server().peer().cloned() {
        environ.extensions_mut().insert(ConnectInfo(peer));
    }
}

async fn page(
    Path(number): Path<u32>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(MountedAt(mount)): Extension<MountedAt>,
) -> String {
    format!("page {number} for {}, below {mount}\n", peer.ip())
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
