//! The server that the scripts in `.ci` put under load: a few kinds of work, limits from the
//! environment.
//!
//! ```sh
//! RUSTZEUG_CONNECTIONS=10100 cargo run --release -p peers --bin under_load
//! curl http://127.0.0.1:8000/                 # a plain `fn`
//! curl -T file http://127.0.0.1:8000/read     # received first, then counted
//! curl http://127.0.0.1:8000/write?1000000    # so many bytes
//! ```
//!
//! Below `/async` the same by `async fn`: bodies are read and written as they come and go.

use std::io;

use bytes::Bytes;
use rustzeug::Error;
use rustzeug::IntoApplication;
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

fn main() -> Result<()> {
    let plain = BoxApplication::new(plain.into_application());
    let later = BoxApplication::new(later.into_application());
    Server::from_env()?
        .serve(Both(plain, later))
        .map_err(Error::from)
}
