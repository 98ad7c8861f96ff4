//! Signing and verifying: the format of a signed value.

use std::time::Duration;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Hmac;
use hmac::Mac;
use sha2::Sha256;

use crate::data::signed::error::SignatureError;
use crate::data::signed::keys::Keys;

/// Precedes everything that is signed, so that no other format is accepted as this one.
const LABEL: &[u8] = b"rustzeug signed 1";

const MAC_BYTES: usize = 32;
const TIME_BYTES: usize = 8;

/// The maximum difference between the clocks of several servers.
const SKEW_SECONDS: u64 = 60;

/// The use of a signature: a purpose, and for cookies a name.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    pub(crate) purpose: &'s str,
    pub(crate) name: &'s str,
}

impl Keys {
    /// Signs a value for a purpose. The result is safe in a URL.
    ///
    /// The purpose prevents a value that was signed for one use from being accepted for another. Name it like a feature
    /// of the program: `"password-reset"`. Anybody can read the value.
    ///
    /// ```
    /// use rustzeug::signed::Keys;
    ///
    /// let keys = Keys::generate()?;
    /// let link = format!("https://example.org/reset?token={}", keys.sign("password-reset", "user-7"));
    /// assert!(link.bytes().all(|byte| byte.is_ascii_graphic()));
    /// # Ok::<(), rustzeug::signed::KeyError>(())
    /// ```
    #[must_use]
    pub fn sign(&self, purpose: &str, value: &str) -> String {
        self.sign_at(purpose, value, SystemTime::now())
    }

    /// [`sign`](Self::sign) with the time as an argument.
    #[must_use]
    pub fn sign_at(&self, purpose: &str, value: &str, now: SystemTime) -> String {
        self.seal(Scope { purpose, name: "" }, value, now)
    }

    /// Returns the value of a token that [`sign`](Self::sign) made for this purpose, at most `max_age` ago.
    ///
    /// # Errors
    ///
    /// [`SignatureError`] says why the token is rejected. Its age is checked only if the signature is right. `?` in a
    /// handler turns the error into a `500`, so use `.or_status(400)?`, or answer with a page of your own.
    ///
    /// ```
    /// use rustzeug::{IntoApplication, Request, Result, ResultExt, signed::Keys, with_state};
    /// use std::time::Duration;
    ///
    /// fn reset(keys: &Keys, request: &Request) -> Result<String> {
    ///     let token = request.query_string();
    ///     let user = keys.verify("password-reset", token, Duration::from_hours(1)).or_status(400)?;
    ///     Ok(format!("a new password for {user}"))
    /// }
    ///
    /// let keys = Keys::generate()?;
    /// let token = keys.sign("password-reset", "user-7");
    /// let app = with_state(keys, reset).into_application();
    /// let mut response = Request::blank(&format!("/reset?{token}")).send(&app).wait()?;
    /// assert_eq!(response.read_text().wait()?, "a new password for user-7");
    /// assert_eq!(Request::blank(&format!("/reset?{token}x")).send(&app).wait()?.status(), 400);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn verify(
        &self,
        purpose: &str,
        token: &str,
        max_age: Duration,
    ) -> Result<String, SignatureError> {
        self.verify_at(purpose, token, max_age, SystemTime::now())
    }

    /// [`verify`](Self::verify) with the time as an argument.
    ///
    /// A token that is exactly `max_age` old, in whole seconds, is accepted. So is a token that was signed up to a
    /// minute in the future, since clocks differ.
    ///
    /// # Errors
    ///
    /// As for [`verify`](Self::verify).
    pub fn verify_at(
        &self,
        purpose: &str,
        token: &str,
        max_age: Duration,
        now: SystemTime,
    ) -> Result<String, SignatureError> {
        let (value, issued) = self.open(Scope { purpose, name: "" }, token)?;
        check_age(issued, max_age, now)?;
        Ok(value)
    }

    pub(crate) fn seal(&self, scope: Scope<'_>, value: &str, now: SystemTime) -> String {
        let time = seconds(now).to_be_bytes();
        let mac = fed(self.first(), scope, time, value.as_bytes());
        let mut whole = Vec::with_capacity(MAC_BYTES + TIME_BYTES + value.len());
        whole.extend_from_slice(&mac.finalize().into_bytes());
        whole.extend_from_slice(&time);
        whole.extend_from_slice(value.as_bytes());
        URL_SAFE_NO_PAD.encode(whole)
    }

    /// The value, and the time of signing, in seconds.
    pub(crate) fn open(
        &self,
        scope: Scope<'_>,
        token: &str,
    ) -> Result<(String, u64), SignatureError> {
        // Decoding is strict: no padding, no line ends, no spare bits. So a value has only one spelling.
        let whole = URL_SAFE_NO_PAD.decode(token);
        let whole = whole.map_err(|_| SignatureError::Malformed)?;
        let (mac, rest) = whole
            .split_first_chunk::<MAC_BYTES>()
            .ok_or(SignatureError::Malformed)?;
        let (time, value) = rest
            .split_first_chunk::<TIME_BYTES>()
            .ok_or(SignatureError::Malformed)?;
        // All keys are tried, even after one has matched.
        let verified = self.all().fold(false, |verified, key| {
            let right = fed(key, scope, *time, value).verify_slice(mac).is_ok();
            verified | right
        });
        if !verified {
            return Err(SignatureError::BadSignature);
        }
        let value = String::from_utf8(value.to_vec()).map_err(|_| SignatureError::Malformed)?;
        Ok((value, u64::from_be_bytes(*time)))
    }
}

/// The MAC over all parts, each preceded by its length.
fn fed(key: &Hmac<Sha256>, scope: Scope<'_>, time: [u8; 8], value: &[u8]) -> Hmac<Sha256> {
    let mut mac = key.clone();
    let parts = [
        LABEL,
        scope.purpose.as_bytes(),
        scope.name.as_bytes(),
        &time,
        value,
    ];
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

/// Whole seconds since 1970; 0 for earlier times.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

pub(crate) fn check_age(
    issued: u64,
    max_age: Duration,
    now: SystemTime,
) -> Result<(), SignatureError> {
    let now = seconds(now);
    if issued > now.saturating_add(SKEW_SECONDS) {
        return Err(SignatureError::FromTheFuture);
    }
    if now.saturating_sub(issued) > max_age.as_secs() {
        return Err(SignatureError::Expired);
    }
    Ok(())
}
