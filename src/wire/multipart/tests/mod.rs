//! Rules of multipart bodies, as the public types show them.

mod boundary;
mod cuts;
mod framing;
mod limits;
mod part_builder;
mod part_heads;

use bytes::Bytes;

use super::Boundary;
use super::Decoder;
use super::Event;
use super::Limits;
use super::MultipartError;
use super::PartHead;
use super::multipart_error::Fault;

/// A part with all its data.
type Part = (PartHead, Vec<u8>);

/// The outcome of a body: its parts, the last one possibly incomplete, and how it ended.
#[derive(Debug, PartialEq)]
struct Outcome {
    parts: Vec<Part>,
    complete: usize,
    end: Result<(), MultipartError>,
}

/// Decodes a body that arrives in `chunks`, and checks the order of events.
fn decode_chunks<'c>(
    boundary: &str,
    limits: &Limits,
    chunks: impl IntoIterator<Item = &'c [u8]>,
) -> Outcome {
    let boundary = Boundary::new(boundary).unwrap();
    let mut decoder = Decoder::new(&boundary, limits.clone());
    let mut chunks = chunks.into_iter();
    let (mut parts, mut complete) = (Vec::<Part>::new(), 0);
    let end = loop {
        match decoder.next_event() {
            Ok(Event::Part(head)) => {
                assert_eq!(parts.len(), complete, "a part within a part");
                parts.push((head, Vec::new()));
            }
            Ok(Event::Data(data)) => {
                assert!(!data.is_empty(), "empty data");
                assert_eq!(parts.len(), complete + 1, "data outside of parts");
                parts.last_mut().unwrap().1.extend(data);
            }
            Ok(Event::PartEnd) => complete += 1,
            Ok(Event::End) => break Ok(()),
            Ok(Event::NeedData) => match chunks.next() {
                Some(chunk) => decoder.push(Bytes::copy_from_slice(chunk)),
                None => decoder.finish(),
            },
            Err(error) => break Err(error),
        }
    };
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
    }
    let again = decoder.next_event();
    assert_eq!(again, end.clone().map(|()| Event::End), "it stays so");
    Outcome {
        parts,
        complete,
        end,
    }
}

/// Decodes a body with the boundary `b`.
fn decode(body: impl AsRef<[u8]>) -> Outcome {
    decode_chunks("b", &Limits::default(), [body.as_ref()])
}

/// The data of all parts of a valid body.
fn data(body: impl AsRef<[u8]>) -> Vec<String> {
    let outcome = decode(body);
    assert_eq!(outcome.end, Ok(()));
    let data = outcome.parts.into_iter().map(|(_, data)| data);
    data.map(|data| String::from_utf8(data).unwrap()).collect()
}

/// The fault of a body.
fn refused(body: impl AsRef<[u8]>) -> Option<Fault> {
    decode(body).end.err().map(|error| error.kind)
}

/// The head of the only part of a body with these header lines.
fn head(lines: impl AsRef<[u8]>) -> Result<PartHead, Fault> {
    let body = [b"--b\r\n", lines.as_ref(), b"\r\n\r\n\r\n--b--\r\n"].concat();
    let outcome = decode(body);
    outcome.end.map_err(|error| error.kind)?;
    assert_eq!(outcome.parts.len(), 1);
    Ok(outcome.parts.into_iter().next().unwrap().0)
}

/// The head of a part with this `Content-Disposition`.
fn disposition(value: impl AsRef<[u8]>) -> Result<PartHead, Fault> {
    head([b"Content-Disposition: ", value.as_ref()].concat())
}
