//! Leaving HTTP: a connection that continues in another protocol.

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Version;
use http::header;

use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Handover;
use crate::gateway::IntoHeaders;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::Upgraded;
use crate::syntax::elements;

/// The right to leave HTTP: the client has offered it, and the server supports it.
///
/// Comes from [`Environ::upgrade`] or [`Environ::tunnel`]; [`StartResponse::switch`] consumes it. Bytes that
/// follow the request are treated as the other protocol only after the answer has been sent.
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
    /// Returns the right to continue in `protocol`, if the client offers it in `Upgrade` and the server
    /// supports it (RFC 9110 [§7.8](https://www.rfc-editor.org/rfc/rfc9110#section-7.8)). The embedded server
    /// supports it over HTTP/1.1.
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
        let offered = self.server().can_upgrade()
            && self.version() == Version::HTTP_11
            && lists(header::UPGRADE, protocol)
            && lists(header::CONNECTION, "upgrade");
        let name = offered.then(|| HeaderValue::try_from(protocol).ok())?;
        name.map(|protocol| Upgrade {
            status: StatusCode::SWITCHING_PROTOCOLS,
            protocol: Some(protocol),
        })
    }

    /// Returns the right to become a tunnel, for a `CONNECT` request to a server that passes these to
    /// applications ([`ServerInfo::with_connect`](crate::gateway::ServerInfo::with_connect)).
    ///
    /// The destination is the authority of [`uri`](Self::uri). The application must decide which destinations
    /// it allows: one that connects to any destination lets strangers into its own network.
    #[must_use]
    pub fn tunnel(&self) -> Option<Upgrade> {
        let offered = self.server().can_upgrade()
            && self.server().connect()
            && self.version() < Version::HTTP_2
            && self.method() == Method::CONNECT;
        offered.then_some(Upgrade {
            status: StatusCode::OK,
            protocol: None,
        })
    }
}

impl StartResponse {
    /// Answers that the connection continues in another protocol, and sets the function that handles it.
    ///
    /// `then` runs with the connection after the answer has been sent; when it finishes, the connection is
    /// closed. After its last frame, `then` should call [`shutdown`](Upgraded::shutdown) and read to the end,
    /// or the client may lose that frame. The server adds `Connection` and `Upgrade`. If the request has an
    /// unread body that is too long to discard, the answer is `413` instead, so that no byte of the body is
    /// treated as the other protocol.
    ///
    /// # Errors
    ///
    /// The errors of [`start`](Self::start).
    pub fn switch<F, R>(self, upgrade: Upgrade, headers: impl IntoHeaders, then: F) -> Result<Reply>
    where
        F: FnOnce(Upgraded) -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let mut reply = self.start(StatusCode::OK, headers)?.body(Body::empty());
        reply.parts.status = upgrade.status;
        let handover = Handover::new(upgrade.status, upgrade.protocol, then);
        reply.parts.extensions.insert(handover);
        Ok(reply)
    }
}
