//! Records of FastCGI (§3.3): headers, and what a responder answers.

use bytes::Buf;
use bytes::Bytes;
use bytes::BytesMut;

use crate::wire::front::DecodeError;
use crate::wire::front::outgoing::Outgoing;
use crate::wire::variables::Variables;

const VERSION: u8 = 1;
const HEADER: usize = 8;

/// The longest content of a record that needs no padding.
const LONGEST: usize = 0xfff8;

const END_REQUEST: u8 = 3;
const STDOUT: u8 = 6;
const GET_VALUES_RESULT: u8 = 10;
const UNKNOWN_TYPE: u8 = 11;

/// The beginning of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) id: u16,
    pub(super) length: usize,
    pub(super) padding: usize,
}

/// The type of a record, as far as a responder has a use for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Begin,
    Abort,
    Params,
    Stdin,
    GetValues,
    /// One that only a responder sends, or that belongs to another role.
    Other,
    Unknown(u8),
}

impl Header {
    /// Takes a header out of the bytes that have arrived, if all of it is there.
    pub(super) fn read(arrived: &mut BytesMut) -> Result<Option<Self>, DecodeError> {
        if arrived.first().is_some_and(|version| *version != VERSION) {
            return Err(DecodeError::Malformed(
                "its first byte is not the version of FastCGI",
            ));
        }
        let Some(
            &[
                _,
                kind,
                id_high,
                id_low,
                length_high,
                length_low,
                padding,
                _,
            ],
        ) = arrived.first_chunk::<HEADER>()
        else {
            return Ok(None);
        };
        arrived.advance(HEADER);
        let id = u16::from_be_bytes([id_high, id_low]);
        let kind = match kind {
            1 => Kind::Begin,
            2 => Kind::Abort,
            4 => Kind::Params,
            5 => Kind::Stdin,
            9 => Kind::GetValues,
            3 | 6..=8 | 10..=UNKNOWN_TYPE => Kind::Other,
            kind => Kind::Unknown(kind),
        };
        Ok(Some(Self {
            kind,
            id,
            length: u16::from_be_bytes([length_high, length_low]).into(),
            padding: padding.into(),
        }))
    }
}

fn header(kind: u8, id: u16, length: u16) -> [u8; HEADER] {
    let ([id_high, id_low], [length_high, length_low]) = (id.to_be_bytes(), length.to_be_bytes());
    [
        VERSION,
        kind,
        id_high,
        id_low,
        length_high,
        length_low,
        0,
        0,
    ]
}

/// How a request ended (§5.5).
#[derive(Clone, Copy, Debug)]
pub(super) enum Status {
    Complete = 0,
    Multiplexed = 1,
    UnknownRole = 3,
}

pub(super) fn end_request(id: u16, application_status: u32, status: Status) -> [u8; 16] {
    let mut record = [0; 16];
    record[..HEADER].copy_from_slice(&header(END_REQUEST, id, 8));
    record[HEADER..][..4].copy_from_slice(&application_status.to_be_bytes());
    record[HEADER + 4] = status as u8;
    record
}

/// §4.2.
pub(super) fn unknown_kind(kind: u8) -> Bytes {
    let mut record = header(UNKNOWN_TYPE, 0, 8).to_vec();
    record.extend_from_slice(&[kind, 0, 0, 0, 0, 0, 0, 0]);
    record.into()
}

/// The answer to a question about the application (§4.1); what it does not know is left out.
pub(super) fn values(asked: &Variables, connections: usize) -> Bytes {
    let connections = connections.to_string();
    let mut content = Vec::new();
    for known in ["FCGI_MAX_CONNS", "FCGI_MAX_REQS", "FCGI_MPXS_CONNS"] {
        if asked.get(known).is_some() {
            let value = if known == "FCGI_MPXS_CONNS" {
                "0"
            } else {
                &connections
            };
            // Both are shorter than 128 bytes.
            content.push(u8::try_from(known.len()).unwrap_or_default());
            content.push(u8::try_from(value.len()).unwrap_or_default());
            content.extend_from_slice(known.as_bytes());
            content.extend_from_slice(value.as_bytes());
        }
    }
    let length = u16::try_from(content.len()).unwrap_or_default();
    let mut record = header(GET_VALUES_RESULT, 0, length).to_vec();
    record.append(&mut content);
    record.into()
}

/// Writes what `write` appends as records; nothing, if it appends nothing.
pub(super) fn write_first(id: u16, write: impl FnOnce(&mut Vec<u8>), out: &mut Outgoing) {
    let tail = out.tail();
    let start = tail.len();
    tail.extend_from_slice(&[0; HEADER]);
    write(tail);
    let length = tail.len() - start - HEADER;
    match u16::try_from(length) {
        Ok(0) => tail.truncate(start),
        Ok(short) if length <= LONGEST => {
            tail[start..][..HEADER].copy_from_slice(&header(STDOUT, id, short));
        }
        _ => {
            let long = tail.split_off(start + HEADER);
            tail.truncate(start);
            write_stream(id, long.into(), out);
        }
    }
}

/// Writes a piece of the response as records; nothing stands for its end.
pub(super) fn write_stream(id: u16, mut piece: Bytes, out: &mut Outgoing) {
    loop {
        let part = piece.split_to(piece.len().min(LONGEST));
        let length = u16::try_from(part.len()).unwrap_or_default();
        out.put_slice(&header(STDOUT, id, length));
        out.put(part);
        if piece.is_empty() {
            return;
        }
    }
}
