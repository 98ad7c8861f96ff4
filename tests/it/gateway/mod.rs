//! The gateway protocol from outside: the rules that the types leave to the edge, to `Lint` and to bodies.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::Wake;
use std::task::Waker;

use http_body::Frame;
use http_body::SizeHint;
use rustzeug::Result;
use rustzeug::bytes::Bytes;
use rustzeug::gateway::Application;
use rustzeug::gateway::Body;
use rustzeug::gateway::BoxError;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;
use rustzeug::http::HeaderName;
use rustzeug::http::HeaderValue;
use rustzeug::http::Response;
use rustzeug::http::StatusCode;
use rustzeug::http::header::CONTENT_LENGTH;

use crate::common::block_on;

mod body;
mod body_writer;
#[cfg(feature = "spool")]
mod budget;
#[cfg(feature = "spool")]
mod budget_files;
mod collect;
mod doors;
mod edge;
mod edge_bodies;
mod edge_faults;
mod edge_requests;
mod environ;
mod environ_paths;
mod from_variables;
mod input;
mod input_received;
#[cfg(all(feature = "spool", target_os = "linux"))]
mod input_spooled;
mod limits;
mod rules;
mod rules_body;
mod rules_recipes;
#[cfg(feature = "server")]
mod rules_server;
mod wait;

/// An application over the raw protocol. It is not adapted, so its `Err` reaches the edge.
struct Raw<F>(F);

impl<F> Application for Raw<F>
where
    F: Fn(Environ, StartResponse) -> Result<Reply> + Send + Sync + 'static,
{
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        (self.0)(environ, start_response)
    }
}

/// Names and values of headers.
type Lines = &'static [(&'static str, &'static str)];

/// A reply with a head that middleware changed after the checks of `start`.
#[derive(Clone, Copy)]
struct Says {
    status: u16,
    headers: Lines,
    body: fn() -> Body,
}

impl Application for Says {
    async fn call(&self, _: Environ, start_response: StartResponse) -> Result<Reply> {
        let mut reply = start_response.start(200, ())?.body((self.body)());
        reply.set_status(StatusCode::from_u16(self.status)?);
        for (name, value) in self.headers {
            let (name, value) = (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
            reply.headers_mut().append(name, value);
        }
        Ok(reply)
    }
}

/// A body that a test feeds; it records how often it was polled and whether it was dropped.
#[derive(Clone, Default)]
struct Feed(Arc<Mutex<Fed>>);

#[derive(Default)]
struct Fed {
    frames: VecDeque<Result<Bytes, BoxError>>,
    over: bool,
    claims: Option<u64>,
    waker: Option<Waker>,
    asked: usize,
    dropped: usize,
}

impl Feed {
    /// A body with all of its chunks and an end.
    fn whole(chunks: &[&'static str]) -> Self {
        let feed = Self::default();
        for chunk in chunks {
            feed.push(chunk);
        }
        feed.end();
        feed
    }

    fn claiming(self, length: u64) -> Self {
        self.fed().claims = Some(length);
        self
    }

    fn fed(&self) -> MutexGuard<'_, Fed> {
        self.0.lock().unwrap()
    }

    fn push(&self, chunk: &'static str) {
        self.change(|fed| fed.frames.push_back(Ok(chunk.into())));
    }

    fn fail(&self, error: impl Into<BoxError>) {
        self.change(|fed| fed.frames.push_back(Err(error.into())));
    }

    fn end(&self) {
        self.change(|fed| fed.over = true);
    }

    fn change(&self, change: impl FnOnce(&mut Fed)) {
        let waker = {
            let mut fed = self.fed();
            change(&mut fed);
            fed.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    fn body(&self) -> Body {
        Body::new(Fill(self.clone()))
    }

    fn asked(&self) -> usize {
        self.fed().asked
    }

    fn dropped(&self) -> usize {
        self.fed().dropped
    }
}

/// The end of a [`Feed`] that is a body.
struct Fill(Feed);

impl http_body::Body for Fill {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut fed = self.0.fed();
        fed.asked += 1;
        match fed.frames.pop_front() {
            Some(frame) => {
                let length = frame.as_ref().map_or(0, Bytes::len) as u64;
                fed.claims = fed.claims.map(|left| left.saturating_sub(length));
                Poll::Ready(Some(frame.map(Frame::data)))
            }
            None if fed.over => Poll::Ready(None),
            None => {
                fed.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        let claims = self.0.fed().claims;
        claims.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl Drop for Fill {
    fn drop(&mut self) {
        self.0.fed().dropped += 1;
    }
}

/// A waker that records whether it was used.
#[derive(Default)]
struct Flag(AtomicBool);

impl Flag {
    fn poll<F: Future + Unpin>(self: &Arc<Self>, future: &mut F) -> Poll<F::Output> {
        Pin::new(future).poll(&mut Context::from_waker(&Arc::clone(self).into()))
    }

    /// Returns whether it was used since the last call.
    fn woken(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// All bytes of a body, and the text of the error that ended it. Polls as a server does, without `wait`.
fn drain(mut body: Body) -> (String, Option<String>) {
    let mut text = String::new();
    loop {
        match block_on(body.chunk()) {
            Ok(Some(chunk)) => text.push_str(std::str::from_utf8(&chunk).unwrap()),
            Ok(None) => return (text, None),
            Err(error) => return (text, Some(format!("{error:?}"))),
        }
    }
}

/// The `Content-Length` lines that are sent: those of the head, or the one that a server adds.
fn lengths(response: &Response<Body>, method: &str) -> Vec<String> {
    let lines = response.headers().get_all(CONTENT_LENGTH).iter();
    let mut lines: Vec<_> = lines
        .map(|line| line.to_str().unwrap().to_owned())
        .collect();
    let bodiless = method == "HEAD" || matches!(response.status().as_u16(), 204 | 304);
    if lines.is_empty() && !bodiless {
        lines.extend(response.body().length().map(|length| length.to_string()));
    }
    lines
}
