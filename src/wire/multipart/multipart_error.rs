//! The errors of reading a form, and the status for each.

use std::error::Error;
use std::fmt;

use http::StatusCode;

/// The reason why a content type or a body is not readable `multipart/form-data`.
///
/// The message says what is wrong and in which part, and names the setting of an exceeded limit. It never
/// repeats sent data, so it may be shown: `part 3: Content-Disposition without a name`.
///
/// RFC 2046 [§5.1.1] (delimiters), RFC 7578 [§4] (parts).
///
/// ```
/// use rustzeug::multipart::Boundary;
///
/// let error = Boundary::from_content_type(b"text/plain").unwrap_err();
/// assert_eq!(error.status(), 415);
/// assert_eq!(error.to_string(), "the content type is not multipart/form-data");
/// ```
///
/// [§5.1.1]: https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
/// [§4]: https://www.rfc-editor.org/rfc/rfc7578#section-4
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultipartError {
    pub(super) kind: Fault,
    /// The number of the part with a wrong head; 0 for other errors.
    pub(super) part: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    // Faults of the content type.
    NotMultipart,
    ContentType,
    NoBoundary,
    TwoBoundaries,
    OtherBoundary,
    BoundaryLength { limit: usize },
    BoundaryByte,
    // Faults of the framing.
    NoDelimiter,
    Unclosed,
    BareLf,
    BareCr,
    BoundaryInText,
    NoData,
    TextAfterBoundary,
    TextAfterClosing,
    PartBefore,
    PartAfter,
    Padding { limit: usize },
    // Limits.
    Parts { limit: usize },
    HeaderBytes { limit: usize },
    HeaderLines { limit: usize },
    Preamble { limit: usize },
    // Faults of a part's head.
    Fold,
    HeaderName,
    BareCrInHead,
    NoDisposition,
    TwoDispositions,
    NoType,
    Parameter,
    NoName,
    TwoNames,
    BareName,
    FoldedName,
    OtherName,
    NameCharset,
}

impl MultipartError {
    /// The status to answer with: `415` for another content type or charset, `413` for too many parts, `400`
    /// for everything else.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self.kind {
            Fault::NotMultipart | Fault::NameCharset => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Fault::Parts { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The setting of the exceeded limit, if any: `multipart_parts`, `part_header_bytes`, `part_header_lines`
    /// or `preamble_bytes`.
    #[must_use]
    pub const fn setting(&self) -> Option<&'static str> {
        match self.kind {
            Fault::Parts { .. } => Some("multipart_parts"),
            Fault::HeaderBytes { .. } => Some("part_header_bytes"),
            Fault::HeaderLines { .. } => Some("part_header_lines"),
            Fault::Preamble { .. } => Some("preamble_bytes"),
            _ => None,
        }
    }

    /// The number of the part with a wrong head, counted from 1; `None` for other errors.
    #[must_use]
    pub const fn part(&self) -> Option<usize> {
        match self.part {
            0 => None,
            number => Some(number),
        }
    }
}

impl From<Fault> for MultipartError {
    fn from(kind: Fault) -> Self {
        Self { kind, part: 0 }
    }
}

impl fmt::Display for MultipartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.part > 0 {
            write!(f, "part {}: ", self.part)?;
        }
        write!(f, "{}", self.kind)?;
        match self.setting() {
            Some(setting) => write!(f, " (limit `{setting}`)"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::NotMultipart => "the content type is not multipart/form-data",
            Self::ContentType => "a parameter of the content type is malformed",
            Self::NoBoundary => "the content type has no boundary",
            Self::TwoBoundaries => "the content type has two boundaries",
            Self::OtherBoundary => "the content type has a boundary in pieces or with a charset",
            Self::BoundaryByte => "the boundary has a character that is not allowed",
            Self::NoDelimiter => "the body has no line that begins with the boundary",
            Self::Unclosed => "the body ends before its closing boundary",
            Self::BareLf => "a line ends with LF instead of CR LF",
            Self::BareCr => "a line ends with CR instead of CR LF",
            Self::BoundaryInText => "the boundary occurs within a line",
            Self::NoData => "a boundary occurs where the data of a part should begin",
            Self::TextAfterBoundary => "text follows a boundary on its line",
            Self::TextAfterClosing => "text follows the closing boundary on its line",
            Self::PartBefore => "the head of a part comes before the first boundary",
            Self::PartAfter => "the head of a part comes after the closing boundary",
            Self::Fold => "a header line of whitespace, or a continuation line at the beginning",
            Self::HeaderName => "a header line without a name before a colon",
            Self::BareCrInHead => "a CR without LF in a header line",
            Self::NoDisposition => "no Content-Disposition",
            Self::TwoDispositions => "two Content-Disposition lines that differ",
            Self::NoType => "Content-Disposition does not begin with a type like form-data",
            Self::Parameter => "a parameter of Content-Disposition is malformed",
            Self::NoName => "Content-Disposition without a name",
            Self::TwoNames => "Content-Disposition with two names",
            Self::BareName => "Content-Disposition with a name that needs quotes",
            Self::FoldedName => "Content-Disposition with a name on two lines",
            Self::OtherName => "Content-Disposition with a name in pieces or in another charset",
            Self::NameCharset => "a name is in a charset that is not supported",
            Self::BoundaryLength { limit } => {
                return write!(f, "the boundary is not 1 to {limit} characters long");
            }
            Self::Padding { limit } => {
                return write!(f, "more than {limit} blanks after a boundary");
            }
            Self::Parts { limit } => return write!(f, "more than {limit} parts"),
            Self::HeaderBytes { limit } => {
                return write!(f, "header lines of more than {limit} bytes");
            }
            Self::HeaderLines { limit } => return write!(f, "more than {limit} header lines"),
            Self::Preamble { limit } => {
                return write!(f, "more than {limit} bytes before the first boundary");
            }
        })
    }
}

impl Error for MultipartError {}
