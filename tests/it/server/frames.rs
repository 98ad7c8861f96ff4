//! A low-level HTTP/2 client: it can send what a library would not.
//!
//! Frames are as in RFC 9113 §4.1.

use std::collections::VecDeque;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;

use super::fields::{Fields, block, head};
use crate::waiting::PATIENCE;
use crate::waiting::until_ok;

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RESET: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
pub(super) const WINDOW: u8 = 8;
pub(super) const CONTINUATION: u8 = 9;

pub(super) const ACK: u8 = 1;
pub(super) const END_STREAM: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;
/// The flags of a head without a body.
pub(super) const ALL: u8 = END_HEADERS | END_STREAM;

pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Setting 1 is the size of the header table, setting 4 the window of each stream (RFC 9113 §6.5.2).
const NO_TABLE: [u8; 6] = [0, 1, 0, 0, 0, 0];
pub(super) const NO_WINDOW: [u8; 6] = [0, 4, 0, 0, 0, 0];

#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    pub(super) payload: Vec<u8>,
}

impl Frame {
    /// The error code of a `RESET` or `GOAWAY`.
    pub(super) fn error(&self) -> u32 {
        word(&self.payload[self.payload.len().min(8) - 4..])
    }
}

/// Everything that arrived on a stream until it was over.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Fields by their index in the static table (0: not in the table); fields with a numeric value have it.
    pub(super) fields: Vec<(usize, Option<u64>)>,
    pub(super) text: String,
    /// The number of `DATA` frames.
    pub(super) pieces: usize,
    /// The error code of a reset.
    pub(super) reset: Option<u32>,
}

pub(super) struct Peer {
    pub(super) stream: TcpStream,
    /// The bytes of bodies that may still be sent on the connection.
    window: usize,
    /// The bytes of a body that may be sent on a stream before it is read.
    pub(super) stream_window: usize,
    /// Frames that arrived while another frame was expected.
    kept: VecDeque<Frame>,
}

impl Peer {
    /// A connection on which nothing has been sent.
    pub(super) fn silent(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        let limit = Some(PATIENCE);
        stream.set_read_timeout(limit).unwrap();
        stream.set_write_timeout(limit).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            window: 65_535,
            stream_window: 65_535,
            kept: VecDeque::new(),
        }
    }

    /// A connection whose settings are exchanged.
    pub(super) fn new(address: SocketAddr) -> Self {
        Self::with_settings(address, &[])
    }

    pub(super) fn with_settings(address: SocketAddr, settings: &[u8]) -> Self {
        // On a busy machine, a server with short clocks may close a connection before this client comes to it.
        until_ok("settings are exchanged", || {
            let mut peer = Self::silent(address);
            let settings = [&NO_TABLE, settings].concat();
            peer.send(&[PREFACE, &frame(SETTINGS, 0, 0, &settings)].concat());
            let is_known = std::iter::from_fn(|| peer.frame()).any(|frame| frame.kind == SETTINGS);
            peer.send(&frame(SETTINGS, ACK, 0, &[]));
            is_known.then_some(peer).ok_or("the connection is closed")
        })
    }

    /// Sends as much as the server accepts, and returns whether it accepted everything.
    pub(super) fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Sends a body as fast as the server accepts it, until it accepts no more.
    pub(super) fn send_body(&mut self, stream: u32, size: usize) {
        let mut window = self.stream_window;
        for piece in vec![b'x'; size].chunks(16_384) {
            while window.min(self.window) < piece.len() {
                let told = self.read().expect("a window or the end of the stream");
                match told.kind {
                    WINDOW if told.stream == stream => window += word(&told.payload) as usize,
                    _ => self.kept.push_back(told),
                }
                let over = |frame: &Frame| frame.kind == RESET && frame.stream == stream;
                if self.kept.iter().any(over) {
                    return;
                }
            }
            window -= piece.len();
            self.window -= piece.len();
            self.send(&frame(DATA, 0, stream, piece));
        }
        self.send(&frame(DATA, END_STREAM, stream, &[]));
    }

    /// Sends a part of a body, even if the window of its stream does not allow it.
    pub(super) fn send_data(&mut self, stream: u32, size: usize) {
        while self.window < size {
            let told = self.read().expect("a window");
            self.kept.push_back(told);
        }
        self.window -= size;
        for piece in vec![b'x'; size].chunks(16_384) {
            self.send(&frame(DATA, 0, stream, piece));
        }
    }

    /// Sends a request without a body.
    pub(super) fn ask(&mut self, stream: u32, fields: Fields<'_>) {
        self.send(&frame(HEADERS, ALL, stream, &block(fields)));
    }

    /// Sends the head of a request whose body follows later.
    pub(super) fn begin(&mut self, stream: u32, fields: Fields<'_>) {
        self.send(&frame(HEADERS, END_HEADERS, stream, &block(fields)));
    }

    /// The next frame; `None` when the connection is closed.
    pub(super) fn frame(&mut self) -> Option<Frame> {
        self.kept.pop_front().or_else(|| self.read())
    }

    fn read(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).ok()?;
        let mut payload = vec![0; word(&[0, head[0], head[1], head[2]]) as usize];
        self.stream.read_exact(&mut payload).ok()?;
        let (kind, stream) = (head[3], word(&head[5..]));
        if kind == WINDOW && stream == 0 {
            self.window += word(&payload) as usize;
        }
        if kind == SETTINGS {
            let mut settings = payload.chunks_exact(6);
            if let Some(window) = settings.find(|setting| setting[..2] == [0, 4]) {
                self.stream_window = word(&window[2..]) as usize;
            }
        }
        Some(Frame {
            kind,
            flags: head[4],
            stream,
            payload,
        })
    }

    /// The next frame of a kind; other frames are skipped.
    pub(super) fn next(&mut self, kind: u8) -> Frame {
        std::iter::from_fn(|| self.frame())
            .find(|frame| frame.kind == kind)
            .unwrap_or_else(|| panic!("over before a frame of kind {kind} came"))
    }

    /// The response on a stream; frames of other streams are skipped.
    pub(super) fn answer(&mut self, stream: u32) -> Answer {
        let mut answer = Answer::default();
        while let Some(frame) = self.frame() {
            if frame.stream != stream {
                continue;
            }
            match frame.kind {
                HEADERS => (answer.status, answer.fields) = head(&frame.payload),
                DATA => {
                    answer.pieces += 1;
                    answer
                        .text
                        .push_str(&String::from_utf8_lossy(&frame.payload));
                }
                RESET => answer.reset = Some(frame.error()),
                _ => continue,
            }
            if frame.flags & END_STREAM != 0 || frame.kind == RESET {
                return answer;
            }
        }
        panic!("over before the answer on {stream} was: {answer:?}")
    }

    /// The error code of the `GOAWAY`, if there is one, once the connection is closed.
    pub(super) fn farewell(&mut self) -> Option<u32> {
        let frames: Vec<_> = std::iter::from_fn(|| self.frame()).collect();
        let told = frames.iter().rfind(|frame| frame.kind == GOAWAY);
        told.map(Frame::error)
    }
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes[..4].try_into().unwrap())
}

pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload].concat()
}

pub(super) fn reset(stream: u32) -> Vec<u8> {
    const CANCEL: u32 = 8;
    frame(RESET, 0, stream, &CANCEL.to_be_bytes())
}

pub(super) fn window(stream: u32, bytes: u32) -> Vec<u8> {
    frame(WINDOW, 0, stream, &bytes.to_be_bytes())
}
