//! Every limit, at its value and one past it; and the memory used.

use std::fmt::Write as _;

use bytes::Bytes;

use super::Boundary;
use super::Decoder;
use super::Event;
use super::Limits;
use super::MultipartError;
use super::decode_chunks;
use crate::wire::multipart::delimiter::PADDING_BYTES;

const PART: &str = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n";

fn check(limits: &Limits, body: &str) -> Result<(), MultipartError> {
    let whole = decode_chunks("b", limits, [body.as_bytes()]).end;
    let bytes = decode_chunks("b", limits, body.as_bytes().chunks(1)).end;
    assert_eq!(whole, bytes);
    for at in (0..body.len()).filter(|_| body.len() < 1000) {
        let (first, second) = body.as_bytes().split_at(at);
        let cut = decode_chunks("b", limits, [first, second]).end;
        assert_eq!(cut, whole, "cut at {at}");
    }
    whole
}

/// Checks that the first body is accepted and the second refused, with the status, setting and message in
/// `want`.
fn hold(limits: &Limits, [at, past]: [&str; 2], want: (u16, &str, &str)) {
    assert_eq!(check(limits, at), Ok(()), "{want:?}, at the limit");
    let error = check(limits, past).unwrap_err();
    assert_eq!(
        (error.status().as_u16(), error.setting()),
        (want.0, Some(want.1))
    );
    assert_eq!(error.to_string(), want.2);
}

#[test]
fn parts_are_counted() {
    let parts = |number| PART.repeat(number) + "--b--";
    let text = "more than 1000 parts (limit `multipart_parts`)";
    let want = (413, "multipart_parts", text);
    hold(&Limits::default(), [&parts(1000), &parts(1001)], want);
    let text = "more than 0 parts (limit `multipart_parts`)";
    let want = (413, "multipart_parts", text);
    hold(&Limits::default().with_parts(0), ["--b--", &parts(1)], want);
}

#[test]
fn header_lines_are_counted_and_measured() {
    let lines = |number| {
        let mut body = "--b\r\nContent-Disposition: form-data; name=a\r\n".to_owned();
        for line in 1..number {
            write!(body, "x{line}: y\r\n").unwrap();
        }
        body + "\r\n\r\n--b--"
    };
    let text = "part 1: more than 32 header lines (limit `part_header_lines`)";
    let want = (400, "part_header_lines", text);
    hold(&Limits::default(), [&lines(32), &lines(33)], want);

    let bytes = |number: usize| {
        let line = "Content-Disposition: form-data; name=a\r\n";
        let filler = "x".repeat(number - line.len() - "y: \r\n".len());
        format!("--b\r\n{line}y: {filler}\r\n\r\n\r\n--b--")
    };
    let text = "part 1: header lines of more than 8192 bytes (limit `part_header_bytes`)";
    let want = (400, "part_header_bytes", text);
    hold(&Limits::default(), [&bytes(8192), &bytes(8193)], want);
    let endless = format!("--b\r\n{}", "x".repeat(100_000));
    hold(&Limits::default(), [&bytes(8192), &endless], want);
}

#[test]
fn a_preamble_is_measured() {
    let after = |length| format!("{}\r\n{PART}--b--", "x".repeat(length));
    let text = "more than 16384 bytes before the first boundary (limit `preamble_bytes`)";
    let want = (400, "preamble_bytes", text);
    hold(&Limits::default(), [&after(16384), &after(16385)], want);
    let endless = "\r\n--".repeat(10_000);
    hold(&Limits::default(), [&after(16384), &endless], want);
    let text = "more than 0 bytes before the first boundary (limit `preamble_bytes`)";
    let want = (400, "preamble_bytes", text);
    let none = Limits::default().with_preamble_bytes(0);
    hold(&none, ["--b--", "x\r\n--b--"], want);
}

#[test]
fn blanks_after_a_boundary_are_counted() {
    let padded = |blanks| {
        let blanks = " ".repeat(blanks);
        PART.replacen("--b", &format!("--b{blanks}"), 1) + "--b--" + &blanks + "\r\n"
    };
    let limits = Limits::default();
    assert_eq!(check(&limits, &padded(PADDING_BYTES)), Ok(()));
    let error = check(&limits, &padded(PADDING_BYTES + 1)).unwrap_err();
    assert_eq!((error.status().as_u16(), error.setting()), (400, None));
}

#[test]
fn an_epilogue_may_be_long_and_is_not_kept() {
    let mut decoder = Decoder::new(&Boundary::new("b").unwrap(), Limits::default());
    decoder.push(Bytes::from_static(b"--b--\r\n"));
    for _ in 0..100 {
        decoder.push(Bytes::from_static(&[b'c'; 10_000]));
        assert_eq!(decoder.next_event(), Ok(Event::NeedData));
        assert!(decoder.rest.is_empty() && decoder.held.capacity() == 0);
    }
    decoder.finish();
    assert_eq!(decoder.next_event(), Ok(Event::End));
}

#[test]
fn between_chunks_no_more_is_held_than_may_be_needed() {
    let boundary = "x".repeat(256);
    let content_type = format!("multipart/form-data; boundary={boundary}");
    let boundary_of = || Boundary::from_content_type(content_type.as_bytes()).unwrap();
    let limits = Limits::default();
    let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=a\r\n");
    let near = format!("\r\n--{}-", &boundary[1..]);
    let long_head = format!("{head}y: {}", "z".repeat(8000));
    let text = format!(
        "{head}\r\n{}\r\n--{boundary}--{}",
        near.repeat(100),
        " ".repeat(PADDING_BYTES)
    );
    for (body, most) in [(text, 392), (long_head, 8194)] {
        for size in [1, 7, 64, 1000, 1 << 20] {
            let mut decoder = Decoder::new(&boundary_of(), limits.clone());
            for chunk in body.as_bytes().chunks(size) {
                decoder.push(Bytes::copy_from_slice(chunk));
                while decoder.next_event() != Ok(Event::NeedData) {}
                assert!(decoder.rest.is_empty());
                let length = decoder.held.len();
                assert!(length <= most, "{length} held of chunks of {size}");
            }
        }
    }
}

#[test]
fn data_are_slices_of_the_chunks() {
    let mut decoder = Decoder::new(&Boundary::new("b").unwrap(), Limits::default());
    let chunk = Bytes::from(format!("{}\r\n--cx", PART.trim_end()));
    let within = chunk.as_ptr_range();
    decoder.push(chunk);
    assert!(matches!(decoder.next_event(), Ok(Event::Part(_))));
    let Ok(Event::Data(data)) = decoder.next_event() else {
        panic!("no data");
    };
    assert_eq!(data, "x\r\n--cx");
    assert!(within.contains(&data.as_ptr()));
}

#[test]
fn a_chunk_may_be_pushed_before_the_last_is_used_up() {
    let mut decoder = Decoder::new(&Boundary::new("b").unwrap(), Limits::default());
    let body = PART.to_owned() + "--b--";
    for chunk in body.as_bytes().chunks(7) {
        decoder.push(Bytes::copy_from_slice(chunk));
    }
    decoder.finish();
    decoder.push(Bytes::from_static(b"too late"));
    let mut events = Vec::new();
    while events.last() != Some(&Event::End) {
        events.push(decoder.next_event().unwrap());
    }
    assert_eq!(
        events[1..],
        [Event::Data("x".into()), Event::PartEnd, Event::End]
    );
}
