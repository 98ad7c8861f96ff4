//! What the protocols of web servers in front have in common: variables and a body arrive, a head and a body leave.

pub(crate) mod outgoing;
pub(crate) mod pairs;
#[cfg(test)]
pub(crate) mod reading;
#[cfg(any(feature = "scgi", feature = "uwsgi"))]
pub(crate) mod single;

use bytes::Bytes;
use bytes::BytesMut;

use crate::wire::front::outgoing::Outgoing;
use crate::wire::variables::Variables;

/// One connection of a web server in front, in bytes. It does no I/O: bytes in, events out, and back.
pub trait Codec: Send + 'static {
    /// Whether the head of a response has the status line of HTTP, or else a line `Status:`.
    const HAS_STATUS_LINE: bool;

    /// Takes the next event out of the bytes that have arrived; `None` if there is none yet.
    ///
    /// # Errors
    ///
    /// After an error the connection cannot be read any more.
    fn decode(&mut self, arrived: &mut BytesMut) -> Result<Option<Event>, DecodeError>;

    /// Writes the first piece of the response, which `write` appends.
    fn encode_first(&mut self, write: impl FnOnce(&mut Vec<u8>), out: &mut Outgoing);

    /// Writes a piece of the response.
    fn encode(&mut self, piece: Bytes, out: &mut Outgoing);

    /// Writes the end of the response, and waits for the next request. `is_whole`: the response was not cut.
    fn end(&mut self, is_whole: bool, out: &mut Outgoing);

    /// Whether nothing has arrived of the next request, after all of the last one and its response.
    fn is_between(&self) -> bool;

    /// Whether a response can be written now.
    fn can_answer(&self) -> bool;

    /// Whether the connection stays open after the response.
    fn keeps(&self) -> bool;
}

/// A thing that a web server in front has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// All variables of a request. Pieces of its body follow, then [`Event::End`].
    Request(Variables),
    /// A piece of the body, not empty.
    Body(Bytes),
    /// The body is complete.
    End,
    /// The response is not wanted any more.
    Aborted,
    /// A question about the protocol, with the answer to it.
    Asked(Bytes),
    /// A request that cannot be served, with the answer to it.
    Refused(Bytes),
}

/// Why a connection cannot be read any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes break the rules of the protocol.
    Malformed(&'static str),
    /// The variables of a request are longer than the limit.
    TooLarge,
}
