//! The bound of `Body::stream`. It is its own trait so that the compiler error can explain it.

use bytes::Bytes;
use futures_core::Stream;

use crate::base::error::Error;
use crate::base::error::Result;

/// A stream of chunks, each a `Result`. Every such [`Stream`] implements it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no stream of chunks",
    label = "not a `Stream` of `Result`s",
    note = "an iterator is a body by `Response::iterator(chunks)`, one whose items are `Result`s by `Body::try_iterator(chunks)`; what is written piece by piece by `Response::writer` in a `fn` and `Response::async_writer` in an `async fn`",
    note = "a stream of plain chunks becomes one of `Result`s by `.map(Ok)` of `futures_util::StreamExt`"
)]
pub trait ChunkStream<B: Into<Bytes>, E: Into<Error>>: Stream<Item = Result<B, E>> {}

#[diagnostic::do_not_recommend]
impl<S: Stream<Item = Result<B, E>>, B: Into<Bytes>, E: Into<Error>> ChunkStream<B, E> for S {}
