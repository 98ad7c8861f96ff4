//! The bound of `Body::stream`. It is its own trait so that the compiler error can explain it.

use bytes::Bytes;
use futures_core::Stream;

use crate::base::error::Error;
use crate::base::error::Result;

/// A stream of chunks, each a `Result`. Every such [`Stream`] implements it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a stream of chunks",
    label = "not a `Stream` of `Result`s",
    note = "for an iterator use `Response::iterator(chunks)`, or `Body::try_iterator(chunks)` if its items are `Result`s; to write piece by piece use `Response::writer` in a `fn` and `Response::async_writer` in an `async fn`",
    note = "to turn a stream of plain chunks into a stream of `Result`s use `.map(Ok)` of `futures_util::StreamExt`"
)]
pub trait ChunkStream<B: Into<Bytes>, E: Into<Error>>: Stream<Item = Result<B, E>> {}

#[diagnostic::do_not_recommend]
impl<S: Stream<Item = Result<B, E>>, B: Into<Bytes>, E: Into<Error>> ChunkStream<B, E> for S {}
