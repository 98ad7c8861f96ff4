//! A connection with one request: its variables, then a body of the length that they say. The response ends with the
//! connection.

use std::marker::PhantomData;

use bytes::Bytes;
use bytes::BytesMut;

use crate::wire::front::Codec;
use crate::wire::front::DecodeError;
use crate::wire::front::Event;
use crate::wire::front::outgoing::Outgoing;
use crate::wire::variables::Variables;

/// How a protocol with one request per connection sends the variables.
pub trait Head: Send + 'static {
    /// See [`Codec::HAS_STATUS_LINE`].
    const HAS_STATUS_LINE: bool;

    /// Takes the variables out of the bytes that have arrived; `None` if they are not all there yet. `most` is the limit
    /// of their bytes.
    ///
    /// # Errors
    ///
    /// After an error the connection cannot be read any more.
    fn read(arrived: &mut BytesMut, most: usize) -> Result<Option<Variables>, DecodeError>;
}

/// One connection, which is one request.
#[derive(Debug)]
pub struct Single<H> {
    variables_bytes: usize,
    /// The body, once the variables have arrived.
    body: Option<Counted>,
    head: PhantomData<fn() -> H>,
}

impl<H: Head> Single<H> {
    /// `variables_bytes` is the limit of the variables.
    #[must_use]
    pub fn new(variables_bytes: usize) -> Self {
        Self {
            variables_bytes,
            body: None,
            head: PhantomData,
        }
    }
}

impl<H: Head> Codec for Single<H> {
    const HAS_STATUS_LINE: bool = H::HAS_STATUS_LINE;

    fn decode(&mut self, arrived: &mut BytesMut) -> Result<Option<Event>, DecodeError> {
        if let Some(body) = &mut self.body {
            return Ok(body.decode(arrived));
        }
        let Some(variables) = H::read(arrived, self.variables_bytes)? else {
            return Ok(None);
        };
        // With an invalid length the request has no body: it is refused.
        let length = variables.content_length().unwrap_or_default();
        self.body = Some(Counted {
            left: length.unwrap_or(0),
            ended: false,
        });
        Ok(Some(Event::Request(variables)))
    }

    fn encode_first(&mut self, write: impl FnOnce(&mut Vec<u8>), out: &mut Outgoing) {
        write(out.tail());
    }

    fn encode(&mut self, piece: Bytes, out: &mut Outgoing) {
        out.put(piece);
    }

    fn end(&mut self, _: bool, _: &mut Outgoing) {}

    fn is_between(&self) -> bool {
        false
    }

    fn can_answer(&self) -> bool {
        true
    }

    fn keeps(&self) -> bool {
        false
    }
}

/// A body that ends by its length. What follows it is dropped.
#[derive(Debug)]
struct Counted {
    left: u64,
    ended: bool,
}

impl Counted {
    /// The next piece of the bytes that have arrived, or its end.
    fn decode(&mut self, arrived: &mut BytesMut) -> Option<Event> {
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
