//! Bodies and error streams that the tests share.

use std::io;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt;
use rustzeug::gateway::Body;
use rustzeug::gateway::ErrorStream;
use rustzeug::http;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::mpsc::unbounded_channel;

/// A body whose frames a test sends one by one. It ends when the sender is dropped.
pub(crate) struct Frames(UnboundedReceiver<io::Result<Frame<Bytes>>>);

pub(crate) fn frames() -> (UnboundedSender<io::Result<Frame<Bytes>>>, Frames) {
    let (sender, receiver) = unbounded_channel();
    (sender, Frames(receiver))
}

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context)
    }
}

/// An error stream that a test can read.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn stream(&self) -> ErrorStream {
        ErrorStream::new(self.clone())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A `GET` as a client of HTTP/1.1 sends it.
pub(crate) fn get(path: &str) -> http::Request<Body> {
    let request = http::Request::get(path).header("host", "example.org");
    request.body(Body::empty()).unwrap()
}

pub(crate) async fn text<B>(response: http::Response<B>) -> String
where
    B: http_body::Body<Data = Bytes, Error: std::fmt::Debug>,
{
    let whole = response.into_body().collect().await.unwrap();
    String::from_utf8(whole.to_bytes().to_vec()).unwrap()
}
