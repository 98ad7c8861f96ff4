//! A served file: its content, its precompressed variants, its fingerprint.

use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::sync::OnceLock;

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;

use super::regular;
use super::stored::Stored;
use crate::headers::ETag;
use crate::semantics::negotiation;

/// The maximum length of a file that gets a fingerprint.
const FINGERPRINTED_BYTES: u64 = 16 << 20;

/// The suffixes of precompressed files with the names of their codings, in order of preference.
pub(super) const CODINGS: [(&str, &str); 3] = [(".br", "br"), (".zst", "zstd"), (".gz", "gzip")];

/// A file with all its representations.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) content_type: HeaderValue,
    plain: Stored,
    /// With the names of their codings.
    coded: Vec<(&'static str, Stored)>,
    fingerprint: OnceLock<Option<String>>,
}

impl Entry {
    pub(super) fn new(
        content_type: HeaderValue,
        plain: Stored,
        coded: Vec<(&'static str, Stored)>,
    ) -> Self {
        Self {
            content_type,
            plain,
            coded,
            fingerprint: OnceLock::new(),
        }
    }

    /// Takes over the fingerprint of an earlier entry, if the file has not changed.
    pub(super) fn inherit(self, earlier: &Self) -> Self {
        if earlier.plain.etag == self.plain.etag
            && let Some(known) = earlier.fingerprint.get()
        {
            let _ = self.fingerprint.set(known.clone());
        }
        self
    }

    /// Whether the representation depends on `Accept-Encoding`.
    pub(super) fn is_negotiated(&self) -> bool {
        !self.coded.is_empty()
    }

    /// The representation for a request, with its coding.
    pub(super) fn choose(&self, headers: &HeaderMap) -> (Option<&'static str>, &Stored) {
        if self.coded.is_empty() {
            return (None, &self.plain);
        }
        let codings = self.coded.iter().map(|(coding, _)| *coding);
        let offers: Vec<_> = codings.chain(["identity"]).collect();
        let chosen = negotiation::encoding(headers, &offers).copied();
        let found = self
            .coded
            .iter()
            .find(|(coding, _)| chosen == Some(*coding));
        // A client that accepts none of them gets the file itself.
        found.map_or((None, &self.plain), |(coding, stored)| {
            (Some(*coding), stored)
        })
    }

    /// The number of bytes of content in memory.
    pub(super) fn kept_bytes(&self) -> usize {
        let all = self.coded.iter().map(|(_, stored)| stored);
        let contents = all
            .chain([&self.plain])
            .filter_map(|stored| stored.content.as_ref());
        contents.map(Bytes::len).sum()
    }

    /// The fingerprint of the content, as text for a URL; `None` if the file is too long. The first call reads the
    /// file.
    pub(super) fn fingerprint(&self) -> io::Result<Option<&str>> {
        if let Some(known) = self.fingerprint.get() {
            return Ok(known.as_deref());
        }
        let made = match &self.plain.content {
            Some(content) => Some(digits(content)),
            None if self.plain.length > FINGERPRINTED_BYTES => None,
            None => {
                let mut content = Vec::new();
                let opened = regular::open(&self.plain.path)?;
                let (file, _) = opened.ok_or(ErrorKind::NotFound)?;
                file.take(FINGERPRINTED_BYTES).read_to_end(&mut content)?;
                Some(digits(&content))
            }
        };
        Ok(self.fingerprint.get_or_init(|| made).as_deref())
    }

    /// Whether the fingerprint is already known, so that it can be returned without reading the file.
    pub(super) fn has_fingerprint(&self) -> bool {
        self.plain.content.is_some() || self.fingerprint.get().is_some()
    }
}

/// The digits of a fingerprint.
pub(super) const DIGITS: usize = 16;

fn digits(content: &[u8]) -> String {
    let hash = ETag::of(content);
    let digits = &hash.name()[..DIGITS];
    String::from_utf8_lossy(digits).into_owned()
}
