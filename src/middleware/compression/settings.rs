//! The settings of compression.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::wire::compression::Coding;
use crate::wire::compression::default_level;
use crate::wire::compression::is_built;

use super::types;

pub(super) static DEFAULT: Compression = Compression {
    codings: Cow::Borrowed(&[Coding::Zstd, Coding::Brotli, Coding::Gzip, Coding::Deflate]),
    levels: [
        default_level(Coding::Brotli),
        default_level(Coding::Deflate),
        default_level(Coding::Gzip),
        default_level(Coding::Zstd),
    ],
    min_bytes: 1024,
    types: None,
};

type Types = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// The settings of [`compress_with`](super::compress_with): which responses are compressed, and how.
///
/// | setting | default |
/// |---|---|
/// | [`with_codings`](Self::with_codings) | `zstd` (with the feature `zstd`), `br`, `gzip`, `deflate` |
/// | [`with_level`](Self::with_level) | 4 for `br`, 3 for `zstd`, 6 for `gzip` and `deflate` |
/// | [`with_min_bytes`](Self::with_min_bytes) | 1024 |
/// | [`with_types`](Self::with_types) | [`compresses`](Self::compresses) |
#[derive(Clone)]
pub struct Compression {
    codings: Cow<'static, [Coding]>,
    /// Indexed by the number of the coding.
    levels: [u32; Coding::ALL.len()],
    pub(super) min_bytes: u64,
    /// `None`: the default table.
    types: Option<Types>,
}

impl Compression {
    /// Sets the offered codings. If the client prefers several equally, the first one is chosen. A coding that is not
    /// in this build is left out.
    #[must_use]
    pub fn with_codings(mut self, codings: impl IntoIterator<Item = Coding>) -> Self {
        self.codings = codings.into_iter().collect();
        self
    }

    /// Sets how much work goes into a coding: 1 to 9 for `gzip` and `deflate`, 0 to 11 for `br`, 1 to 19 for `zstd`. A
    /// level outside this range becomes the nearest level. A higher level makes a response a little shorter, but takes
    /// much longer.
    #[must_use]
    pub fn with_level(mut self, coding: Coding, level: u32) -> Self {
        self.levels[coding as usize] = level;
        self
    }

    /// Sets the minimum length in bytes of a response that is compressed. A shorter response fits into one packet
    /// anyway.
    #[must_use]
    pub fn with_min_bytes(mut self, bytes: u64) -> Self {
        self.min_bytes = bytes;
        self
    }

    /// Sets which content types are compressed. `compresses` gets the media type in lower case, without parameters.
    ///
    /// ```
    /// use rustzeug::middleware::Compression;
    ///
    /// let settings = Compression::default()
    ///     .with_types(|media_type| media_type == "application/x-tar" || Compression::compresses(media_type));
    /// ```
    #[must_use]
    pub fn with_types(mut self, compresses: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.types = Some(Arc::new(compresses));
        self
    }

    /// Whether content of this media type, in lower case and without parameters, usually gets shorter.
    ///
    /// ```
    /// use rustzeug::middleware::Compression;
    ///
    /// for media_type in ["text/html", "application/json", "application/problem+json", "image/svg+xml", "font/ttf"] {
    ///     assert!(Compression::compresses(media_type), "{media_type}");
    /// }
    /// for media_type in ["image/png", "video/mp4", "application/zip", "font/woff2", "text/event-stream"] {
    ///     assert!(!Compression::compresses(media_type), "{media_type}");
    /// }
    /// ```
    #[must_use]
    pub fn compresses(media_type: &str) -> bool {
        types::compresses(media_type.as_bytes())
    }

    pub(super) fn offers(&self) -> impl Iterator<Item = Coding> {
        self.codings
            .iter()
            .copied()
            .filter(|coding| is_built(*coding))
    }

    pub(super) fn level(&self, coding: Coding) -> u32 {
        self.levels[coding as usize]
    }

    /// Whether this content type is compressed. Streams of events never are: a client waits for each one.
    pub(super) fn takes(&self, content_type: &[u8]) -> bool {
        match &self.types {
            None => {
                !types::is_never_compressed(content_type)
                    && types::compresses(types::media_type(content_type))
            }
            Some(chosen) => {
                let media_type = types::media_type(content_type);
                let text = std::str::from_utf8(media_type).map(str::to_ascii_lowercase);
                !types::is_events(media_type) && text.is_ok_and(|text| chosen(&text))
            }
        }
    }
}

impl Default for Compression {
    fn default() -> Self {
        DEFAULT.clone()
    }
}

impl fmt::Debug for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compression")
            .field("codings", &self.codings)
            .field("levels", &self.levels)
            .field("min_bytes", &self.min_bytes)
            .finish_non_exhaustive()
    }
}
