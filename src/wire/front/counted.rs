//! A body that ends by its length.

use bytes::BytesMut;

use crate::wire::front::Event;

/// A body that ends by its length. What follows it is dropped.
#[derive(Debug)]
pub(crate) struct Counted {
    left: u64,
    ended: bool,
}

impl Counted {
    /// A body of so many bytes.
    pub(crate) fn new(length: u64) -> Self {
        Self {
            left: length,
            ended: false,
        }
    }

    /// The next piece of the bytes that have arrived, or its end.
    pub(crate) fn decode(&mut self, arrived: &mut BytesMut) -> Option<Event> {
        if self.left == 0 {
            arrived.clear();
            return (!std::mem::replace(&mut self.ended, true)).then_some(Event::End);
        }
        if arrived.is_empty() {
            return None;
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let piece = arrived.split_to(arrived.len().min(most));
        self.left -= piece.len() as u64;
        Some(Event::Body(piece.freeze()))
    }
}
