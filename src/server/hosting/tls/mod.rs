//! TLS for the connections of a listener, by rustls.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::version::TLS12;
use tokio_rustls::rustls::version::TLS13;

use crate::gateway::ErrorStream;
use crate::server::hosting::serve_error::ServeError;
use crate::server::hosting::stream::Stream;

mod certificate;
mod certificates;
mod tls_stream;

pub(in crate::server) use tls_stream::TlsStream;

use certificates::Certificates;

/// Certificates with their keys, for a [`Listener`](crate::server::Listener).
///
/// It offers TLS 1.2 and 1.3, and HTTP/2 and HTTP/1.1 by ALPN. The files are read again after `SIGHUP`, and when they
/// change: at a handshake, at most once a second. If the new files are not valid, the server keeps the old certificate
/// and says so in its log. Clones share the certificates.
///
/// ```no_run
/// use rustzeug::{ServeError, Server, server::{Listener, Tls}};
///
/// fn main() -> Result<(), ServeError> {
///     let tls = Tls::from_files("/etc/tls/fullchain.pem", "/etc/tls/key.pem")?;
///     let listener = Listener::tcp("0.0.0.0:443")?.with_tls(tls);
///     Server::on(listener).serve(|| "hello\n")
/// }
/// ```
#[derive(Clone)]
pub struct Tls {
    certificates: Arc<Certificates>,
    acceptor: TlsAcceptor,
}

impl Tls {
    /// Reads a certificate and its key from PEM files. The certificate is followed by those of its issuers, as in the
    /// `fullchain.pem` of ACME clients.
    ///
    /// # Errors
    ///
    /// A [`ServeError`] if a file cannot be read or has no certificate or key, if the key belongs to another
    /// certificate, or if the certificate has expired or is not valid yet.
    pub fn from_files(
        certificate: impl AsRef<Path>,
        key: impl AsRef<Path>,
    ) -> Result<Self, ServeError> {
        let certificates = Certificates::default();
        certificates.add(certificate.as_ref(), key.as_ref())?;
        Ok(Self::of(certificates))
    }

    /// Adds another certificate, for clients that ask for one of its names (SNI). The first one is for all other
    /// clients.
    ///
    /// # Errors
    ///
    /// As for [`from_files`](Self::from_files).
    pub fn with_files(
        self,
        certificate: impl AsRef<Path>,
        key: impl AsRef<Path>,
    ) -> Result<Self, ServeError> {
        self.certificates.add(certificate.as_ref(), key.as_ref())?;
        Ok(self)
    }

    fn of(certificates: Certificates) -> Self {
        let certificates = Arc::new(certificates);
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .expect("ring has cipher suites for both versions")
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&certificates) as _);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Self {
            certificates,
            acceptor: Arc::new(config).into(),
        }
    }

    /// Reads the files again, if they have changed since the last check or if `always`. What happened is logged.
    pub(in crate::server) fn refresh(&self, errors: &ErrorStream, always: bool) {
        self.certificates.refresh(errors, always);
    }

    /// Does the handshake.
    pub(super) async fn accept(&self, stream: Stream) -> io::Result<TlsStream> {
        self.acceptor.accept(stream).await.map(TlsStream::new)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tls").field(&self.certificates).finish()
    }
}
