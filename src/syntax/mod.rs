//! Grammar shared by several modules: tokens and parameters of headers, the headers that an application may
//! set, JSON strings.

use std::fmt::Write;

use http::HeaderName;
use http::HeaderValue;
use http::header;

pub(crate) mod base64;
pub(crate) mod calendar;
pub(crate) mod charset;
pub(crate) mod ext_value;
pub(crate) mod language;
pub(crate) mod media_range;
pub(crate) mod media_type;
mod parameters;
pub(crate) mod pieces;
pub(crate) mod weight;

pub(crate) use parameters::Parameter;
pub(crate) use parameters::Parameters;
#[cfg(feature = "multipart")]
pub(crate) use parameters::escaped;
#[cfg(feature = "multipart")]
pub(crate) use parameters::is_blank;
pub(crate) use parameters::unescaped;

/// Whether a header describes one connection, not the message (RFC 9110
/// [§7.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1)).
pub(crate) fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection"
            | "keep-alive"
            | "proxy-connection"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
    )
}

/// The reason why an application may not set this header, if any. `Upgrade` is checked elsewhere, since it
/// depends on the status.
pub(crate) fn header_fault(name: &HeaderName, value: &HeaderValue) -> Option<String> {
    if is_hop_by_hop(name) && name != header::UPGRADE {
        return Some(format!(
            "the header `{name}` belongs to the connection, so to the server"
        ));
    }
    // RFC 9110 allows a tab, PEP 3333 does not.
    value
        .as_bytes()
        .contains(&b'\t')
        .then(|| format!("the header `{name}` has a control character in its value"))
}

/// `tchar` (RFC 9110 §5.6.2)
pub(crate) const fn is_token_byte(byte: u8) -> bool {
    TOKEN[byte as usize]
}

static TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'!' | b'#'
                    | b'$'
                    | b'%'
                    | b'&'
                    | b'\''
                    | b'*'
                    | b'+'
                    | b'-'
                    | b'.'
                    | b'^'
                    | b'_'
                    | b'`'
                    | b'|'
                    | b'~'
            );
        byte += 1;
    }
    table
};

/// `token = 1*tchar` (RFC 9110 §5.6.2)
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| is_token_byte(*byte))
}

/// The elements of a line of a list header, without empty ones (RFC 9110 §5.6.1.2). Quoted strings are not
/// supported.
pub(crate) fn elements(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let elements = line.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    elements.filter(|element| !element.is_empty())
}

/// Writes a JSON string (RFC 8259 §7). Some builds have no crate for it.
pub(crate) fn quote_json(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            character if character < ' ' => {
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            }
            character => json.push(character),
        }
    }
    json.push('"');
}
