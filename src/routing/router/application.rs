//! The router: what is declared, and what was compiled of it.

use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;

use http::Method;

use crate::base::multi_dict::MultiDict;
use crate::gateway::Application;
use crate::gateway::BoxApplication;
use crate::handler::Handler;
use crate::handler::IntoApplication;
use crate::routing::router::bounds::AsMethods;
use crate::routing::router::bounds::AsRule;
use crate::routing::router::compiled::Compiled;
use crate::routing::router::declared::Declared;
use crate::routing::router::entry::Methods;
use crate::routing::router::entry::Purpose;
use crate::routing::router::entry::RouteEntry;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule_error::RuleError;

/// Applications by method and path: an [`Application`] that calls others.
///
/// Made in a chain, since each method takes the router and gives it back: `Router::new().get("/", home).post("/", add)`;
/// statement by statement it is `router = router.get("/", home);`. Middleware, which is a layer elsewhere, is put around
/// it by [`wrap`](Self::wrap), and a state is shared by [`with_state`](Self::with_state).
///
/// Handlers are whatever [`into_application`](IntoApplication::into_application) takes. The order of
/// declaration does not matter: [the most specific rule](crate::routing#precedence) that is there for
/// the method is chosen. [`name`](Self::name) and [`route_limits`](Self::route_limits) are about the route before
/// them, [`wrap`](Self::wrap) about all before it.
///
/// * `HEAD` goes to the handler for `GET`, if there is none of its own; the server leaves the body out.
/// * `OPTIONS` is answered with `204` and `Allow`.
/// * A path that is there for other methods is a `405` with all of these in `Allow`.
/// * What is nowhere is a `404`, or goes to the [`fallback`](Self::fallback).
///
/// What is wrong with the rules is reported by [`checked`](Self::checked), and by a server, which does not
/// begin. Otherwise such a router answers every request with a `500`, and logs the reason.
///
/// # Examples
///
/// ```
/// use rustzeug::{Request, Result, routing::Router};
///
/// fn item(request: &Request) -> Result<String> {
///     let id = request.path_param::<u64>("id")?;
///     Ok(format!("item {id}, see {}", request.url_for("items", ())?))
/// }
///
/// let app = Router::new()
///     .get("/items", || "all items").name("items")
///     .post("/items", || (201, "a new one"))
///     .get("/items/{id:int}", item).name("item");
///
/// let ask = |method, path| Request::blank(path).with_method(method).send(&app).wait();
/// assert_eq!(ask("GET", "/items/7")?.read_text().wait()?, "item 7, see /items");
/// assert_eq!(ask("POST", "/items")?.status(), 201);
/// assert_eq!(ask("PUT", "/items")?.headers()["allow"], "GET, HEAD, OPTIONS, POST");
/// assert_eq!(ask("GET", "/items/seven")?.status(), 404);
/// assert_eq!(app.url_for("item", [("id", 7)])?, "/items/7");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Router {
    pub(in crate::routing) declared: Declared,
    /// Made of what is declared by the first who asks.
    ready: OnceLock<Arc<Compiled>>,
}

/// Declares the methods named after methods. Holds no logic.
macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        #[doc = concat!("Adds a handler for `", stringify!($method), "` requests to what a rule matches.")]
        #[must_use]
        pub fn $name<M, H>(self, rule: impl AsRule, handler: H) -> Self
        where
            H: Handler<M>,
            H::Adapted: Application,
        {
            self.add(Methods::Of(vec![Method::$method]), rule.as_ref(), handler.into_application())
        }
    )*};
}

impl Router {
    methods! {
        get GET;
        post POST;
        put PUT;
        patch PATCH;
        delete DELETE;
    }

    /// A router without routes.
    #[must_use]
    #[doc(alias = "Blueprint")]
    #[doc(alias = "Map")]
    #[doc(alias = "url_map")]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a handler for several methods, or for one that has no function of its own here. Methods
    /// have a case: `get` is not `GET`, and an error.
    ///
    /// ```
    /// use rustzeug::{Request, routing::Router};
    ///
    /// let app = Router::new().route(["GET", "PROPFIND"], "/", || "both");
    /// assert_eq!(Request::blank("/").with_method("PROPFIND").send(&app).wait()?.status(), 200);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn route<M, H>(mut self, methods: impl AsMethods, rule: impl AsRule, handler: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        match Methods::some(methods) {
            Ok(methods) => self.add(methods, rule.as_ref(), handler.into_application()),
            Err(why) => {
                self.fault(RuleError::syntax(rule.as_ref(), why));
                self
            }
        }
    }

    /// Adds a handler for all methods that have none of their own with this rule.
    #[must_use]
    pub fn any<M, H>(self, rule: impl AsRule, handler: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        self.add(Methods::Any, rule.as_ref(), handler.into_application())
    }

    /// The router, if all rules are sound and no two of them are in each other's way.
    ///
    /// # Errors
    ///
    /// [`RuleError`], the first of them.
    ///
    /// ```
    /// use rustzeug::routing::Router;
    ///
    /// let router = Router::new().get("/{id}", || "one").get("/{name}", || "other");
    /// assert_eq!(
    ///     router.checked().unwrap_err().to_string(),
    ///     "the rules `/{id}` and `/{name}` match the same paths"
    /// );
    /// ```
    pub fn checked(self) -> Result<Self, RuleError> {
        match self.compiled().fault.clone() {
            None => Ok(self),
            Some(fault) => Err(fault),
        }
    }

    pub(in crate::routing) fn compiled(&self) -> &Arc<Compiled> {
        let make = || Arc::new(Compiled::new(&self.declared, None));
        self.ready.get_or_init(make)
    }

    fn add(mut self, methods: Methods, rule: &str, application: impl Application) -> Self {
        match Rule::parse_with(rule, &self.declared.converters) {
            Ok(rule) => self.push(RouteEntry {
                rule,
                methods,
                name: None,
                application: BoxApplication::new(application),
                limits: None,
                defaults: MultiDict::new(),
                purpose: Purpose::Handler,
            }),
            Err(fault) => self.fault(fault),
        }
        self
    }

    /// Adds a route, of which more can be said.
    pub(in crate::routing) fn push(&mut self, route: RouteEntry) {
        self.renew();
        self.declared.routes.push(route);
        self.declared.after_route = true;
    }

    pub(super) fn last_route(&mut self) -> Option<&mut RouteEntry> {
        let is_last = self.declared.after_route;
        self.renew();
        self.declared.routes.last_mut().filter(|_| is_last)
    }

    /// Something was declared that is no route: no more can be said of the one before it.
    pub(super) fn leave_route(&mut self) {
        self.renew();
        self.declared.after_route = false;
    }

    /// What was made ready is out of date.
    pub(in crate::routing) fn renew(&mut self) {
        self.ready = OnceLock::new();
    }

    pub(super) fn fault(&mut self, fault: RuleError) {
        self.renew();
        self.declared.faults.push(fault);
    }

    pub(in crate::routing) fn setting(&mut self, why: impl Into<String>) {
        self.fault(RuleError::Setting(why.into()));
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.declared.routes.iter().map(|route| &route.rule);
        f.debug_list().entries(rules).finish()
    }
}
