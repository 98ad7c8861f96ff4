//! Received bytes without the feature `spool`: nothing goes to disk.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use crate::gateway::Body;
use crate::gateway::input::budget::Hold;

/// A temporary file; never created without the feature `spool`.
#[derive(Clone)]
pub(crate) enum Spool {}

impl Spool {
    pub(crate) fn create(_hold: Arc<Hold>) -> io::Result<Self> {
        Err(io::Error::other("the feature `spool` is off"))
    }

    pub(crate) fn write_at(&self, _chunks: &[Bytes], _position: u64) -> io::Result<()> {
        match *self {}
    }

    pub(crate) fn read(&self, _range: Range<u64>) -> io::Result<Vec<u8>> {
        match *self {}
    }

    pub(crate) fn body(&self, _range: Range<u64>) -> Body {
        match *self {}
    }
}

#[cfg(feature = "multipart")]
impl Spool {
    pub(crate) fn read_at(&self, _buffer: &mut [u8], _position: u64) -> io::Result<usize> {
        match *self {}
    }
}
