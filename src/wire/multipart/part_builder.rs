//! The bytes around the data of sent parts.

use http::HeaderName;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use percent_encoding::percent_encode_byte;

use super::boundary::Boundary;

/// The bytes after the data of each part.
pub const PART_END: &[u8] = b"\r\n";

/// The head of a part to be sent: a field or a file.
///
/// A body consists of [`encode`](Self::encode), the data and [`PART_END`] for each part, then
/// [`Boundary::closing_line`]. So its length is known if the lengths of the data are.
///
/// Names are escaped as browsers do: `"` is `%22`, CR `%0D`, LF `%0A`, and everything else is sent as UTF-8.
/// Where browsers are ambiguous, this is not: a backslash that a reader would treat as an escape is doubled,
/// and control characters that are not allowed in a header are percent-encoded.
/// [`Decoder`](crate::multipart::Decoder) reads the same names, except names that contain `%22`, `%0D` or
/// `%0A` themselves, or control characters other than tabs and line ends. It refuses a file whose field name
/// ends with a backslash, since readers do not agree on the end of such a name.
///
/// ```
/// use rustzeug::multipart::{Boundary, PartBuilder, PART_END};
///
/// let boundary = Boundary::new("xyz")?;
/// let body = [
///     &PartBuilder::field("colour").encode(&boundary)[..],
///     b"blue",
///     PART_END,
///     &PartBuilder::file("photo", "my \"cat\".png").encode(&boundary),
///     b"\x89PNG",
///     PART_END,
///     &boundary.closing_line(),
/// ]
/// .concat();
/// assert!(body.starts_with(
///     b"--xyz\r\nContent-Disposition: form-data; name=\"colour\"\r\n\r\nblue\r\n\
///     --xyz\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"my %22cat%22.png\"\r\n\
///     Content-Type: application/octet-stream\r\n\r\n\x89PNG\r\n"
/// ));
/// # Ok::<(), rustzeug::multipart::MultipartError>(())
/// ```
///
/// RFC 7578 [§4.2], and the WHATWG's [encoding algorithm].
///
/// [§4.2]: https://www.rfc-editor.org/rfc/rfc7578#section-4.2
/// [encoding algorithm]: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
#[derive(Clone, Debug)]
pub struct PartBuilder<'n> {
    name: &'n str,
    filename: Option<&'n str>,
    content_type: Option<HeaderValue>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl<'n> PartBuilder<'n> {
    /// Creates a field, without a content type.
    #[must_use]
    pub const fn field(name: &'n str) -> Self {
        Self {
            name,
            filename: None,
            content_type: None,
            headers: Vec::new(),
        }
    }

    /// Creates a file of the type `application/octet-stream`; see
    /// [`with_content_type`](Self::with_content_type).
    #[must_use]
    pub const fn file(name: &'n str, filename: &'n str) -> Self {
        Self {
            name,
            filename: Some(filename),
            content_type: Some(HeaderValue::from_static("application/octet-stream")),
            headers: Vec::new(),
        }
    }

    /// Replaces the content type.
    #[must_use]
    pub fn with_content_type(mut self, content_type: HeaderValue) -> Self {
        self.content_type = Some(content_type);
        self
    }

    /// Sets a header, replacing all lines of its name. It is written after `Content-Disposition` and
    /// `Content-Type`; `Content-Type` is [`with_content_type`](Self::with_content_type).
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if name == CONTENT_TYPE {
            return self.with_content_type(value);
        }
        self.headers.retain(|(other, _)| *other != name);
        self.with_appended_header(name, value)
    }

    /// Appends a header line; lines of the same name stay. There is only one `Content-Type`.
    #[must_use]
    pub fn with_appended_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if name == CONTENT_TYPE {
            return self.with_content_type(value);
        }
        self.headers.push((name, value));
        self
    }

    /// Returns the delimiter line and the header lines, to send before the data.
    ///
    /// They have exactly the form that browsers write.
    #[must_use]
    pub fn encode(&self, boundary: &Boundary) -> Vec<u8> {
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"");
        push_escaped(&mut head, self.name);
        if let Some(filename) = self.filename {
            head.push_str("\"; filename=\"");
            push_escaped(&mut head, filename);
        }
        head.push_str("\"\r\n");
        let mut head = head.into_bytes();
        if let Some(value) = &self.content_type {
            push_line(&mut head, b"Content-Type", value);
        }
        for (name, value) in &self.headers {
            push_line(&mut head, name.as_ref(), value);
        }
        head.extend_from_slice(b"\r\n");
        head
    }
}

fn push_line(head: &mut Vec<u8>, name: &[u8], value: &HeaderValue) {
    for piece in [name, b": ", value.as_bytes(), b"\r\n"] {
        head.extend_from_slice(piece);
    }
}

fn push_escaped(head: &mut String, name: &str) {
    let mut rest = name.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => head.push_str("%22"),
            '\t' => head.push(c),
            // Before the closing quote or another backslash, it would be an escape.
            '\\' if matches!(rest.as_str().bytes().next(), None | Some(b'\\')) => {
                head.push_str("\\\\");
            }
            _ => match u8::try_from(c) {
                Ok(byte) if byte.is_ascii_control() => head.push_str(percent_encode_byte(byte)),
                _ => head.push(c),
            },
        }
    }
}
