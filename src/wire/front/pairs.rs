//! Names and values with their lengths in front, or with a NUL behind them.

use bytes::Bytes;

use crate::wire::front::DecodeError;

/// The error of pairs whose lengths do not add up.
const CUT: DecodeError = DecodeError::Malformed("a variable is longer than all of them");

/// Reads the pairs of `FastCGI` (§3.4): both lengths, in one byte or four each, then name and value.
///
/// # Errors
///
/// If the last pair is cut.
pub(crate) fn read_pairs(block: &Bytes) -> Result<Vec<(Bytes, Bytes)>, DecodeError> {
    read(block, |rest| {
        let (name, value) = (length(rest)?, length(rest)?);
        Ok((take(rest, name)?, take(rest, value)?))
    })
}

/// §3.4: a length below 128 is one byte, others are four, the first of which has its high bit set.
fn length(rest: &mut &[u8]) -> Result<usize, DecodeError> {
    match **rest {
        [short @ 0..=0x7f, ref after @ ..] => {
            *rest = after;
            Ok(short.into())
        }
        [first, second, third, fourth, ref after @ ..] => {
            *rest = after;
            let length = u32::from_be_bytes([first & 0x7f, second, third, fourth]);
            usize::try_from(length).map_err(|_| CUT)
        }
        _ => Err(CUT),
    }
}

/// Reads the pairs of uwsgi: a length in two bytes, the low one first, before each name and each value.
///
/// # Errors
///
/// If the last pair is cut.
pub(crate) fn read_short_pairs(block: &Bytes) -> Result<Vec<(Bytes, Bytes)>, DecodeError> {
    fn text<'b>(rest: &mut &'b [u8]) -> Result<&'b [u8], DecodeError> {
        let (length, after) = rest.split_first_chunk().ok_or(CUT)?;
        *rest = after;
        take(rest, u16::from_le_bytes(*length).into())
    }
    read(block, |rest| Ok((text(rest)?, text(rest)?)))
}

/// Reads the pairs of SCGI: a NUL after each name and each value.
///
/// # Errors
///
/// If the last pair is cut.
pub(crate) fn read_ended_pairs(block: &Bytes) -> Result<Vec<(Bytes, Bytes)>, DecodeError> {
    fn text<'b>(rest: &mut &'b [u8]) -> Result<&'b [u8], DecodeError> {
        let end = rest.iter().position(|byte| *byte == 0).ok_or(CUT)?;
        let text = take(rest, end)?;
        *rest = &rest[1..];
        Ok(text)
    }
    read(block, |rest| Ok((text(rest)?, text(rest)?)))
}

/// Reads pairs to the end of a block, which they share.
fn read(
    block: &Bytes,
    pair: impl for<'b> Fn(&mut &'b [u8]) -> Result<(&'b [u8], &'b [u8]), DecodeError>,
) -> Result<Vec<(Bytes, Bytes)>, DecodeError> {
    let mut pairs = Vec::with_capacity(block.len() / 24);
    let mut rest = &block[..];
    while !rest.is_empty() {
        let (name, value) = pair(&mut rest)?;
        pairs.push((block.slice_ref(name), block.slice_ref(value)));
    }
    Ok(pairs)
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Result<&'b [u8], DecodeError> {
    let (text, after) = rest.split_at_checked(length).ok_or(CUT)?;
    *rest = after;
    Ok(text)
}

/// The number in `CONTENT_LENGTH`, for protocols whose body ends by it. If it is not valid, the request has no body:
/// it is refused.
pub(crate) fn content_length(pairs: &[(Bytes, Bytes)]) -> u64 {
    let found = pairs
        .iter()
        .find(|(name, value)| name == "CONTENT_LENGTH" && !value.is_empty());
    let digits = found.filter(|(_, value)| value.iter().all(u8::is_ascii_digit));
    let text = digits.and_then(|(_, value)| std::str::from_utf8(value).ok());
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}
