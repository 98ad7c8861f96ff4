//! The variables of a request, as a gateway protocol delivers them.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use bytes::BytesMut;

use crate::base::error::Error;
use crate::base::error::Result;

/// The variables of a request, as a gateway protocol delivers them: bytes, in order, repeated names included.
///
/// [`Environ::from_variables`](crate::gateway::Environ::from_variables) makes a request of them.
///
/// ```
/// use rustzeug::gateway::Variables;
///
/// let variables: Variables = [("REQUEST_METHOD", "PUT"), ("CONTENT_LENGTH", "4")].into_iter().collect();
/// assert_eq!(variables.get("REQUEST_METHOD").unwrap(), b"PUT");
/// assert_eq!(variables.content_length()?, Some(4));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Variables {
    /// All names and values, and what a protocol has between them.
    block: Bytes,
    places: Vec<Place>,
}

/// Where the name and the value of a variable are in the block.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
}

impl Variables {
    /// Makes an empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable after the others.
    pub fn push(&mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        let mut block = BytesMut::from(std::mem::take(&mut self.block));
        let start = block.len();
        block.extend_from_slice(name.as_ref());
        let between = block.len();
        block.extend_from_slice(value.as_ref());
        let (name, value) = (start..between, between..block.len());
        self.places.push(Place { name, value });
        self.block = block.freeze();
    }

    /// The value of a variable; the last one if the name is repeated, as in a configuration that overrides an
    /// included one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let mut latest_first = self.iter().rev();
        let found = latest_first.find(|(own, _)| *own == name.as_bytes());
        found.map(|(_, value)| value)
    }

    /// All names and values, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&[u8], &[u8])> {
        let texts = |place: &Place| {
            let Place { name, value } = place.clone();
            (&self.block[name], &self.block[value])
        };
        self.places.iter().map(texts)
    }

    /// The number of bytes in the body, from `CONTENT_LENGTH`; `None` if it is absent or empty.
    ///
    /// The protocol decides what `None` means. In CGI and SCGI there is no body, in FastCGI the body ends with its
    /// stream.
    ///
    /// # Errors
    ///
    /// A `400` if it is not a number of decimal digits, does not fit into 64 bits, or occurs with different values.
    pub fn content_length(&self) -> Result<Option<u64>> {
        let mut given = self.iter().filter(|(name, _)| *name == b"CONTENT_LENGTH");
        given.try_fold(None, |before, (_, value)| length(before, value))
    }

    /// Whether the front says that the body was chunked, so that its length is unknown: `HTTP_TRANSFER_ENCODING`.
    #[must_use]
    pub fn is_chunked(&self) -> bool {
        let coding = self.get("HTTP_TRANSFER_ENCODING");
        coding.is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked"))
    }

    /// The block that has all names and values, for those that share it.
    pub(crate) fn block(&self) -> &Bytes {
        &self.block
    }

    /// The places in the block, in order.
    pub(crate) fn places(&self) -> &[Place] {
        &self.places
    }
}

/// For the protocols, which send a block.
#[cfg(feature = "front")]
impl Variables {
    /// The variables at some places of a block.
    pub(crate) fn within(block: Bytes, places: Vec<Place>) -> Self {
        Self { block, places }
    }
}

/// The length of a body after one more `CONTENT_LENGTH`.
///
/// # Errors
///
/// As for [`Variables::content_length`].
pub(crate) fn length(before: Option<u64>, value: &[u8]) -> Result<Option<u64>> {
    if value.is_empty() {
        return Ok(before);
    }
    let is_number = value.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(value).ok().filter(|_| is_number);
    let number: u64 = text
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| refused("`CONTENT_LENGTH` is not a number of bytes"))?;
    if before.is_some_and(|before| before != number) {
        return Err(refused("`CONTENT_LENGTH` has two values"));
    }
    Ok(Some(number))
}

fn refused(message: &'static str) -> Error {
    Error::bad_request().with_message(message)
}

/// Equal if names and values are the same, in the same order.
impl PartialEq for Variables {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Variables {}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut variables = Self::new();
        variables.extend(pairs);
        variables
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Extend<(N, V)> for Variables {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.push(name, value);
        }
    }
}

/// Shows the names only: values may be secrets.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.iter().map(|(name, _)| String::from_utf8_lossy(name));
        f.debug_list().entries(names).finish()
    }
}
