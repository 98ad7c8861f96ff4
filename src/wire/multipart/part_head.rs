//! The header lines of a part.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use memchr::memchr;
use memchr::memchr2_iter;
use mime::Mime;

use crate::syntax::charset::Charset;
use crate::syntax::is_blank;
use crate::syntax::is_token;
use crate::syntax::media_type;

use super::disposition;
use super::limits::Limits;
use super::multipart_error::Fault;
use super::multipart_error::MultipartError;
use super::text::Text;

const DISPOSITION: &[u8] = b"content-disposition";

/// The head of a part: the name of the field, the name of a file, header lines.
///
/// It owns a copy of the header lines, and does not keep a chunk of the body alive.
///
/// ```
/// use rustzeug::bytes::Bytes;
/// use rustzeug::multipart::{Boundary, Decoder, Event, Limits};
///
/// let mut decoder = Decoder::new(&Boundary::new("b")?, Limits::default());
/// decoder.push(Bytes::from(concat!(
///     "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"C:\\me\\a%22b.png\"\r\n",
///     "Content-Type: image/png\r\n\r\n",
/// )));
/// let Event::Part(head) = decoder.next_event()? else { unreachable!() };
/// assert_eq!(head.name(), "photo");
/// assert!(head.is_file());
/// assert_eq!(head.filename(), Some("a\"b.png"));
/// assert_eq!(head.raw_filename(), Some("C:\\me\\a\"b.png"));
/// assert_eq!(head.content_type(), Some(mime::IMAGE_PNG));
/// # Ok::<(), rustzeug::multipart::MultipartError>(())
/// ```
///
/// RFC 7578 [§4.2] (`Content-Disposition`), [§4.4] (`Content-Type`).
///
/// [§4.2]: https://www.rfc-editor.org/rfc/rfc7578#section-4.2
/// [§4.4]: https://www.rfc-editor.org/rfc/rfc7578#section-4.4
#[derive(Clone, PartialEq, Eq)]
pub struct PartHead {
    /// The checked lines, each with its CR LF.
    block: Vec<u8>,
    name: Text,
    file: Option<FileNames>,
    content_type: Option<Text>,
}

#[derive(Clone, PartialEq, Eq)]
struct FileNames {
    raw: Text,
    base: Text,
}

impl PartHead {
    /// The name of the field; invalid UTF-8 becomes U+FFFD.
    ///
    /// It may be empty, since scripts in browsers can send that, and it may contain line ends and quotes.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str(&self.block)
    }

    /// Converts the head to its name, and reuses the memory of the header lines if these are short.
    #[must_use]
    pub fn into_name(self) -> String {
        self.name.into_string(self.block)
    }

    /// Whether the part is a file, that is, has a filename, even an empty one.
    ///
    /// Browsers send an empty filename if no file was chosen.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.file.is_some()
    }

    /// The name of the file, for display: the text after the last `/` or `\`, without control characters,
    /// never `.` or `..`. `None` if the part is not a file.
    ///
    /// It is empty if nothing is left. The client chooses it, so do not use it as a name on disk: make your
    /// own name, or use [`secure_filename`](crate::filename::secure_filename).
    #[must_use]
    pub fn filename(&self) -> Option<&str> {
        let names = self.file.as_ref()?;
        Some(names.base.as_str(&self.block))
    }

    /// The name of the file as sent, with escapes decoded and nothing removed.
    ///
    /// It comes from `filename*` if present, else from `filename`.
    ///
    /// RFC 8187 [§3.2]; RFC 7578 does not allow `filename*`, but clients send it.
    ///
    /// [§3.2]: https://www.rfc-editor.org/rfc/rfc8187#section-3.2
    #[must_use]
    pub fn raw_filename(&self) -> Option<&str> {
        let names = self.file.as_ref()?;
        Some(names.raw.as_str(&self.block))
    }

    /// The media type in the first `Content-Type` line; `None` if there is none, or it cannot be parsed.
    ///
    /// An absent type means `text/plain`; for files it usually means nothing.
    #[must_use]
    pub fn content_type(&self) -> Option<Mime> {
        media_type::parse(self.raw_content_type()?.as_bytes())
    }

    /// The value of the first `Content-Type` line, as sent.
    #[must_use]
    pub fn raw_content_type(&self) -> Option<&str> {
        Some(self.content_type.as_ref()?.as_str(&self.block))
    }

    /// Returns all header lines. Each call builds a new map.
    ///
    /// It includes `Content-Transfer-Encoding` if sent, which has no effect (RFC 7578 §4.7). Line ends of
    /// folded lines are removed, and control characters become blanks.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines(&self.block) {
            let Ok(field) = Field::of(&self.block, line) else {
                continue;
            };
            let name = HeaderName::from_bytes(&self.block[field.name]);
            let value = HeaderValue::from_bytes(&shown(&self.block[field.value]));
            if let (Ok(name), Ok(value)) = (name, value) {
                // More lines than a map can hold; only with limits far above the defaults.
                if headers.try_append(name, value).is_err() {
                    break;
                }
            }
        }
        headers
    }

    /// Checks header lines, each with its CR LF.
    pub(super) fn parse(block: Vec<u8>) -> Result<Self, Fault> {
        let (mut found, mut content_type) = (None, None);
        for line in lines(&block) {
            let Field {
                name,
                value,
                is_disposition,
            } = Field::of(&block, line)?;
            if is_disposition {
                let disposition = disposition::parse(&block, value, &Charset::Utf8)?;
                match &found {
                    Some(known) if !disposition.says(known, &block) => {
                        return Err(Fault::TwoDispositions);
                    }
                    Some(_) => {}
                    None => found = Some(disposition),
                }
            } else if content_type.is_none() && block[name].eq_ignore_ascii_case(b"content-type") {
                content_type = Some(match shown(&block[value.clone()]) {
                    Cow::Borrowed(_) => Text::lossy(&block, value),
                    Cow::Owned(text) => Text::Decoded(String::from_utf8_lossy(&text).into_owned()),
                });
            }
        }
        let disposition = found.ok_or(Fault::NoDisposition)?;
        Ok(Self {
            name: disposition.name,
            file: disposition.filename.map(|raw| FileNames::of(raw, &block)),
            content_type,
            block,
        })
    }
}

/// For charsets that the part or the form declares.
impl PartHead {
    /// The charset that the part declares.
    pub(crate) fn charset(&self) -> Option<Charset> {
        media_type::charset(self.raw_content_type()?.as_bytes())
    }

    /// Reads the names in the charset of the form.
    pub(crate) fn read_names_in(&mut self, charset: &Charset) -> Result<(), MultipartError> {
        for line in lines(&self.block) {
            let field = Field::of(&self.block, line)?;
            if field.is_disposition {
                let found = disposition::parse(&self.block, field.value, charset)?;
                self.name = found.name;
                let names = found.filename.map(|raw| FileNames::of(raw, &self.block));
                self.file = names;
                return Ok(());
            }
        }
        Ok(())
    }
}

impl FileNames {
    fn of(raw: Text, block: &[u8]) -> Self {
        Self {
            base: raw.base_name(block),
            raw,
        }
    }
}

impl fmt::Debug for PartHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartHead")
            .field("name", &self.name())
            .field("filename", &self.filename())
            .field("content_type", &self.raw_content_type())
            .finish_non_exhaustive()
    }
}

/// The lines of a checked block, each with its continuation lines, without the last line end.
fn lines(block: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        let first = start;
        loop {
            start += memchr(b'\n', &block[start..])? + 1;
            if !block.get(start).is_some_and(|byte| is_blank(*byte)) {
                return Some(first..start.saturating_sub(2));
            }
        }
    })
}

/// The positions of the name and the value of a line.
struct Field {
    name: Range<usize>,
    value: Range<usize>,
    is_disposition: bool,
}

impl Field {
    fn of(block: &[u8], line: Range<usize>) -> Result<Self, Fault> {
        let text = &block[line.clone()];
        if text.first().is_some_and(|byte| is_blank(*byte)) {
            return Err(Fault::Fold);
        }
        let length = memchr(b':', text).ok_or(Fault::HeaderName)?;
        let last = text[..length].iter().rposition(|byte| !is_blank(*byte));
        let name = &text[..last.map_or(0, |last| last + 1)];
        let is_disposition = name.eq_ignore_ascii_case(DISPOSITION);
        // The usual header is recognised without checking each byte.
        if !is_disposition && !is_token(name) {
            return Err(Fault::HeaderName);
        }
        let value = &text[length + 1..];
        check_value(value, is_disposition)?;
        let begin = line.end - value.trim_ascii_start().len();
        Ok(Self {
            name: line.start..line.start + name.len(),
            value: begin..begin + block[begin..line.end].trim_ascii_end().len(),
            is_disposition,
        })
    }
}

/// Finds bytes that some readers treat as the end of a line, or of the head.
fn check_value(value: &[u8], is_disposition: bool) -> Result<(), Fault> {
    for at in memchr2_iter(b'\r', b'\n', value) {
        let rest = &value[at + 1..];
        let line = &rest[..memchr(b'\n', rest).unwrap_or(rest.len())];
        match (value[at], rest.first()) {
            // Some readers treat a line of blanks as the end of the head.
            (b'\n', _) if line.trim_ascii().is_empty() => return Err(Fault::Fold),
            (b'\n', _) | (_, Some(b' ' | b'\t' | b'\n')) => {}
            (_, Some(byte)) if !is_disposition && *byte != b'\r' && !line.contains(&b':') => {}
            _ => return Err(Fault::BareCrInHead),
        }
    }
    Ok(())
}

/// Returns a value without the line ends of folded lines, and with blanks in place of control characters.
fn shown(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.iter().any(|byte| is_control(*byte)) {
        return Cow::Borrowed(value);
    }
    let mut shown = Vec::with_capacity(value.len());
    for (at, byte) in value.iter().enumerate() {
        let is_folded = matches!(value.get(at + 1), Some(b' ' | b'\t' | b'\n'));
        match byte {
            b'\n' => {}
            b'\r' if is_folded => {}
            byte if is_control(*byte) => shown.push(b' '),
            byte => shown.push(*byte),
        }
    }
    Cow::Owned(shown)
}

const fn is_control(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') || byte == 0x7f
}

/// The progress of the search for the end of the header lines.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The beginning of the last line, which is not complete yet.
    line: usize,
    /// All line ends before this are known.
    at: usize,
    lines: usize,
}

impl Scan {
    /// Returns the length of the header lines in `text`, if the empty line after them has arrived. It looks
    /// at each byte once.
    pub(super) fn end(&mut self, text: &[u8], limits: &Limits) -> Result<Option<usize>, Fault> {
        let limit = limits.part_header_bytes();
        while let Some(length) = memchr(b'\n', &text[self.at..]) {
            let line = &text[self.line..self.at + length];
            if line == b"\r" {
                return Ok(Some(self.line));
            }
            self.at += length + 1;
            if self.at > limit {
                return Err(Fault::HeaderBytes { limit });
            }
            if !line.ends_with(b"\r") {
                match text.get(self.at) {
                    // All readers treat this as a folded line.
                    Some(byte) if is_blank(*byte) => continue,
                    Some(_) => return Err(Fault::BareLf),
                    None => {
                        self.at -= 1;
                        return Ok(None);
                    }
                }
            }
            self.line = self.at;
            self.lines += 1;
            if self.lines > limits.part_header_lines() {
                let limit = limits.part_header_lines();
                return Err(Fault::HeaderLines { limit });
            }
        }
        self.at = text.len();
        // A lone CR may begin the empty line, which does not count.
        if text.len() > limit && text[self.line..] != *b"\r" && self.line < text.len() {
            return Err(Fault::HeaderBytes { limit });
        }
        Ok(None)
    }
}
