//! An exchange as text, to show why a test failed.

use std::fmt;
use std::fmt::Write;

use bytes::Bytes;
use http::HeaderMap;

use crate::request::Request;
use crate::response::Response;

/// The maximum number of bytes of a body that are shown.
const SHOWN_BYTES: usize = 2000;

/// The exchange to be shown.
pub(super) struct Shown<'e, H> {
    /// The earlier requests that were redirected, and their responses.
    pub(super) history: H,
    pub(super) request: &'e Request,
    /// The body of the request, if it was kept.
    pub(super) sent_body: Option<&'e Bytes>,
    pub(super) response: &'e Response,
    pub(super) log: &'e str,
}

/// Writes the redirects first, then the request, the response, the error and the log.
pub(super) fn exchange<'e>(
    shown: Shown<'e, impl Iterator<Item = (&'e Request, &'e Response)>>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (request, response) in shown.history {
        let location = response.headers().get("location");
        let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()));
        let (status, location) = (response.status().as_u16(), location.unwrap_or_default());
        let (method, url) = (request.method(), request.url());
        writeln!(
            f,
            "{method} {url} was redirected by {status} to {location}\n"
        )?;
    }
    let (request, response) = (shown.request, shown.response);
    let (method, environ) = (request.method(), request.environ());
    let target = environ
        .uri()
        .path_and_query()
        .map_or("*", |target| target.as_str());
    writeln!(f, "> {method} {target} {:?}", request.version())?;
    headers(request.headers(), '>', f)?;
    match shown.sent_body {
        Some(bytes) => body(bytes, '>', f)?,
        None => writeln!(f, ">\n> (a body that was sent as a stream)")?,
    }
    writeln!(f, "\n< {}", response.status())?;
    headers(response.headers(), '<', f)?;
    match response.body().as_bytes() {
        Some(bytes) => body(bytes, '<', f)?,
        None => writeln!(f, "<\n< (a body that is streamed)")?,
    }
    if let Some(error) = response.error() {
        writeln!(f, "\nThe response is the page of an error: {error:?}")?;
    }
    if !shown.log.is_empty() {
        writeln!(
            f,
            "\nThe application wrote to its error stream:\n{}",
            shown.log.trim_end()
        )?;
    }
    Ok(())
}

fn headers(headers: &HeaderMap, mark: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (name, value) in headers {
        writeln!(f, "{mark} {name}: {}", printable(value.as_bytes()))?;
    }
    Ok(())
}

/// Writes the beginning of a body: text unchanged, other bytes escaped. Writes nothing for an empty body.
fn body(bytes: &Bytes, mark: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if bytes.is_empty() {
        return Ok(());
    }
    writeln!(f, "{mark}")?;
    let start = start(bytes);
    for line in printable(start).lines() {
        writeln!(f, "{}", format!("{mark} {line}").trim_end())?;
    }
    if start.len() < bytes.len() {
        writeln!(f, "{mark} … ({} bytes in all)", bytes.len())?;
    }
    Ok(())
}

/// The first bytes of a body, not cut within a character.
fn start(bytes: &[u8]) -> &[u8] {
    let Some(start) = bytes.get(..SHOWN_BYTES) else {
        return bytes;
    };
    match std::str::from_utf8(start) {
        // Only the rest of the last character is missing.
        Err(error) if error.error_len().is_none() => &start[..error.valid_up_to()],
        _ => start,
    }
}

/// Text with its control characters escaped; bytes that are not text are all escaped.
fn printable(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return bytes.escape_ascii().to_string();
    };
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && !matches!(character, '\n' | '\r' | '\t') {
            // Writing to a string does not fail.
            let _ = write!(shown, "{}", character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}
