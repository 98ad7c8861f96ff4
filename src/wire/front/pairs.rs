//! Names and values with their lengths in front, or with a NUL behind them.

use std::ops::Range;

use bytes::Bytes;

use crate::wire::front::DecodeError;
use crate::wire::variables::Place;
use crate::wire::variables::Variables;

/// The error of pairs whose lengths do not add up.
const CUT: DecodeError = DecodeError::Malformed("a variable is longer than all of them");

/// Reads the pairs of `FastCGI` (§3.4): both lengths, in one byte or four each, then name and value.
///
/// # Errors
///
/// If the last pair is cut.
pub(crate) fn read_pairs(block: Bytes) -> Result<Variables, DecodeError> {
    read(block, |reader| {
        let (name, value) = (reader.length()?, reader.length()?);
        Ok((reader.take(name)?, reader.take(value)?))
    })
}

/// Reads the pairs of uwsgi: a length in two bytes, the low one first, before each name and each value.
///
/// # Errors
///
/// If the last pair is cut.
pub(crate) fn read_short_pairs(block: Bytes) -> Result<Variables, DecodeError> {
    read(block, |reader| {
        let name = reader.short_length()?;
        let name = reader.take(name)?;
        let value = reader.short_length()?;
        Ok((name, reader.take(value)?))
    })
}

/// Reads the pairs of SCGI: a NUL after each name and each value.
///
/// # Errors
///
/// If the last pair is cut.
pub(crate) fn read_ended_pairs(block: Bytes) -> Result<Variables, DecodeError> {
    read(block, |reader| {
        Ok((reader.take_ended()?, reader.take_ended()?))
    })
}

/// Reads pairs to the end of a block.
fn read(
    block: Bytes,
    pair: impl Fn(&mut Reader<'_>) -> Result<(Range<usize>, Range<usize>), DecodeError>,
) -> Result<Variables, DecodeError> {
    // Most variables of a web server are longer.
    let mut places = Vec::with_capacity(block.len() / 16);
    let mut reader = Reader {
        length: block.len(),
        rest: &block,
    };
    while !reader.rest.is_empty() {
        let (name, value) = pair(&mut reader)?;
        places.push(Place { name, value });
    }
    Ok(Variables::within(block, places))
}

/// A block that is read from front to back.
struct Reader<'b> {
    /// The length of the whole block.
    length: usize,
    rest: &'b [u8],
}

impl Reader<'_> {
    /// §3.4: a length below 128 is one byte, others are four, the first of which has its high bit set.
    fn length(&mut self) -> Result<usize, DecodeError> {
        match *self.rest {
            [short @ 0..=0x7f, ref rest @ ..] => {
                self.rest = rest;
                Ok(short.into())
            }
            [first, second, third, fourth, ref rest @ ..] => {
                self.rest = rest;
                let length = u32::from_be_bytes([first & 0x7f, second, third, fourth]);
                usize::try_from(length).map_err(|_| CUT)
            }
            _ => Err(CUT),
        }
    }

    fn short_length(&mut self) -> Result<usize, DecodeError> {
        let (length, rest) = self.rest.split_first_chunk().ok_or(CUT)?;
        self.rest = rest;
        Ok(u16::from_le_bytes(*length).into())
    }

    /// The place of so many bytes.
    fn take(&mut self, length: usize) -> Result<Range<usize>, DecodeError> {
        let start = self.length - self.rest.len();
        self.rest = self.rest.get(length..).ok_or(CUT)?;
        Ok(start..start + length)
    }

    /// The place of the bytes before a NUL.
    fn take_ended(&mut self) -> Result<Range<usize>, DecodeError> {
        let end = self.rest.iter().position(|byte| *byte == 0).ok_or(CUT)?;
        let place = self.take(end)?;
        self.rest = &self.rest[1..];
        Ok(place)
    }
}
