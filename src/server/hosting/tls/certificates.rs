//! The certificates of a listener: which one a client gets, and when the files are read again.

use std::path::Path;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;
use std::time::Duration;
use std::time::Instant;

use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::server::ClientHello;
use tokio_rustls::rustls::server::ResolvesServerCert;
use tokio_rustls::rustls::sign::CertifiedKey;

use crate::gateway::ErrorStream;
use crate::server::hosting::serve_error::ServeError;
use crate::server::hosting::tls::certificate::Certificate;

/// How often the files are looked at, at most.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Certificates(RwLock<State>);

#[derive(Debug, Default)]
struct State {
    all: Vec<Certificate>,
    looked: Option<Instant>,
}

impl Certificates {
    pub(super) fn add(&self, certificate: &Path, key: &Path) -> Result<(), ServeError> {
        let certificate = Certificate::read(certificate, key)?;
        self.write().all.push(certificate);
        Ok(())
    }

    /// Reads changed files again, if they were not looked at a moment ago; all files if `always`.
    pub(super) fn refresh(&self, errors: &ErrorStream, always: bool) {
        let is_due = |looked: Option<Instant>| looked.is_none_or(|at| at.elapsed() >= LOOK);
        if !always && !is_due(self.read().looked) {
            return;
        }
        let mut state = self.write();
        state.looked = Some(Instant::now());
        for certificate in &mut state.all {
            let outcome = certificate.refresh(always);
            let path = certificate.path().display();
            match outcome {
                None => {}
                Some(Ok(())) => errors.line(&format!("The certificate in {path} was read again")),
                Some(Err(error)) => {
                    errors.line(&format!("The old certificate stays in use: {error}"));
                }
            }
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, client: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let state = self.read();
        let named = || {
            let name = ServerName::try_from(client.server_name()?).ok()?;
            state
                .all
                .iter()
                .find(|certificate| certificate.is_for(&name))
        };
        let found = match state.all.as_slice() {
            [only] => Some(only),
            all => named().or(all.first()),
        };
        found.map(|certificate| Arc::clone(&certificate.key))
    }
}
