//! One peer as a server on `127.0.0.1:$PORT`, with `$WORKERS` event-loop threads. hyper and rustzeug also serve
//! the files of the folder `$FILES` below `/static`.
//!
//! ```sh
//! PORT=8000 cargo run --release -p peers --bin server -- rustzeug    # or hyper, axum
//! ```
//!
//! `rustzeug` runs on lanes; `rustzeug-stealing` on a multi-thread runtime with one thread per core, and
//! `rustzeug-pool` inside the runtime of the program.

use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use peers::by_axum;
use peers::by_hyper;
use peers::by_rustzeug;
use rustzeug::Server;
use rustzeug::server::ServerLimits;

fn number(name: &str, default: u16) -> u16 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

async fn hyper(listener: tokio::net::TcpListener, folder: &'static Path) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        tokio::spawn(async move {
            let mut protocol = hyper::server::conn::http1::Builder::new();
            protocol.timer(TokioTimer::new());
            let _ = protocol
                .serve_connection(
                    TokioIo::new(stream),
                    service_fn(|request| by_hyper::handle_with_files(request, folder)),
                )
                .await;
        });
    }
}

async fn axum(listener: tokio::net::TcpListener) {
    use axum::serve::ListenerExt;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, by_axum::app())
        .await
        .expect("it serves");
}

fn listen(address: SocketAddr) -> std::io::Result<tokio::net::TcpListener> {
    let socket = tokio::net::TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1024)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = SocketAddr::from(([127, 0, 0, 1], number("PORT", 8000)));
    let peer = std::env::args().nth(1).unwrap_or_default();
    let workers = number("WORKERS", 1).into();
    let folder = PathBuf::from(std::env::var_os("FILES").unwrap_or_else(|| ".".into()));
    let folder: &'static Path = Box::leak(folder.into_boxed_path());
    if peer == "rustzeug" {
        let limits = ServerLimits::default().with_lanes(workers);
        let server = Server::bind(address)?.with_server_limits(limits);
        return Ok(server.serve(by_rustzeug::with_files(folder))?);
    }
    if peer == "rustzeug-stealing" {
        return Ok(Server::bind(address)?
            .work_stealing()
            .serve(by_rustzeug::with_files(folder))?);
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(workers).enable_all().build()?;
    // Spawned, so that connections are accepted on a worker too.
    runtime.block_on(async {
        match peer.as_str() {
            "hyper" => tokio::spawn(hyper(listen(address)?, folder)).await?,
            "axum" => tokio::spawn(axum(listen(address)?)).await?,
            "rustzeug-pool" => {
                let app = by_rustzeug::with_files(folder);
                tokio::spawn(rustzeug::serve_async(address, app)).await??;
            }
            _ => {
                return Err(
                    "name a peer: rustzeug, rustzeug-stealing, rustzeug-pool, hyper or axum".into(),
                );
            }
        }
        Ok(())
    })
}
