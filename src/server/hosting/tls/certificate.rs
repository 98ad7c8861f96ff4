//! One certificate with its key, from files.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use tokio_rustls::rustls;
use tokio_rustls::rustls::InconsistentKeys;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::pki_types::UnixTime;
use tokio_rustls::rustls::pki_types::pem;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::sign::SigningKey;
use webpki::EndEntityCert;
use webpki::KeyUsage;

use crate::headers::HttpDate;
use crate::server::hosting::serve_error::ServeError;

/// The files of a certificate and its key, and what was read from them.
#[derive(Debug)]
pub(super) struct Certificate {
    files: [PathBuf; 2],
    /// What the files were like when they were last read, with or without success.
    stamps: [Option<Stamp>; 2],
    pub(super) key: Arc<CertifiedKey>,
}

/// What changes when a file is replaced or written.
type Stamp = (SystemTime, u64);

impl Certificate {
    pub(super) fn read(certificate: &Path, key: &Path) -> Result<Self, ServeError> {
        let files = [certificate.to_owned(), key.to_owned()];
        let stamps = stamps(&files);
        let key = load(&files)?;
        Ok(Self { files, stamps, key })
    }

    /// The file of the certificate.
    pub(super) fn path(&self) -> &Path {
        &self.files[0]
    }

    /// Reads the files again if they have changed, or if `always`: `None` if they have not, else the outcome.
    pub(super) fn refresh(&mut self, always: bool) -> Option<Result<(), ServeError>> {
        let stamps = stamps(&self.files);
        if !always && stamps == self.stamps {
            return None;
        }
        self.stamps = stamps;
        Some(load(&self.files).map(|key| self.key = key))
    }

    /// Returns whether it is a certificate for a name.
    pub(super) fn is_for(&self, name: &ServerName<'_>) -> bool {
        let certificate = self.key.end_entity_cert().ok();
        let certificate = certificate.and_then(|der| EndEntityCert::try_from(der).ok());
        certificate.is_some_and(|it| it.verify_is_valid_for_subject_name(name).is_ok())
    }
}

fn stamps(files: &[PathBuf; 2]) -> [Option<Stamp>; 2] {
    let stamp = |file: &PathBuf| {
        let metadata = fs::metadata(file).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    [stamp(&files[0]), stamp(&files[1])]
}

fn load([certificate, key]: &[PathBuf; 2]) -> Result<Arc<CertifiedKey>, ServeError> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable("certificate", certificate, error))?;
    let Some(first) = chain.first() else {
        return Err(ServeError::sentence(format!(
            "{} has no certificate",
            certificate.display()
        )));
    };
    check(first).map_err(|why| {
        ServeError::sentence(format!(
            "the certificate in {} {why}",
            certificate.display()
        ))
    })?;
    let secret =
        PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable("key", key, error))?;
    let provider = ring::default_provider();
    let secret = provider.key_provider.load_private_key(secret);
    let secret = secret.map_err(|error| {
        ServeError::sentence(format!("cannot use the key in {}: {error}", key.display()))
    })?;
    if !belongs(first, &secret) {
        let is_later = chain.iter().any(|other| belongs(other, &secret));
        return Err(mismatch(certificate, key, is_later));
    }
    Ok(Arc::new(CertifiedKey::new(chain, secret)))
}

/// Returns whether a key is the one of a certificate, as far as rustls can tell.
fn belongs(certificate: &CertificateDer<'static>, secret: &Arc<dyn SigningKey>) -> bool {
    let certified = CertifiedKey::new(vec![certificate.clone()], Arc::clone(secret));
    let unknown = rustls::Error::InconsistentKeys(InconsistentKeys::Unknown);
    match certified.keys_match() {
        Ok(()) => true,
        Err(error) => error == unknown,
    }
}

fn mismatch(certificate: &Path, key: &Path, is_later: bool) -> ServeError {
    let (certificate, key) = (certificate.display(), key.display());
    ServeError::sentence(if is_later {
        format!(
            "the certificate of the key in {key} is not the first one in {certificate}: its issuers must come after it"
        )
    } else {
        format!("the key in {key} belongs to another certificate than the one in {certificate}")
    })
}

fn unreadable(what: &str, path: &Path, error: pem::Error) -> ServeError {
    let path = path.display();
    ServeError::sentence(match error {
        pem::Error::NoItemsFound => format!("{path} has no {what}"),
        pem::Error::Io(error) if error.kind() == ErrorKind::NotFound => {
            format!("the file {path} for the {what} does not exist")
        }
        pem::Error::Io(error) => format!("cannot read {path}: {error}"),
        other => format!("{path} is not a PEM file with a {what}: {other}"),
    })
}

/// Checks that a server can use the certificate now. The error ends a sentence about it.
fn check(certificate: &CertificateDer<'_>) -> Result<(), String> {
    let certificate = EndEntityCert::try_from(certificate)
        .map_err(|error| format!("is not a certificate that clients accept: {error}"))?;
    // Without a trusted issuer this always fails; but the dates and the purpose are checked before that.
    let outcome = certificate.verify_for_usage(
        &[],
        &[],
        &[],
        UnixTime::now(),
        KeyUsage::server_auth(),
        None,
        None,
    );
    let at = |time: UnixTime| HttpDate::from(UNIX_EPOCH + Duration::from_secs(time.as_secs()));
    match outcome.err() {
        Some(webpki::Error::CertExpired { not_after, .. }) => {
            Err(format!("has expired: it was valid until {}", at(not_after)))
        }
        Some(webpki::Error::CertNotValidYet { not_before, .. }) => {
            Err(format!("is not valid before {}", at(not_before)))
        }
        Some(webpki::Error::RequiredEkuNotFoundContext(_)) => {
            Err("is not a certificate for servers".to_owned())
        }
        _ => Ok(()),
    }
}
