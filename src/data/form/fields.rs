//! The fields of a multipart form, decoded from their charsets.
//!
//! A part may declare a charset. Otherwise the charset is that of the content type, or that of a field `_charset_` (RFC
//! 7578 §4.6), which may come after the fields to which it applies. The default is UTF-8.

use std::borrow::Cow;

use crate::base::error::Result;
use crate::base::multi_dict::MultiDict;
use crate::syntax::charset::Charset;
use crate::wire::multipart::PartHead;

use super::part_refusals::refused;
use super::refusals::unread;
use super::whole::CHARSET_FIELD;

/// The fields of a form while it arrives.
#[derive(Debug, Default)]
pub(super) struct Fields {
    dict: MultiDict,
    /// The charset of the content type.
    declared: Option<Charset>,
    /// The charset that `_charset_` names, and the number of fields before that field.
    named: Option<(Charset, usize)>,
    /// The indices of the fields that declare a charset.
    own: Vec<usize>,
    /// The fields that are not valid UTF-8, kept in case `_charset_` follows.
    raw: Vec<(usize, PartHead, Vec<u8>)>,
}

impl Fields {
    pub(super) fn new(declared: Option<Charset>) -> Self {
        Self {
            declared,
            ..Self::default()
        }
    }

    /// The number of fields.
    pub(super) fn count(&self) -> usize {
        self.dict.len()
    }

    /// The charset of fields that declare none, as far as it is known.
    fn common(&self) -> Option<&Charset> {
        let named = self.named.as_ref().map(|(charset, _)| charset);
        self.declared.as_ref().or(named)
    }

    pub(super) fn add(&mut self, head: &PartHead, bytes: &[u8]) -> Result<()> {
        let own = head.charset();
        if own.is_some() {
            self.own.push(self.count());
        }
        let is_known = own.is_some() || self.common().is_some();
        if !is_known && (head.name().contains('\u{fffd}') || str::from_utf8(bytes).is_err()) {
            self.raw
                .push((self.count(), head.clone(), bytes.to_owned()));
        }
        let utf8 = Charset::Utf8;
        let charset = own.as_ref().or(self.common()).unwrap_or(&utf8);
        let text = charset.decode(bytes).map_err(|unknown| unread(&unknown))?;
        let head = match &self.named {
            Some((charset, _)) if self.declared.is_none() && !charset.is_utf8() => {
                Cow::Owned(renamed(head, charset)?)
            }
            _ => Cow::Borrowed(head),
        };
        self.dict.add(head.name(), &text);
        if head.name() == CHARSET_FIELD && self.named.is_none() {
            self.named = Some((Charset::of(text.as_bytes()), self.count() - 1));
        }
        Ok(())
    }

    /// Ends the form: returns all fields, and the charset for the names of files if `_charset_` named one.
    pub(super) fn end(mut self) -> Result<(MultiDict, Option<Charset>)> {
        let Some((charset, count)) = self.named.take() else {
            return Ok((self.dict, None));
        };
        if charset.is_utf8() || self.declared.is_some() {
            return Ok((self.dict, None));
        }
        let decoded = |bytes: &[u8]| match charset.decode(bytes) {
            Ok(text) => Ok(text.into_owned()),
            Err(unknown) => Err(unread(&unknown)),
        };
        let (mut dict, mut raw) = (MultiDict::new(), self.raw.into_iter().peekable());
        for (index, (name, text)) in self.dict.iter().enumerate() {
            if index >= count {
                dict.add(name, text);
            } else if let Some((_, head, bytes)) = raw.next_if(|(number, ..)| *number == index) {
                dict.add(renamed(&head, &charset)?.name(), &decoded(&bytes)?);
            } else if self.own.contains(&index) {
                dict.add(&decoded(name.as_bytes())?, text);
            } else {
                // Text that is valid UTF-8 still has the bytes that were sent.
                dict.add(&decoded(name.as_bytes())?, &decoded(text.as_bytes())?);
            }
        }
        Ok((dict, Some(charset)))
    }
}

/// A head whose names are decoded from this charset.
fn renamed(head: &PartHead, charset: &Charset) -> Result<PartHead> {
    let mut head = head.clone();
    head.read_names_in(charset)
        .map_err(|error| refused(&error))?;
    Ok(head)
}
