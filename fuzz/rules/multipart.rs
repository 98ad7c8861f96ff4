//! The checks of the fuzz target `multipart`; `cargo test` runs them for the seeds.
//!
//! The input is a content type, LF, the sizes of chunks as one byte each, LF, and a body.

use rustzeug::bytes::Bytes;
use rustzeug::multipart::Boundary;
use rustzeug::multipart::Decoder;
use rustzeug::multipart::Event;
use rustzeug::multipart::Limits;
use rustzeug::multipart::MultipartError;
use rustzeug::multipart::PartHead;

/// The parts of a body, how many of them are complete, and how the body ended.
type Outcome = (Vec<(PartHead, Vec<u8>)>, usize, Option<MultipartError>);

/// The result is the same however the body is cut, and it keeps its guarantees.
pub(crate) fn check(input: &[u8]) {
    let mut fields = input.splitn(3, |byte| *byte == b'\n');
    let mut field = || fields.next().unwrap_or_default();
    let (content_type, sizes, body) = (field(), field(), field());
    let Ok(boundary) = Boundary::from_content_type(content_type) else {
        return;
    };
    let written = Boundary::from_content_type(boundary.content_type().as_bytes());
    assert_eq!(written.as_ref(), Ok(&boundary), "written and read");
    let small = Limits::default()
        .with_parts(2)
        .with_part_header_bytes(90)
        .with_part_header_lines(2)
        .with_preamble_bytes(10);
    for bounds in [Limits::default(), small] {
        let whole = decode(&boundary, &bounds, [body]);
        check_parts(&whole, body);
        assert_eq!(decode(&boundary, &bounds, body.chunks(1)), whole);
        assert_eq!(decode(&boundary, &bounds, cut(body, sizes)), whole);
    }
}

fn cut<'b>(mut body: &'b [u8], sizes: &[u8]) -> Vec<&'b [u8]> {
    let mut chunks = Vec::new();
    for size in sizes {
        let size = usize::from(*size).min(body.len());
        chunks.push(&body[..size]);
        body = &body[size..];
    }
    chunks.push(body);
    chunks
}

fn decode<'b>(
    boundary: &Boundary,
    bounds: &Limits,
    chunks: impl IntoIterator<Item = &'b [u8]>,
) -> Outcome {
    let mut decoder = Decoder::new(boundary, bounds.clone());
    let mut chunks = chunks.into_iter();
    let (mut parts, mut complete) = (Vec::<(PartHead, Vec<u8>)>::new(), 0);
    loop {
        match decoder.next_event() {
            Ok(Event::Part(head)) => parts.push((head, Vec::new())),
            Ok(Event::Data(data)) => parts.last_mut().expect("a head").1.extend(data),
            Ok(Event::PartEnd) => complete += 1,
            Ok(Event::NeedData) => match chunks.next() {
                Some(chunk) => decoder.push(Bytes::copy_from_slice(chunk)),
                None => decoder.finish(),
            },
            Ok(Event::End) => return (parts, complete, None),
            Err(error) => return (parts, complete, Some(error)),
        }
    }
}

fn check_parts((parts, complete, error): &Outcome, body: &[u8]) {
    assert!(*complete == parts.len() || (error.is_some() && complete + 1 == parts.len()));
    let length: usize = parts.iter().map(|(_, data)| data.len()).sum();
    assert!(length <= body.len());
    for (head, _) in parts {
        let filename = head.filename().unwrap_or_default();
        assert!(!filename.contains(['/', '\\']) && !filename.contains(char::is_control));
        assert!(filename != "." && filename != "..");
        assert_eq!(head.is_file(), head.raw_filename().is_some());
        assert!(head.headers().contains_key("content-disposition"));
        assert_eq!(head.clone().into_name(), head.name());
    }
}
