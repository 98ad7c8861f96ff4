//! A tower service as an application.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header;
use http::uri::PathAndQuery;
use tower_service::Service;

use crate::base::error::BoxError;
use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::gateway::drop_hop_by_hop;

/// Makes an application of an HTTP service: an axum router, or any service under layers of tower.
///
/// The service is cloned for each request, and called when the clone is ready. It gets the request with its headers,
/// extensions and body. Its path is the path below the mount, as under axum's `nest_service`; the mount is in the
/// extension [`MountedAt`].
///
/// ```
/// use rustzeug::gateway::Body;
/// use rustzeug::tower::{MountedAt, Service, from_service};
/// use rustzeug::{Request, http};
/// use std::convert::Infallible;
/// use std::future::{Ready, ready};
/// use std::task::{Context, Poll};
///
/// /// For example an axum router.
/// #[derive(Clone)]
/// struct Hello;
///
/// impl Service<http::Request<Body>> for Hello {
///     type Response = http::Response<Body>;
///     type Error = Infallible;
///     type Future = Ready<Result<Self::Response, Infallible>>;
///
///     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
///         Poll::Ready(Ok(()))
///     }
///
///     fn call(&mut self, request: http::Request<Body>) -> Self::Future {
///         let mount = request.extensions().get::<MountedAt>().map_or("", |MountedAt(prefix)| prefix);
///         let text = format!("{} below {mount}", request.uri().path());
///         ready(Ok(http::Response::new(text.into())))
///     }
/// }
///
/// let app = from_service(Hello);
/// let mut request = Request::blank("/old/page");
/// request.environ_mut().set_raw_script_name("/old")?;
/// assert_eq!(request.send(&app).wait()?.read_text().wait()?, "/page below /old");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[must_use]
pub fn from_service<S>(service: S) -> ServiceApplication<S> {
    ServiceApplication {
        service,
        prepare: None,
    }
}

/// A tower service as an application, made by [`from_service`].
///
/// An error of the service becomes a `500` with the error as its private cause; an [`Error`] of this crate, boxed by
/// [`Error::into_boxed`], keeps its status. A body that fails cuts the connection. Hop-by-hop headers of the response are
/// dropped, since the connection belongs to the server. For the same reason the service cannot leave HTTP: a response
/// with status `101`, as of axum's `ws`, becomes a `500` that says so in the log.
///
/// A request whose service is not ready waits. So limits of concurrency and buffers of tower work.
#[derive(Clone)]
pub struct ServiceApplication<S> {
    service: S,
    prepare: Option<Prepare>,
}

type Prepare = Arc<dyn Fn(&mut Environ) + Send + Sync>;

/// Among the extensions of a request: the prefix at which its service is mounted, percent-encoded, without a slash at
/// its end. It is missing if the service is not below a mount.
///
/// ```
/// use rustzeug::tower::MountedAt;
///
/// fn link(mount: Option<&MountedAt>) -> String {
///     format!("{}/page", mount.map_or("", |MountedAt(prefix)| prefix))
/// }
///
/// assert_eq!(link(Some(&MountedAt("/old".into()))), "/old/page");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountedAt(pub String);

impl<S> ServiceApplication<S> {
    /// Prepares each request for the service: `prepare` may insert the extensions that the service reads.
    ///
    /// ```
    /// use rustzeug::gateway::Address;
    /// use rustzeug::tower::from_service;
    /// # use std::net::SocketAddr;
    /// # #[derive(Clone)] struct ConnectInfo<T>(T);
    /// # let router = ();
    ///
    /// // For axum's `ConnectInfo`.
    /// let app = from_service(router).with_prepared(|environ| {
    ///     if let Some(Address::Inet(peer)) = environ.server().peer().cloned() {
    ///         environ.extensions_mut().insert(ConnectInfo(peer));
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn with_prepared(mut self, prepare: impl Fn(&mut Environ) + Send + Sync + 'static) -> Self {
        self.prepare = Some(Arc::new(prepare));
        self
    }
}

#[diagnostic::do_not_recommend]
impl<S, B> Application for ServiceApplication<S>
where
    S: Service<http::Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    async fn call(&self, mut environ: Environ, start_response: StartResponse) -> Result<Reply> {
        if let Some(prepare) = &self.prepare {
            prepare(&mut environ);
        }
        let request = request(environ)?;
        // Readiness belongs to one clone, and one call uses it up.
        let mut service = self.service.clone();
        let failed = |error: S::Error| Error::from(error.into());
        poll_fn(|context| service.poll_ready(context))
            .await
            .map_err(failed)?;
        let response = service.call(request).await.map_err(failed)?;
        reply(response.map(Body::new), start_response)
    }
}

/// Converts an environ into the request of a service.
fn request(mut environ: Environ) -> Result<http::Request<Body>> {
    let mount = environ.raw_script_name().to_owned();
    let mut below = None;
    if !mount.is_empty() {
        let path = match environ.raw_path_info() {
            "" => "/",
            path => path,
        };
        let target = match environ.uri().query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        below = Some(PathAndQuery::try_from(target)?);
        environ.extensions_mut().insert(MountedAt(mount));
    }
    let body = environ.take_body();
    let mut request = environ.into_http().map(|_| body);
    if below.is_some() {
        let mut uri = std::mem::take(request.uri_mut()).into_parts();
        uri.path_and_query = below;
        *request.uri_mut() = http::Uri::from_parts(uri)?;
    }
    Ok(request)
}

/// Converts the response of a service into a reply.
fn reply(response: http::Response<Body>, start_response: StartResponse) -> Result<Reply> {
    let (mut parts, body) = response.into_parts();
    if parts.status.is_informational() {
        return Err(Error::internal().with_source(format!(
            "the service answered with status {}, but a service cannot leave HTTP here",
            parts.status.as_u16()
        )));
    }
    let upgrade = parts.headers.get(header::UPGRADE).cloned();
    drop_hop_by_hop(&mut parts.headers);
    if let (Some(protocol), StatusCode::UPGRADE_REQUIRED) = (upgrade, parts.status) {
        parts.headers.insert(header::UPGRADE, protocol);
    }
    let mut reply = start_response
        .start(parts.status, parts.headers)?
        .body(body);
    *reply.extensions_mut() = parts.extensions;
    Ok(reply)
}

impl<S> fmt::Debug for ServiceApplication<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceApplication")
    }
}
