//! One exchange on a connection: the request is written while the response is read.

use std::io;
use std::io::BufReader;
use std::io::Write;
use std::net::Shutdown;
use std::net::TcpStream;
use std::time::Duration;

use http::Method;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::testing::seen_error::SeenError;
use crate::testing::socket::head;
use crate::testing::socket::head::Head;
use crate::testing::socket::incoming::Incoming;
use crate::testing::socket::peer::Connection;
use crate::testing::socket::peer::Peer;

/// Bodies up to this length, in bytes, are sent together with the head: kernels buffer them even if they are not read.
const AT_ONCE_BYTES: usize = 16 << 10;

/// A request to be written.
pub(super) struct Outgoing {
    pub(super) method: Method,
    pub(super) head: Vec<u8>,
    pub(super) chunked: bool,
    pub(super) body: Body,
}

/// Writes a request, and reads the response up to its body, if it has one.
///
/// If there is no body or no response, the connection is closed. This also ends a request whose body is infinite.
pub(super) fn talk(
    peer: &Peer,
    timeout: Duration,
    outgoing: Outgoing,
) -> Result<(Head, Option<(Incoming, Connection)>)> {
    let stream = peer
        .connect(timeout)
        .map_err(|error| failed(&format!("could not connect: {error}")))?;
    let connection = Connection(stream.try_clone()?);
    let method = outgoing.method.clone();
    // It is not an error if the server stops reading: it may answer early.
    let fault = SeenError::default();
    write(&stream, outgoing, &fault)?;
    let mut reader = BufReader::new(stream);
    match head::read(&mut reader) {
        Ok(head) => {
            let framing = head.framing(&method).map_err(|error| failed(&error))?;
            let incoming = framing.map(|framing| (Incoming::new(reader, framing), connection));
            Ok((head, incoming))
        }
        // There may be no response because the request was incomplete.
        Err(error) => Err(fault
            .take()
            .unwrap_or_else(|| failed(&failure(&error, timeout)))),
    }
}

/// An error of a connection.
pub(super) fn failed(what: &str) -> Error {
    Error::bad_gateway().with_message(what.to_owned())
}

fn failure(error: &io::Error, timeout: Duration) -> String {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            format!("no response came for {timeout:?} (setting `with_timeout`)")
        }
        _ => format!("there is no response: {error}"),
    }
}

/// Writes the head, and the body on another thread, since the response may arrive before the body ends.
fn write(stream: &TcpStream, outgoing: Outgoing, fault: &SeenError) -> Result<()> {
    let Outgoing {
        mut head,
        chunked,
        body,
        ..
    } = outgoing;
    let small = body.as_bytes().filter(|bytes| bytes.len() <= AT_ONCE_BYTES);
    if let (Some(bytes), false) = (small, chunked) {
        head.extend_from_slice(bytes);
        // An error is ignored: the server may have answered already.
        let _ = (&*stream).write_all(&head);
        return Ok(());
    }
    let _ = (&*stream).write_all(&head);
    let stream = stream.try_clone()?;
    let fault = fault.clone();
    let thread = std::thread::Builder::new().name("rustzeug-client".to_owned());
    thread.spawn(move || {
        if let Err(error) = write_body(&stream, body, chunked) {
            fault.set(Some(error));
            // Shut down, so that the server does not take the written part for the whole body.
            let _ = stream.shutdown(Shutdown::Both);
        }
    })?;
    Ok(())
}

/// Writes a body to its end, or until the server stops reading.
///
/// # Errors
///
/// The errors of the body itself.
fn write_body(mut stream: &TcpStream, mut body: Body, chunked: bool) -> Result<()> {
    loop {
        let chunk = body.chunk().wait()?;
        let last = chunk.is_none();
        let chunk = chunk.unwrap_or_default();
        let written = match (chunked, last) {
            (true, true) => stream.write_all(b"0\r\n\r\n"),
            (true, false) => stream
                .write_all(format!("{:x}\r\n", chunk.len()).as_bytes())
                .and_then(|()| stream.write_all(&chunk))
                .and_then(|()| stream.write_all(b"\r\n")),
            (false, _) => stream.write_all(&chunk),
        };
        if last || written.is_err() {
            return Ok(());
        }
    }
}
