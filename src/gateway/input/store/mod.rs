//! Content that is being received and kept: collected in memory and, beyond its share there, written to a
//! temporary file.
//!
//! Collected bytes stay in memory until they are written. So a dropped read or a full disk loses nothing.

use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Blocking;
use crate::gateway::Body;
use crate::gateway::Running;
use crate::gateway::ServerInfo;
use crate::gateway::Signal;
use crate::gateway::body::Chunks;
use crate::gateway::body::Several;
use crate::gateway::input::budget::Claim;
use crate::gateway::input::budget::Hold;
use crate::gateway::input::budget::Need;
use crate::gateway::input::memory::Memory;
use crate::gateway::input::spool::Spool;

#[cfg(feature = "multipart")]
use crate::gateway::Kept;

#[cfg(all(test, feature = "spool", target_os = "linux"))]
mod tests;

/// The terms for receiving content.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'f> {
    pub(crate) server_info: &'f ServerInfo,
    /// The signal that the client has left; waiting for room then ends.
    pub(crate) left: &'f Signal,
    /// Bytes that may stay in memory while there is plenty.
    pub(crate) memory_bytes: u64,
    /// The maximum length in bytes.
    pub(crate) limit: u64,
}

/// Content that is being received.
#[derive(Default)]
pub(crate) struct Store {
    /// The memory of a body that got all of it at once, as nearly all do.
    hold: Option<Hold>,
    /// The claim of any other body; `None` if all of it was there from the beginning.
    claim: Option<Box<Claim>>,
    spool: Option<Spool>,
    /// Its start position in the file.
    base: u64,
    written: u64,
    /// The content after the written part.
    chunks: Chunks,
    /// The chunks are being written to the file.
    writing: Option<Running<Result<Spool>>>,
    /// Replaces the chunks as soon as others share them.
    memory: Option<Arc<Memory>>,
    /// The signal that the client has left, cloned when the store first waits for room.
    left: Option<Box<Signal>>,
}

impl Store {
    /// Creates a store of content that is complete.
    pub(crate) fn of(bytes: Bytes) -> Self {
        let mut store = Self::default();
        store.chunks.push(bytes);
        store
    }

    pub(crate) fn length(&self) -> u64 {
        let memory = self.memory.as_ref();
        let gathered = memory.map_or(self.chunks.length(), |memory| memory.length());
        self.written + gathered
    }

    /// Ready when there is room for the next bytes; if the length is known, for all of them.
    pub(crate) fn poll_room(
        &mut self,
        known: Option<u64>,
        terms: Terms<'_>,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        if self.claim.is_none()
            && let Some(length) = known
            && self.has_memory(length, terms)
        {
            return Poll::Ready(Ok(()));
        }
        self.hold = None;
        self.poll_claimed(known, terms, context)
    }

    /// Whether it holds `length` bytes of memory, or gets them at once.
    fn has_memory(&mut self, length: u64, terms: Terms<'_>) -> bool {
        let is_short = self.hold.as_ref().is_none_or(|hold| hold.bytes() < length);
        if is_short {
            self.hold = None;
            let (limits, most) = (terms.server_info.limits(), terms.memory_bytes);
            self.hold = terms.server_info.budget().take(length, most, limits);
        }
        self.hold.is_some()
    }

    /// A separate function, so that the common path stays short.
    #[inline(never)]
    fn poll_claimed(
        &mut self,
        known: Option<u64>,
        terms: Terms<'_>,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        loop {
            ready!(self.poll_written(terms.server_info, context))?;
            let length = known.unwrap_or(self.length().max(1));
            let need = Need {
                base: self.base,
                length,
                most: known.unwrap_or(terms.limit).max(length),
                memory_bytes: terms.memory_bytes,
            };
            let Terms { server_info, .. } = terms;
            let new = || Box::new(server_info.budget().claim());
            let claim = self.claim.get_or_insert_with(new);
            if claim
                .poll(need, server_info.limits(), context)?
                .is_pending()
            {
                let left = || Box::new(terms.left.clone());
                ready!(Pin::new(&mut **self.left.get_or_insert_with(left)).poll(context));
                claim.stop_waiting();
                return Poll::Ready(Err(Error::client_left()));
            }
            let gathered = self.chunks.length();
            if !claim.is_spooled() || gathered == 0 || gathered < claim.memory() {
                return Poll::Ready(Ok(()));
            }
            self.write(server_info.blocking());
        }
    }

    pub(crate) fn push(&mut self, chunk: Bytes) {
        self.chunks.push(chunk);
    }

    /// Ready when all arrived content is in its final place.
    pub(crate) fn poll_end(
        &mut self,
        server_info: &ServerInfo,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        loop {
            ready!(self.poll_written(server_info, context))?;
            if !self.is_spooled() || self.chunks.length() == 0 {
                self.settle();
                return Poll::Ready(Ok(()));
            }
            self.write(server_info.blocking());
        }
    }

    /// Releases unused memory and disk space: the content is complete.
    pub(crate) fn settle(&mut self) {
        let on_disk = match self.writing {
            Some(_) => u64::MAX,
            None => self.base + self.written,
        };
        if let Some(claim) = &mut self.claim {
            claim.settle(self.chunks.length(), on_disk);
        }
        if let Some(hold) = &self.hold {
            hold.shrink(self.chunks.length());
        }
    }

    fn write(&mut self, blocking: &Blocking) {
        let Some(hold) = self.claim.as_deref().and_then(Claim::disk) else {
            return;
        };
        let (spool, chunks) = (self.spool.clone(), self.chunks.list().to_vec());
        let position = self.base + self.written;
        self.writing = Some(blocking.resume(move || {
            let spool = spool.map_or_else(|| Spool::create(hold), Ok)?;
            spool.write_at(&chunks, position)?;
            Ok(spool)
        }));
    }

    fn poll_written(
        &mut self,
        server_info: &ServerInfo,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        if let Some(writing) = &mut self.writing {
            let outcome = ready!(Pin::new(writing).poll(context));
            self.writing = None;
            self.spool = Some(outcome.flatten()?);
            self.written += std::mem::take(&mut self.chunks).length();
            if let Some(claim) = &mut self.claim {
                claim.written(server_info.limits());
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Leaves the queue for room while no task reads.
    pub(crate) fn stop_waiting(&mut self) {
        if let Some(claim) = &mut self.claim {
            claim.stop_waiting();
        }
    }

    fn is_spooled(&self) -> bool {
        self.claim.as_deref().is_some_and(Claim::is_spooled)
    }

    /// The file and the written range.
    fn in_file(&self) -> Option<(Spool, Range<u64>)> {
        let spool = self.spool.clone()?;
        Some((spool, self.base..self.base + self.written))
    }

    /// Returns the arrived content as a body. Nothing may be added afterwards.
    pub(crate) fn replay(&mut self) -> Body {
        let is_spooled = self.is_spooled();
        let chunks = match self.chunks.list() {
            [] if self.memory.is_none() => Body::empty(),
            [only] if !is_spooled => only.clone().into(),
            // These chunks may still have to be written.
            several if is_spooled => Body::new(Several(several.iter().cloned().collect())),
            _ => self.kept_chunks(),
        };
        self.after_file(chunks)
    }

    /// Converts the arrived content to a body that owns it.
    pub(crate) fn into_replay(mut self) -> Body {
        let chunks = self.kept_chunks();
        self.after_file(chunks)
    }

    fn kept_chunks(&mut self) -> Body {
        let memory = self.keep_memory();
        memory.body(0..memory.length())
    }

    fn after_file(&self, chunks: Body) -> Body {
        match self.in_file() {
            Some((spool, range)) => Body::chain([spool.body(range), chunks]),
            None => chunks,
        }
    }

    fn keep_memory(&mut self) -> Arc<Memory> {
        let memory = self.memory.get_or_insert_with(|| {
            let chunks = std::mem::take(&mut self.chunks).into_list();
            let claimed = self.claim.as_deref_mut().map(Claim::take_memory);
            let hold = self.hold.take().or(claimed);
            Arc::new(Memory::new(chunks, hold))
        });
        Arc::clone(memory)
    }

    /// Returns everything, after it is in its final place.
    pub(crate) fn whole(&mut self) -> StoredPiece {
        match (self.in_file(), &self.memory) {
            (Some((spool, range)), _) => StoredPiece::Disk(spool, range),
            (None, Some(memory)) => StoredPiece::Memory(memory.read(0..memory.length())),
            (None, None) => StoredPiece::Memory(self.chunks.join()),
        }
    }
}

/// For forms with files.
#[cfg(feature = "multipart")]
impl Store {
    /// The number of bytes read back from a file at a time.
    const PIECE_BYTES: u64 = 64 << 10;

    /// Returns a piece of the arrived content, from `position` on. `position` must have arrived.
    pub(crate) fn find(&mut self, position: u64) -> StoredPiece {
        if let Some(memory) = &self.memory {
            let mut pieces = memory.pieces(position..memory.length());
            return StoredPiece::Memory(pieces.next().unwrap_or_default());
        }
        if let (Some((spool, range)), true) = (self.in_file(), position < self.written) {
            let start = range.start + position;
            return StoredPiece::Disk(spool, start..range.end.min(start + Self::PIECE_BYTES));
        }
        StoredPiece::Memory(self.chunks.from(position - self.written))
    }

    /// Returns everything, after it is in its final place, and its start position there.
    pub(crate) fn keep(&mut self) -> (Kept, u64) {
        match self.in_file() {
            Some((spool, range)) => (Kept::Disk(spool), range.start),
            None => (Kept::Memory(self.keep_memory()), 0),
        }
    }

    /// Creates the store for the next content, which shares the file, if there is one.
    pub(crate) fn next(self) -> Self {
        Self {
            claim: self.claim.as_ref().map(|claim| Box::new(claim.next())),
            base: self.base + self.written,
            spool: self.spool,
            ..Self::default()
        }
    }
}

/// A received piece.
pub(crate) enum StoredPiece {
    Memory(Bytes),
    Disk(Spool, Range<u64>),
}
