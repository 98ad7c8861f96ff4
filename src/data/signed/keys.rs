//! The keys: where they come from, what is derived from them, which of them signs.

use std::env;
use std::fmt;
use std::str::FromStr;

use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha2::Sha256;

use crate::data::signed::error::KeyError;
use crate::data::signed::generate_key::generate_key;

/// Bytes that a secret has at least: as many as HMAC-SHA-256 gives (RFC 2104 §3).
const SECRET_BYTES: usize = 32;

/// One or more secret keys: the first signs, all verify (feature `signed`).
///
/// To change keys, put the new one in front, and take the old one off when what it has signed
/// is too old to count. A key has at least 32 bytes and is random, not thought up:
/// [`generate_key`] makes one.
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

/// What HKDF extracts from a secret, and the state of the MAC that signs.
#[derive(Clone)]
struct Key {
    #[cfg_attr(
        not(feature = "private-cookies"),
        expect(
            dead_code,
            reason = "signing needs what was derived of it, and nothing more"
        )
    )]
    extracted: [u8; 32],
    mac: Hmac<Sha256>,
}

impl Keys {
    /// The key of one secret: text or bytes, taken as they are, a line end among them. For a list of
    /// keys, with commas or white space between, there are [`from_env`](Self::from_env) and
    /// `text.parse::<Keys>()`.
    ///
    /// # Errors
    ///
    /// [`KeyError::TooShort`] for fewer than 32 bytes.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let key = Key::new(secret.as_ref())?;
        Ok(Self { keys: vec![key] })
    }

    /// Adds a key that verifies what it has signed in the past, and signs nothing.
    ///
    /// # Errors
    ///
    /// [`KeyError::TooShort`] for fewer than 32 bytes.
    pub fn with_old(mut self, secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        self.keys.push(Key::new(secret.as_ref())?);
        Ok(self)
    }

    /// The keys in an environment variable, separated by commas or spaces, the one that signs
    /// first.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotSet`], [`KeyError::Variable`], whose texts name the variable and say how to
    /// make a key.
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

    /// A new random key, which is gone with the process, and with it all that it has signed: for
    /// tests. To keep one, see [`generate_key`].
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
    /// Keys for another purpose than signing, 64 bytes each, in the same order.
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

/// HMAC of the parts: both steps of HKDF are made of it.
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

/// Keys separated by commas or white space, the one that signs first.
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

/// How many they are.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.keys.len())
    }
}
