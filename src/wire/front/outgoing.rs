//! Bytes that wait to be sent: small pieces together, large ones as they are.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::mem;

use bytes::Buf;
use bytes::Bytes;

/// A piece that is at least this long is not copied.
const LARGE: usize = 8 << 10;

/// Bytes that wait to be sent, in order.
#[derive(Debug, Default)]
pub struct Outgoing {
    pieces: VecDeque<Bytes>,
    /// The number of bytes in them.
    length: usize,
    /// The small pieces at the end.
    last: Vec<u8>,
}

impl Outgoing {
    /// Adds a copy of some bytes.
    pub fn put_slice(&mut self, bytes: &[u8]) {
        self.last.extend_from_slice(bytes);
    }

    /// The small pieces at the end. Bytes that are appended here are the next to be sent.
    pub fn tail(&mut self) -> &mut Vec<u8> {
        &mut self.last
    }

    /// Adds a piece.
    pub fn put(&mut self, piece: Bytes) {
        if piece.len() < LARGE {
            return self.put_slice(&piece);
        }
        self.close_last();
        self.length += piece.len();
        self.pieces.push_back(piece);
    }

    fn close_last(&mut self) {
        if !self.last.is_empty() {
            let last = mem::take(&mut self.last);
            self.length += last.len();
            self.pieces.push_back(last.into());
        }
    }

    /// The number of bytes that wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length + self.last.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first pieces, as many as fit into `slices`; returns their number.
    pub fn slices<'s>(&'s self, slices: &mut [IoSlice<'s>]) -> usize {
        let last = (!self.last.is_empty()).then_some(&self.last[..]);
        let pieces = self.pieces.iter().map(|piece| &piece[..]).chain(last);
        let mut count = 0;
        for (slice, piece) in slices.iter_mut().zip(pieces) {
            *slice = IoSlice::new(piece);
            count += 1;
        }
        count
    }

    /// Drops bytes that were sent.
    ///
    /// # Panics
    ///
    /// Panics if fewer wait.
    pub fn advance(&mut self, mut count: usize) {
        while count > 0 {
            let Some(first) = self.pieces.front_mut() else {
                self.last.drain(..count);
                if self.last.is_empty() && self.last.capacity() > LARGE {
                    // A connection may have nothing to send for hours.
                    self.last = Vec::new();
                }
                return;
            };
            let part = count.min(first.len());
            first.advance(part);
            self.length -= part;
            count -= part;
            if first.is_empty() {
                self.pieces.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_leave_in_order_however_they_are_cut() {
        arbtest::arbtest(|u| {
            let (mut out, mut want, mut got) = (Outgoing::default(), Vec::new(), Vec::new());
            for at in 0..u.int_in_range(0..=12_u8)? {
                let length = *u.choose(&[0, 1, 7, LARGE - 1, LARGE, LARGE + 9])?;
                let piece = vec![at; length];
                want.extend_from_slice(&piece);
                match u.int_in_range(0..=2)? {
                    0 => out.put(piece.into()),
                    1 => out.put_slice(&piece),
                    _ => out.tail().extend(piece),
                }
                assert_eq!(out.len(), want.len() - got.len());
                take(&mut out, u.int_in_range(0..=3 * LARGE)?, &mut got);
            }
            while !out.is_empty() {
                take(&mut out, 1000, &mut got);
            }
            assert!(want == got, "{} and {} bytes", want.len(), got.len());
            Ok(())
        });
    }

    fn take(out: &mut Outgoing, most: usize, got: &mut Vec<u8>) {
        let before = got.len();
        let mut slices = [IoSlice::new(&[]); 4];
        let count = out.slices(&mut slices);
        let mut room = most;
        for slice in &slices[..count] {
            let part = room.min(slice.len());
            got.extend_from_slice(&slice[..part]);
            room -= part;
        }
        out.advance(got.len() - before);
    }
}
