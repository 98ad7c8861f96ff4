//! The cuts of a body make no difference, and no bytes make the decoder panic.

use arbtest::arbitrary::Result;
use arbtest::arbitrary::Unstructured;
use arbtest::arbtest;

use super::Limits;
use super::Outcome;
use super::decode_chunks;

/// Bodies in which every state of the decoder occurs, whole and broken.
const BODIES: [&[u8]; 23] = [
    b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n",
    b"pre\r\n--bx\r\n--b \t\r\nContent-Disposition: form-data; name=a\r\nX: y\r\n\r\n\r\n--b-\r\n--b--\t\r\nepi\r\n--b\r\n",
    b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"c\"; filename=\"d\"\r\n\r\n\r\r\n\n\r\n-\r\n--\r\n--b\r\r\n--b--",
    b"\r\n\r\n--b\r\n--b\r\n",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--x\r\n--b- -\r\n--b",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b\r",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--\r",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b  \n",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b \r\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\n",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n fold\r\n\r\n",
    b"--b\r\nContent-Disposition: form-data; name=a\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\n\r\n\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name=a; filename*=utf-8''0123456789012345678901234567890123456789\n",
    b"twenty-one bytes here\r\n--b\n",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b                                      \t\r\n",
    b"--b--",
    b"pre\r\n--b \t\r\nContent-Disposition: form-data; name=a\r\nX: y\r\n z\r\n\r\n\r\n-\r\n--\r\n--b--\t\r\nepi\r\n--b\r\n",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n---b\r\n",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\n--b\r\n",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\n\r--b\r\n",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\r\n--b--\nContent-Disposition: y",
    b"Content-Disposition: x\r\n--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--\r-",
];

/// Limits that some of the bodies exceed.
fn limits() -> Limits {
    Limits::default()
        .with_parts(1)
        .with_part_header_bytes(70)
        .with_part_header_lines(3)
        .with_preamble_bytes(20)
}

fn decode<'c>(limits: &Limits, chunks: impl IntoIterator<Item = &'c [u8]>) -> Outcome {
    decode_chunks("b", limits, chunks)
}

#[test]
fn every_cut_in_two_and_in_three_gives_the_same() {
    for limits in [Limits::default(), limits()] {
        for body in BODIES {
            let whole = decode(&limits, [body]);
            let shown = String::from_utf8_lossy(body);
            for second in 0..=body.len() {
                for first in 0..=second {
                    let cut = [&body[..first], &body[first..second], &body[second..]];
                    assert_eq!(
                        decode(&limits, cut),
                        whole,
                        "{shown:?} at {first}, {second}"
                    );
                }
            }
            for size in 1..9 {
                let outcome = decode(&limits, body.chunks(size));
                assert_eq!(outcome, whole, "{shown:?} in pieces of {size}");
            }
        }
    }
}

/// Random bytes, made of significant pieces.
fn any_body(source: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    const PIECES: [&[u8]; 20] = [
        b"\r\n--b",
        b"--b",
        b"--",
        b"-",
        b"b",
        b"\r\n",
        b"\r",
        b"\n",
        b" ",
        b"\t",
        b"Content-Disposition: form-data; name=\"a\"\r\n\r\n",
        b"; filename=\"",
        b"\"",
        b"\\",
        b"x: y\r\n",
        b"Content-",
        b"Disposition:",
        b"data",
        b"\0",
        b"\xff",
    ];
    let mut body = Vec::new();
    if source.ratio(3, 4)? {
        body.extend_from_slice(b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
    }
    while !source.is_empty() && body.len() < 4000 {
        body.extend_from_slice(source.choose(&PIECES)?);
    }
    Ok(body)
}

fn any_cuts<'b>(source: &mut Unstructured<'_>, mut body: &'b [u8]) -> Result<Vec<&'b [u8]>> {
    let mut chunks = Vec::new();
    while !body.is_empty() && chunks.len() < 20 {
        let (chunk, rest) = body.split_at(source.int_in_range(0..=body.len().min(80))?);
        chunks.push(chunk);
        body = rest;
    }
    chunks.push(body);
    Ok(chunks)
}

#[test]
fn any_body_gives_the_same_however_it_is_cut() {
    arbtest(|source| {
        let limits = if source.arbitrary()? {
            limits()
        } else {
            Limits::default()
        };
        let mut seed = Unstructured::new(source.bytes(source.len() / 2)?);
        let body = any_body(source)?;
        let whole = decode(&limits, [&body[..]]);
        let shown = String::from_utf8_lossy(&body);
        assert_eq!(decode(&limits, body.chunks(1)), whole, "{shown:?}");
        let chunks = any_cuts(&mut seed, &body)?;
        assert_eq!(decode(&limits, chunks), whole, "{shown:?}");
        Ok(())
    });
}

#[test]
fn no_bytes_make_it_panic() {
    arbtest(|source| {
        let head: &[u8] = b"--b\r\nContent-Disposition: form-data; name=";
        let tail: &[u8] = source.peek_bytes(source.len()).unwrap_or_default();
        for front in [b"".as_slice(), b"--b\r\n", head] {
            let body = [front, tail].concat();
            for (part, _) in decode(&Limits::default(), [&body[..]]).parts {
                let filename = part.filename().unwrap_or_default();
                assert!(!filename.contains(['/', '\\', '\r', '\n', '\0']));
                assert!(part.headers().contains_key("content-disposition"));
                assert_eq!(part.name().to_owned(), part.into_name());
            }
        }
        Ok(())
    });
}
