//! Nonces from the random numbers of the system.

use super::Nonce;
use crate::base::error::Result;

/// With the feature `signed`, which adds random numbers.
impl Nonce {
    /// Makes a new nonce from the random numbers of the system.
    ///
    /// # Errors
    ///
    /// A `500` if the system has no random numbers.
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
