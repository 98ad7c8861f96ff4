//! Routes whose handlers share a state.

use std::fmt;
use std::sync::Arc;

use http::Method;

use crate::gateway::Limits;
use crate::handler::TakesStateAndRequest;
use crate::handler::WithState;
use crate::routing::router::AsRule;
use crate::routing::router::Router;
use crate::routing::router::route_entry::AsMethods;
use crate::routing::rules::values::Values;

/// A [`Router`] inside [`with_state`](Router::with_state): its handlers are functions of `(&S, &Request)`.
///
/// `wrap` and `map_errors` are methods of the router. After `with_state` they apply to these routes and to all others
/// before them. To apply them to these routes alone, declare the routes in a nested router.
///
/// ```
/// use rustzeug::routing::{Router, Scope};
/// use rustzeug::{Request, Result};
///
/// fn hello(greeting: &String, request: &Request) -> Result<String> {
///     Ok(format!("{greeting}, {}", request.path_param::<String>("name")?))
/// }
///
/// fn greetings(scope: Scope<String>) -> Scope<String> {
///     scope.get("/hello/{name}", hello).name("hello")
/// }
///
/// let app = Router::new().with_state("Good morning".to_owned(), greetings);
/// assert_eq!(Request::blank("/hello/Ada").send(&app).wait()?.read_text().wait()?, "Good morning, Ada");
/// # Ok::<(), rustzeug::Error>(())
/// ```
pub struct Scope<S> {
    router: Router,
    state: Arc<S>,
}

impl Router {
    /// Adds routes whose handlers share a state: functions of `(&S, &Request)`.
    ///
    /// ```
    /// use rustzeug::{Request, routing::Router};
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// fn read(count: &AtomicU32, _: &Request) -> String {
    ///     count.load(Ordering::Relaxed).to_string()
    /// }
    ///
    /// async fn add(count: &AtomicU32, _: &Request) {
    ///     count.fetch_add(1, Ordering::Relaxed);
    /// }
    ///
    /// let app = Router::new().with_state(AtomicU32::new(0), |scope| scope.get("/", read).post("/", add));
    /// Request::blank("/").with_method("POST").send(&app).wait()?;
    /// assert_eq!(Request::blank("/").send(&app).wait()?.read_text().wait()?, "1");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn with_state<S: Send + Sync + 'static>(
        self,
        state: S,
        routes: impl FnOnce(Scope<S>) -> Scope<S>,
    ) -> Self {
        let scope = Scope {
            router: self.declare(|it| it.after_route = false),
            state: Arc::new(state),
        };
        routes(scope).router
    }
}

/// Declares `get`, `post` and so on. Holds no logic.
macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        #[doc = concat!("Adds a handler of `(&S, &Request)` for `", stringify!($method), "` requests to the paths of a rule.")]
        #[must_use]
        pub fn $name<F, K: 'static>(self, rule: impl AsRule, handler: F) -> Self
        where
            F: for<'a> TakesStateAndRequest<'a, S, K> + Send + Sync + 'static,
        {
            self.route([Method::$method], rule, handler)
        }
    )*};
}

impl<S: Send + Sync + 'static> Scope<S> {
    methods! {
        get GET;
        post POST;
        put PUT;
        patch PATCH;
        delete DELETE;
    }

    /// Adds a handler for several methods: see [`Router::route`].
    #[must_use]
    pub fn route<F, K: 'static>(
        mut self,
        methods: impl AsMethods,
        rule: impl AsRule,
        handler: F,
    ) -> Self
    where
        F: for<'a> TakesStateAndRequest<'a, S, K> + Send + Sync + 'static,
    {
        let application = WithState::<S, F, K>::new(Arc::clone(&self.state), handler);
        self.router = self.router.route(methods, rule, application);
        self
    }

    /// Adds a handler for all methods that have no other handler with this rule.
    #[must_use]
    pub fn any<F, K: 'static>(mut self, rule: impl AsRule, handler: F) -> Self
    where
        F: for<'a> TakesStateAndRequest<'a, S, K> + Send + Sync + 'static,
    {
        let application = WithState::<S, F, K>::new(Arc::clone(&self.state), handler);
        self.router = self.router.any(rule, application);
        self
    }

    /// Names the route declared just before it: see [`Router::name`].
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.router = self.router.name(name);
        self
    }

    /// Gives the route declared just before it values for parameters that its rule does not have: see
    /// [`Router::defaults`].
    #[must_use]
    pub fn defaults(mut self, values: impl Values) -> Self {
        self.router = self.router.defaults(values);
        self
    }

    /// Sets the limits of the route declared just before it: see [`Router::route_limits`].
    #[must_use]
    pub fn route_limits(mut self, limits: impl Into<Arc<Limits>>) -> Self {
        self.router = self.router.route_limits(limits);
        self
    }
}

impl<S> fmt::Debug for Scope<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scope").field(&self.router).finish()
    }
}
