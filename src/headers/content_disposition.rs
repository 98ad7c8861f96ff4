//! `Content-Disposition`: whether content is shown or saved as a file, and under which name.

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::lines::only;
use super::lines::written;
use super::text::header_text;
use crate::syntax::ext_value;
use crate::syntax::is_token;
use crate::syntax::pieces::Pieces;
use crate::syntax::pieces::cut;
use crate::syntax::pieces::push_value;
use crate::syntax::pieces::value_text;

/// The `Content-Disposition` header of a response: whether a browser shows the content or saves it, and under which name.
///
/// A name with characters beyond ASCII is written twice: as `filename` in ASCII for old clients, with `_` in place of
/// these characters, and as `filename*`. So is a name with characters that browsers read differently (quotes, `\`,
/// `%`). When both are present, `filename*` is read. This is not the header of a part of a form:
/// the module `multipart` reads that one.
///
/// A name that was received is not safe as the name of a file: pass it to [`filename::secure_filename`] first.
///
/// # Grammar
///
/// `content-disposition = disposition-type *( ";" disposition-parm )` (RFC 6266
/// [§4.1](https://www.rfc-editor.org/rfc/rfc6266#section-4.1)), `filename*` by RFC 8187
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::ContentDisposition;
///
/// let response = Response::bytes("…").with_content_disposition(ContentDisposition::attachment("report.pdf"));
/// assert_eq!(response.headers()["content-disposition"], "attachment; filename=report.pdf");
///
/// let disposition = ContentDisposition::attachment("naïve plan.txt");
/// assert_eq!(
///     disposition.to_string(),
///     r#"attachment; filename="na_ve plan.txt"; filename*=UTF-8''na%C3%AFve%20plan.txt"#
/// );
/// let read: ContentDisposition = disposition.to_string().parse()?;
/// assert_eq!(read.filename(), Some("naïve plan.txt"));
/// assert!(read.is_attachment());
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
///
/// [`filename::secure_filename`]: crate::filename::secure_filename
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentDisposition {
    /// In lower case.
    kind: String,
    filename: Option<String>,
}

impl ContentDisposition {
    /// The browser shows the content in the page, if it can.
    #[must_use]
    pub fn inline() -> Self {
        Self {
            kind: "inline".to_owned(),
            filename: None,
        }
    }

    /// The browser saves the content as a file of this name. Control characters are removed from the name.
    #[must_use]
    pub fn attachment(filename: &str) -> Self {
        Self {
            kind: "attachment".to_owned(),
            filename: None,
        }
        .with_filename(filename)
    }

    /// Sets the name under which the content is saved. Control characters are removed from the name.
    #[must_use]
    pub fn with_filename(mut self, filename: &str) -> Self {
        let kept = filename.chars().filter(|it| !it.is_control());
        self.filename = Some(kept.collect());
        self
    }

    /// The name of the file as it was sent; it may contain slashes.
    #[must_use]
    pub fn filename(&self) -> Option<&str> {
        self.filename.as_deref()
    }

    /// Whether the content is saved. Every type except `inline` means this (RFC 6266 §4.2).
    #[must_use]
    pub fn is_attachment(&self) -> bool {
        self.kind != "inline"
    }

    fn read(line: &[u8]) -> Option<Self> {
        let mut pieces = Pieces::of(line, b';');
        let kind = pieces.next().filter(|kind| is_token(kind))?;
        let (mut filename, mut extended) = (None, None);
        for piece in pieces.filter(|piece| !piece.is_empty()) {
            let (name, value) = cut(piece, b'=')?;
            let (name, value) = (name.trim_ascii_end(), value.trim_ascii_start());
            let text = value_text(value)?;
            let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
            let place = match name {
                _ if !is_token(name) => return None,
                _ if is(b"filename") => (&mut filename, Some(text.into_owned())),
                // RFC 8187 §3.2.1: a value that cannot be decoded may be ignored.
                _ if is(b"filename*") => (&mut extended, ext_value::decode(value)),
                _ => continue,
            };
            if place.0.replace(place.1).is_some() {
                return None;
            }
        }
        let disposition = Self {
            kind: str::from_utf8(kind).ok()?.to_ascii_lowercase(),
            filename: None,
        };
        Some(match extended.flatten().or(filename.flatten()) {
            Some(filename) => disposition.with_filename(&filename),
            None => disposition,
        })
    }
}

/// The name for clients that do not support `filename*`; `None` if the original name can be used.
fn fallback(filename: &str) -> Option<String> {
    let is_plain = |it: char| matches!(it, ' '..='~') && !matches!(it, '"' | '\\' | '%');
    let is_whole = filename.chars().all(is_plain);
    let plain = |it| if is_plain(it) { it } else { '_' };
    (!is_whole).then(|| filename.chars().map(plain).collect())
}

impl Header for ContentDisposition {
    const NAME: HeaderName = header::CONTENT_DISPOSITION;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        only(lines).and_then(Self::read).ok_or(HeaderError::new(
            Self::NAME,
            "a disposition such as `attachment; filename=\"a.txt\"`",
        ))
    }

    fn encode(&self) -> HeaderValue {
        let mut line = self.kind.clone();
        if let Some(filename) = &self.filename {
            let fallback = fallback(filename);
            line.push_str("; filename=");
            push_value(&mut line, fallback.as_deref().unwrap_or(filename));
            if fallback.is_some() {
                line.push_str("; filename*=");
                ext_value::push(&mut line, filename);
            }
        }
        written(line)
    }
}

header_text! { ContentDisposition }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        #[rustfmt::skip]
        let cases = [
            ("Attachment; filename=example.html",     Some("example.html"), "an example of RFC 6266 §5"),
            ("INLINE; FILENAME= \"an example.html\"", Some("an example.html"), "another"),
            ("attachment; filename*= UTF-8''%e2%82%ac%20rates", Some("€ rates"), "and another"),
            ("attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates", Some("€ rates"), "the extended one"),
            ("attachment; filename*=utf-8''%zz; filename=\"a\"", Some("a"), "the other where that is malformed"),
            ("attachment",                            None,                 "no name"),
            ("attachment;",                           None,                 "nothing behind the semicolon"),
            ("attachment; filename=\"\"",             Some(""),             "an empty name"),
            ("attachment; filename=\"a\\\"b;c\"",     Some("a\"b;c"),       "escapes, a semicolon"),
            ("attachment; filename=\"../a\"",         Some("../a"),         "as it was sent"),
            ("attachment; filename=\"a\tb\"",         Some("a b"),          "a tab is a space"),
            ("attachment; size=\"3\"; filename=a",    Some("a"),            "another parameter"),
        ];
        for (text, want, why) in cases {
            let read: ContentDisposition = text.parse().expect(why);
            assert_eq!(read.filename(), want, "{text:?}: {why}");
        }
        let unknown: ContentDisposition = "x-new".parse().expect("a type");
        assert!(unknown.is_attachment(), "RFC 6266 §4.2");
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for (text, why) in [
            ("", "an empty value"),
            ("; filename=a", "no type"),
            ("attachment; filename", "no value"),
            ("attachment; filename=", "an empty one without quotes"),
            ("attachment; filename=a b", "two words"),
            ("attachment; filename=\"a", "an open quote"),
            ("attachment; filename=a; filename=b", "two names"),
            ("attachment; filename=\"a\"b", "text behind the quotes"),
            ("attachment, inline", "a list"),
        ] {
            assert!(
                text.parse::<ContentDisposition>().is_err(),
                "{text:?}: {why}"
            );
        }
    }

    #[test]
    fn a_name_is_written_for_old_clients_too() {
        #[rustfmt::skip]
        let cases = [
            ("a.txt",         "attachment; filename=a.txt",                                 "a token"),
            ("a b.txt",       "attachment; filename=\"a b.txt\"",                           "a blank"),
            ("",              "attachment; filename=\"\"",                                  "nothing"),
            ("é",             "attachment; filename=_; filename*=UTF-8''%C3%A9",            "beyond ASCII"),
            ("a\"b",          "attachment; filename=a_b; filename*=UTF-8''a%22b",           "a quote"),
            ("100%41",        "attachment; filename=100_41; filename*=UTF-8''100%2541",     "Chromium decodes escapes"),
            ("a\r\nx: y\t\u{85}", "attachment; filename=\"ax: y\"",                         "control characters"),
        ];
        for (filename, want, why) in cases {
            let written = ContentDisposition::attachment(filename).to_string();
            assert_eq!(written, want, "{filename:?}: {why}");
        }
    }
}
