//! A scheme with a token or parameters: the common part of credentials and challenges.

use crate::syntax::is_token;
use crate::syntax::pieces::Pieces;
use crate::syntax::pieces::push_quoted;
use crate::syntax::pieces::value_text;

/// More parameters of a scheme are malformed, since each name is compared with those before it. Digest has 11.
const MOST: usize = 64;

/// `auth-scheme [ 1*SP ( token68 / #auth-param ) ]` (RFC 9110 §11.3, §11.4)
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Scheme {
    /// As it was sent.
    pub(super) name: String,
    pub(super) token: Option<String>,
    /// Names in lower case, values without quotes.
    pub(super) parameters: Vec<(String, String)>,
}

impl Scheme {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            token: None,
            parameters: Vec::new(),
        }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    /// All schemes of a line; `None` if it is malformed.
    pub(super) fn read_all(line: &[u8]) -> Option<Vec<Self>> {
        let mut schemes: Vec<Self> = Vec::new();
        for piece in Pieces::of(line, b',').filter(|piece| !piece.is_empty()) {
            if let Some((name, value)) = parameter(piece) {
                let scheme = schemes.last_mut()?;
                scheme.add(name, value)?;
                continue;
            }
            let end = piece.iter().position(|byte| *byte == b' ');
            let (name, rest) = piece.split_at(end.unwrap_or(piece.len()));
            if !is_token(name) {
                return None;
            }
            let mut scheme = Self::new(str::from_utf8(name).ok()?);
            match rest.trim_ascii() {
                [] => {}
                rest if is_token68(rest) => scheme.token = Some(text(rest)?),
                rest => {
                    let (name, value) = parameter(rest)?;
                    scheme.add(name, value)?;
                }
            }
            schemes.push(scheme);
        }
        Some(schemes)
    }

    /// Adds a parameter; `None` if there is a token, if the name already exists, or if there are 64 parameters.
    fn add(&mut self, name: &[u8], value: &[u8]) -> Option<()> {
        let name = str::from_utf8(name).ok()?.to_ascii_lowercase();
        let value = value_text(value)?.into_owned();
        let is_full = self.parameters.len() == MOST;
        if self.token.is_some() || is_full || self.parameter(&name).is_some() {
            return None;
        }
        self.parameters.push((name, value));
        Some(())
    }

    /// Appends the text of the scheme to a line. `bare` lists the parameters that are written without quotes where
    /// possible. Parameters with an encoded value, such as `username*` (RFC 7616 §3.4), are also written without quotes.
    pub(super) fn push(&self, line: &mut String, bare: &[&str]) {
        line.push_str(&self.name);
        if let Some(token) = &self.token {
            line.push(' ');
            line.push_str(token);
        }
        for (index, (name, value)) in self.parameters.iter().enumerate() {
            line.push_str(if index == 0 { " " } else { ", " });
            line.push_str(name);
            line.push('=');
            let is_bare = bare.contains(&&**name) || name.ends_with('*');
            if is_bare && is_token(value.as_bytes()) {
                line.push_str(value);
            } else {
                push_quoted(line, value);
            }
        }
    }
}

/// `auth-param = token BWS "=" BWS ( token / quoted-string )` (RFC 9110 §11.2), the value as it was sent.
fn parameter(piece: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = piece.iter().position(|byte| *byte == b'=')?;
    let (name, value) = (
        piece[..equals].trim_ascii_end(),
        piece[equals + 1..].trim_ascii_start(),
    );
    (is_token(name) && value_text(value).is_some()).then_some((name, value))
}

/// `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="` (RFC 9110 §11.2)
pub(super) fn is_token68(text: &[u8]) -> bool {
    let end = text.iter().rposition(|byte| *byte != b'=');
    let letters = &text[..end.map_or(0, |end| end + 1)];
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
    !letters.is_empty() && letters.iter().all(is_letter)
}

fn text(bytes: &[u8]) -> Option<String> {
    str::from_utf8(bytes).ok().map(str::to_owned)
}
