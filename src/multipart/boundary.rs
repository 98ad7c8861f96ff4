//! The boundary: read from a content type, or made for a body.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;

use http::HeaderValue;

use crate::syntax::is_token;

use super::error::Kind;
use super::error::MultipartError;
use super::parameters::Parameters;

/// What stands between the parts of a body: 1 to 70 characters of those that
/// RFC 2046 allows.
///
/// RFC 2046 [§5.1.1].
///
/// [§5.1.1]: https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Boundary(String);

impl Boundary {
    /// The boundary of a body with the header value `content_type`.
    ///
    /// The type is compared without regard to case. Blanks around `=` and `;`
    /// do no harm, and a value without quotes may have characters that a
    /// token has not: `boundary=a/b:c`, `boundary=a=b`.
    ///
    /// # Errors
    ///
    /// With status `415` if the type is not `multipart/form-data`; with `400` if a
    /// parameter is malformed, or if there is not exactly one boundary, with 1 to
    /// 70 characters out of letters, digits, `'()+_,-./:=?` and blanks, these not at
    /// the end and only in quotes. Two boundaries are two readings of one
    /// body, whichever is taken.
    ///
    /// ```
    /// use rustzeug::multipart::Boundary;
    ///
    /// let boundary = Boundary::from_content_type(b"Multipart/Form-Data ; boundary = \"a b\"")?;
    /// assert_eq!(boundary.as_str(), "a b");
    /// assert_eq!(Boundary::from_content_type(b"multipart/form-data").unwrap_err().status(), 400);
    /// # Ok::<(), rustzeug::multipart::MultipartError>(())
    /// ```
    ///
    /// RFC 7578 [§4.1].
    ///
    /// [§4.1]: https://www.rfc-editor.org/rfc/rfc7578#section-4.1
    pub fn from_content_type(content_type: &[u8]) -> Result<Self, MultipartError> {
        let (media_type, parameters) = Parameters::after(content_type, 0);
        if !media_type.eq_ignore_ascii_case(b"multipart/form-data") {
            return Err(Kind::NotMultipart.into());
        }
        let mut boundary = None;
        for parameter in parameters {
            let parameter = parameter.map_err(|_| Kind::ContentType)?;
            if !content_type[parameter.name].eq_ignore_ascii_case(b"boundary") {
                continue;
            }
            if boundary.is_some() {
                return Err(Kind::TwoBoundaries.into());
            }
            let value = &content_type[parameter.value];
            if !parameter.is_quoted && value.contains(&b' ') {
                return Err(Kind::BoundaryByte.into());
            }
            boundary = Some(Self::new(value)?);
        }
        boundary.ok_or_else(|| Kind::NoBoundary.into())
    }

    /// A boundary of one's own choice.
    ///
    /// # Errors
    ///
    /// With status `400` if `text` cannot be one; see
    /// [`from_content_type`](Self::from_content_type).
    ///
    /// ```
    /// use rustzeug::multipart::Boundary;
    ///
    /// assert_eq!(Boundary::new("xyz")?.as_str(), "xyz");
    /// assert!(Boundary::new("a\"b").is_err());
    /// # Ok::<(), rustzeug::multipart::MultipartError>(())
    /// ```
    pub fn new(text: impl AsRef<[u8]>) -> Result<Self, MultipartError> {
        let text = text.as_ref();
        if !(1..=70).contains(&text.len()) {
            return Err(Kind::BoundaryLength.into());
        }
        if !text.iter().all(|byte| is_boundary_byte(*byte)) || text.ends_with(b" ") {
            return Err(Kind::BoundaryByte.into());
        }
        let text = str::from_utf8(text).map_err(|_| Kind::BoundaryByte)?;
        Ok(Self(text.to_owned()))
    }

    /// A boundary out of 128 random bits: it does not occur in data by
    /// chance, and who does not see it cannot write it.
    ///
    /// ```
    /// use rustzeug::multipart::Boundary;
    ///
    /// assert_ne!(Boundary::random(), Boundary::random());
    /// ```
    #[must_use]
    pub fn random() -> Self {
        // Each has a key of its own, out of what the system gave the thread.
        let half = || u128::from(RandomState::new().hash_one("multipart/form-data"));
        Self::from_entropy(half() << 64 | half())
    }

    /// As [`random`](Self::random), of random bits that the caller brings.
    ///
    /// ```
    /// use rustzeug::multipart::Boundary;
    ///
    /// let boundary = Boundary::from_entropy(0xCAFE);
    /// assert_eq!(boundary.as_str(), "rustzeug-0000000000000000000000000000cafe");
    /// ```
    #[must_use]
    pub fn from_entropy(entropy: u128) -> Self {
        Self(format!("rustzeug-{entropy:032x}"))
    }

    /// The boundary itself, without the hyphens in front of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The header value that goes with a body of this boundary.
    ///
    /// ```
    /// use rustzeug::multipart::Boundary;
    ///
    /// assert_eq!(Boundary::new("xyz")?.content_type(), "multipart/form-data; boundary=xyz");
    /// assert_eq!(Boundary::new("a:b")?.content_type(), "multipart/form-data; boundary=\"a:b\"");
    /// # Ok::<(), rustzeug::multipart::MultipartError>(())
    /// ```
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "no boundary makes it panic")]
    pub fn content_type(&self) -> HeaderValue {
        let quote = if is_token(self.0.as_bytes()) {
            ""
        } else {
            "\""
        };
        let value = format!("multipart/form-data; boundary={quote}{self}{quote}");
        HeaderValue::try_from(value).expect("a boundary has visible ASCII and spaces only")
    }

    /// What ends a body, after the [`PART_END`](super::PART_END) of its last part.
    ///
    /// A body without parts is this alone.
    ///
    /// ```
    /// use rustzeug::multipart::Boundary;
    ///
    /// assert_eq!(Boundary::new("xyz")?.closing_line(), b"--xyz--\r\n");
    /// # Ok::<(), rustzeug::multipart::MultipartError>(())
    /// ```
    #[must_use]
    pub fn closing_line(&self) -> Vec<u8> {
        format!("--{self}--\r\n").into_bytes()
    }
}

impl fmt::Display for Boundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `bchars` (RFC 2046 §5.1.1)
fn is_boundary_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte)
}
