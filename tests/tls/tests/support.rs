//! Certificates, a server and a client.

use std::fs;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;

use rcgen::CertificateParams;
use rcgen::KeyPair;
use rustls::ClientConfig;
use rustls::ClientConnection;
use rustls::RootCertStore;
use rustls::StreamOwned;
use rustls::SupportedProtocolVersion;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::ServerName;
use rustls::version::TLS12;
use rustls::version::TLS13;
use rustzeug::ServeError;
use rustzeug::Server;
use rustzeug::gateway::Application;
use rustzeug::gateway::ErrorStream;
use rustzeug::gateway::Lint;
use rustzeug::server::Listener;
use rustzeug::server::Monitor;
use rustzeug::server::ServerLimits;
use rustzeug::server::Stopper;
use rustzeug::server::Tls;

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The files of a certificate and its key, removed on drop.
pub(crate) struct Files {
    folder: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    pub(crate) der: CertificateDer<'static>,
}

impl Files {
    pub(crate) fn new(name: &str) -> Self {
        Self::made(name, |params| params)
    }

    pub(crate) fn made(
        name: &str,
        change: impl FnOnce(CertificateParams) -> CertificateParams,
    ) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("by-tls-{}-{number}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let params = change(CertificateParams::new([name.to_owned()]).unwrap());
        let key = KeyPair::generate().unwrap();
        let made = params.self_signed(&key).unwrap();
        let files = Self {
            certificate: folder.join("certificate.pem"),
            key: folder.join("key.pem"),
            folder,
            der: made.der().clone(),
        };
        fs::write(&files.certificate, made.pem()).unwrap();
        fs::write(&files.key, key.serialize_pem()).unwrap();
        files
    }

    /// Puts this certificate in the place of another.
    pub(crate) fn replace(&self, other: &Self) {
        fs::copy(&self.certificate, &other.certificate).unwrap();
        fs::copy(&self.key, &other.key).unwrap();
    }

    pub(crate) fn tls(&self) -> Result<Tls, ServeError> {
        Tls::from_files(&self.certificate, &self.key)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) log: Log,
    pub(crate) monitor: Monitor,
    stopper: Stopper,
    serving: Option<JoinHandle<Result<(), ServeError>>>,
}

impl Served {
    pub(crate) fn new(tls: Tls, application: impl Application) -> Self {
        Self::with_limits(tls, ServerLimits::default(), application)
    }

    pub(crate) fn with_limits(
        tls: Tls,
        limits: ServerLimits,
        application: impl Application,
    ) -> Self {
        let server = Server::on(Listener::tcp("127.0.0.1:0").unwrap().with_tls(tls));
        assert_eq!(
            server.to_string(),
            format!("https://{}", server.local_addr())
        );
        Self::by(server.with_server_limits(limits), application)
    }

    pub(crate) fn by(server: Server, application: impl Application) -> Self {
        let log = Log::default();
        let server = server.with_errors(ErrorStream::new(log.clone()));
        let (address, stopper) = (server.local_addr(), server.stopper());
        let monitor = server.monitor();
        let serving = std::thread::spawn(move || server.serve(Lint::new(application)));
        Self {
            address,
            log,
            monitor,
            stopper,
            serving: Some(serving),
        }
    }

    pub(crate) fn tcp(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// A connection to `name`, whose certificate is trusted.
    pub(crate) fn connect(&self, name: &'static str, trusted: &CertificateDer<'static>) -> Client {
        self.connect_by(name, trusted, &[], &[&TLS13, &TLS12])
            .unwrap()
    }

    pub(crate) fn connect_by(
        &self,
        name: &'static str,
        trusted: &CertificateDer<'static>,
        protocols: &[&str],
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<Client, String> {
        secured(self.tcp(), name, trusted, protocols, versions)
    }

    pub(crate) fn end(&mut self) {
        self.stopper.stop();
        if let Some(serving) = self.serving.take() {
            serving.join().unwrap().unwrap();
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stopper.stop();
    }
}

/// Does the handshake on a connection.
pub(crate) fn secured(
    stream: TcpStream,
    name: &'static str,
    trusted: &CertificateDer<'static>,
    protocols: &[&str],
    versions: &[&'static SupportedProtocolVersion],
) -> Result<Client, String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_protocol_versions(versions).unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    let name = ServerName::try_from(name).unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    while stream.conn.is_handshaking() {
        stream
            .conn
            .complete_io(&mut stream.sock)
            .map_err(|error| error.to_string())?;
    }
    Ok(stream)
}

pub(crate) type Client = StreamOwned<ClientConnection, TcpStream>;

/// The whole response. The client fails unless the server says at the end that nothing is missing (`close_notify`).
pub(crate) fn get(mut client: Client, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    client.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    answer
}

/// A record of FastCGI, in the first request of a connection.
pub(crate) fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    [&[1, kind, 0, 1, 0, length, 0, 0], content].concat()
}

pub(crate) fn until(what: &str, mut is: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
