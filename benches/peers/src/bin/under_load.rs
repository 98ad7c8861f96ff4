//! The server for the load tests in `.ci`: a few kinds of work, with limits from the environment.
//!
//! ```sh
//! RUSTZEUG_CONNECTIONS=10100 cargo run --release -p peers --bin under_load
//! curl http://127.0.0.1:8000/                 # a plain `fn`
//! curl -T file http://127.0.0.1:8000/read     # received first, then counted
//! curl http://127.0.0.1:8000/write?1000000    # so many bytes
//! curl -F file=@file http://127.0.0.1:8000/form    # the fields of a form, and the bytes of its files
//! ```
//!
//! Also `/events`, which sends one event and then waits forever; `/slow?3`, which responds after three seconds; and
//! `/fail?1000`, which fails with a cause of that length.
//!
//! Below `/async` there is the same as `async fn`: bodies are read and written as streams. `/async/parts` is like
//! `/async/form`, but stores nothing; so is `/streaming/parts`, a `fn` that is called before the body has arrived.
//! `/async/counters` returns the counters of the server.

use std::future::pending;
use std::io;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Server;
use rustzeug::form::Form;
use rustzeug::form::UploadedFile;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;
use rustzeug::handler::streaming;
use rustzeug::server::Monitor;
use rustzeug::with_state;

/// A chunk that is written.
static PIECE: [u8; 1 << 16] = [b'x'; 1 << 16];

/// Chunks with as many bytes in total as the query says.
fn pieces(request: &Request) -> Result<impl Iterator<Item = Bytes> + Send + 'static> {
    let bytes: usize = request.query_string().parse()?;
    let piece = |left: usize| Bytes::from_static(&PIECE[..left.min(PIECE.len())]);
    Ok((0..bytes)
        .step_by(PIECE.len())
        .map(move |done| piece(bytes - done)))
}

fn told(fields: usize, bytes: u64) -> Response {
    Response::text(format!("{fields} fields, {bytes} bytes"))
}

fn told_of(form: &Form) -> Response {
    told(form.len(), form.files().map(UploadedFile::size).sum())
}

/// One event, and then nothing until the client leaves.
fn events() -> Response {
    let events = Body::async_writer(async |mut out| {
        out.write("data: 1\n\n").await?;
        pending().await
    });
    Response::bytes("")
        .with_header("content-type", "text/event-stream")
        .with_body(events)
}

fn failure(request: &Request) -> Result<Response> {
    let length = request.query_string().parse()?;
    Err(Error::from("x".repeat(length)))
}

fn seconds(request: &Request) -> Result<Duration> {
    Ok(Duration::from_secs(request.query_string().parse()?))
}

fn plain(request: &Request) -> Result<Response> {
    Ok(match request.path() {
        "/" => Response::text("fine"),
        "/events" => events(),
        "/fail" => failure(request)?,
        "/slow" => {
            thread::sleep(seconds(request)?);
            Response::text("at last")
        }
        "/read" => {
            let mut body = request.take_body().into_reader();
            let count = io::copy(&mut body, &mut io::sink())?;
            Response::text(count.to_string())
        }
        "/form" => told_of(&request.form().wait()?),
        "/write" => Response::iterator(pieces(request)?),
        _ => return Err(Error::not_found()),
    })
}

async fn later(monitor: &Monitor, request: &Request) -> Result<Response> {
    Ok(match request.path() {
        "/async" => Response::text("fine"),
        "/async/counters" => Response::text(format!("{:?}", monitor.counters())),
        "/async/events" => events(),
        "/async/fail" => failure(request)?,
        "/async/slow" => {
            tokio::time::sleep(seconds(request)?).await;
            Response::text("at last")
        }
        "/async/read" => {
            let (mut body, mut count) = (request.take_body(), 0);
            while let Some(chunk) = body.chunk().await? {
                count += chunk.len();
            }
            Response::text(count.to_string())
        }
        "/async/form" => told_of(&request.form().await?),
        "/async/parts" => {
            let (mut parts, mut fields, mut bytes) = (request.multipart(), 0, 0);
            while let Some(mut part) = parts.next_part().await? {
                if !part.is_file() {
                    fields += 1;
                    continue;
                }
                while let Some(chunk) = part.chunk().await? {
                    bytes += chunk.len() as u64;
                }
            }
            told(fields, bytes)
        }
        "/async/write" => {
            let pieces = pieces(request)?;
            Response::bytes("").with_body(Body::async_writer(async move |mut out| {
                for piece in pieces {
                    out.write(piece).await?;
                }
                Ok(())
            }))
        }
        _ => return Err(Error::not_found()),
    })
}

fn at_once(request: &Request) -> Result<Response> {
    let (mut parts, mut fields, mut bytes) = (request.multipart(), 0, 0);
    while let Some(mut part) = parts.next_part().wait()? {
        if !part.is_file() {
            fields += 1;
            continue;
        }
        while let Some(chunk) = part.chunk().wait()? {
            bytes += chunk.len() as u64;
        }
    }
    Ok(told(fields, bytes))
}

struct Kinds {
    plain: BoxApplication,
    later: BoxApplication,
    at_once: BoxApplication,
}

impl Application for Kinds {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let path = environ.raw_path_info();
        let application = if path.starts_with("/async") {
            &self.later
        } else if path.starts_with("/streaming") {
            &self.at_once
        } else {
            &self.plain
        };
        application.call(environ, start_response).await
    }
}

fn main() -> Result<()> {
    let server = Server::from_env()?;
    let kinds = Kinds {
        plain: BoxApplication::new(plain.into_application()),
        later: BoxApplication::new(with_state(server.monitor(), later)),
        at_once: BoxApplication::new(streaming(at_once)),
    };
    server.serve(kinds).map_err(Error::from)
}
