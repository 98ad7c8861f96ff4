//! The boundary: read from a content type, or created for a body.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;

use http::HeaderValue;

use crate::syntax::Parameter;
use crate::syntax::Parameters;
use crate::syntax::escaped;
use crate::syntax::is_token;
use crate::syntax::unescaped;

use super::multipart_error::Fault;
use super::multipart_error::MultipartError;

/// The maximum length of a boundary that is read, and of one that is written.
const MAX_READ_BYTES: usize = 256;
const MAX_WRITTEN_BYTES: usize = 70;

/// The delimiter between the parts of a body.
///
/// A written boundary has 1 to 70 of the characters that RFC 2046 allows. A read boundary may have more,
/// since clients send that.
///
/// RFC 2046 [§5.1.1].
///
/// [§5.1.1]: https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Boundary(String);

impl Boundary {
    /// Reads the boundary from the header value `content_type`.
    ///
    /// The type is compared case-insensitively. The boundary is read leniently, as clients write it:
    ///
    /// * 1 to 256 visible characters, and blanks if they are in quotes and not at the end;
    /// * blanks around `=` and `;`, and an unquoted value that is not a token: `boundary=a/b:c`,
    ///   `boundary=a=b`;
    /// * other parameters, and text that is not a parameter, are skipped;
    /// * two lines that a gateway has joined with a comma, and two equal boundaries, are accepted.
    ///
    /// # Errors
    ///
    /// Status `415` if the type is not `multipart/form-data`. Status `400` if there is no boundary, or if it
    /// can be read in two ways: two different boundaries, a boundary in pieces or with a charset (RFC 2231),
    /// quotes that do not close or have text around them. Two boundaries would give two readings of one body.
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
        let mut members = members(content_type);
        let boundary = Self::from_member(members.next().unwrap_or_default())?;
        for member in members {
            if Self::from_member(member)? != boundary {
                return Err(Fault::TwoBoundaries.into());
            }
        }
        Ok(boundary)
    }

    fn from_member(text: &[u8]) -> Result<Self, Fault> {
        let (media_type, parameters) = Parameters::after(text, 0);
        if !media_type.eq_ignore_ascii_case(MEDIA_TYPE) {
            return Err(Fault::NotMultipart);
        }
        let mut boundary: Option<Self> = None;
        for parameter in parameters {
            let parameter = parameter.map_err(|_| Fault::ContentType)?;
            let Some(found) = Self::from_parameter(text, &parameter)? else {
                continue;
            };
            if boundary.as_ref().is_some_and(|known| *known != found) {
                return Err(Fault::TwoBoundaries);
            }
            boundary = Some(found);
        }
        boundary.ok_or(Fault::NoBoundary)
    }

    fn from_parameter(text: &[u8], parameter: &Parameter) -> Result<Option<Self>, Fault> {
        let name = &text[parameter.name.clone()];
        let stem = name.split(|byte| *byte == b'*').next().unwrap_or_default();
        if !stem.eq_ignore_ascii_case(b"boundary") {
            return Ok(None);
        }
        if stem.len() < name.len() {
            return Err(Fault::OtherBoundary);
        }
        if !parameter.is_sound {
            return Err(Fault::ContentType);
        }
        let value = &text[parameter.value.clone()];
        if !parameter.is_quoted {
            return read(value, |byte| byte.is_ascii_graphic()).map(Some);
        }
        // Some readers remove the backslash before any other character, others do not.
        let mut rest = value;
        while let [first, after @ ..] = rest {
            rest = match (first, escaped(rest)) {
                (b'\\', None) => return Err(Fault::BoundaryByte),
                (_, Some(_)) => &after[1..],
                (_, None) => after,
            };
        }
        let is_allowed = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        read(&unescaped(value), is_allowed).map(Some)
    }

    /// Creates a custom boundary for writing.
    ///
    /// # Errors
    ///
    /// Status `400` unless it has 1 to 70 characters from letters, digits, `'()+_,-./:=?` and blanks, without
    /// a blank at the end.
    ///
    /// ```
    /// use rustzeug::multipart::Boundary;
    ///
    /// assert_eq!(Boundary::new("xyz")?.as_str(), "xyz");
    /// assert!(Boundary::new("a@b").is_err());
    /// # Ok::<(), rustzeug::multipart::MultipartError>(())
    /// ```
    pub fn new(text: impl AsRef<[u8]>) -> Result<Self, MultipartError> {
        Ok(checked(text.as_ref(), MAX_WRITTEN_BYTES, is_boundary_byte)?)
    }

    /// Creates a boundary from 128 random bits: it does not occur in data by chance, and nobody can write it
    /// without seeing it.
    ///
    /// ```
    /// use rustzeug::multipart::Boundary;
    ///
    /// assert_ne!(Boundary::random(), Boundary::random());
    /// ```
    #[must_use]
    pub fn random() -> Self {
        // Each state has its own key, derived from the random seed that the system gave the thread.
        let half = || u128::from(RandomState::new().hash_one("multipart/form-data"));
        Self::from_entropy(half() << 64 | half())
    }

    /// Like [`random`](Self::random), with random bits from the caller.
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

    /// The boundary, without the hyphens in front of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The `Content-Type` value for a body with this boundary.
    ///
    /// ```
    /// use rustzeug::multipart::Boundary;
    ///
    /// assert_eq!(Boundary::new("xyz")?.content_type(), "multipart/form-data; boundary=xyz");
    /// assert_eq!(Boundary::new("a:b")?.content_type(), "multipart/form-data; boundary=\"a:b\"");
    /// # Ok::<(), rustzeug::multipart::MultipartError>(())
    /// ```
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it never panics")]
    pub fn content_type(&self) -> HeaderValue {
        let value = if is_token(self.0.as_bytes()) {
            format!("multipart/form-data; boundary={self}")
        } else {
            let escaped = self.0.replace('\\', "\\\\").replace('"', "\\\"");
            format!("multipart/form-data; boundary=\"{escaped}\"")
        };
        HeaderValue::try_from(value).expect("a boundary has only visible ASCII and spaces")
    }

    /// The last line of a body, after the [`PART_END`](crate::multipart::PART_END) of its last part.
    ///
    /// A body without parts is only this line.
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

const MEDIA_TYPE: &[u8] = b"multipart/form-data";

/// The values that were joined with commas; usually one.
///
/// RFC 9110 §8.3 mentions senders and gateways that repeat the field. A comma is kept unless another
/// `multipart/form-data` follows it.
fn members(content_type: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(content_type);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let mut commas = memchr::memchr_iter(b',', text);
        let comma = commas.find(|comma| {
            let next = text[comma + 1..].trim_ascii_start().get(..MEDIA_TYPE.len());
            next.is_some_and(|next| next.eq_ignore_ascii_case(MEDIA_TYPE))
        });
        rest = comma.map(|comma| text[comma + 1..].trim_ascii_start());
        Some(&text[..comma.unwrap_or(text.len())])
    })
}

fn read(text: &[u8], is_allowed: impl Fn(u8) -> bool) -> Result<Boundary, Fault> {
    checked(text, MAX_READ_BYTES, is_allowed)
}

fn checked(text: &[u8], limit: usize, is_allowed: impl Fn(u8) -> bool) -> Result<Boundary, Fault> {
    if !(1..=limit).contains(&text.len()) {
        return Err(Fault::BoundaryLength { limit });
    }
    if !text.iter().all(|byte| is_allowed(*byte)) || text.ends_with(b" ") {
        return Err(Fault::BoundaryByte);
    }
    let text = str::from_utf8(text).map_err(|_| Fault::BoundaryByte)?;
    Ok(Boundary(text.to_owned()))
}

/// `bchars` (RFC 2046 §5.1.1)
fn is_boundary_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte)
}
