//! Received bytes without the feature `spool`: none go to disk.

use std::io;

use bytes::Bytes;

use crate::error::Result;
use crate::gateway::Body;

/// The first part of a body, on disk: never made without the feature `spool`.
#[derive(Clone)]
pub(crate) enum Spool {}

impl Spool {
    /// Whether received bytes can go to disk at all.
    pub(crate) const AVAILABLE: bool = false;

    pub(crate) fn create() -> Result<Self> {
        Err("the feature `spool` is off".into())
    }

    pub(crate) fn length(&self) -> u64 {
        match *self {}
    }

    pub(crate) fn append(&mut self, _chunks: &[Bytes]) -> io::Result<()> {
        match *self {}
    }

    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        match *self {}
    }

    pub(crate) fn body(&self) -> Body {
        match *self {}
    }
}

#[cfg(feature = "multipart")]
impl Spool {
    pub(crate) fn read_at(&self, _buffer: &mut [u8], _position: u64) -> io::Result<usize> {
        match *self {}
    }
}
