//! Nonces by the random numbers of the system.

use super::Nonce;
use crate::base::error::Result;

/// With the feature `signed`, which brings random numbers.
impl Nonce {
    /// A new nonce, by the random numbers of the system.
    ///
    /// # Errors
    ///
    /// The system has none: a `500`.
    pub fn random() -> Result<Self> {
        let mut bytes = [0; 16];
        let filled = getrandom::fill(&mut bytes);
        filled.map_err(|error| format!("no random numbers: {error}"))?;
        Ok(Self::from_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_nonces_differ() {
        let nonce = || Nonce::random().expect("random numbers");
        assert_ne!(nonce(), nonce());
        assert_eq!(nonce().as_str().len(), 24);
    }
}
