//! SipHash-1-3 with a result of 128 bits: the hash for tags of content.
//!
//! It is small, well studied, needs no crate, and gives the same result on every machine and in every version, which
//! [`DefaultHasher`](std::hash::DefaultHasher) does not promise.

/// The hash of some content, under a key of zeros.
pub(super) fn hash(content: &[u8]) -> [u64; 2] {
    sip::<1, 3>([0, 0], content)
}

fn sip<const PER_WORD: usize, const AT_END: usize>(key: [u64; 2], content: &[u8]) -> [u64; 2] {
    let mut state = [
        key[0] ^ 0x736f_6d65_7073_6575,
        key[1] ^ 0x646f_7261_6e64_6f6d ^ 0xee,
        key[0] ^ 0x6c79_6765_6e65_7261,
        key[1] ^ 0x7465_6462_7974_6573,
    ];
    let (words, rest) = content.as_chunks::<8>();
    for word in words {
        absorb::<PER_WORD>(&mut state, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    last[7] = content.len().to_le_bytes()[0];
    absorb::<PER_WORD>(&mut state, u64::from_le_bytes(last));

    state[2] ^= 0xee;
    let one = finish::<AT_END>(&mut state);
    state[1] ^= 0xdd;
    [one, finish::<AT_END>(&mut state)]
}

fn absorb<const ROUNDS: usize>(state: &mut [u64; 4], word: u64) {
    state[3] ^= word;
    for _ in 0..ROUNDS {
        round(state);
    }
    state[0] ^= word;
}

fn finish<const ROUNDS: usize>(state: &mut [u64; 4]) -> u64 {
    for _ in 0..ROUNDS {
        round(state);
    }
    state.iter().fold(0, |all, part| all ^ part)
}

fn round([a, b, c, d]: &mut [u64; 4]) {
    *a = a.wrapping_add(*b);
    *b = b.rotate_left(13) ^ *a;
    *a = a.rotate_left(32);
    *c = c.wrapping_add(*d);
    *d = d.rotate_left(16) ^ *c;
    *a = a.wrapping_add(*d);
    *d = d.rotate_left(21) ^ *a;
    *c = c.wrapping_add(*b);
    *b = b.rotate_left(17) ^ *c;
    *c = c.rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_siphash() {
        // The test vectors of the authors, for two and four rounds: bytes 0, 1, 2, … under the key 00 01 … 0f.
        let key = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
        let cases: [(&[u8], [u8; 16]); 2] = [
            (
                &[],
                [
                    0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7,
                    0x55, 0x02, 0x93,
                ],
            ),
            (
                &[0],
                [
                    0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b,
                    0x22, 0xfc, 0x45,
                ],
            ),
        ];
        for (content, want) in cases {
            let hash = sip::<2, 4>(key, content).map(u64::to_le_bytes);
            assert_eq!(hash.concat(), want, "{content:?}");
        }
    }

    #[test]
    fn each_byte_and_the_length_count() {
        let mut seen = std::collections::BTreeSet::new();
        for length in 0..40 {
            let mut content = vec![0; length];
            assert!(seen.insert(hash(&content)), "{length} zeros");
            for index in 0..length {
                content[index] = 1;
                assert!(seen.insert(hash(&content)), "{index} of {length}");
                content[index] = 0;
            }
        }
    }
}
