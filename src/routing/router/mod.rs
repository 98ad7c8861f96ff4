//! The router: from requests to applications.

use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;

use http::Method;

use crate::gateway::Application;
use crate::gateway::BoxApplication;
use crate::gateway::Limits;
use crate::handler::Handler;
use crate::handler::IntoApplication;
use crate::routing::router::compiled::Compiled;
use crate::routing::router::route_entry::AsMethods;
use crate::routing::router::route_entry::Declared;
use crate::routing::router::route_entry::Methods;
use crate::routing::router::route_entry::RouteEntry;
use crate::routing::router::slash_policy::SlashPolicy;
use crate::routing::rules::converter::Converter;
use crate::routing::rules::parameter_kind::BUILT_IN;
use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::values::Values;

mod checks;
pub(super) mod compiled;
mod composition;
mod dispatch;
pub(super) mod link;
mod request;
pub(super) mod route_entry;
pub(super) mod route_list;
pub(super) mod route_match;
pub(super) mod scope;
pub(super) mod slash_policy;
pub(super) mod typed_rule;

/// Applications by method and path: an [`Application`] that calls others.
///
/// Each method takes the router and returns it: `Router::new().get("/", home).post("/", add)`, or statement by statement
/// `router = router.get("/", home);`. [`wrap`](Self::wrap) adds middleware, which other frameworks call layers;
/// [`with_state`](Self::with_state) shares a state.
///
/// A handler is anything that [`into_application`](IntoApplication::into_application) accepts. The order of
/// declaration does not matter: of the routes with the method of the request,
/// [the most specific rule](crate::routing#precedence) is chosen. [`name`](Self::name) and
/// [`route_limits`](Self::route_limits) apply to the route declared just before them, [`wrap`](Self::wrap) to all
/// routes declared before it.
///
/// * `HEAD` goes to the handler for `GET`, unless it has a handler; the server leaves out the body.
/// * `OPTIONS` gets `204` and `Allow`.
/// * A path with routes for other methods only gets `405` and their methods in `Allow`.
/// * An unmatched path gets `404`, or goes to the [`fallback`](Self::fallback).
///
/// [`checked`](Self::checked) reports invalid rules, and a server refuses to start with them. Otherwise such a router
/// answers every request with `500`, and logs the reason.
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
    pub(super) declared: Declared,
    /// Compiled from `declared` on first use.
    compiled: OnceLock<Arc<Compiled>>,
}

/// Declares `get`, `post` and so on. Holds no logic.
macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        #[doc = concat!("Adds a handler for `", stringify!($method), "` requests to the paths of a rule.")]
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

    /// Adds a handler for several methods, or for a method without a function here. Methods are case-sensitive: `get` is
    /// an error, since it is not `GET`.
    ///
    /// ```
    /// use rustzeug::{Request, routing::Router};
    ///
    /// let app = Router::new().route(["GET", "PROPFIND"], "/", || "both");
    /// assert_eq!(Request::blank("/").with_method("PROPFIND").send(&app).wait()?.status(), 200);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn route<M, H>(self, methods: impl AsMethods, rule: impl AsRule, handler: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        let methods = Methods::some(methods);
        match methods.map_err(|why| RuleError::syntax(rule.as_ref(), why)) {
            Ok(methods) => self.add(methods, rule.as_ref(), handler.into_application()),
            Err(fault) => self.declare(|it| it.faults.push(fault)),
        }
    }

    /// Adds a handler for all methods that have no other handler with this rule.
    #[must_use]
    pub fn any<M, H>(self, rule: impl AsRule, handler: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        self.add(Methods::Any, rule.as_ref(), handler.into_application())
    }

    /// Returns the router, if all rules are valid and no two of them conflict.
    ///
    /// # Errors
    ///
    /// The first [`RuleError`].
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
        self.compiled().fault.clone().map_or(Ok(self), Err)
    }

    /// Names the route declared just before it, for [`url_for`](Self::url_for).
    ///
    /// Routes with different parameters may have the same name: a URL is then built from the one that uses most of the
    /// values. With [`defaults`](Self::defaults), a segment can be optional.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        let name = name.into();
        let what = format!("the name `{name}` follows");
        self.change_route(&what, |route| route.name = Some(name))
    }

    /// Gives the route declared just before it values for parameters that its rule does not have. A handler reads them
    /// like those of the path. If a name has two values, the later one counts.
    ///
    /// A URL is built from such a rule only if the values given for these parameters equal the defaults, or are not
    /// given.
    ///
    /// ```
    /// use rustzeug::{Request, Result, routing::Router};
    ///
    /// fn posts(request: &Request) -> Result<String> {
    ///     Ok(format!("page {}", request.path_param::<u32>("page")?))
    /// }
    ///
    /// let app = Router::new()
    ///     .get("/posts", posts).defaults([("page", 1)]).name("posts")
    ///     .get("/posts/{page:int(min=2)}", posts).name("posts");
    /// assert_eq!(Request::blank("/posts").send(&app).wait()?.read_text().wait()?, "page 1");
    /// assert_eq!(app.url_for("posts", ())?, "/posts");
    /// assert_eq!(app.url_for("posts", [("page", 1)])?, "/posts");
    /// assert_eq!(app.url_for("posts", [("page", 2)])?, "/posts/2");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn defaults(self, values: impl Values) -> Self {
        self.change_route("defaults follow", |route| {
            for (name, value) in &values.into_dict() {
                route.defaults.set(name, value);
            }
        })
    }

    /// Sets the limits of the route declared just before it.
    ///
    /// ```
    /// use rustzeug::{Request, Result, gateway::Limits, routing::Router};
    ///
    /// async fn upload(request: &Request) -> Result<String> {
    ///     Ok(request.bytes().await?.len().to_string())
    /// }
    ///
    /// let app = Router::new().post("/", upload).route_limits(Limits::default().with_body_bytes(3));
    /// let post = |body| Request::blank("/").with_method("POST").with_body(body).send(&app).wait();
    /// assert_eq!((post("123")?.status().as_u16(), post("1234")?.status().as_u16()), (200, 413));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn route_limits(self, limits: impl Into<Arc<Limits>>) -> Self {
        let limits = limits.into();
        self.change_route("limits follow", |route| route.limits = Some(limits))
    }

    /// Sets the limits of all routes without separate limits, declared before or after it. This includes nested routes,
    /// hosts and fallbacks.
    ///
    /// ```
    /// use rustzeug::{Request, gateway::Limits, routing::Router};
    ///
    /// let length = async |request: &Request| Ok::<_, rustzeug::Error>(request.bytes().await?.len().to_string());
    /// let app = Router::new()
    ///     .post("/notes", length)
    ///     .post("/files", length).route_limits(Limits::default())
    ///     .with_limits(Limits::default().with_body_bytes(3));
    /// let post = |path| Request::blank(path).with_method("POST").with_body("1234").send(&app).wait();
    /// assert_eq!((post("/notes")?.status().as_u16(), post("/files")?.status().as_u16()), (413, 200));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn with_limits(self, limits: impl Into<Arc<Limits>>) -> Self {
        self.declare(|it| it.limits = Some(limits.into()))
    }

    /// Adds a custom converter, for rules declared after it. The name of a built-in converter is an error.
    ///
    /// ```
    /// use rustzeug::{Request, routing::{Converter, Router}};
    /// use std::borrow::Cow;
    ///
    /// struct Hex;
    ///
    /// impl Converter for Hex {
    ///     fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
    ///         Some(u64::from_str_radix(text, 16).ok()?.to_string().into())
    ///     }
    /// }
    ///
    /// fn colour(request: &Request) -> rustzeug::Result<String> {
    ///     request.path_param("colour")
    /// }
    ///
    /// let app = Router::new().with_converter("hex", Hex).get("/{colour:hex}", colour);
    /// assert_eq!(Request::blank("/ff").send(&app).wait()?.read_text().wait()?, "255");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn with_converter(self, name: impl Into<String>, converter: impl Converter) -> Self {
        let name = name.into();
        self.declare(|it| {
            if BUILT_IN.contains(&&*name) {
                it.setting(format!("the converter `{name}` already exists"));
            }
            it.converters = std::mem::take(&mut it.converters).with(name, converter);
        })
    }

    /// Sets what happens to a path with an extra or a missing slash at its end; the default is a redirect.
    #[must_use]
    pub fn with_slash_policy(self, policy: SlashPolicy) -> Self {
        self.declare(|it| it.slashes = Some(policy))
    }

    /// Sets whether an unmatched path with several slashes in a row is redirected to the path with single slashes, if a
    /// rule matches that. The default is `true`.
    #[must_use]
    pub fn with_merged_slashes(self, merges: bool) -> Self {
        self.declare(|it| it.merges = Some(merges))
    }

    fn compiled(&self) -> &Arc<Compiled> {
        let make = || Arc::new(Compiled::new(&self.declared, None));
        self.compiled.get_or_init(make)
    }

    /// Changes the declaration, which is compiled anew when it is needed.
    fn declare(mut self, change: impl FnOnce(&mut Declared)) -> Self {
        change(&mut self.declared);
        self.compiled = OnceLock::new();
        self
    }

    fn add(self, methods: Methods, rule: &str, application: impl Application) -> Self {
        self.declare(|it| {
            if let Some(rule) = it.valid(Rule::parse_with(rule, &it.converters)) {
                let application = BoxApplication::new(application);
                it.push(RouteEntry::new(rule, methods, application));
            }
        })
    }

    /// Changes the route declared just before.
    fn change_route(self, what: &str, change: impl FnOnce(&mut RouteEntry)) -> Self {
        self.declare(|it| match it.routes.last_mut() {
            Some(route) if it.after_route => change(route),
            _ => it.setting(format!("{what} no route: declare a route just before")),
        })
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.declared.routes.iter().map(|route| &route.rule);
        f.debug_list().entries(rules).finish()
    }
}

/// The rule in the declaration of a route. It exists so that the compiler can name what is wrong.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a rule of a route",
    label = "the rule is a text or a `TypedRule`, and comes before the handler",
    note = "a route is declared by its rule, then its handler: `.get(\"/notes/{{id:int}}\", note)`"
)]
pub trait AsRule: AsRef<str> {}

#[diagnostic::do_not_recommend]
impl<T: AsRef<str>> AsRule for T {}
