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

/// What stands before the data of a part: the name of the field, the name of
/// a file, header lines.
///
/// It has memory of its own, of the size of the header lines, and holds on to
/// no chunk of the body.
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
    /// The name of the field; bytes that are no UTF-8 are U+FFFD.
    ///
    /// It may be empty, which scripts in browsers can bring about, and it may
    /// hold line ends and quotes.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str(&self.block)
    }

    /// The name alone, in the memory of the header lines if these are short.
    #[must_use]
    pub fn into_name(self) -> String {
        self.name.into_string(self.block)
    }

    /// Whether the part is a file: whether it has a filename, be it empty.
    ///
    /// Browsers send an empty one where no file was chosen.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.file.is_some()
    }

    /// The name of the file, to be shown: what follows the last `/` or `\`, without
    /// control characters, never `.` or `..`. `None` where the part is no file.
    ///
    /// Empty where nothing is left. It is the client's word: to name a file
    /// on disk, make a name of your own, or see
    /// [`secure_filename`](crate::filename::secure_filename).
    #[must_use]
    pub fn filename(&self) -> Option<&str> {
        let names = self.file.as_ref()?;
        Some(names.base.as_str(&self.block))
    }

    /// The name of the file as it was sent, escapes decoded and nothing taken off.
    ///
    /// Of `filename*` if that is there, else of `filename`.
    ///
    /// RFC 8187 [§3.2]; RFC 7578 has no `filename*`, but clients have.
    ///
    /// [§3.2]: https://www.rfc-editor.org/rfc/rfc8187#section-3.2
    #[must_use]
    pub fn raw_filename(&self) -> Option<&str> {
        let names = self.file.as_ref()?;
        Some(names.raw.as_str(&self.block))
    }

    /// The media type that the first line of `Content-Type` says; `None` if there is none, or none that can
    /// be read.
    ///
    /// Absent, it means `text/plain`, and for files usually nothing.
    #[must_use]
    pub fn content_type(&self) -> Option<Mime> {
        media_type::parse(self.raw_content_type()?.as_bytes())
    }

    /// The value of `Content-Type` as sent, of the first line if there are more.
    #[must_use]
    pub fn raw_content_type(&self) -> Option<&str> {
        Some(self.content_type.as_ref()?.as_str(&self.block))
    }

    /// All header lines, made anew by each call.
    ///
    /// `Content-Transfer-Encoding` is among them where it was sent; it is not
    /// obeyed (RFC 7578 §4.7). The line end of a folded line is left out, and a control
    /// character is a blank.
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
                // Past what a map holds, which takes limits far from the defaults.
                if headers.try_append(name, value).is_err() {
                    break;
                }
            }
        }
        headers
    }

    /// Checks header lines, each of which ends with CR LF.
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

/// Charsets that are declared elsewhere.
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

/// The lines of a checked block, each with those that it is folded into, without their last line end.
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

/// Where the name and the value of a line stand.
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
        // The one that each part has needs no look at each byte.
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

/// Looks for what some readers take for the end of a line, or of the head.
fn check_value(value: &[u8], is_disposition: bool) -> Result<(), Fault> {
    for at in memchr2_iter(b'\r', b'\n', value) {
        let rest = &value[at + 1..];
        let line = &rest[..memchr(b'\n', rest).unwrap_or(rest.len())];
        match (value[at], rest.first()) {
            // A line of blanks alone is the end of the head to some.
            (b'\n', _) if line.trim_ascii().is_empty() => return Err(Fault::Fold),
            (b'\n', _) | (_, Some(b' ' | b'\t' | b'\n')) => {}
            (_, Some(byte)) if !is_disposition && *byte != b'\r' && !line.contains(&b':') => {}
            _ => return Err(Fault::BareCrInHead),
        }
    }
    Ok(())
}

/// A value without line ends of folded lines and with blanks for control characters.
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

/// How far the header lines of a part have been looked through.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Where the last line begins, which is not complete yet.
    line: usize,
    /// Before this there is no line end that is not known.
    at: usize,
    lines: usize,
}

impl Scan {
    /// The length of the header lines in `text`, if the empty line after
    /// them is there; no byte is looked at twice.
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
                    // All take it for a line that is folded.
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
        // A CR alone may be the empty line, which does not count.
        if text.len() > limit && text[self.line..] != *b"\r" && self.line < text.len() {
            return Err(Fault::HeaderBytes { limit });
        }
        Ok(None)
    }
}
