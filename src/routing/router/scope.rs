//! Routes whose handlers share a state.

use std::fmt;
use std::sync::Arc;

use http::Method;

use crate::gateway::Limits;
use crate::handler::TakesStateAndRequest;
use crate::handler::WithState;
use crate::routing::router::application::Router;
use crate::routing::router::bounds::AsMethods;
use crate::routing::router::bounds::AsRule;
use crate::routing::urls::values::Values;

/// Part of a [`Router`] whose handlers are functions of `(&S, &Request)`: see
/// [`Router::with_state`].
///
/// `wrap` and `map_errors` are said of the router, after the closure: they count for the routes before them,
/// these among others. For these alone, give them a router of their own, which is nested.
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
        mut self,
        state: S,
        routes: impl FnOnce(Scope<S>) -> Scope<S>,
    ) -> Self {
        self.leave_route();
        routes(Scope::new(self, state)).into_router()
    }
}

/// Declares the methods named after methods. Holds no logic.
macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        #[doc = concat!("Adds a handler of `(&S, &Request)` for `", stringify!($method), "` requests.")]
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

    pub(in crate::routing) fn new(router: Router, state: S) -> Self {
        Self {
            router,
            state: Arc::new(state),
        }
    }

    pub(super) fn into_router(self) -> Router {
        self.router
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

    /// Adds a handler for all methods that have none of their own with this rule.
    #[must_use]
    pub fn any<F, K: 'static>(mut self, rule: impl AsRule, handler: F) -> Self
    where
        F: for<'a> TakesStateAndRequest<'a, S, K> + Send + Sync + 'static,
    {
        let application = WithState::<S, F, K>::new(Arc::clone(&self.state), handler);
        self.router = self.router.any(rule, application);
        self
    }

    /// Gives the route before it a name: see [`Router::name`].
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.router = self.router.name(name);
        self
    }

    /// Gives the route before it values for parameters that its rule does not have: see
    /// [`Router::defaults`].
    #[must_use]
    pub fn defaults(mut self, values: impl Values) -> Self {
        self.router = self.router.defaults(values);
        self
    }

    /// Sets the limits of the route before it: see [`Router::route_limits`].
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
