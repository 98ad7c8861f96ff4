//! What more can be said of a route that was declared, and of a router as a whole.

use std::sync::Arc;

use crate::gateway::Limits;
use crate::routing::router::application::Router;
use crate::routing::router::slashes::SlashPolicy;
use crate::routing::rules::converter::Converter;
use crate::routing::rules::kind::BUILT_IN;
use crate::routing::urls::values::Values;

impl Router {
    /// Gives the route before it a name, for [`url_for`](Self::url_for).
    ///
    /// Routes with different parameters may share one: a URL is then built of the one that uses most
    /// of the values. With [`defaults`](Self::defaults), a segment can be optional.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        match self.last_route() {
            Some(route) => route.name = Some(name),
            None => self.setting(format!(
                "the name `{name}` follows no route: it is said right after the one that it is for"
            )),
        }
        self
    }

    /// Gives the route before it values for parameters that its rule does not have. A handler reads them
    /// as if they had stood in the path. Of two values for one name the later stands.
    ///
    /// A URL is built of such a rule if these values, or none, are asked for.
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
    pub fn defaults(mut self, values: impl Values) -> Self {
        match self.last_route() {
            Some(route) => {
                for (name, value) in &values.into_dict() {
                    route.defaults.set(name, value);
                }
            }
            None => self.setting(
                "defaults follow no route: they are said right after the one that they are for",
            ),
        }
        self
    }

    /// Sets the limits of the route before it.
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
    pub fn route_limits(mut self, limits: impl Into<Arc<Limits>>) -> Self {
        match self.last_route() {
            Some(route) => route.limits = Some(limits.into()),
            None => self.setting(
                "limits follow no route: they are said right after the one that they are for",
            ),
        }
        self
    }

    /// Sets the limits of all routes that have none of their own: those nested here, of hosts and
    /// fallbacks among them, be they before it or after it.
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
    pub fn with_limits(mut self, limits: impl Into<Arc<Limits>>) -> Self {
        self.renew();
        self.declared.limits = Some(limits.into());
        self
    }

    /// Adds a converter, for rules that come after it. The names of those that are always there are
    /// taken: that is an error.
    #[must_use]
    pub fn with_converter(mut self, name: impl Into<String>, converter: impl Converter) -> Self {
        let name = name.into();
        if BUILT_IN.contains(&&*name) {
            self.setting(format!("there is a converter `{name}` already"));
        }
        self.declared.converters = self.declared.converters.with(name, converter);
        self
    }
}

impl Router {
    /// Sets what becomes of a slash too many or too few at the end; the default is a redirect.
    #[must_use]
    pub fn with_slash_policy(mut self, policy: SlashPolicy) -> Self {
        self.renew();
        self.declared.slashes = Some(policy);
        self
    }

    /// Sets whether a path with several slashes in a row, which no rule matches, is redirected to the
    /// one with a slash for each, if a rule matches that. The default is that it is.
    #[must_use]
    pub fn with_merged_slashes(mut self, merges: bool) -> Self {
        self.renew();
        self.declared.merges = Some(merges);
        self
    }
}
