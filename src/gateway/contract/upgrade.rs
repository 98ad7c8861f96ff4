//! Leaving HTTP: a connection that goes on in another protocol.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::io::Read;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Poll;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Version;
use http::header;

use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::IntoHeaders;
use crate::gateway::Parts;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::drop_hop_by_hop;
use crate::syntax::elements;

/// The right to leave HTTP, which a client has offered and the server can keep.
///
/// Had from [`Environ::upgrade`] or [`Environ::tunnel`], used up by [`StartResponse::switch`].
/// Until that answer has been sent, nothing that follows the request is taken for the other
/// protocol.
///
/// ```no_run
/// use rustzeug::gateway::{Environ, Reply, StartResponse, Upgraded};
/// use rustzeug::{Error, IntoApplication, Result, ServeError, serve};
///
/// async fn echo(environ: Environ, start_response: StartResponse) -> Result<Reply> {
///     let Some(upgrade) = environ.upgrade("echo") else {
///         return Err(Error::upgrade_required("echo"));
///     };
///     start_response.switch(upgrade, (), async |mut stream: Upgraded| {
///         let mut buffer = [0; 1024];
///         while let Ok(count @ 1..) = stream.read(&mut buffer).await {
///             if stream.write_all(&buffer[..count]).await.is_err() {
///                 break;
///             }
///         }
///     })
/// }
///
/// fn main() -> Result<(), ServeError> {
///     serve("127.0.0.1:8000", echo)
/// }
/// ```
#[derive(Debug)]
#[must_use = "a connection is switched by `start_response.switch(upgrade, headers, then)`"]
pub struct Upgrade {
    status: StatusCode,
    protocol: Option<HeaderValue>,
}

impl Environ {
    /// The right to go on in `protocol`, if the client offers it by `Upgrade` and the server can
    /// (RFC 9110 [§7.8](https://www.rfc-editor.org/rfc/rfc9110#section-7.8)): the embedded server
    /// over HTTP/1.1.
    ///
    /// ```
    /// use rustzeug::Request;
    ///
    /// let request = Request::blank("/chat").with_header("upgrade", "websocket");
    /// assert!(request.environ().upgrade("websocket").is_none(), "there is no connection here");
    /// ```
    #[must_use]
    pub fn upgrade(&self, protocol: &str) -> Option<Upgrade> {
        let lists = |name: HeaderName, token: &str| {
            let lines = self.headers().get_all(name);
            let mut elements = lines.iter().flat_map(|line| elements(line.as_bytes()));
            elements.any(|element| element.eq_ignore_ascii_case(token.as_bytes()))
        };
        let offered = self.facts().can_upgrade()
            && self.version() == Version::HTTP_11
            && lists(header::UPGRADE, protocol)
            && lists(header::CONNECTION, "upgrade");
        let name = offered.then(|| HeaderValue::try_from(protocol).ok())?;
        name.map(|protocol| Upgrade {
            status: StatusCode::SWITCHING_PROTOCOLS,
            protocol: Some(protocol),
        })
    }

    /// The right to become a tunnel, for a `CONNECT` to a server that lets applications see these
    /// ([`Facts::with_connect`](crate::gateway::Facts::with_connect)).
    ///
    /// To where is in [`uri`](Self::uri), as its authority. Whether to go there is the
    /// application's to decide: who connects anywhere lets strangers into its own network.
    #[must_use]
    pub fn tunnel(&self) -> Option<Upgrade> {
        let offered = self.facts().can_upgrade()
            && self.facts().connect()
            && self.version() < Version::HTTP_2
            && self.method() == Method::CONNECT;
        offered.then_some(Upgrade {
            status: StatusCode::OK,
            protocol: None,
        })
    }
}

impl StartResponse {
    /// Answers that the connection goes on in another protocol, and says how.
    ///
    /// `then` is run with the connection once the answer has been sent; when it is done, the
    /// connection is closed. After its last frame it should [`shutdown`](Upgraded::shutdown) and read to the end, or the
    /// client may lose that frame. The server adds `Connection` and `Upgrade`. If the request has a body
    /// that was not read, and that is too long to be dropped, the answer is `413` instead: no byte
    /// of it is taken for the other protocol.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub fn switch<F, R>(self, upgrade: Upgrade, headers: impl IntoHeaders, then: F) -> Result<Reply>
    where
        F: FnOnce(Upgraded) -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let mut reply = self.start(StatusCode::OK, headers)?.body(Body::empty());
        reply.parts.status = upgrade.status;
        let then: Then = Box::new(|stream| Box::pin(then(stream)));
        reply.parts.extensions.insert(Handover {
            status: upgrade.status,
            protocol: upgrade.protocol,
            then: Arc::new(Mutex::new(Some(then))),
        });
        Ok(reply)
    }
}

type Then = Box<dyn FnOnce(Upgraded) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// What a response brings along to have its connection leave HTTP: the server's side of
/// [`StartResponse::switch`].
///
/// A server that has declared [`Facts::with_can_upgrade`](crate::gateway::Facts::with_can_upgrade) takes it out of the
/// response of [`call`](crate::gateway::call), sends the head and nothing after it, and runs it with the connection.
///
/// ```no_run
/// # use rustzeug::gateway::{Body, Handover, Upgraded};
/// # async fn example(mut response: rustzeug::http::Response<Body>, connection: Upgraded) {
/// if let Some(handover) = Handover::take(&mut response) {
///     // Here the head is sent.
///     handover.run(connection).await;
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Handover {
    status: StatusCode,
    protocol: Option<HeaderValue>,
    then: Arc<Mutex<Option<Then>>>,
}

impl Handover {
    /// Makes a head of it, which nothing follows that is HTTP. Not if middleware has made another
    /// answer of it, by another status: that is framed as any other. The body is not touched.
    pub(in crate::gateway) fn frame(&self, parts: &mut Parts) -> bool {
        if parts.status != self.status {
            parts.extensions.remove::<Self>();
            return false;
        }
        let headers = &mut parts.headers;
        drop_hop_by_hop(headers);
        headers.remove(header::CONTENT_LENGTH);
        if let Some(protocol) = &self.protocol {
            headers.insert(header::UPGRADE, protocol.clone());
            headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        }
        true
    }

    /// Takes it out of a response, if its connection is to leave HTTP.
    pub fn take(response: &mut http::Response<Body>) -> Option<Self> {
        response.extensions_mut().remove()
    }

    /// Runs what the application has handed over, the first time.
    pub async fn run(self, stream: Upgraded) {
        let then = self
            .then
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(then) = then {
            then(stream).await;
        }
    }
}

/// Both directions of a connection, as a server has them.
///
/// The methods are those of `futures-io` and tokio: `0` from a read is the end, `Pending` wakes.
pub trait Duplex: Send + 'static {
    /// Reads some bytes into `buffer`.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>>;

    /// Writes some of `bytes`.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// Sends what was written and kept.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Ends the sending direction.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// A connection that has left HTTP: see [`Upgrade`].
///
/// Dropping it closes it, and may cost the other side what was written last if that side is
/// still sending: to be sure, [`shutdown`](Self::shutdown) and read to the end.
///
/// With the feature `server` it is also tokio's `AsyncRead` and `AsyncWrite`.
pub struct Upgraded(Box<dyn Duplex>);

impl Upgraded {
    /// The connection of a server.
    #[must_use]
    pub fn new(stream: impl Duplex) -> Self {
        Self(Box::new(stream))
    }

    /// The connection of a server that gives each a thread: reading and writing block.
    ///
    /// Shutting it down sends what was written; the sending direction ends when it is dropped.
    #[must_use]
    pub fn blocking(stream: impl Read + Write + Send + 'static) -> Self {
        Self::new(Blocks(stream))
    }

    /// Both directions, for polling.
    pub fn as_duplex(&mut self) -> &mut dyn Duplex {
        &mut *self.0
    }

    /// Reads some bytes; none when the other side has ended.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|context| self.0.poll_read(context, buffer)).await
    }

    /// Writes all of `bytes`, and has them sent.
    ///
    /// # Errors
    ///
    /// Those of the connection; `WriteZero` when it takes no more.
    pub async fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match poll_fn(|context| self.0.poll_write(context, bytes)).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                count => bytes = &bytes[count..],
            }
        }
        poll_fn(|context| self.0.poll_flush(context)).await
    }

    /// Ends the sending direction; reading goes on.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        poll_fn(|context| self.0.poll_shutdown(context)).await
    }
}

impl fmt::Debug for Upgraded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgraded").finish_non_exhaustive()
    }
}

impl fmt::Debug for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handover")
            .field("status", &self.status)
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}

/// A stream whose calls block.
struct Blocks<S>(S);

impl<S: Read + Write + Send + 'static> Duplex for Blocks<S> {
    fn poll_read(&mut self, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.0.read(buffer))
    }

    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.0.write(bytes))
    }

    fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.flush())
    }

    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}
