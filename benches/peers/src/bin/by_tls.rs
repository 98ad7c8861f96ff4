//! One peer as an HTTPS server on `127.0.0.1:$PORT`, with one event-loop thread: rustzeug, or hyper with tokio-rustls by
//! hand. `$TLS_CERT` and `$TLS_KEY` name the files of a certificate; without them it speaks HTTP. See
//! `benches/peers/over_tls.py`.

use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use peers::by_hyper;
use peers::by_rustzeug;
use rustzeug::Server;
use rustzeug::server::Listener;
use rustzeug::server::ServerLimits;
use rustzeug::server::Tls;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, Failure> {
    let chain = CertificateDer::pem_file_iter(certificate)?.collect::<Result<Vec<_>, _>>()?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_file(key)?)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config).into())
}

async fn hyper(address: SocketAddr, acceptor: Option<TlsAcceptor>) -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let Some(acceptor) = acceptor else {
                return serve(stream).await;
            };
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream).await;
            }
        });
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin) {
    let mut protocol = hyper::server::conn::http1::Builder::new();
    protocol.timer(TokioTimer::new());
    let service = service_fn(by_hyper::handle);
    let _ = protocol
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn main() -> Result<(), Failure> {
    let port = std::env::var("PORT")?.parse()?;
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let file = |name| std::env::var_os(name).map(PathBuf::from);
    let files = file("TLS_CERT").zip(file("TLS_KEY"));
    match std::env::args().nth(1).as_deref() {
        Some("hyper") => {
            let acceptor = files.map(|(certificate, key)| acceptor(&certificate, &key));
            let serving = hyper(address, acceptor.transpose()?);
            let mut runtime = tokio::runtime::Builder::new_multi_thread();
            let runtime = runtime.worker_threads(1).enable_all().build()?;
            // Spawned, so that connections are accepted on the worker too.
            runtime.block_on(async { tokio::spawn(serving).await? })
        }
        Some("rustzeug") => {
            let mut listener = Listener::tcp(address)?;
            if let Some((certificate, key)) = files {
                listener = listener.with_tls(Tls::from_files(certificate, key)?);
            }
            let limits = ServerLimits::default().with_lanes(1);
            let server = Server::on(listener).with_server_limits(limits);
            Ok(server.serve(by_rustzeug::app())?)
        }
        _ => Err("name a peer: rustzeug or hyper".into()),
    }
}
