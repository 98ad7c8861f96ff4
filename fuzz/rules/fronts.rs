//! Properties of the codecs of web servers in front, whatever is sent: the pieces in which bytes arrive do not matter,
//! no event has bytes that have not arrived, and what is written for a response can be told from what was asked.

use bytes::Bytes;
use bytes::BytesMut;
use rustzeug::bytes;
use rustzeug::codecs::Codec;
use rustzeug::codecs::DecodeError;
use rustzeug::codecs::Event;
use rustzeug::codecs::Outgoing;

/// The limit of variables.
pub(crate) const MOST: usize = 4096;

/// The first byte is the length of the pieces.
pub(crate) fn check<C: Codec>(input: &[u8], codec: impl Fn() -> C) {
    let Some((length, rest)) = input.split_first() else {
        return;
    };
    let whole = read(codec(), [rest]);
    let cut = read(codec(), rest.chunks(usize::from(*length).max(1)));
    assert_eq!(whole, cut, "in pieces of {length}");
    let given: usize = whole.0.iter().map(size).sum();
    assert!(given <= rest.len(), "{given} bytes of {}", rest.len());
}

fn read<'p, C: Codec>(
    mut codec: C,
    pieces: impl IntoIterator<Item = &'p [u8]>,
) -> (Vec<Event>, Option<DecodeError>, usize) {
    let (mut arrived, mut events, mut out) = (BytesMut::new(), Vec::new(), Outgoing::default());
    for piece in pieces {
        arrived.extend_from_slice(piece);
        loop {
            match codec.decode(&mut arrived) {
                Ok(None) => break,
                Ok(Some(Event::Body(piece))) => add(&mut events, piece),
                Ok(Some(event)) => {
                    if event == Event::End {
                        codec.encode_first(|bytes| bytes.extend_from_slice(b"head"), &mut out);
                        codec.encode(Bytes::from_static(b"answer"), &mut out);
                        codec.end(true, &mut out);
                    }
                    events.push(event);
                }
                Err(error) => return (events, Some(error), out.len()),
            }
        }
    }
    (events, None, out.len())
}

/// Adds a piece of a body to the one before.
fn add(events: &mut Vec<Event>, piece: Bytes) {
    assert!(!piece.is_empty());
    match events.last_mut() {
        Some(Event::Body(before)) => *before = [&before[..], &piece].concat().into(),
        _ => events.push(Event::Body(piece)),
    }
}

/// The bytes of an event that came from the input.
fn size(event: &Event) -> usize {
    match event {
        Event::Request(pairs) => pairs
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum(),
        Event::Body(piece) => piece.len(),
        _ => 0,
    }
}
