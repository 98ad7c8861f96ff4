//! One pass over a segment: where it ends, whether it has escapes, and its hash.

/// What a pass over a segment finds.
pub(super) struct Scan {
    /// Where the segment ends: at a slash or at the end of the path.
    pub(in crate::routing) end: usize,
    /// Whether there is a `%` in it.
    pub(super) escaped: bool,
    /// Of its bytes. The table is made by the developer, so nobody can fill it with collisions.
    pub(super) hash: u64,
}

const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
const SLASHES: u64 = u64::from_le_bytes([b'/'; 8]);
const PERCENTS: u64 = u64::from_le_bytes([b'%'; 8]);

/// The high bit of the first byte that is zero; bits above it mean nothing.
fn zero_byte(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// Eight bytes, with slashes for those past the end.
fn word(path: &[u8], at: usize) -> u64 {
    let left = path.get(at..).unwrap_or_default();
    if let Some(eight) = left.first_chunk::<8>() {
        return u64::from_le_bytes(*eight);
    }
    if let Some(last) = path.last_chunk::<8>()
        && !left.is_empty()
    {
        let bits = 8 * left.len();
        return u64::from_le_bytes(*last) >> (64 - bits) | SLASHES << bits;
    }
    let mut eight = [b'/'; 8];
    for (to, from) in eight.iter_mut().zip(left) {
        *to = *from;
    }
    u64::from_le_bytes(eight)
}

pub(super) fn mix(hash: u64, word: u64) -> u64 {
    let product = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product ^ (product >> 29)
}

/// Looks at the segment that begins at `start`.
pub(super) fn scan(path: &[u8], start: usize) -> Scan {
    let (mut at, mut hash, mut percents) = (start, 0, 0);
    loop {
        let word = word(path, at);
        let slash = zero_byte(word ^ SLASHES);
        if slash == 0 {
            percents |= zero_byte(word ^ PERCENTS);
            hash = mix(hash, word);
            at += 8;
            continue;
        }
        let bits = slash.trailing_zeros() & !7;
        let word = word & ((1 << bits) - 1);
        percents |= zero_byte(word ^ PERCENTS);
        return Scan {
            end: at + bits as usize / 8,
            escaped: percents != 0,
            hash: mix(hash, word),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_ends_at_a_slash_or_at_the_end() {
        let path = b"/repos/a-long-name-of-more-than-eight/%41/x%/";
        for (start, text, escaped) in [
            (1, "repos", false),
            (7, "a-long-name-of-more-than-eight", false),
            (38, "%41", true),
            (42, "x%", true),
            (45, "", false),
        ] {
            let found = scan(path, start);
            assert_eq!(&path[start..found.end], text.as_bytes());
            assert_eq!(found.escaped, escaped, "{text}");
            assert_eq!(found.hash, scan(text.as_bytes(), 0).hash, "{text}");
        }
    }

    #[test]
    fn a_segment_of_any_length_is_found_whole() {
        for length in 0..40 {
            let text = "abcdefghijklmnopqrstuvwxyz0123456789_-.~"
                .split_at(length)
                .0;
            let path = format!("{text}/{text}");
            assert_eq!(scan(path.as_bytes(), 0).end, length);
            assert_eq!(scan(path.as_bytes(), length + 1).end, 2 * length + 1);
            let hash = |start| scan(path.as_bytes(), start).hash;
            assert_eq!(hash(0), hash(length + 1));
        }
    }
}
