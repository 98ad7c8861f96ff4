//! A request body that is read as it arrives, and is kept for other readers.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use http_body::Frame;
use http_body::SizeHint;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Running;
use crate::gateway::ServerInfo;
use crate::gateway::Signal;
use crate::gateway::input::Input;
use crate::gateway::input::Reader;
use crate::gateway::input::store::StoredPiece;
use crate::gateway::input::store::Terms;

/// Yields the arrived content, then the rest as it arrives.
pub(super) struct Peek {
    pub(super) input: Input,
    pub(in crate::gateway) server_info: Arc<ServerInfo>,
    pub(super) left: Signal,
    pub(super) memory_bytes: u64,
    pub(super) limit: u64,
    pub(super) setting: &'static str,
    pub(super) position: u64,
    /// A read of a piece that is on disk.
    pub(super) reading: Option<Running<io::Result<Vec<u8>>>>,
}

/// For forms with files.
impl Environ {
    /// Returns the body, to be read as it arrives. It is kept up to a limit; `setting` is its name.
    pub(crate) fn peek_body(&self, limit: u64, setting: &'static str) -> Body {
        Body::new(Peek {
            input: self.input().clone(),
            server_info: Arc::clone(self.server()),
            left: self.client_left(),
            memory_bytes: self.limits().memory_bytes() as u64,
            limit,
            setting,
            position: 0,
            reading: None,
        })
    }
}

impl Peek {
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        loop {
            if let Some(reading) = &mut self.reading {
                let read = ready!(Pin::new(reading).poll(context));
                self.reading = None;
                return Poll::Ready(Ok(Some(read??.into())));
            }
            let Some(mut inbox) = self.input.inbox() else {
                return Poll::Ready(Ok(None));
            };
            if inbox.arrived() <= self.position {
                let terms = Terms {
                    server_info: &self.server_info,
                    left: &self.left,
                    memory_bytes: self.memory_bytes,
                    limit: self.limit,
                };
                return inbox.poll_chunk(terms, self.setting, context);
            }
            match inbox.find(self.position)? {
                StoredPiece::Memory(piece) => return Poll::Ready(Ok(Some(piece))),
                StoredPiece::Disk(spool, range) => {
                    let read = move || spool.read(range);
                    self.reading = Some(self.server_info.blocking().resume(read));
                }
            }
        }
    }
}

impl http_body::Body for Peek {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let piece = ready!(self.poll_piece(context));
        if let Ok(Some(piece)) = &piece {
            self.position += piece.len() as u64;
        }
        let piece = piece.transpose();
        Poll::Ready(piece.map(|piece| piece.map(Frame::data).map_err(Error::into_boxed)))
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.input.length();
        length.map_or_else(SizeHint::default, |length| {
            SizeHint::with_exact(length.saturating_sub(self.position))
        })
    }
}

impl Drop for Peek {
    fn drop(&mut self) {
        drop(Reader(&self.input));
    }
}
