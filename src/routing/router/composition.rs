//! Routers put together: nested, mounted, by host, and groups with middleware around them.

use std::sync::Arc;

use crate::base::error::Error;
use crate::gateway::Application;
use crate::gateway::BoxApplication;
use crate::handler::Handler;
use crate::handler::IntoApplication;
use crate::middleware;
use crate::middleware::Answer;
use crate::middleware::Asynchronous;
use crate::middleware::Surround;
use crate::routing::router::application::Router;
use crate::routing::router::bounds::AsRule;
use crate::routing::router::declared::Declared;
use crate::routing::router::entry::Purpose;
use crate::routing::router::entry::RouteEntry;
use crate::routing::rules::host_rule::HostRule;
use crate::routing::rules::rule::Rule;

impl Router {
    /// Adds the routes of another router below a prefix, as if they had been written here; parameters
    /// may stand in it. `SCRIPT_NAME` stays, names are shared, slashes are this router's affair.
    ///
    /// An empty prefix adds them as they are. The fallback of the other answers for what is below. Its rule
    /// `/` is the prefix with a slash, its empty rule the prefix itself. Handlers and other applications are
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
    pub fn nest(mut self, prefix: impl AsRule, other: Self) -> Self {
        let prefix = prefix.as_ref();
        if !other.declared.hosts.is_empty() || other.declared.localhost_as.is_some() {
            self.setting(format!(
                "the router nested at `{prefix}` has hosts: mount it, or give the hosts to the outer one"
            ));
        }
        if other.declared.slashes.is_some() || other.declared.merges.is_some() {
            self.setting(format!(
                "the router nested at `{prefix}` has a policy for slashes: they are the outer one's affair"
            ));
        }
        let prefix = match Rule::prefix(prefix, &self.declared.converters) {
            Ok(prefix) => prefix,
            Err(fault) => {
                self.fault(fault);
                return self;
            }
        };
        for fault in &other.declared.faults {
            self.fault(fault.clone().at(&prefix.text));
        }
        for route in other.declared.routes {
            match route.rule.below(&prefix) {
                Ok(rule) => self.push(RouteEntry {
                    rule,
                    limits: route.limits.or_else(|| other.declared.limits.clone()),
                    ..route
                }),
                Err(fault) => self.fault(fault),
            }
        }
        if let Some(application) = other.declared.fallback {
            self.push(RouteEntry {
                limits: other.declared.limits,
                ..RouteEntry::below(prefix, application, Purpose::Fallback)
            });
        }
        self.leave_route();
        self
    }

    /// Mounts an application: it gets every request at a prefix and below, for whatever method, and
    /// `SCRIPT_NAME` and `PATH_INFO` move, so that it need not know where it is. A more specific rule
    /// of this router still comes first. What is wrong with the rules of a mounted router is wrong
    /// with this one.
    ///
    /// A mounted router gets the empty path where its mount has no slash after it: that is its rule `""`,
    /// or a redirect to its rule `/`.
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
    pub fn mount<M, H>(mut self, prefix: impl AsRule, handler: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        match Rule::prefix(prefix.as_ref(), &self.declared.converters) {
            Ok(prefix) => {
                let application = BoxApplication::new(handler.into_application());
                self.push(RouteEntry::below(prefix, application, Purpose::Mount));
            }
            Err(fault) => self.fault(fault),
        }
        self
    }

    /// Gives all requests for a host to a router of its own; labels may be parameters. Others stay
    /// here: their routes and their fallback are nothing to the host, which has its own. The port does
    /// not count, and names beyond ASCII are written as `xn--…`.
    ///
    /// Of several hosts the most specific is chosen, label by label from the right.
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
    pub fn host(mut self, host: &str, router: Self) -> Self {
        self.leave_route();
        if !router.declared.hosts.is_empty() {
            self.setting(format!(
                "the router for the host `{host}` has hosts of its own"
            ));
        }
        match HostRule::parse(host, &self.declared.converters) {
            Ok(rule) => self.declared.hosts.push((rule, router.declared)),
            Err(fault) => self.fault(fault),
        }
        self
    }

    /// Sets what answers when no rule matches. Without it that is a `404`.
    #[must_use]
    #[doc(alias = "errorhandler")]
    pub fn fallback<M, H>(mut self, handler: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        self.leave_route();
        self.declared.fallback = Some(BoxApplication::new(handler.into_application()));
        self
    }

    /// Puts middleware around every route before it, those of hosts among them, and no other: around
    /// a group, if the group is [nested](Self::nest). The last is the outermost.
    ///
    /// It is entered once a route was chosen, so it sees parameters, and neither a `404` nor what a
    /// fallback answers. Middleware around everything is [`wrap`](crate::wrap)`(router, middleware)`.
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
    pub fn wrap<F, R, K>(mut self, middleware: F) -> Self
    where
        F: Surround<R, K> + Send + Sync + 'static,
        R: Asynchronous + Answer,
    {
        let mut purposes = self.declared.routes.iter().map(|route| route.purpose);
        if self.declared.hosts.is_empty() && purposes.all(|purpose| purpose == Purpose::Fallback) {
            self.setting("middleware is around nothing: it stands before all routes");
        }
        let middleware = Arc::new(middleware);
        self.surround(&|inner| {
            let shared = Arc::clone(&middleware);
            BoxApplication::new(middleware::wrap(inner, move |request, next| {
                shared(request, next)
            }))
        });
        self
    }

    /// Makes the application's own errors into what they mean to a client, for all routes declared before it: see
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
        mut self,
        map: impl Fn(&E) -> Error + Send + Sync + 'static,
    ) -> Self {
        let map = Arc::new(map);
        self.surround(&|inner| {
            let map = Arc::clone(&map);
            BoxApplication::new(middleware::map_errors(inner, move |error: &E| map(error)))
        });
        self
    }

    /// Puts something around all routes.
    fn surround(&mut self, around: &dyn Fn(BoxApplication) -> BoxApplication) {
        self.renew();
        self.declared.surround(around);
    }
}

impl Declared {
    fn surround(&mut self, around: &dyn Fn(BoxApplication) -> BoxApplication) {
        let routes = self.routes.iter_mut();
        for route in routes.filter(|route| route.purpose != Purpose::Fallback) {
            route.application = around(route.application.clone());
        }
        for (_, router) in &mut self.hosts {
            router.surround(around);
        }
    }
}
