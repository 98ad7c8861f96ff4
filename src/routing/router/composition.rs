//! Routers put together: nested, mounted, by host, and with middleware.

use std::sync::Arc;

use crate::base::error::Error;
use crate::base::url::is_host;
use crate::gateway::Application;
use crate::gateway::BoxApplication;
use crate::gateway::Label;
use crate::handler::Handler;
use crate::handler::IntoApplication;
use crate::middleware;
use crate::middleware::Answer;
use crate::middleware::Asynchronous;
use crate::middleware::Surround;
use crate::routing::router::AsRule;
use crate::routing::router::Router;
use crate::routing::router::route_entry::Purpose;
use crate::routing::router::route_entry::RouteEntry;
use crate::routing::rules::host_rule::HostRule;
use crate::routing::rules::rule::Rule;

impl Router {
    /// Adds the routes of another router below a prefix, as if they had been declared here. The prefix may have
    /// parameters. `SCRIPT_NAME` stays, names are shared, and the policy for slashes is that of this router.
    ///
    /// An empty prefix adds the routes as they are. The fallback of the other router answers below the prefix. Its rule
    /// `/` becomes the prefix with a slash, its empty rule the prefix itself. Handlers and other applications are
    /// [mounted](Self::mount).
    ///
    /// ```
    /// use rustzeug::{Request, Result, routing::Router};
    ///
    /// fn note(request: &Request) -> Result<String> {
    ///     Ok(format!("{}: {}", request.path_param::<String>("user")?, request.path_param::<u32>("id")?))
    /// }
    ///
    /// let notes = Router::new().get("/{id:int}", note).name("note");
    /// let app = Router::new().nest("/{user}/notes", notes);
    /// let url = app.url_for("note", (("user", "ada"), ("id", 7)))?;
    /// assert_eq!(Request::blank(&url).send(&app).wait()?.read_text().wait()?, "ada: 7");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "register_blueprint")]
    pub fn nest(self, prefix: impl AsRule, other: Self) -> Self {
        let (prefix, other) = (prefix.as_ref(), other.declared);
        self.declare(|it| {
            if !other.hosts.is_empty() || other.localhost_as.is_some() {
                it.setting(format!(
                    "the router nested at `{prefix}` has hosts: mount it, or add the hosts to the outer router"
                ));
            }
            if other.slashes.is_some() || other.merges.is_some() {
                it.setting(format!(
                    "the router nested at `{prefix}` has a slash policy: set it on the outer router instead"
                ));
            }
            let Some(prefix) = it.valid(Rule::prefix(prefix, &it.converters)) else {
                return;
            };
            let faults = other.faults.into_iter();
            it.faults.extend(faults.map(|fault| fault.at(&prefix.text)));
            for route in other.routes {
                if let Some(rule) = it.valid(route.rule.below(&prefix)) {
                    let limits = route.limits.or_else(|| other.limits.clone());
                    it.push(RouteEntry {
                        rule,
                        limits,
                        label: Label::default(),
                        ..route
                    });
                }
            }
            if let Some(application) = other.fallback {
                let limits = other.limits;
                let fallback = RouteEntry::below(prefix, application, Purpose::Fallback);
                it.push(RouteEntry { limits, ..fallback });
            }
            it.after_route = false;
        })
    }

    /// Mounts an application: it gets every request at a prefix and below, with any method. `SCRIPT_NAME` and
    /// `PATH_INFO` move, so the application works at any prefix. A more specific rule of this router still comes first.
    /// Invalid rules of a mounted router make this router invalid too.
    ///
    /// For a request at the prefix without a slash, a mounted router gets the empty path. Its rule `""` matches that, or
    /// it redirects to its rule `/`.
    ///
    /// ```
    /// use rustzeug::{Request, routing::Router};
    ///
    /// let wiki = |request: &Request| format!("{} in {}", request.path(), request.script_name());
    /// let app = Router::new().mount("/wiki", wiki);
    /// let text = |path| Request::blank(path).send(&app).wait()?.read_text().wait();
    /// assert_eq!(text("/wiki/Front%20page")?, "/Front page in /wiki");
    /// assert_eq!(text("/wiki")?, " in /wiki");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "DispatcherMiddleware")]
    #[doc(alias = "nest_service")]
    #[doc(alias = "Submount")]
    pub fn mount<M, H>(self, prefix: impl AsRule, handler: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        self.declare(|it| {
            if let Some(prefix) = it.valid(Rule::prefix(prefix.as_ref(), &it.converters)) {
                let application = BoxApplication::new(handler.into_application());
                it.push(RouteEntry::below(prefix, application, Purpose::Mount));
            }
        })
    }

    /// Gives all requests for a host to another router; labels may be parameters. Requests for other hosts stay here.
    /// The host uses neither the routes nor the fallback of this router. The port is ignored, and names beyond ASCII
    /// are written as `xn--…`.
    ///
    /// If several hosts match, the most specific one is chosen: they are compared label by label from the right.
    ///
    /// ```
    /// use rustzeug::{Request, Result, routing::Router};
    ///
    /// fn tenant(request: &Request) -> Result<String> {
    ///     Ok(format!("tenant {}", request.path_param::<String>("tenant")?))
    /// }
    ///
    /// let app = Router::new()
    ///     .get("/", || "anybody")
    ///     .host("www.example.org", Router::new().get("/", || "www"))
    ///     .host("{tenant}.example.org", Router::new().get("/", tenant));
    /// let text = |url| Request::blank(url).send(&app).wait()?.read_text().wait();
    /// assert_eq!(text("http://www.example.org/")?, "www");
    /// assert_eq!(text("http://ada.example.org:8000/")?, "tenant ada");
    /// assert_eq!(text("http://localhost/")?, "anybody");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn host(self, host: &str, router: Self) -> Self {
        self.declare(|it| {
            it.after_route = false;
            if !router.declared.hosts.is_empty() {
                it.setting(format!(
                    "the router for the host `{host}` must not have hosts"
                ));
            }
            if let Some(rule) = it.valid(HostRule::parse(host, &it.converters)) {
                it.hosts.push((rule, router.declared));
            }
        })
    }

    /// Lets you try the hosts of a domain at `localhost`: with `example.org`, a request for `help.localhost:8000` is
    /// answered as one for `help.example.org`, and one for `localhost:8000` or `127.0.0.1:8000` as one for
    /// `example.org`. URLs that are built there lead to `localhost` too.
    ///
    /// A rule that matches the host as it was sent comes first. Requests for other hosts are not affected.
    ///
    /// ```
    /// use rustzeug::{Request, Result, routing::Router};
    ///
    /// fn front(request: &Request) -> Result<String> {
    ///     request.url_for("help", ())
    /// }
    ///
    /// let app = Router::new()
    ///     .get("/", front)
    ///     .host("help.example.org", Router::new().get("/", || "help").name("help"))
    ///     .with_localhost_as("example.org");
    /// let text = |url| Request::blank(url).send(&app).wait()?.read_text().wait();
    /// assert_eq!(text("http://help.localhost:8000/")?, "help");
    /// assert_eq!(text("http://localhost:8000/")?, "http://help.localhost:8000/");
    /// assert_eq!(text("https://example.org/")?, "https://help.example.org/");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn with_localhost_as(self, domain: &str) -> Self {
        let domain = domain.strip_suffix('.').unwrap_or(domain);
        self.declare(|it| {
            if !is_host(domain.as_bytes()) || domain.contains([':', '%']) {
                it.setting(format!(
                    "`{}` is not a domain that `localhost` can replace",
                    domain.escape_debug()
                ));
            }
            it.localhost_as = Some(domain.to_ascii_lowercase());
        })
    }

    /// Sets the handler for requests that no rule matches. Without it they get `404`.
    ///
    /// ```
    /// use rustzeug::{Request, routing::Router};
    ///
    /// let app = Router::new().get("/", || "home").fallback(|request: &Request| format!("no {}", request.path()));
    /// assert_eq!(Request::blank("/x").send(&app).wait()?.read_text().wait()?, "no /x");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "errorhandler")]
    pub fn fallback<M, H>(self, handler: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        self.declare(|it| {
            it.after_route = false;
            it.fallback = Some(BoxApplication::new(handler.into_application()));
        })
    }

    /// Puts middleware around every route declared before it, including those of hosts. To put middleware around a
    /// group of routes only, [nest](Self::nest) the group. The last middleware is the outermost.
    ///
    /// It runs after a route is chosen, so it sees the parameters, but neither a `404` or `405`, nor the automatic answer to
    /// `OPTIONS` (such as the preflight of a page of another site), nor the answer of a fallback. For middleware around
    /// everything use [`wrap`](crate::wrap)`(router, middleware)`.
    ///
    /// ```
    /// use rustzeug::{Error, Next, Request, Response, routing::Router};
    ///
    /// async fn members_only(request: Request, next: Next) -> Response {
    ///     if !request.headers().contains_key("x-member") {
    ///         return Error::forbidden().into();
    ///     }
    ///     next.run(request).await
    /// }
    ///
    /// let app = Router::new()
    ///     .get("/", || "everybody")
    ///     .nest("/members", Router::new().get("/list", || "members").wrap(members_only));
    /// let status = |path| Request::blank(path).send(&app).wait().map(|response| response.status().as_u16());
    /// assert_eq!((status("/")?, status("/members/list")?), (200, 403));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn wrap<F, R, K>(self, middleware: F) -> Self
    where
        F: Surround<R, K> + Send + Sync + 'static,
        R: Asynchronous + Answer,
    {
        let middleware = Arc::new(middleware);
        self.declare(|it| {
            let mut purposes = it.routes.iter().map(|route| route.purpose);
            if it.hosts.is_empty() && purposes.all(|purpose| purpose == Purpose::Fallback) {
                it.setting("no route is declared before the middleware, so it has no effect");
            }
            it.surround(&|inner| {
                let shared = Arc::clone(&middleware);
                let call = move |request, next| shared(request, next);
                BoxApplication::new(middleware::wrap(inner, call))
            });
        })
    }

    /// Turns an error type of the application into the [`Error`] for the client, for all routes declared before it: see
    /// [`map_errors`](crate::middleware::map_errors).
    ///
    /// ```
    /// use rustzeug::{Error, Request, Result, routing::Router};
    ///
    /// fn number(request: &Request) -> Result<String> {
    ///     let number: u8 = request.query_string().parse()?;
    ///     Ok(format!("{number}"))
    /// }
    ///
    /// let app = Router::new()
    ///     .get("/", number)
    ///     .map_errors(|error: &std::num::ParseIntError| Error::bad_request().with_message(error.to_string()));
    /// assert_eq!(Request::blank("/?x").send(&app).wait()?.status(), 400);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn map_errors<E: std::error::Error + 'static>(
        self,
        map: impl Fn(&E) -> Error + Send + Sync + 'static,
    ) -> Self {
        let map = Arc::new(map);
        self.declare(|it| {
            it.surround(&|inner| {
                let map = Arc::clone(&map);
                BoxApplication::new(middleware::map_errors(inner, move |error: &E| map(error)))
            });
        })
    }
}
