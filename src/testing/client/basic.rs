//! Basic authentication.

use http::HeaderValue;
use http::header;

use crate::gateway::AwaitOrWait;
use crate::testing::Call;
use crate::testing::Client;

impl Client {
    /// Authenticates every request that has no `Authorization` header, with the Basic scheme (RFC 7617).
    ///
    /// ```
    /// use rustzeug::testing::Client;
    /// use rustzeug::{Error, Request};
    ///
    /// fn secret(request: &Request) -> Result<&'static str, Error> {
    ///     match request.header_text("authorization") {
    ///         Some("Basic QWRhOm9wZW4gc2VzYW1l") => Ok("hello, Ada"),
    ///         _ => Err(Error::unauthorized("Basic realm=\"notes\"")),
    ///     }
    /// }
    ///
    /// let client = Client::new(secret);
    /// client.get("/").wait()?.expect_status(401);
    /// let client = client.with_basic_auth("Ada", "open sesame");
    /// client.get("/").wait()?.expect_text("hello, Ada");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the name has a colon, or if the name or the password has a control character: these cannot be sent.
    #[must_use]
    #[track_caller]
    pub fn with_basic_auth(mut self, user: &str, password: &str) -> Self {
        let value = credentials(user, password);
        self.settings.headers.insert(header::AUTHORIZATION, value);
        self
    }
}

impl AwaitOrWait<Call<'_>> {
    /// Authenticates only this call: see [`Client::with_basic_auth`].
    ///
    /// # Panics
    ///
    /// As for [`Client::with_basic_auth`].
    #[track_caller]
    pub fn with_basic_auth(self, user: &str, password: &str) -> Self {
        let value = credentials(user, password);
        self.with(|mut request| {
            request.headers_mut().insert(header::AUTHORIZATION, value);
            request
        })
    }
}

/// `Basic`, with name and password as UTF-8 (RFC 7617 §2.1).
#[track_caller]
fn credentials(user: &str, password: &str) -> HeaderValue {
    assert!(
        !user.contains(':'),
        "`{user}` cannot be sent by Basic authentication: a name must not contain a colon"
    );
    let pair = format!("{user}:{password}");
    assert!(
        !pair.contains(|c: char| c.is_ascii_control()),
        "`{}` cannot be sent by Basic authentication: the name or the password has a control character",
        user.escape_debug()
    );
    let mut value = HeaderValue::try_from(format!("Basic {}", base64(pair.as_bytes())))
        .expect("base64 is ASCII without controls");
    value.set_sensitive(true);
    value
}

/// RFC 4648 §4, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let six = (bits >> (18 - 6 * place)) as usize & 63;
            text.push(if place <= group.len() {
                char::from(LETTERS[six])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        // RFC 4648 §10, and bytes that encode to the last letters of the alphabet.
        for (bytes, want) in [
            (&b""[..], ""),
            (b"f", "Zg=="),
            (b"fo", "Zm8="),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg=="),
            (b"fooba", "Zm9vYmE="),
            (b"foobar", "Zm9vYmFy"),
            (b"\xfb\xff\xfe", "+//+"),
        ] {
            assert_eq!(base64(bytes), want);
        }
    }
}
