//! The source of a request body: a message of HTTP/1 or a stream of HTTP/2.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;

use bytes::Bytes;
use h2::RecvStream;
use http::HeaderMap;
use http::header;
use http_body::Body;
use http_body::Frame;
use http_body::SizeHint;
use hyper::body::Incoming;

use crate::base::error::BoxError;
use crate::gateway::Signal;

/// The body of a request, by protocol.
pub(super) enum Source {
    /// Read by hyper.
    Message(Incoming),
    /// Read by h2.
    Stream(Received),
}

impl Source {
    /// The body of a request whose head has arrived on a stream of HTTP/2. `asked` is set when a reader wants to read
    /// it.
    pub(super) fn stream(stream: RecvStream, headers: &HeaderMap, asked: Signal) -> Self {
        // h2 refuses heads with two different lengths, and checks the body against the length.
        let length = headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        Self::Stream(Received {
            stream,
            left: length,
            asked,
        })
    }
}

impl Body for Source {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Message(incoming) => Pin::new(incoming)
                .poll_frame(context)
                .map_err(BoxError::from),
            Self::Stream(received) => received.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Message(incoming) => incoming.is_end_stream(),
            Self::Stream(received) => received.stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Message(incoming) => incoming.size_hint(),
            Self::Stream(received) => received
                .left
                .map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}

/// The body of an HTTP/2 request.
pub(super) struct Received {
    stream: RecvStream,
    /// The remaining bytes, if the length was declared.
    left: Option<u64>,
    asked: Signal,
}

impl Received {
    fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.asked.set();
        match ready!(self.stream.poll_data(context)) {
            Some(Ok(data)) => {
                // These bytes are read, so the client may send as many more.
                let _ = self.stream.flow_control().release_capacity(data.len());
                self.left = self.left.map(|left| left.saturating_sub(data.len() as u64));
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
            // Whatever the reason, a stream that was reset has an incomplete body.
            Some(Err(error)) => Poll::Ready(Some(Err(error.into()))),
            // Trailers are checked, and dropped.
            None => match ready!(self.stream.poll_trailers(context)) {
                Ok(_) => Poll::Ready(None),
                Err(error) => Poll::Ready(Some(Err(error.into()))),
            },
        }
    }
}
