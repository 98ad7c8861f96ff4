//! Without the feature `tls`: types without values, so that the code around them is the same.

use std::io;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;

use crate::gateway::ErrorStream;
use crate::server::hosting::serve_error::ServeError;
use crate::server::hosting::stream::Ahead;
use crate::server::hosting::stream::Socket;
use crate::server::hosting::stream::Stream;

#[derive(Clone, Debug)]
enum Never {}

#[derive(Clone, Debug)]
pub(in crate::server) struct Tls(Never);

impl Tls {
    pub(in crate::server) fn from_files(_: &str, _: &str) -> Result<Self, ServeError> {
        let text = "TLS_CERT is set, but this program was built without the feature `tls`";
        Err(ServeError::variable(text.to_owned()))
    }

    pub(in crate::server) fn refresh(&self, _: &ErrorStream, _: bool) {
        match self.0 {}
    }

    #[expect(
        clippy::unused_async,
        reason = "the handshake of the feature `tls` waits"
    )]
    pub(super) async fn accept(&self, _: Stream) -> io::Result<TlsStream> {
        match self.0 {}
    }
}

pub(in crate::server) struct TlsStream(Never);

impl Socket for TlsStream {
    fn reset_at_end(&self) {
        match self.0 {}
    }

    fn push(&mut self, _: &[u8]) -> io::Result<usize> {
        match self.0 {}
    }

    fn poll_ahead(&self, _: &mut Context<'_>) -> Poll<Ahead> {
        match self.0 {}
    }
}

impl AsyncRead for TlsStream {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}

impl AsyncWrite for TlsStream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        match self.0 {}
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}
