//! The checks of the fuzz target `multer`; `cargo test` runs them for the seeds, and for 10,000 mutated bodies.
//!
//! The input has the format of `multipart`: a content type, LF, the sizes of chunks, LF, and a body.

use std::convert::Infallible;
use std::pin::Pin;
use std::pin::pin;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use futures_core::Stream;
use rustzeug::bytes::Bytes;
use rustzeug::multer;
use rustzeug::multipart::Boundary;
use rustzeug::multipart::Decoder;
use rustzeug::multipart::Event;
use rustzeug::multipart::Limits;
use rustzeug::multipart::PartHead;

/// The name of a part, if it has one, and its data.
type Part = (Option<String>, Vec<u8>);

/// multer may refuse a body that this crate reads, or read less of it. But it never finds more parts, and if it finds
/// equally many, they are the same.
pub(crate) fn check(input: &[u8]) {
    let mut fields = input.splitn(3, |byte| *byte == b'\n');
    let mut field = || fields.next().unwrap_or_default();
    let (content_type, _, body) = (field(), field(), field());
    if let Ok(boundary) = Boundary::from_content_type(content_type) {
        compare(&boundary, body);
    }
}

/// Compares a body alone; returns whether both have read it.
pub(crate) fn compare(boundary: &Boundary, body: &[u8]) -> bool {
    let Some(ours) = decode(boundary, body) else {
        return false;
    };
    let Some(theirs) = decode_by_multer(boundary, body) else {
        return false;
    };
    let shown = body.escape_ascii();
    assert!(theirs.len() <= ours.len(), "multer finds more: {shown}");
    if theirs.len() < ours.len() {
        return false;
    }
    for ((head, data), (name, their_data)) in ours.iter().zip(&theirs) {
        assert_eq!(data, their_data, "{shown}");
        if let Some(name) = name.as_deref().filter(|_| is_plain(head)) {
            assert_eq!(head.name(), name, "{shown}");
        }
    }
    true
}

/// Returns whether there is exactly one name, which needs no decoding.
fn is_plain(head: &PartHead) -> bool {
    let headers = head.headers();
    let values = headers.get_all("content-disposition").iter();
    let values: Vec<_> = values
        .map(|value| value.as_bytes().to_ascii_lowercase())
        .collect();
    let [value] = &values[..] else {
        return false;
    };
    let names = value.windows(4).filter(|text| text == b"name").count();
    names == 1
        && !value
            .iter()
            .any(|byte| b"%\\\t".contains(byte) || !byte.is_ascii())
}

fn decode(boundary: &Boundary, body: &[u8]) -> Option<Vec<(PartHead, Vec<u8>)>> {
    let mut decoder = Decoder::new(boundary, Limits::default());
    decoder.push(Bytes::copy_from_slice(body));
    decoder.finish();
    let mut parts = Vec::<(PartHead, Vec<u8>)>::new();
    loop {
        match decoder.next_event().ok()? {
            Event::Part(head) => parts.push((head, Vec::new())),
            Event::Data(data) => parts.last_mut().expect("a head").1.extend(data),
            Event::PartEnd => {}
            Event::NeedData => unreachable!("it is finished"),
            Event::End => return Some(parts),
        }
    }
}

/// A stream of one chunk.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

fn decode_by_multer(boundary: &Boundary, body: &[u8]) -> Option<Vec<Part>> {
    let source = Once(Some(Bytes::copy_from_slice(body)));
    let reading = async {
        let mut multipart = multer::Multipart::new(source, boundary.as_str());
        let mut parts = Vec::new();
        while let Some(field) = multipart.next_field().await.ok()? {
            let name = field.name().map(str::to_owned);
            parts.push((name, field.bytes().await.ok()?.to_vec()));
        }
        Some(parts)
    };
    let mut reading = pin!(reading);
    let mut context = Context::from_waker(Waker::noop());
    // multer reports that it is pending even if it has everything; more than once for each part that it drops.
    for _ in 0..body.len() + 10 {
        if let Poll::Ready(parts) = reading.as_mut().poll(&mut context) {
            return parts;
        }
    }
    None
}
