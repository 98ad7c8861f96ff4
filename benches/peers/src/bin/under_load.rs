//! The server that the scripts in `.ci` put under load: a few kinds of work, limits by name.
//!
//! ```sh
//! PORT=8000 LIMITS='connections=10100 max_body=2147483648' cargo run --release -p peers --bin under_load
//! curl http://127.0.0.1:8000/                 # a plain `fn`
//! curl -T file http://127.0.0.1:8000/read     # received first, then counted
//! curl http://127.0.0.1:8000/write?1000000    # so many bytes
//! ```
//!
//! Below `/async` the same by `async fn`: bodies are read and written as they come and go.
//! Listens at the sockets it inherits, else at `PORT`. Times are in milliseconds.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use rustzeug::Error;
use rustzeug::IntoApplication;
use rustzeug::Listener;
use rustzeug::Reply;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Server;
use rustzeug::StartResponse;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::BoxApplication;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Limits;
use rustzeug::local_address;

/// What is written at a time.
static PIECE: [u8; 1 << 16] = [b'x'; 1 << 16];

/// Pieces of as many bytes in all as the query says.
fn pieces(request: &Request) -> Result<impl Iterator<Item = Bytes> + Send + 'static> {
    let bytes: usize = request.query_string().parse()?;
    let piece = |left: usize| Bytes::from_static(&PIECE[..left.min(PIECE.len())]);
    Ok((0..bytes)
        .step_by(PIECE.len())
        .map(move |done| piece(bytes - done)))
}

fn plain(request: &Request) -> Result<Response> {
    Ok(match &*request.path() {
        "/" => Response::text("fine"),
        "/read" => {
            let mut body = request.take_body().into_reader();
            let count = io::copy(&mut body, &mut io::sink())?;
            Response::text(count.to_string())
        }
        "/write" => Response::iterator(pieces(request)?),
        _ => return Err(Error::not_found()),
    })
}

async fn later(request: &Request) -> Result<Response> {
    Ok(match &*request.path() {
        "/async" => Response::text("fine"),
        "/async/read" => {
            let (mut body, mut count) = (request.take_body(), 0);
            while let Some(chunk) = body.chunk().await? {
                count += chunk.len();
            }
            Response::text(count.to_string())
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

struct Both(BoxApplication, BoxApplication);

impl Application for Both {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let later = environ.raw_path_info().starts_with("/async");
        let application = if later { &self.1 } else { &self.0 };
        application.call(environ, start_response).await
    }
}

/// The defaults with what `LIMITS` says, as `name=number` between spaces.
fn limits() -> Result<Limits> {
    let given = std::env::var("LIMITS").unwrap_or_default();
    given
        .split_whitespace()
        .try_fold(Limits::default(), |limits, setting| {
            let (name, number) = setting.split_once('=').ok_or("a setting without `=`")?;
            let number: u64 = number.parse()?;
            let time = Duration::from_millis(number);
            Ok(match name {
                "connections" => limits.with_connections(usize::try_from(number)?),
                "max_body" => limits.with_max_body(number),
                "body_bytes" => limits.with_body_bytes(number),
                "workers" => limits.with_workers(usize::try_from(number)?),
                "head_timeout" => limits.with_head_timeout(time),
                "keep_alive" => limits.with_keep_alive(time),
                "body_idle" => limits.with_body_idle(time),
                "write_idle" => limits.with_write_idle(time),
                "linger" => limits.with_linger(time),
                "lame_duck" => limits.with_lame_duck(time),
                "closing_notice" => limits.with_closing_notice(time),
                "grace_period" => limits.with_grace_period(time),
                _ => return Err(Error::from(format!("no setting `{name}` here"))),
            })
        })
}

fn server() -> Result<Server> {
    let mut inherited = Listener::inherited()?.into_iter();
    Ok(match inherited.next() {
        Some(first) => inherited.fold(Server::on(first), Server::with_listener),
        None => Server::bind(local_address()?)?,
    })
}

fn main() -> Result<()> {
    let plain = BoxApplication::new(plain.into_application());
    let later = BoxApplication::new(later.into_application());
    server()?
        .with_limits(limits()?)
        .serve(Both(plain, later))
        .map_err(Error::from)
}
