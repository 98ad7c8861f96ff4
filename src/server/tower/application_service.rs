//! An application as a tower service.

use std::convert::Infallible;
use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;
use http::Extensions;
use http::HeaderValue;
use http::Method;
use http::Version;
use http::header;
use tower_service::Service;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url;
use crate::gateway::Address;
use crate::gateway::Application;
use crate::gateway::Blocking;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Refused;
use crate::gateway::Reply;
use crate::gateway::ServerInfo;
use crate::gateway::answer;
use crate::gateway::write;
use crate::handler::Handler;
use crate::handler::WhenEntered;
use crate::server::limits::ServerLimits;
use crate::server::tower::client_left::ClientLeft;
use crate::server::tower::response_body;
use crate::server::tower::service_application::MountedAt;
use crate::server::workers::worker_pool::WorkerPool;

/// Makes a tower service of a handler: of any type that
/// [`into_application`](crate::IntoApplication::into_application) accepts.
///
/// Make it inside the tokio runtime, so that a plain `fn` can use the runtime too (`Handle::current()`, with the
/// feature `server` or another protocol of `Server`).
///
/// ```
/// use rustzeug::gateway::{Body, block_on};
/// use rustzeug::http;
/// use rustzeug::tower::{Service, into_service};
///
/// let mut service = into_service(|| "hello");
/// let response = block_on(service.call(http::Request::new(Body::empty())))?;
/// assert_eq!(response.body().length(), Some(5));
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[must_use]
pub fn into_service<M, H>(handler: H) -> ApplicationService<H::Adapted>
where
    H: Handler<M>,
    H::Adapted: Application,
{
    ApplicationService(Arc::new(Inner {
        application: Arc::new(handler.adapt(WhenEntered::Received)),
        server_info: with_threads(ServerInfo::default().with_log_notes(false)),
        mount: None,
        peer: None,
    }))
}

/// An application as a tower service, made by [`into_service`].
///
/// It is always ready, and never fails: errors and panics of the application become responses. Clones share the
/// application and its threads.
///
/// If the server drops the future of a request, as hyper does when the client leaves, an `async fn` is dropped with it.
/// A plain `fn` continues, and [`Environ::client_left`] tells it.
///
/// A connection cannot leave HTTP here ([`Environ::upgrade`] returns `None`).
pub struct ApplicationService<A>(Arc<Inner<A>>);

struct Inner<A> {
    application: Arc<A>,
    server_info: Arc<ServerInfo>,
    /// The percent-encoded prefix that a router in front has removed from the path.
    mount: Option<Arc<str>>,
    peer: Option<PeerOf>,
}

/// Finds the address of the client in the extensions of a request.
type PeerOf = Arc<dyn Fn(&Extensions) -> Option<Address> + Send + Sync>;

impl<A> ApplicationService<A> {
    /// Sets the prefix that a router in front removes from the path, like axum's `nest_service`. It becomes the
    /// `SCRIPT_NAME`, so that the application writes right links.
    ///
    /// `prefix` is written as in the router in front: escapes such as `%20` are kept, and blanks and other characters
    /// that a URL cannot hold are percent-encoded. A slash at its end does not count. If the request has the extension
    /// [`MountedAt`], the prefix is inside that mount; middleware can insert it for a prefix that is known per request
    /// only.
    ///
    /// ```
    /// use rustzeug::gateway::{Body, block_on};
    /// use rustzeug::tower::{Service, into_service};
    /// use rustzeug::{Request, Response, http};
    ///
    /// let mut service = into_service(|request: &Request| Response::redirect(request.application_url())).mounted_at("/app/");
    /// let request = http::Request::get("/x").header("host", "example.org").body(Body::empty())?;
    /// let response = block_on(service.call(request))?;
    /// assert_eq!(response.headers()["location"], "http://example.org/app");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn mounted_at(mut self, prefix: &str) -> Self {
        let prefix = prefix.trim_matches('/');
        let mount = (!prefix.is_empty()).then(|| format!("/{}", as_written(prefix)).into());
        self.change().mount = mount;
        self
    }

    /// Sets where the address of the client is found: `find` gets the extensions of each request. Without it, the
    /// address is not known.
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::gateway::{Body, block_on};
    /// use rustzeug::http;
    /// use rustzeug::tower::{Service, into_service};
    /// use std::net::SocketAddr;
    ///
    /// /// As in axum.
    /// #[derive(Clone)]
    /// struct ConnectInfo<T>(T);
    ///
    /// let mut service = into_service(|request: &Request| request.client_ip().map(|ip| ip.to_string()))
    ///     .with_peer(|extensions| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0));
    /// let mut request = http::Request::get("/").header("host", "localhost").body(Body::empty())?;
    /// request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4321))));
    /// let response = block_on(service.call(request))?;
    /// assert_eq!(response.body().as_bytes().unwrap(), "10.0.0.1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_peer<P: Into<Address>>(
        mut self,
        find: impl Fn(&Extensions) -> Option<P> + Send + Sync + 'static,
    ) -> Self {
        self.change().peer = Some(Arc::new(move |extensions| find(extensions).map(P::into)));
        self
    }

    /// Replaces what the application is told about the server: name and port, scheme, limits, error stream. If it has
    /// no workers for blocking work, the threads of the service stay; [`WorkerPool`] has others.
    ///
    /// ```
    /// use rustzeug::gateway::{Limits, ServerInfo};
    /// use rustzeug::tower::into_service;
    ///
    /// let limits = Limits::default().with_received_body_bytes(1 << 20);
    /// let server_info = ServerInfo::new("example.org", 443).with_scheme("https").with_limits(limits);
    /// let service = into_service(|| "hello").with_server(server_info);
    /// ```
    #[must_use]
    pub fn with_server(mut self, server_info: ServerInfo) -> Self {
        let server_info = server_info.with_can_upgrade(false).with_connect(false);
        self.change().server_info = with_threads(server_info);
        self
    }

    /// Checks that the application was put together rightly, as a server does before it starts.
    ///
    /// Without this, a router with wrong rules answers each request with a `500`.
    ///
    /// # Errors
    ///
    /// Those of [`Application::check`].
    ///
    /// ```
    /// use rustzeug::tower::into_service;
    ///
    /// let service = into_service(|| "hello").checked()?;
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn checked(self) -> Result<Self>
    where
        A: Application,
    {
        self.0.application.check()?;
        Ok(self)
    }

    fn change(&mut self) -> &mut Inner<A> {
        Arc::make_mut(&mut self.0)
    }
}

/// Adds threads for blocking work, unless there are workers.
fn with_threads(server_info: ServerInfo) -> Arc<ServerInfo> {
    let server_info = server_info.with_multithread(true);
    if server_info.blocking().has_workers() {
        return Arc::new(server_info);
    }
    // It has no threads until there is work.
    let pool = WorkerPool::new(&ServerLimits::default(), server_info.errors());
    Arc::new(server_info.with_blocking(Blocking::on(Arc::new(pool))))
}

/// Percent-encodes what a path cannot hold; complete escapes stay.
fn as_written(path: &str) -> String {
    let mut pieces = path.split('%');
    let first = pieces.next().unwrap_or_default();
    let mut encoded = url::encode_path(first.as_bytes()).into_owned();
    for piece in pieces {
        let digits = piece.as_bytes().get(..2);
        let is_escape = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        encoded.push_str(if is_escape { "%" } else { "%25" });
        encoded.push_str(&url::encode_path(piece.as_bytes()));
    }
    encoded
}

impl<A> Inner<A> {
    #[inline]
    fn environ(&self, request: http::Request<Body>) -> Environ {
        let peer = self
            .peer
            .as_ref()
            .and_then(|find| find(request.extensions()));
        let mut environ = Environ::new(request, Arc::clone(&self.server_info));
        if let Some(peer) = peer {
            environ.change_server(|server_info| server_info.with_peer(peer));
        }
        environ
    }
}

/// Moves the environ below its mount, if there is one.
#[inline]
fn mount(environ: &mut Environ, own: Option<&str>) -> Result<()> {
    let outer = environ.extensions().get::<MountedAt>();
    // The path of `OPTIONS *` and of `CONNECT` is not below it.
    if (own.is_none() && outer.is_none()) || !environ.raw_path().starts_with('/') {
        return Ok(());
    }
    let outer = outer.map_or("", |MountedAt(prefix)| prefix);
    let mount = format!("{outer}{}", own.unwrap_or_default());
    move_below(environ, &mount)
}

fn move_below(environ: &mut Environ, mount: &str) -> Result<()> {
    let path = format!("{mount}{}", environ.raw_path());
    environ.set_raw_path(&path)?;
    environ.set_raw_script_name(mount)
}

/// Answers a request whose target cannot be below the mount.
#[cold]
fn refused(error: &Error, environ: &Environ) -> Reply {
    let mut reply: Reply = write(error, environ.server(), environ.method() == Method::HEAD);
    reply.extensions_mut().insert(Refused);
    if environ.version() < Version::HTTP_2 {
        close_if_refused(&mut reply);
    }
    reply
}

impl<A, B> Service<http::Request<B>> for ApplicationService<A>
where
    A: Application,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let inner = Arc::clone(&self.0);
        let mut environ = inner.environ(request.map(Body::new));
        if let Err(error) = mount(&mut environ, inner.mount.as_deref()) {
            let reply = refused(&error, &environ);
            return Box::pin(ready(Ok(reply.into())));
        }
        let version = environ.version();
        let left = ClientLeft::new();
        environ.set_client_left(left.signal());
        Box::pin(async move {
            let mut reply = answer(&*inner.application, environ).await;
            // Only errors refuse a request.
            if version < Version::HTTP_2 && reply.status().as_u16() >= 400 {
                close_if_refused(&mut reply);
            }
            if reply.body().as_bytes().is_none() {
                let watch = |body| response_body::watch(body, &inner.server_info, left);
                reply = reply.map_body(watch);
            } else {
                drop(left);
            }
            // Before the response is made, which would otherwise be moved once more.
            drop(inner);
            Ok(reply.into())
        })
    }
}

/// The framing of a request that was refused cannot be trusted.
#[cold]
fn close_if_refused(reply: &mut Reply) {
    if reply.extensions_mut().remove::<Refused>().is_some() {
        let close = HeaderValue::from_static("close");
        reply.headers_mut().insert(header::CONNECTION, close);
    }
}

impl<A> Clone for ApplicationService<A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// For a change of the settings.
impl<A> Clone for Inner<A> {
    fn clone(&self) -> Self {
        Self {
            application: Arc::clone(&self.application),
            server_info: Arc::clone(&self.server_info),
            mount: self.mount.clone(),
            peer: self.peer.clone(),
        }
    }
}

impl<A> fmt::Debug for ApplicationService<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplicationService")
            .field("mounted_at", &self.0.mount)
            .finish_non_exhaustive()
    }
}
