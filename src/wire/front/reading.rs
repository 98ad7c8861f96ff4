//! Reads bytes that arrive in pieces, for the tests of the codecs.

use bytes::BytesMut;

use crate::wire::front::Codec;
use crate::wire::front::DecodeError;
use crate::wire::front::Event;

/// All events, until there are no more, and the error if there is one. Pieces of a body are joined.
pub(crate) fn events(mut codec: impl Codec, pieces: &[&[u8]]) -> (Vec<Event>, Option<DecodeError>) {
    let (mut arrived, mut events) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        arrived.extend_from_slice(piece);
        loop {
            match codec.decode(&mut arrived) {
                Ok(None) => break,
                Ok(Some(Event::Body(piece))) => add(&mut events, piece),
                Ok(Some(event)) => events.push(event),
                Err(error) => return (events, Some(error)),
            }
        }
    }
    (events, None)
}

fn add(events: &mut Vec<Event>, piece: bytes::Bytes) {
    match events.last_mut() {
        Some(Event::Body(before)) => *before = [&before[..], &piece].concat().into(),
        _ => events.push(Event::Body(piece)),
    }
}
