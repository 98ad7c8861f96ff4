//! Every coding, in any pieces, well-formed or not.

use std::io::Read;

use arbtest::arbtest;
use bytes::Bytes;

use super::*;

const NO_LIMIT: RatioLimit = RatioLimit {
    most: u64::MAX,
    from_bytes: u64::MAX,
};

fn codings() -> Vec<Coding> {
    let all = Coding::ALL.into_iter();
    all.filter(|coding| is_built(*coding)).collect()
}

/// Decodes chunk by chunk.
fn decode<'c>(
    coding: Coding,
    ratio: RatioLimit,
    chunks: impl IntoIterator<Item = &'c [u8]>,
) -> Result<Vec<u8>, DecodeError> {
    let mut decoder = Decoder::new(coding, ratio).expect("built in");
    let mut output = Vec::new();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        while let Some(piece) = decoder.next()? {
            assert!(piece.len() <= 64 << 10, "a piece has a limit");
            output.extend_from_slice(&piece);
        }
    }
    decoder.finish()?;
    Ok(output)
}

fn whole(coding: Coding, content: &[u8]) -> Vec<u8> {
    Encoder::whole(coding, default_level(coding), content).expect("encoded")
}

/// Text that compresses well, but not to nothing.
fn text(length: usize) -> Vec<u8> {
    let mut number = 1_u32;
    let words = [
        "alpha ", "beta ", "gamma\n", "delta ", "<li>", "</li>\n", "epsilon ",
    ];
    let mut text = Vec::new();
    while text.len() < length {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.extend_from_slice(words[(number >> 24) as usize % words.len()].as_bytes());
    }
    text.truncate(length);
    text
}

#[test]
fn what_was_encoded_is_decoded_in_any_chunks() {
    arbtest(|u| {
        let coding = *u.choose(&codings())?;
        let level = u.int_in_range(0..=9)?;
        let mut encoder = Encoder::new(coding, level, None).expect("an encoder");
        let (mut content, mut coded) = (Vec::new(), Vec::new());
        for _ in 0..u.int_in_range(0..=6)? {
            let length = u.int_in_range(0..=3000)?;
            let chunk = if u.arbitrary()? {
                text(length)
            } else {
                u.bytes(u.len().min(length))?.to_vec()
            };
            encoder.push(&chunk, &mut coded).expect("pushed");
            content.extend_from_slice(&chunk);
            if u.arbitrary()? {
                encoder.flush(&mut coded).expect("flushed");
            }
        }
        encoder.finish(&mut coded).expect("finished");
        let size = u.int_in_range(1..=64)?;
        assert_eq!(
            decode(coding, NO_LIMIT, coded.chunks(size)).as_ref(),
            Ok(&content),
            "{coding}"
        );
        Ok(())
    });
}

#[test]
fn all_that_was_pushed_can_be_read_after_a_flush() {
    for coding in codings() {
        let mut encoder = Encoder::new(coding, default_level(coding), None).unwrap();
        let mut decoder = Decoder::new(coding, NO_LIMIT).unwrap();
        for chunk in [&b"one"[..], b"two", &text(200_000), b"three"] {
            let mut coded = Vec::new();
            encoder.push(chunk, &mut coded).unwrap();
            assert_eq!(encoder.unflushed(), chunk.len() as u64);
            encoder.flush(&mut coded).unwrap();
            assert_eq!(encoder.unflushed(), 0);
            decoder.push(coded.into());
            let mut read = Vec::new();
            while let Some(piece) = decoder.next().unwrap() {
                read.extend_from_slice(&piece);
            }
            assert_eq!(read, chunk, "{coding}");
        }
        let mut coded = Vec::new();
        encoder.flush(&mut coded).unwrap();
        encoder.flush(&mut coded).unwrap();
        assert!(coded.len() < 32, "{coding}: flushing nothing costs nothing");
    }
}

#[test]
fn whole_content_of_every_length_comes_back() {
    for coding in codings() {
        for length in [
            0,
            1,
            15,
            16,
            255,
            256,
            257,
            8191,
            8192,
            65_536,
            300_000,
            1 << 20,
        ] {
            let content = text(length);
            for level in [0, 1, 6, 99] {
                if level == 99 && length > 70_000 {
                    continue;
                }
                let coded = Encoder::whole(coding, level, &content).unwrap();
                assert_eq!(
                    decode(coding, NO_LIMIT, [&coded[..]]).as_ref(),
                    Ok(&content),
                    "{coding} {length}"
                );
                assert!(
                    length < 1000 || coded.len() < length * 2 / 3,
                    "{coding} {length} {level}: {}",
                    coded.len()
                );
            }
        }
    }
}

#[test]
fn any_bytes_are_decoded_or_refused() {
    arbtest(|u| {
        let coding = *u.choose(&codings())?;
        let mut bytes = whole(coding, &text(u.int_in_range(0..=500)?));
        for _ in 0..u.int_in_range(0..=4)? {
            let place = u.choose_index(bytes.len())?;
            bytes[place] = u.arbitrary()?;
        }
        bytes.truncate(u.int_in_range(0..=bytes.len())?);
        bytes.extend_from_slice(u.bytes(u.len().min(40))?);
        let limit = RatioLimit {
            most: 100,
            from_bytes: 1 << 20,
        };
        let at_once = decode(coding, limit, [&bytes[..]]);
        let size = u.int_in_range(1..=16)?;
        let in_chunks = decode(coding, limit, bytes.chunks(size));
        // Which of two errors comes first may depend on the chunks.
        assert_eq!(at_once.clone().ok(), in_chunks.ok(), "{coding} {at_once:?}");
        Ok(())
    });
}

#[test]
fn input_must_end_where_its_stream_ends() {
    for coding in codings() {
        let content = text(3000);
        let coded = whole(coding, &content);
        for length in 1..coded.len() {
            let result = decode(coding, NO_LIMIT, [&coded[..length]]);
            assert_eq!(result, Err(DecodeError::Truncated(coding)), "{length}");
        }
        let trailing = decode(coding, NO_LIMIT, [&coded[..], b"x"]).unwrap_err();
        match coding {
            Coding::Brotli | Coding::Deflate => {
                assert_eq!(trailing, DecodeError::Trailing(coding));
            }
            // It may become another member or frame.
            _ => assert!(matches!(
                trailing,
                DecodeError::Malformed(_) | DecodeError::Truncated(_)
            )),
        }
        assert_eq!(
            decode(coding, NO_LIMIT, []).as_deref(),
            Ok(&[][..]),
            "nothing is nothing"
        );
        assert!(decode(coding, NO_LIMIT, [&b"this is not compressed at all"[..]]).is_err());
    }
}

#[test]
fn members_follow_one_another() {
    for coding in codings() {
        let (one, two) = (whole(coding, b"one "), whole(coding, b"two"));
        let both = decode(coding, NO_LIMIT, [&one[..], &two]);
        let joined = decode(coding, NO_LIMIT, [&[one, two].concat()[..]]);
        assert_eq!(both, joined);
        match coding {
            Coding::Gzip | Coding::Zstd => {
                assert_eq!(both.as_deref(), Ok(&b"one two"[..]));
            }
            _ => assert_eq!(both, Err(DecodeError::Trailing(coding))),
        }
    }
    // A hundred thousand empty members are read one by one, in linear time.
    let empty = whole(Coding::Gzip, b"");
    let many = empty.repeat(100_000);
    assert_eq!(
        decode(Coding::Gzip, NO_LIMIT, many.chunks(8192)).as_deref(),
        Ok(&[][..])
    );
}

#[test]
fn deflate_is_read_with_and_without_the_head_of_zlib() {
    let content = text(5000);
    let coded = whole(Coding::Deflate, &content);
    let mut raw = Vec::new();
    let level = flate2::Compression::new(6);
    flate2::read::DeflateEncoder::new(&content[..], level)
        .read_to_end(&mut raw)
        .unwrap();
    for (bytes, why) in [(&coded, "RFC 1950"), (&raw, "what some clients send")] {
        for size in [1, 2, 7, 10_000] {
            let decoded = decode(Coding::Deflate, NO_LIMIT, bytes.chunks(size));
            assert_eq!(decoded.as_ref(), Ok(&content), "{why}");
        }
    }
}

#[test]
fn output_far_longer_than_its_input_is_refused() {
    let zeros = vec![0; 3 << 20];
    for coding in codings() {
        let bomb = whole(coding, &zeros);
        assert!(bomb.len() < 30_000, "{coding}: {}", bomb.len());
        let from_bytes = 1 << 20;
        let most = 100;
        let refused = decode(coding, RatioLimit { most, from_bytes }, bomb.chunks(100));
        assert_eq!(refused, Err(DecodeError::Ratio(100)), "{coding}");
        let ratio = RatioLimit {
            most: 1,
            from_bytes: 3 << 20,
        };
        assert!(
            decode(coding, ratio, [&bomb[..]]).is_ok(),
            "{coding}: at the limit"
        );
        let ratio = RatioLimit {
            from_bytes: (3 << 20) - 1,
            ..ratio
        };
        assert_eq!(
            decode(coding, ratio, [&bomb[..]]),
            Err(DecodeError::Ratio(1)),
            "{coding}: one past it"
        );
    }
}

#[test]
fn a_stream_that_claims_a_window_beyond_the_format_is_refused() {
    // Brotli's variant for large windows, which is not `br`: 1 GiB.
    let large = [0x11, 0x1e, 0x00, 0x00];
    assert!(decode(Coding::Brotli, NO_LIMIT, [&large[..]]).is_err());
    if is_built(Coding::Zstd) {
        // RFC 9659: a frame with a window of 16 MiB, and one byte in a last, raw block.
        let frame = |descriptor: u8| [0x28, 0xb5, 0x2f, 0xfd, 0, descriptor, 0x09, 0, 0, b'x'];
        let (eight, sixteen) = (frame(13 << 3), frame(14 << 3));
        assert_eq!(
            decode(Coding::Zstd, NO_LIMIT, [&eight[..]]).as_deref(),
            Ok(&b"x"[..])
        );
        assert!(decode(Coding::Zstd, NO_LIMIT, [&sixteen[..]]).is_err());
    }
}
