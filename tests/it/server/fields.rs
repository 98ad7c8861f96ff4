//! Header fields of HTTP/2, without state: written without any table (RFC 7541 §6.2.2), and read from a server that was
//! told to use only the static table.

/// `content-length` in the static table (RFC 7541 appendix A).
pub(super) const CONTENT_LENGTH: usize = 28;

/// For example `:method: GET`.
pub(super) type Fields<'a> = &'a [(&'a str, &'a str)];

/// The fields of every request in these tests.
pub(super) fn fields<'a>(method: &'a str, path: &'a str) -> [(&'a str, &'a str); 4] {
    [
        (":method", method),
        (":scheme", "http"),
        (":authority", "a"),
        (":path", path),
    ]
}

/// Fields as the payload of a `HEADERS` frame.
pub(super) fn block(fields: Fields<'_>) -> Vec<u8> {
    let text = |text: &str| [length(text.len()), text.as_bytes().to_vec()].concat();
    let literals = fields
        .iter()
        .map(|(name, value)| [vec![0], text(name), text(value)].concat());
    literals.flatten().collect()
}

/// RFC 7541 §5.1, with the seven bits of a length.
fn length(mut length: usize) -> Vec<u8> {
    if length < 127 {
        return vec![u8::try_from(length).unwrap()];
    }
    let mut bytes = vec![127];
    length -= 127;
    while length >= 128 {
        bytes.push(u8::try_from(length % 128).unwrap() | 128);
        length /= 128;
    }
    bytes.push(u8::try_from(length).unwrap());
    bytes
}

/// The status and the fields of a response.
pub(super) fn head(block: &[u8]) -> (u16, Vec<(usize, Option<u64>)>) {
    const STATUSES: [u16; 7] = [200, 204, 206, 304, 400, 404, 500];
    let (mut rest, mut status, mut fields) = (block, 0, Vec::new());
    while let Some(first) = rest.first().copied() {
        let bits = match first {
            0x80.. => 7,
            0x40.. => 6,
            0x20.. => 5,
            _ => 4,
        };
        let index = number(&mut rest, bits);
        match first {
            0x80.. if (8..15).contains(&index) => status = STATUSES[index - 8],
            0x80.. => fields.push((index, None)),
            // The reduction of the table size that the client requested.
            0x20..0x40 => {}
            _ => {
                if index == 0 {
                    digits(&mut rest);
                }
                match (index, digits(&mut rest)) {
                    (8, value) => status = value.and_then(|value| value.try_into().ok()).unwrap(),
                    (_, value) => fields.push((index, value)),
                }
            }
        }
    }
    (status, fields)
}

/// RFC 7541 §5.1.
fn number(rest: &mut &[u8], bits: u32) -> usize {
    let most = (1 << bits) - 1;
    let mut value = usize::from(rest[0]) & most;
    *rest = &rest[1..];
    if value < most {
        return value;
    }
    for shift in (0..).step_by(7) {
        let byte = usize::from(rest[0]);
        *rest = &rest[1..];
        value += (byte & 127) << shift;
        if byte < 128 {
            break;
        }
    }
    value
}

/// Skips a string, and returns the number in it, if there is one (RFC 7541 appendix B).
fn digits(rest: &mut &[u8]) -> Option<u64> {
    let huffman = rest[0] >= 128;
    let length = number(rest, 7);
    let (text, behind) = rest.split_at(length);
    *rest = behind;
    if !huffman {
        return std::str::from_utf8(text).ok()?.parse().ok();
    }
    let bits: Vec<u64> = text
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| u64::from(byte >> bit & 1)))
        .collect();
    let code = |bits: &[u64]| bits.iter().fold(0, |code, bit| code << 1 | bit);
    let (mut left, mut value) = (&bits[..], 0);
    while left.len() >= 8 || left.contains(&0) {
        let (digit, length) = match (code(left.get(..5)?), left.get(..6).map(code)) {
            (five @ 0..=2, _) => (five, 5),
            (_, Some(six @ 25..=31)) => (six - 22, 6),
            _ => return None,
        };
        value = value * 10 + digit;
        left = &left[length..];
    }
    Some(value)
}
