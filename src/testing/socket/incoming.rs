//! The body of a response as it is received. The head says where it ends; an earlier end is an error.

use std::io;
use std::io::BufReader;
use std::io::Read;
use std::net::TcpStream;

use crate::testing::socket::head::Framing;
use crate::testing::socket::head::cut;
use crate::testing::socket::head::line;
use crate::testing::socket::head::wrong;

/// The rest of a connection, up to the end of the body.
pub(super) struct Incoming {
    reader: BufReader<TcpStream>,
    state: State,
    length: Option<u64>,
}

enum State {
    /// The remaining bytes of the body.
    Length(u64),
    /// The remaining bytes of a chunk; after them comes a line end, unless the chunk was empty.
    Chunk {
        left: u64,
        first: bool,
    },
    Close,
    Over,
}

impl Incoming {
    pub(super) fn new(reader: BufReader<TcpStream>, framing: Framing) -> Self {
        let (state, length) = match framing {
            Framing::Length(length) => (State::Length(length), Some(length)),
            Framing::Chunked => (
                State::Chunk {
                    left: 0,
                    first: true,
                },
                None,
            ),
            Framing::Close => (State::Close, None),
        };
        Self {
            reader,
            state,
            length,
        }
    }

    /// The length of the body, if the head declares it.
    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    /// Reads up to `left` bytes, at least one.
    fn read_some(&mut self, buffer: &mut [u8], left: u64) -> io::Result<usize> {
        let most = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        match self.reader.read(&mut buffer[..most])? {
            0 if most > 0 => Err(cut(&format!("{left} bytes are missing"))),
            count => Ok(count),
        }
    }

    /// Begins the next chunk. The last chunk is empty, and trailers follow it.
    fn next_chunk(&mut self, first: bool) -> io::Result<u64> {
        if !first {
            let end = line(&mut self.reader)?;
            if !end.is_empty() {
                return Err(wrong("a chunk is longer than it says", &end));
            }
        }
        let size = line(&mut self.reader)?;
        let digits = size
            .split(|byte| *byte == b';')
            .next()
            .unwrap_or_default()
            .trim_ascii();
        let length = std::str::from_utf8(digits)
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|text| u64::from_str_radix(text, 16).ok())
            .ok_or_else(|| wrong("the length of a chunk is malformed", &size))?;
        if length == 0 {
            while !line(&mut self.reader)?.is_empty() {}
        }
        Ok(length)
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.state {
                State::Over | State::Length(0) => return Ok(0),
                State::Close => return self.reader.read(buffer),
                State::Length(left) => {
                    let count = self.read_some(buffer, left)?;
                    self.state = State::Length(left - count as u64);
                    return Ok(count);
                }
                State::Chunk { left: 0, first } => {
                    self.state = match self.next_chunk(first)? {
                        0 => State::Over,
                        left => State::Chunk { left, first: false },
                    };
                }
                State::Chunk { left, .. } => {
                    let count = self.read_some(buffer, left)?;
                    let left = left - count as u64;
                    self.state = State::Chunk { left, first: false };
                    return Ok(count);
                }
            }
        }
    }
}
