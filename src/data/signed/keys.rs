//! The keys: their sources, the keys derived from them, and which key signs.

use std::env;
use std::fmt;
use std::str::FromStr;

use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha2::Sha256;

use crate::data::signed::error::KeyError;
use crate::data::signed::generate_key::generate_key;

/// The minimum length of a secret, in bytes: the output length of HMAC-SHA-256 (RFC 2104 §3).
const SECRET_BYTES: usize = 32;

/// One or more secret keys: the first signs, all of them verify (feature `signed`).
///
/// To rotate keys, add the new key in front. Remove the old key when everything that it signed has expired. A key has
/// at least 32 bytes and must be random: [`generate_key`] makes one.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use rustzeug::signed::{Keys, SignatureError};
///
/// let old = Keys::new("5f1c9e7b0d2a4c8896e3f7a1b5d9c0e2")?;
/// let keys = Keys::new("c27e10f4a9b83d5566d0e8f19a7b3c4d")?.with_old("5f1c9e7b0d2a4c8896e3f7a1b5d9c0e2")?;
/// let hour = Duration::from_hours(1);
///
/// let token = keys.sign("password-reset", "user-7");
/// assert_eq!(keys.verify("password-reset", &token, hour)?, "user-7");
/// assert_eq!(keys.verify("unsubscribe", &token, hour), Err(SignatureError::BadSignature));
/// assert_eq!(old.verify("password-reset", &token, hour), Err(SignatureError::BadSignature));
///
/// assert_eq!(keys.verify("password-reset", &old.sign("password-reset", "user-7"), hour)?, "user-7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Keys {
    keys: Vec<Key>,
}

/// The key that HKDF extracts from a secret, and the state of the MAC that signs.
#[derive(Clone)]
struct Key {
    #[cfg_attr(
        not(feature = "private-cookies"),
        expect(dead_code, reason = "signing needs only the derived key")
    )]
    extracted: [u8; 32],
    mac: Hmac<Sha256>,
}

impl Keys {
    /// Makes keys from one secret. Text or bytes are used unchanged, including a line end. For a list of keys,
    /// separated by commas or white space, use [`from_env`](Self::from_env) or `text.parse::<Keys>()`.
    ///
    /// # Errors
    ///
    /// [`KeyError::TooShort`] if the secret has fewer than 32 bytes.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let key = Key::new(secret.as_ref())?;
        Ok(Self { keys: vec![key] })
    }

    /// Adds an old key, which verifies but does not sign.
    ///
    /// # Errors
    ///
    /// [`KeyError::TooShort`] if the secret has fewer than 32 bytes.
    pub fn with_old(mut self, secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        self.keys.push(Key::new(secret.as_ref())?);
        Ok(self)
    }

    /// Reads keys from an environment variable, separated by commas or white space. The first key signs.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotSet`] or [`KeyError::Variable`]. Their texts name the variable and say how to make a key.
    ///
    /// ```
    /// use rustzeug::signed::Keys;
    ///
    /// let error = Keys::from_env("NO_SUCH_KEYS").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the environment variable NO_SUCH_KEYS is not set to one or more keys; \
    ///      `openssl rand -hex 32` prints a new one",
    /// );
    /// ```
    pub fn from_env(variable: &str) -> Result<Self, KeyError> {
        let text = env::var(variable).map_err(|_| KeyError::NotSet(variable.to_owned()))?;
        let keys = text.parse();
        keys.map_err(|error| KeyError::Variable(variable.to_owned(), Box::new(error)))
    }

    /// Makes a new random key, for tests. It exists only in this process, so everything that it signed becomes invalid
    /// when the process ends. For a permanent key, see [`generate_key`].
    ///
    /// # Errors
    ///
    /// [`KeyError::NoRandom`].
    pub fn generate() -> Result<Self, KeyError> {
        Self::new(generate_key()?)
    }

    /// The state of the MAC that signs.
    pub(super) fn first(&self) -> &Hmac<Sha256> {
        &self.keys[0].mac
    }

    /// The states of all MACs.
    pub(super) fn all(&self) -> impl Iterator<Item = &Hmac<Sha256>> {
        self.keys.iter().map(|key| &key.mac)
    }
}

#[cfg(feature = "private-cookies")]
impl Keys {
    /// Keys for a purpose other than signing, 64 bytes each, in the same order.
    pub(crate) fn derived(&self, purpose: &[u8]) -> impl Iterator<Item = [u8; 64]> {
        self.keys.iter().map(|key| {
            let mut whole = [0; 64];
            let first = expand(&key.extracted, &[purpose, &[1]]);
            whole[..32].copy_from_slice(&first);
            whole[32..].copy_from_slice(&expand(&key.extracted, &[&first, purpose, &[2]]));
            whole
        })
    }
}

impl Key {
    fn new(secret: &[u8]) -> Result<Self, KeyError> {
        if secret.len() < SECRET_BYTES {
            return Err(KeyError::TooShort(secret.len()));
        }
        // RFC 5869 §2.2, §2.3.
        let extracted = expand(b"rustzeug", &[secret]);
        let signing = expand(&extracted, &[b"signed values", &[1]]);
        let mac = mac(&signing);
        Ok(Self { extracted, mac })
    }
}

/// The HMAC of the parts; both steps of HKDF use it.
fn expand(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = mac(key);
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

/// Parses keys separated by commas or white space; the first key signs.
///
/// ```
/// use rustzeug::signed::{KeyError, Keys};
///
/// let text = "c27e10f4a9b83d5566d0e8f19a7b3c4d, 5f1c9e7b0d2a4c8896e3f7a1b5d9c0e2";
/// assert_eq!(format!("{:?}", text.parse::<Keys>()?), "Keys(2)");
/// assert_eq!("secret".parse::<Keys>().unwrap_err(), KeyError::TooShort(6));
/// assert_eq!(" , ".parse::<Keys>().unwrap_err(), KeyError::None);
/// # Ok::<(), KeyError>(())
/// ```
impl FromStr for Keys {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let secrets = text.split(|c: char| c == ',' || c.is_whitespace());
        let keys = secrets
            .filter(|secret| !secret.is_empty())
            .map(|secret| Key::new(secret.as_bytes()))
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(KeyError::None);
        }
        Ok(Self { keys })
    }
}

/// Shows only the number of keys.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.keys.len())
    }
}
