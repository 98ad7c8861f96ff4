//! A custom server: HTTP/1.0 on `std::net`, with one thread and one request for each connection.
//!
//! ```sh
//! cargo run --example own_server
//! curl http://127.0.0.1:8000/            # Hello from /
//! curl -d four http://127.0.0.1:8000/    # Hello from /, with 4 bytes
//! ```
//!
//! It reads a head, declares its `ServerInfo`, calls the application, sends the response, and lets a connection
//! leave HTTP. `gateway::call` does the rest.
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustzeug::gateway::{Application, Body, Environ, Handover, Limits, Lint, ServerInfo};
use rustzeug::gateway::{Reply, StartResponse, Upgraded, block_on, call};
use rustzeug::{IntoApplication, Result, http, server::address_from_port};

pub(crate) fn app() -> impl Application {
    Lint::new(hello.into_application())
}

async fn hello(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    if let Some(upgrade) = environ.upgrade("echo") {
        return start_response.switch(upgrade, (), echo);
    }
    let text = match environ.read(|_, bytes| Ok(bytes.len())).await? {
        0 => format!("Hello from {}\n", environ.raw_path()),
        length => format!("Hello from {}, with {length} bytes\n", environ.raw_path()),
    };
    let started = start_response.start(200, [("content-type", "text/plain")])?;
    Ok(started.body(text))
}

async fn echo(mut stream: Upgraded) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..count]).await.is_err() {
            break;
        }
    }
}

/// Reads a head byte by byte, so that it takes nothing after the head, and declares the length of the body.
fn read_request(stream: &TcpStream) -> Result<Environ> {
    let (limits, mut head) = (Limits::default(), Vec::new());
    let most = limits.head_bytes() as u64;
    let mut bytes = BufReader::with_capacity(1, stream.take(most)).bytes();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(bytes.next().ok_or("the head is too long or truncated")??);
    }
    let head = String::from_utf8(head)?;
    let mut lines = head.trim_end().split("\r\n");
    let first: Vec<_> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, version] = first[..] else {
        return Err("this is not a request".into());
    };
    let mut request = http::Request::builder().method(method).uri(target);
    let mut length = 0;
    for line in lines {
        let (name, value) = line.split_once(':').ok_or("this is not a header field")?;
        match &*name.to_ascii_lowercase() {
            "content-length" => length = value.trim().parse()?,
            "transfer-encoding" => return Err("HTTP/1.0 has no Transfer-Encoding".into()),
            _ => {}
        }
        request = request.header(name, value.trim());
    }
    let input = Body::exact(length, Body::reader(stream.try_clone()?.take(length)));
    let local = stream.local_addr()?;
    let server_info = ServerInfo::new(&local.ip().to_string(), local.port())
        .with_peer(stream.peer_addr()?)
        .with_limits(limits)
        .with_multithread(true)
        .with_can_upgrade(true);
    let mut environ = Environ::new(request.body(input)?, server_info);
    environ.set_var("SERVER_PROTOCOL", Some(version.as_bytes()))?;
    Ok(environ)
}

/// Answers the request of a connection, in HTTP/1.0 unless the connection leaves HTTP.
pub(crate) fn serve(app: &impl Application, mut stream: TcpStream) -> io::Result<()> {
    let mut response = match read_request(&stream) {
        Ok(environ) => block_on(call(app, environ)),
        Err(_) => return stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n"),
    };
    let handover = Handover::take(&mut response);
    let (head, body) = response.into_parts();
    let mut out = BufWriter::new(&stream);
    let minor = u8::from(handover.is_some());
    write!(out, "HTTP/1.{minor} {}\r\n", head.status)?;
    for (name, value) in &head.headers {
        out.write_all(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat())?;
    }
    if let Some(length @ 1..) = body.length() {
        write!(out, "content-length: {length}\r\n")?;
    }
    out.write_all(b"\r\n")?;
    io::copy(&mut body.into_reader(), &mut out)?;
    out.into_inner()?;
    if let Some(handover) = handover {
        block_on(handover.run(Upgraded::blocking(stream)));
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (app, listener) = (Arc::new(app()), TcpListener::bind(address_from_port()?)?);
    eprintln!("Listening on http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let (app, stream) = (Arc::clone(&app), stream?);
        thread::spawn(move || serve(&*app, stream));
    }
    Ok(())
}
