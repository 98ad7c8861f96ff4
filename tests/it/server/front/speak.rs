//! A web server in front, as far as the tests need it.

use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;

use rustzeug::gateway::Application;
use rustzeug::server::{Listener, Monitor, Protocol, ServerLimits};
use rustzeug::{Request, Server};

use super::super::Running;
use super::super::tcp;

pub(super) const PROTOCOLS: [Protocol; 3] = [Protocol::FastCgi, Protocol::Scgi, Protocol::Uwsgi];

/// A server that speaks one protocol.
pub(super) struct Host {
    pub(super) running: Running,
    pub(super) monitor: Monitor,
    pub(super) address: SocketAddr,
    pub(super) protocol: Protocol,
}

pub(super) fn listen(protocol: Protocol) -> Server {
    let listener = Listener::tcp("127.0.0.1:0").unwrap();
    Server::on(listener.with_protocol(protocol))
}

impl Host {
    pub(super) fn new(protocol: Protocol, app: impl Application) -> Self {
        Self::with(listen(protocol), protocol, app)
    }

    pub(super) fn with_limits(
        protocol: Protocol,
        limits: ServerLimits,
        app: impl Application,
    ) -> Self {
        Self::with(listen(protocol).with_server_limits(limits), protocol, app)
    }

    pub(super) fn with(server: Server, protocol: Protocol, app: impl Application) -> Self {
        let (address, monitor) = (server.local_addr(), server.monitor());
        Self {
            monitor,
            running: Running::new(server, app),
            address,
            protocol,
        }
    }

    pub(super) fn connect(&self) -> TcpStream {
        tcp(self.address)
    }

    /// The answer to one request on a connection of its own.
    pub(super) fn ask(&self, variables: &Variables, body: &[u8]) -> Answer {
        let mut stream = self.connect();
        let request = encode(self.protocol, variables, body);
        stream.write_all(&request).unwrap();
        read(self.protocol, &mut stream).expect("an answer")
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.ask(&get(path), b"")
    }
}

pub(super) type Variables = Vec<(Vec<u8>, Vec<u8>)>;

pub(super) fn variables(pairs: &[(&str, &str)]) -> Variables {
    let bytes = pairs.iter();
    bytes
        .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
        .collect()
}

/// The variables that nginx sends with its file `fastcgi_params`, in short.
pub(super) fn request(method: &str, target: &str, more: &[(&str, &str)]) -> Variables {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut all = variables(&[
        ("CONTENT_LENGTH", ""),
        ("QUERY_STRING", query),
        ("REQUEST_METHOD", method),
        ("CONTENT_TYPE", ""),
        ("SCRIPT_NAME", ""),
        ("PATH_INFO", path),
        ("REQUEST_URI", target),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
        ("REQUEST_SCHEME", "http"),
        ("REMOTE_ADDR", "203.0.113.9"),
        ("REMOTE_PORT", "4711"),
        ("SERVER_ADDR", "192.0.2.1"),
        ("SERVER_PORT", "80"),
        ("SERVER_NAME", "example.org"),
        ("HTTP_HOST", "example.org"),
    ]);
    for (name, value) in variables(more) {
        match all.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = value,
            None => all.push((name, value)),
        }
    }
    all
}

pub(super) fn get(target: &str) -> Variables {
    request("GET", target, &[])
}

pub(super) fn post(target: &str, length: usize) -> Variables {
    request("POST", target, &[("CONTENT_LENGTH", &length.to_string())])
}

/// The variables and the body of a request of this library.
pub(super) fn of_request(request: Request) -> (Variables, Vec<u8>) {
    let body = request.bytes().wait().unwrap();
    let environ = request.environ();
    let mut all: Variables = environ
        .vars()
        .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
        .filter(|(name, _)| name != b"CONTENT_LENGTH")
        .collect();
    let target = environ.uri().path_and_query().unwrap().as_str();
    all.retain(|(name, _)| name != b"REQUEST_URI");
    all.extend(variables(&[
        ("REQUEST_URI", target),
        ("CONTENT_LENGTH", &body.len().to_string()),
    ]));
    (all, body.to_vec())
}

/// A record of FastCGI.
pub(super) fn record(kind: u8, id: u16, content: &[u8]) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    let [length_high, length_low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    let padding = u8::try_from((8 - content.len() % 8) % 8).unwrap();
    let mut record = vec![1, kind, high, low, length_high, length_low, padding, 0];
    record.extend_from_slice(content);
    record.extend(std::iter::repeat_n(0, padding.into()));
    record
}

pub(super) fn begin(id: u16, keeps: bool) -> Vec<u8> {
    record(1, id, &[0, 1, u8::from(keeps), 0, 0, 0, 0, 0])
}

/// The pairs of FastCGI.
pub(super) fn pairs(variables: &Variables) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in variables {
        for text in [name, value] {
            match u8::try_from(text.len()) {
                Ok(length) if length < 128 => block.push(length),
                _ => {
                    let length = u32::try_from(text.len()).unwrap() | 1 << 31;
                    block.extend_from_slice(&length.to_be_bytes());
                }
            }
        }
        block.extend_from_slice(name);
        block.extend_from_slice(value);
    }
    block
}

/// A request of FastCGI with its end.
pub(super) fn fastcgi(id: u16, keeps: bool, variables: &Variables, body: &[u8]) -> Vec<u8> {
    let mut bytes = begin(id, keeps);
    for part in pairs(variables).chunks(60_000) {
        bytes.extend(record(4, id, part));
    }
    bytes.extend(record(4, id, b""));
    for part in body.chunks(60_000) {
        bytes.extend(record(5, id, part));
    }
    bytes.extend(record(5, id, b""));
    bytes
}

pub(super) fn encode(protocol: Protocol, variables: &Variables, body: &[u8]) -> Vec<u8> {
    match protocol {
        Protocol::FastCgi => fastcgi(1, false, variables, body),
        Protocol::Scgi => {
            let ended = |text: &[u8]| [text, b"\0"].concat();
            let block: Vec<u8> = variables
                .iter()
                .flat_map(|(name, value)| [ended(name), ended(value)].concat())
                .collect();
            [format!("{}:", block.len()).as_bytes(), &block, b",", body].concat()
        }
        Protocol::Uwsgi => {
            let counted = |text: &[u8]| {
                let length = u16::try_from(text.len()).unwrap().to_le_bytes();
                [&length[..], text].concat()
            };
            let block: Vec<u8> = variables
                .iter()
                .flat_map(|(name, value)| [counted(name), counted(value)].concat())
                .collect();
            let [low, high] = u16::try_from(block.len()).unwrap().to_le_bytes();
            [&[0, low, high, 0], &block[..], body].concat()
        }
        other => panic!("{other}"),
    }
}

/// An answer as a web server in front sees it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Whether the protocol says that all of it has been sent.
    pub(super) whole: bool,
}

impl Answer {
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn of(bytes: &[u8], whole: bool) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let (first, rest) = head.split_once("\r\n").unwrap_or((&head, ""));
        let status = first.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(
            first.starts_with("Status: ") || first.starts_with("HTTP/1.1 "),
            "{first}"
        );
        let headers: Vec<_> = rest
            .lines()
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let body = bytes[end + 4..].to_vec();
        let mut answer = Self {
            status,
            headers,
            body,
            whole,
        };
        if let Some(length) = answer.header("content-length") {
            answer.whole &= length == answer.body.len().to_string() || answer.body.is_empty();
        }
        Some(answer)
    }
}

/// Reads an answer up to its end, or to that of the connection; `None` if nothing has come.
pub(super) fn read(protocol: Protocol, stream: &mut TcpStream) -> Option<Answer> {
    if protocol == Protocol::FastCgi {
        return read_fastcgi(stream, 1).0;
    }
    let mut bytes = Vec::new();
    let whole = stream.read_to_end(&mut bytes).is_ok();
    Answer::of(&bytes, whole)
}

/// Reads an answer of FastCGI, and the content of its last record.
pub(super) fn read_fastcgi(stream: &mut impl Read, id: u16) -> (Option<Answer>, Vec<u8>) {
    let mut output = Vec::new();
    while let Some((kind, of, content)) = read_record(stream) {
        assert_eq!(of, id, "a record of type {kind} is for this request");
        match kind {
            6 => output.extend_from_slice(&content),
            3 => {
                let whole = content == [0; 8];
                return (Answer::of(&output, whole), content);
            }
            other => panic!("a record of type {other}"),
        }
    }
    (Answer::of(&output, false), Vec::new())
}

/// The type, the request and the content of the next record; `None` at the end of the connection.
pub(super) fn read_record(stream: &mut impl Read) -> Option<(u8, u16, Vec<u8>)> {
    let mut header = [0; 8];
    stream.read_exact(&mut header).ok()?;
    let [version, kind, id_high, id_low, high, low, padding, _] = header;
    assert_eq!(version, 1);
    let mut content = vec![0; u16::from_be_bytes([high, low]).into()];
    stream.read_exact(&mut content).ok()?;
    stream.read_exact(&mut vec![0; padding.into()]).ok()?;
    Some((kind, u16::from_be_bytes([id_high, id_low]), content))
}
