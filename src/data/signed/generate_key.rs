//! Random keys.

use crate::data::signed::error::KeyError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Makes a new random key as text, for an environment variable: 32 bytes in base64url.
///
/// ```
/// use rustzeug::signed::{Keys, generate_key};
///
/// let key = generate_key()?;
/// assert_eq!(key.len(), 43);
/// assert!(key.parse::<Keys>().is_ok());
/// # Ok::<(), rustzeug::signed::KeyError>(())
/// ```
///
/// # Errors
///
/// [`KeyError::NoRandom`].
pub fn generate_key() -> Result<String, KeyError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::NoRandom)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
