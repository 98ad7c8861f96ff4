//! `Content-Encoding` of a request: checks whether the body is encoded.

use http::HeaderMap;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::syntax::elements;

/// The facts about a body in the head, collected in one pass over its fields.
#[cfg(any(feature = "form", feature = "json"))]
pub(crate) struct Described<'h> {
    /// As it was sent; empty if it is absent.
    pub(crate) content_type: &'h [u8],
    is_coded: bool,
}

#[cfg(any(feature = "form", feature = "json"))]
impl<'h> Described<'h> {
    pub(crate) fn by(headers: &'h HeaderMap) -> Self {
        let (mut content_type, mut is_coded) = (None, false);
        for (name, value) in headers {
            match *name {
                header::CONTENT_TYPE => content_type = content_type.or(Some(value.as_bytes())),
                header::CONTENT_ENCODING => is_coded = true,
                _ => {}
            }
        }
        Self {
            content_type: content_type.unwrap_or_default(),
            is_coded,
        }
    }

    /// The same as [`refuse_coded`], for a head that was already inspected.
    pub(crate) fn refuse_coded(&self, headers: &HeaderMap) -> Result<()> {
        if self.is_coded {
            refuse_coded(headers)
        } else {
            Ok(())
        }
    }
}

/// Refuses a body that is compressed or encoded in another way: its bytes are not text, a form or JSON.
///
/// RFC 9110 §8.4: `identity` must not be sent here, but it is harmless, and so is an empty list (§5.6.1.2).
///
/// # Errors
///
/// `415`, with the accepted codings in `Accept-Encoding` (RFC 9110 §15.5.16, §12.5.3).
pub(crate) fn refuse_coded(headers: &HeaderMap) -> Result<()> {
    if !headers.contains_key(header::CONTENT_ENCODING) {
        return Ok(());
    }
    match codings(headers).next() {
        Some(coding) => Err(refused(coding, "identity")),
        None => Ok(()),
    }
}

/// The codings that were applied, without `identity`.
fn codings(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(header::CONTENT_ENCODING).iter();
    let codings = lines.flat_map(|line| elements(line.as_bytes()));
    codings.filter(|coding| !coding.eq_ignore_ascii_case(b"identity"))
}

/// The coding of a body.
#[cfg(feature = "compression")]
pub(crate) enum CodedBody<'h> {
    /// The body is not encoded.
    Plain,
    /// One coding of this name.
    Coded(&'h [u8]),
    /// Several codings, one after another.
    CodedAgain,
}

/// The coding of the body, as declared in its head.
#[cfg(feature = "compression")]
pub(crate) fn coded_body(headers: &HeaderMap) -> CodedBody<'_> {
    if !headers.contains_key(header::CONTENT_ENCODING) {
        return CodedBody::Plain;
    }
    let mut codings = codings(headers);
    match (codings.next(), codings.next()) {
        (None, _) => CodedBody::Plain,
        (Some(coding), None) => CodedBody::Coded(coding),
        _ => CodedBody::CodedAgain,
    }
}

/// The refusal of a coding; `accepted` lists the codings that the client may send instead.
#[cold]
pub(crate) fn refused(coding: &[u8], accepted: &str) -> Error {
    let is_shown = coding.len() <= 40 && coding.iter().all(u8::is_ascii_graphic);
    let shown = if is_shown { coding } else { b"?" };
    let shown = String::from_utf8_lossy(shown);
    Error::unsupported_media_type()
        .with_message(format!(
            "the body is coded as `{shown}`, which is not decoded here"
        ))
        .with_header(header::ACCEPT_ENCODING, accepted)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn identity_alone_is_no_coding() {
        #[rustfmt::skip]
        let cases: [(&[&str], bool, &str); 10] = [
            (&[],                     true,  "absent"),
            (&[""],                   true,  "empty"),
            (&["identity"],           true,  "nothing was done"),
            (&["Identity"],           true,  "codings have no case"),
            (&["identity, ,IDENTITY"], true, "a list of it"),
            (&["gzip"],               false, "compressed"),
            (&["GZIP"],               false, "in any case"),
            (&["identity, gzip"],     false, "in a list"),
            (&["identity", "br"],     false, "on a second line"),
            (&["identityx"],          false, "another one"),
        ];
        for (lines, is_read, why) in cases {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::CONTENT_ENCODING, HeaderValue::from_static(line));
            }
            let checked = refuse_coded(&headers);
            assert_eq!(checked.is_ok(), is_read, "{lines:?}: {why}");
            if let Err(error) = checked {
                assert_eq!(error.status(), 415);
                assert_eq!(error.headers()[header::ACCEPT_ENCODING], "identity");
            }
        }
    }

    #[test]
    fn the_error_says_what_it_is_coded_as() {
        let told = |line: &'static [u8]| {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_bytes(line).expect("a value");
            headers.insert(header::CONTENT_ENCODING, value);
            refuse_coded(&headers)
                .expect_err("coded")
                .message()
                .to_owned()
        };
        assert_eq!(
            told(b"zstd"),
            "the body is coded as `zstd`, which is not decoded here"
        );
        assert_eq!(
            told(b"\xff"),
            "the body is coded as `?`, which is not decoded here"
        );
    }
}
