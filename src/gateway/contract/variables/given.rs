//! The variables of a request, as a gateway protocol delivers them.

use std::fmt;

use bytes::Bytes;

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
/// assert_eq!(variables.get("REQUEST_METHOD").unwrap(), "PUT");
/// assert_eq!(variables.content_length()?, Some(4));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Variables(Vec<(Bytes, Bytes)>);

impl Variables {
    /// Makes an empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable after the others.
    pub fn push(&mut self, name: impl Into<Bytes>, value: impl Into<Bytes>) {
        self.0.push((name.into(), value.into()));
    }

    /// The value of a variable; the last one if the name is repeated, as in a configuration that overrides an
    /// included one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Bytes> {
        let mut latest_first = self.0.iter().rev();
        let found = latest_first.find(|(own, _)| *own == name);
        found.map(|(_, value)| value)
    }

    /// All names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Bytes, &Bytes)> {
        self.0.iter().map(|(name, value)| (name, value))
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
        let mut length = None;
        let given = self.0.iter().filter(|(name, _)| name == "CONTENT_LENGTH");
        for (_, value) in given.filter(|(_, value)| !value.is_empty()) {
            let digits = value.iter().all(u8::is_ascii_digit);
            let text = std::str::from_utf8(value).ok().filter(|_| digits);
            let number: u64 = text
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| refused("`CONTENT_LENGTH` is not a number of bytes"))?;
            if length.is_some_and(|length| length != number) {
                return Err(refused("`CONTENT_LENGTH` has two values"));
            }
            length = Some(number);
        }
        Ok(length)
    }

    /// Whether the front says that the body was chunked, so that its length is unknown: `HTTP_TRANSFER_ENCODING`.
    #[must_use]
    pub fn is_chunked(&self) -> bool {
        let coding = self.get("HTTP_TRANSFER_ENCODING");
        coding.is_some_and(|coding| coding.eq_ignore_ascii_case(b"chunked"))
    }

    pub(super) fn into_pairs(self) -> Vec<(Bytes, Bytes)> {
        self.0
    }
}

fn refused(message: &'static str) -> Error {
    Error::bad_request().with_message(message)
}

impl From<Vec<(Bytes, Bytes)>> for Variables {
    fn from(pairs: Vec<(Bytes, Bytes)>) -> Self {
        Self(pairs)
    }
}

impl<N: Into<Bytes>, V: Into<Bytes>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter();
        Self(
            pairs
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl<N: Into<Bytes>, V: Into<Bytes>> Extend<(N, V)> for Variables {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        let pairs = pairs.into_iter();
        self.0
            .extend(pairs.map(|(name, value)| (name.into(), value.into())));
    }
}

/// Shows the names only: values may be secrets.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}
