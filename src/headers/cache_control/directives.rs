//! The directives of `Cache-Control` without their meaning: names with or without a value, in order.

use std::borrow::Cow;
use std::time::Duration;

use http::HeaderValue;

use crate::headers::age::MOST_SECONDS;
use crate::headers::age::delta_seconds;
use crate::headers::lines::seconds;
use crate::headers::lines::written;
use crate::syntax::is_token;
use crate::syntax::is_token_byte;

/// More directives are not read, since each name is compared with those before it.
const MOST: usize = 256;

/// Names in lower case, values without their quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Directives(Vec<Directive>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive {
    name: Cow<'static, str>,
    pub(super) value: Option<String>,
}

impl Directives {
    /// Reads all lines as one list, up to 256 directives. A malformed element is skipped up to the next comma.
    pub(super) fn read<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Self {
        let mut read = Self::default();
        for line in lines {
            let mut rest = line.as_bytes();
            while !rest.is_empty() && read.0.len() < MOST {
                rest = read.read_one(rest);
            }
        }
        read
    }

    /// Reads one element, and returns the text after it.
    fn read_one<'l>(&mut self, line: &'l [u8]) -> &'l [u8] {
        let line = line.trim_ascii_start();
        let length = line.iter().take_while(|byte| is_token_byte(**byte)).count();
        let (name, rest) = line.split_at(length);
        let rest = rest.trim_ascii_start();
        let (value, rest) = match rest.strip_prefix(b"=") {
            Some(rest) => value(rest.trim_ascii_start()),
            None => (None, rest),
        };
        let comma = rest.iter().position(|byte| *byte == b',');
        let (between, after) = rest.split_at(comma.unwrap_or(rest.len()));
        if between.trim_ascii().is_empty() && !name.is_empty() {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            // RFC 9111 §4.2.1: if a directive occurs several times, the first may be used.
            if self.get(&name).is_none() {
                let name = name.into();
                self.0.push(Directive { name, value });
            }
        }
        after.strip_prefix(b",").unwrap_or(after)
    }

    pub(super) fn write(&self) -> HeaderValue {
        let mut text = String::new();
        for Directive { name, value } in &self.0 {
            text.push_str(if text.is_empty() { "" } else { ", " });
            text.push_str(name);
            let Some(value) = value else { continue };
            text.push('=');
            if is_token(value.as_bytes()) {
                text.push_str(value);
                continue;
            }
            text.push('"');
            for character in value.chars() {
                if matches!(character, '"' | '\\') {
                    text.push('\\');
                }
                text.push(character);
            }
            text.push('"');
        }
        written(text)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Directive> {
        self.0.iter().find(|directive| directive.name == name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A time. An invalid time is 0, so that a cache revalidates the response (RFC 9111 §4.2.1).
    pub(super) fn time(&self, name: &str) -> Option<Duration> {
        let value = self.get(name)?.value.as_deref().unwrap_or_default();
        let seconds = seconds(value.as_bytes()).unwrap_or(0);
        Some(Duration::from_secs(seconds.min(MOST_SECONDS)))
    }

    /// Sets a directive. The name must be in lower case, and the value must have no control characters.
    pub(super) fn set(&mut self, name: impl Into<Cow<'static, str>>, value: Option<String>) {
        let name = name.into();
        match self.0.iter_mut().find(|own| own.name == name) {
            Some(own) => own.value = value,
            None => self.0.push(Directive { name, value }),
        }
    }

    pub(super) fn set_time(&mut self, name: &'static str, time: Duration) {
        self.set(name, Some(delta_seconds(time).to_string()));
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|own| !own.name.eq_ignore_ascii_case(name));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The value at the beginning of a text, and the rest. A quoted string without an end reaches to the end of the text.
fn value(text: &[u8]) -> (Option<String>, &[u8]) {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let length = text.iter().position(|byte| *byte == b',');
        let (value, rest) = text.split_at(length.unwrap_or(text.len()));
        return (Some(clean(value.trim_ascii())), rest);
    };
    let (mut value, mut at) = (Vec::new(), 0);
    while let Some(byte) = quoted.get(at) {
        at += 1;
        match (byte, quoted.get(at)) {
            (b'"', _) => break,
            (b'\\', Some(escaped)) => {
                value.push(*escaped);
                at += 1;
            }
            _ => value.push(*byte),
        }
    }
    (Some(clean(&value)), &quoted[at..])
}

/// Text that can be sent again: a tab can be received, but not sent.
fn clean(value: &[u8]) -> String {
    String::from_utf8_lossy(value).replace(|character: char| character.is_ascii_control(), " ")
}
