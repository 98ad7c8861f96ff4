//! FastCGI, the role of a responder: records with pieces of variables and bodies.
//!
//! One request at a time is served on a connection. <https://fastcgi-archives.github.io/FastCGI_Specification.html>

mod record;

use bytes::Buf;
use bytes::Bytes;
use bytes::BytesMut;

use crate::wire::fastcgi::record::Header;
use crate::wire::fastcgi::record::Kind;
use crate::wire::fastcgi::record::Status;
use crate::wire::fastcgi::record::end_request;
use crate::wire::fastcgi::record::unknown_kind;
use crate::wire::fastcgi::record::values;
use crate::wire::fastcgi::record::write_first;
use crate::wire::fastcgi::record::write_stream;
use crate::wire::front::Codec;
use crate::wire::front::DecodeError;
use crate::wire::front::Event;
use crate::wire::front::outgoing::Outgoing;
use crate::wire::front::pairs::read_pairs;

/// §5.1.
const RESPONDER: u16 = 1;
const KEEP_CONN: u8 = 1;

/// One connection that speaks FastCGI.
#[derive(Debug)]
pub struct FastCgi {
    variables_bytes: usize,
    connections: usize,
    record: Option<Record>,
    request: Option<Request>,
    keep: bool,
}

/// A record whose header has arrived.
#[derive(Debug)]
struct Record {
    header: Header,
    purpose: Purpose,
    /// The bytes of the content that have not arrived.
    left: usize,
    padding: usize,
}

/// What the content of a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Variables,
    Body,
    /// It is read as a whole.
    Control,
    /// It is skipped.
    Nothing,
}

/// The request that is served.
#[derive(Debug)]
struct Request {
    id: u16,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// The variables so far.
    Variables(BytesMut),
    Body,
    Answering,
}

impl FastCgi {
    /// `variables_bytes` is the limit of the variables of a request; `connections` is what the server tells about
    /// itself.
    #[must_use]
    pub fn new(variables_bytes: usize, connections: usize) -> Self {
        Self {
            variables_bytes,
            connections,
            record: None,
            request: None,
            keep: false,
        }
    }

    fn begin_record(&mut self, header: Header) -> Result<Option<Event>, DecodeError> {
        let is_own = self.request.as_ref().is_some_and(|own| own.id == header.id);
        let purpose = match (header.kind, &self.request) {
            (Kind::Params, Some(own)) if is_own => match own.phase {
                Phase::Variables(_) => Purpose::Variables,
                _ => {
                    return Err(DecodeError::Malformed(
                        "there are variables after their end",
                    ));
                }
            },
            (Kind::Stdin, Some(own)) if is_own => match own.phase {
                Phase::Variables(_) => {
                    return Err(DecodeError::Malformed(
                        "the body begins before the end of the variables",
                    ));
                }
                Phase::Body => Purpose::Body,
                Phase::Answering => Purpose::Nothing,
            },
            (Kind::Begin | Kind::GetValues | Kind::Unknown(_), _) => Purpose::Control,
            (Kind::Abort, _) if is_own => Purpose::Control,
            // Of a request that was refused, or has ended.
            (Kind::Params | Kind::Stdin | Kind::Abort | Kind::Other, _) => Purpose::Nothing,
        };
        self.record = Some(Record {
            header,
            purpose,
            left: header.length,
            padding: header.padding,
        });
        match purpose {
            Purpose::Variables if header.length == 0 => self.end_variables().map(Some),
            Purpose::Body if header.length == 0 => Ok(Some(self.end_body())),
            Purpose::Control if header.length == 0 => self.control(header, b""),
            _ => Ok(None),
        }
    }

    /// Takes what has arrived of the content of a record.
    fn content(&mut self, arrived: &mut BytesMut) -> Result<Option<Event>, DecodeError> {
        let Some(record) = &mut self.record else {
            return Ok(None);
        };
        if record.purpose == Purpose::Control {
            if arrived.len() < record.left {
                return Ok(None);
            }
            let (header, length) = (record.header, std::mem::take(&mut record.left));
            let event = self.control(header, &arrived[..length]);
            arrived.advance(length);
            return event;
        }
        let piece = arrived.split_to(record.left.min(arrived.len()));
        record.left -= piece.len();
        match record.purpose {
            Purpose::Body if !piece.is_empty() => return Ok(Some(Event::Body(piece.freeze()))),
            Purpose::Variables => self.add_variables(piece)?,
            _ => {}
        }
        Ok(None)
    }

    fn add_variables(&mut self, piece: BytesMut) -> Result<(), DecodeError> {
        if let Some(Request {
            phase: Phase::Variables(so_far),
            ..
        }) = &mut self.request
        {
            if so_far.len() + piece.len() > self.variables_bytes {
                return Err(DecodeError::TooLarge);
            }
            if so_far.is_empty() {
                *so_far = piece;
            } else {
                so_far.extend_from_slice(&piece);
            }
        }
        Ok(())
    }

    fn end_variables(&mut self) -> Result<Event, DecodeError> {
        let Some(Request { phase, .. }) = &mut self.request else {
            return Err(DecodeError::Malformed("there is no request"));
        };
        let before = std::mem::replace(phase, Phase::Body);
        let Phase::Variables(variables) = before else {
            return Err(DecodeError::Malformed(
                "there are variables after their end",
            ));
        };
        read_pairs(variables.freeze()).map(Event::Request)
    }

    fn end_body(&mut self) -> Event {
        if let Some(request) = &mut self.request {
            request.phase = Phase::Answering;
        }
        Event::End
    }

    fn control(&mut self, header: Header, content: &[u8]) -> Result<Option<Event>, DecodeError> {
        match header.kind {
            Kind::Begin => self.begin_request(header.id, content),
            Kind::GetValues => {
                let asked = read_pairs(Bytes::copy_from_slice(content))?;
                Ok(Some(Event::Asked(values(&asked, self.connections))))
            }
            Kind::Abort => Ok(Some(self.abort(header.id))),
            Kind::Unknown(kind) => Ok(Some(Event::Asked(unknown_kind(kind)))),
            Kind::Params | Kind::Stdin | Kind::Other => {
                Err(DecodeError::Malformed("it is no record"))
            }
        }
    }

    fn begin_request(&mut self, id: u16, content: &[u8]) -> Result<Option<Event>, DecodeError> {
        let [role_high, role_low, flags, ..] = *content else {
            return Err(DecodeError::Malformed("the beginning of a request is cut"));
        };
        match &self.request {
            _ if id == 0 => return Err(DecodeError::Malformed("a request has the number 0")),
            Some(own) if own.id == id => {
                return Err(DecodeError::Malformed("a request begins twice"));
            }
            Some(_) => {
                return Ok(Some(refused(id, 0, Status::Multiplexed)));
            }
            None => self.keep = flags & KEEP_CONN != 0,
        }
        if u16::from_be_bytes([role_high, role_low]) != RESPONDER {
            return Ok(Some(refused(id, 0, Status::UnknownRole)));
        }
        self.request = Some(Request {
            id,
            phase: Phase::Variables(BytesMut::new()),
        });
        Ok(None)
    }

    /// A request without all of its variables has no other answer.
    fn abort(&mut self, id: u16) -> Event {
        match self
            .request
            .take_if(|own| matches!(own.phase, Phase::Variables(_)))
        {
            Some(_) => refused(id, 1, Status::Complete),
            None => Event::Aborted,
        }
    }
}

fn refused(id: u16, application_status: u32, status: Status) -> Event {
    let record = end_request(id, application_status, status);
    Event::Refused(Bytes::copy_from_slice(&record))
}

impl Codec for FastCgi {
    const HAS_STATUS_LINE: bool = false;

    fn decode(&mut self, arrived: &mut BytesMut) -> Result<Option<Event>, DecodeError> {
        loop {
            let Some(record) = &mut self.record else {
                let Some(header) = Header::read(arrived)? else {
                    return Ok(None);
                };
                if let Some(event) = self.begin_record(header)? {
                    return Ok(Some(event));
                }
                continue;
            };
            if record.left > 0 {
                if let Some(event) = self.content(arrived)? {
                    return Ok(Some(event));
                }
                if self.record.as_ref().is_some_and(|record| record.left > 0) {
                    return Ok(None);
                }
                continue;
            }
            let skipped = record.padding.min(arrived.len());
            arrived.advance(skipped);
            record.padding -= skipped;
            if record.padding > 0 {
                return Ok(None);
            }
            self.record = None;
        }
    }

    fn encode_first(&mut self, write: impl FnOnce(&mut Vec<u8>), out: &mut Outgoing) {
        if let Some(request) = &self.request {
            write_first(request.id, write, out);
        }
    }

    fn encode(&mut self, piece: Bytes, out: &mut Outgoing) {
        // An empty record would be the end.
        if let Some(request) = &self.request
            && !piece.is_empty()
        {
            write_stream(request.id, piece, out);
        }
    }

    fn end(&mut self, is_whole: bool, out: &mut Outgoing) {
        if let Some(request) = self.request.take() {
            if is_whole {
                write_stream(request.id, Bytes::new(), out);
            }
            out.put_slice(&end_request(
                request.id,
                u32::from(!is_whole),
                Status::Complete,
            ));
        }
    }

    fn is_between(&self) -> bool {
        self.record.is_none() && self.request.is_none()
    }

    fn can_answer(&self) -> bool {
        self.request.is_some()
    }

    fn keeps(&self) -> bool {
        self.keep
    }
}

#[cfg(test)]
mod tests;
