//! The outcome of a handler: a response now, or a future of one.

use std::future::ready;

use crate::response::IntoResponse;
use crate::response::Response;

/// The kind of a plain function: its result is a response. The function may block.
#[derive(Debug)]
pub enum Now {}

/// The kind of an `async` function: its result is a future.
#[derive(Debug)]
pub enum Later {}

/// The kind of a result; `K` is inferred. Fitness is checked later.
pub trait Outcome<K> {}

impl<R: IntoResponse> Outcome<Now> for R {}

impl<F: Future> Outcome<Later> for F {}

/// An outcome of a known kind that can be sent.
#[diagnostic::on_unimplemented(
    message = "a handler cannot answer with `{Self}`",
    label = "neither a response nor a future of a response",
    note = "answer with a `Response` (in the raw form a `Reply`), text, bytes, `Html(text)`, `Json(value)` for a value that implements `serde::Serialize`, a status, `()`, a tuple `(status, value)`, or an `Option` or `Result` of these",
    note = "the error of a `Result` is a `rustzeug::Error` or anything that `?` turns into one: a type that implements `std::error::Error + Send + Sync`, a `Box<dyn Error + Send + Sync>`, a `String` or a `&str`; for a status use `Error::not_found()` or `Error::new(404, \"text\")`",
    note = "to read from a request, end the call with `.wait()?` in a `fn`, with `.await?` in an `async fn`"
)]
pub trait Deliver<'a, K>: Outcome<K> {
    /// Whether the function blocks, so that it must run on a worker.
    const BLOCKS: bool;

    /// The response; it is ready at once if the function blocks.
    fn deliver(self) -> impl Future<Output = Response> + Send + 'a;
}

impl<'a, R: IntoResponse> Deliver<'a, Now> for R {
    const BLOCKS: bool = true;

    fn deliver(self) -> impl Future<Output = Response> + Send + 'a {
        ready(self.into_response())
    }
}

impl<'a, F> Deliver<'a, Later> for F
where
    F: Future<Output: IntoResponse> + Send + 'a,
{
    const BLOCKS: bool = false;

    async fn deliver(self) -> Response {
        self.await.into_response()
    }
}
