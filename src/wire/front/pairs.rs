//! Names and values with their lengths in front, or with a NUL behind them.

use bytes::Buf;
use bytes::Bytes;

use crate::wire::front::DecodeError;

/// The error of pairs whose lengths do not add up.
const CUT: DecodeError = DecodeError::Malformed("a variable is longer than all of them");

/// Reads the pairs of `FastCGI` (§3.4): both lengths, in one byte or four each, then name and value.
///
/// # Errors
///
/// If the last pair is cut.
pub(crate) fn read_pairs(mut block: Bytes) -> Result<Vec<(Bytes, Bytes)>, DecodeError> {
    let mut pairs = Vec::with_capacity(block.len() / 24);
    while !block.is_empty() {
        let (name, value) = (length(&mut block)?, length(&mut block)?);
        pairs.push((take(&mut block, name)?, take(&mut block, value)?));
    }
    Ok(pairs)
}

/// §3.4: a length below 128 is one byte, others are four, the first of which has its high bit set.
fn length(block: &mut Bytes) -> Result<usize, DecodeError> {
    let first = block.try_get_u8().map_err(|_| CUT)?;
    if first < 0x80 {
        return Ok(first.into());
    }
    let rest = take(block, 3)?;
    let length = [first & 0x7f, rest[0], rest[1], rest[2]];
    usize::try_from(u32::from_be_bytes(length)).map_err(|_| CUT)
}

/// Reads the pairs of uwsgi: a length in two bytes, the low one first, before each name and each value.
///
/// # Errors
///
/// If the last pair is cut.
pub(crate) fn read_short_pairs(mut block: Bytes) -> Result<Vec<(Bytes, Bytes)>, DecodeError> {
    let mut pairs = Vec::with_capacity(block.len() / 24);
    while !block.is_empty() {
        let mut text = || {
            let length = block.try_get_u16_le().map_err(|_| CUT)?;
            take(&mut block, length.into())
        };
        pairs.push((text()?, text()?));
    }
    Ok(pairs)
}

/// Reads the pairs of SCGI: a NUL after each name and each value.
///
/// # Errors
///
/// If the last pair is cut.
pub(crate) fn read_ended_pairs(mut block: Bytes) -> Result<Vec<(Bytes, Bytes)>, DecodeError> {
    let mut pairs = Vec::with_capacity(block.len() / 24);
    while !block.is_empty() {
        let mut text = || {
            let end = block.iter().position(|byte| *byte == 0).ok_or(CUT)?;
            let text = block.split_to(end);
            block.advance(1);
            Ok(text)
        };
        pairs.push((text()?, text()?));
    }
    Ok(pairs)
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

fn take(block: &mut Bytes, length: usize) -> Result<Bytes, DecodeError> {
    if length > block.len() {
        return Err(CUT);
    }
    Ok(block.split_to(length))
}
