//! Limits on the framing of parts.

/// The limits of a [`Decoder`](crate::multipart::Decoder), except those on data.
///
/// The code that takes the data limits the length of a body, a field or a file.
///
/// | bound | default | counts | past it |
/// |---|---|---|---|
/// | `parts` | 1000 | parts, fields and files alike | 413, `multipart_parts` |
/// | `part_header_bytes` | 8 KiB | the header lines of one part with their line ends | 400, `part_header_bytes` |
/// | `part_header_lines` | 32 | the header lines of one part | 400, `part_header_lines` |
/// | `preamble_bytes` | 16 KiB | the bytes before the first delimiter | 400, `preamble_bytes` |
///
/// ```
/// use rustzeug::multipart::Limits;
///
/// let limits = Limits::default().with_parts(20).with_preamble_bytes(0);
/// assert_eq!(limits.parts(), 20);
/// assert_eq!(limits.part_header_lines(), 32);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    parts: usize,
    part_header_bytes: usize,
    part_header_lines: usize,
    preamble_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            parts: 1000,
            part_header_bytes: 8 * 1024,
            part_header_lines: 32,
            preamble_bytes: 16 * 1024,
        }
    }
}

impl Limits {
    /// The maximum number of parts in a body.
    #[must_use]
    pub const fn parts(&self) -> usize {
        self.parts
    }

    /// The maximum length of the header lines of one part together, in bytes.
    #[must_use]
    pub const fn part_header_bytes(&self) -> usize {
        self.part_header_bytes
    }

    /// The maximum number of header lines of one part.
    #[must_use]
    pub const fn part_header_lines(&self) -> usize {
        self.part_header_lines
    }

    /// The maximum number of bytes before the first delimiter.
    #[must_use]
    pub const fn preamble_bytes(&self) -> usize {
        self.preamble_bytes
    }

    /// Replaces [`parts`](Self::parts).
    #[must_use]
    pub const fn with_parts(mut self, parts: usize) -> Self {
        self.parts = parts;
        self
    }

    /// Replaces [`part_header_bytes`](Self::part_header_bytes).
    #[must_use]
    pub const fn with_part_header_bytes(mut self, bytes: usize) -> Self {
        self.part_header_bytes = bytes;
        self
    }

    /// Replaces [`part_header_lines`](Self::part_header_lines).
    #[must_use]
    pub const fn with_part_header_lines(mut self, lines: usize) -> Self {
        self.part_header_lines = lines;
        self
    }

    /// Replaces [`preamble_bytes`](Self::preamble_bytes).
    #[must_use]
    pub const fn with_preamble_bytes(mut self, bytes: usize) -> Self {
        self.preamble_bytes = bytes;
        self
    }
}
