//! Methods of a request for its route, and for URLs of other routes.

use crate::base::error::Error;
#[cfg(feature = "serde")]
use crate::base::error::FieldError;
use crate::base::error::Result;
use crate::base::multi_dict::MultiDict;
use crate::request::Request;
use crate::routing::router::route_match::ReadFromPath;
use crate::routing::router::route_match::RouteMatch;
use crate::routing::rules::values::Values;

impl Request {
    /// How the request was routed; `None` if it did not pass through a router.
    ///
    /// ```
    /// use rustzeug::{Request, Response, routing::Router};
    ///
    /// fn rule(request: &Request) -> String {
    ///     request.routed().map_or_else(String::new, |routed| routed.rule().to_owned())
    /// }
    ///
    /// let app = Router::new().get("/notes/{id:int}", rule);
    /// assert_eq!(Request::blank("/notes/7").send(&app).wait()?.read_text().wait()?, "/notes/{id:int}");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn routed(&self) -> Option<RouteMatch> {
        RouteMatch::of(self.environ())
    }

    /// The value of a parameter of the rule, parsed as any type that implements `FromStr`.
    ///
    /// # Errors
    ///
    /// `404` if the value does not parse, since there is no resource at such a path; `500` if the rule has no parameter
    /// of this name.
    ///
    /// ```
    /// use rustzeug::{Request, Result, routing::Router};
    ///
    /// fn double(request: &Request) -> Result<String> {
    ///     Ok((2 * request.path_param::<u8>("number")? as u32).to_string())
    /// }
    ///
    /// let app = Router::new().get("/{number}", double);
    /// let ask = |path| Request::blank(path).send(&app).wait();
    /// assert_eq!(ask("/200")?.read_text().wait()?, "400");
    /// assert_eq!(ask("/300")?.status(), 404);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "view_args")]
    #[doc(alias = "Path")]
    #[doc(alias = "matchdict")]
    pub fn path_param<T: ReadFromPath>(&self, name: &str) -> Result<T> {
        self.routed_or_fault()?.param(name)
    }

    /// All parameters of the path; those of the query and the form are in `params`.
    #[must_use]
    #[doc(alias = "urlvars")]
    pub fn path_params(&self) -> MultiDict {
        self.routed().map(|it| it.params()).unwrap_or_default()
    }

    /// The URL of a named route: a path that begins with the mount, and a query with the values that are not parameters
    /// of its rule. For a route of another host it has scheme and host.
    ///
    /// Values are pairs, as in `request.url_for("note", [("id", 7)])?`, or `()` if there are none, as in
    /// `request.url_for("home", ())?`.
    ///
    /// Every parameter of the rule needs a value. Only the parameters of a mount and of the host are taken from the
    /// request, since they are part of the place of the router itself.
    ///
    /// The route is looked up in the innermost router of the request first, then, if that router is for a host, in those
    /// of other hosts, then in the routers around it.
    ///
    /// # Errors
    ///
    /// `500` with the [`BuildError`](crate::routing::BuildError) as its cause, or if the request did not pass through a
    /// router.
    ///
    /// ```
    /// use rustzeug::{Request, Result, routing::Router};
    ///
    /// fn links(request: &Request) -> Result<String> {
    ///     Ok([request.url_for("post", [("id", 7)])?, request.url_for("home", [("from", "blog")])?].join(" "))
    /// }
    ///
    /// let blog = Router::new().get("/", links).get("/{id:int}", || "a post").name("post");
    /// let app = Router::new().get("/", || "home").name("home").mount("/blog", blog);
    /// let mut response = Request::blank("/blog/").send(&app).wait()?;
    /// assert_eq!(response.read_text().wait()?, "/blog/7 /?from=blog");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[doc(alias = "url_build")]
    #[doc(alias = "request.url_path_for")]
    pub fn url_for(&self, name: &str, values: impl Values) -> Result<String> {
        let link = self.routed_or_fault()?.link(name, &values.into_dict())?;
        Ok(match link.host {
            Some(_) => link.absolute(self.scheme(), &self.host()),
            None => link.path,
        })
    }

    /// The same with scheme and host, for mails and feeds. The host is that of the route, or, if the route is for all
    /// hosts, that of the request. The client can send any host, so check it first.
    ///
    /// # Errors
    ///
    /// Those of [`url_for`](Self::url_for).
    ///
    /// ```
    /// use rustzeug::{Request, Result, routing::Router};
    ///
    /// fn link(request: &Request) -> Result<String> {
    ///     request.absolute_url_for("home", ())
    /// }
    ///
    /// let app = Router::new().get("/", link).name("home");
    /// let mut response = Request::blank("https://example.org/").send(&app).wait()?;
    /// assert_eq!(response.read_text().wait()?, "https://example.org/");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn absolute_url_for(&self, name: &str, values: impl Values) -> Result<String> {
        let link = self.routed_or_fault()?.link(name, &values.into_dict())?;
        Ok(link.absolute(self.scheme(), &self.host()))
    }

    fn routed_or_fault(&self) -> Result<RouteMatch> {
        let fault = || Error::internal().with_source("the request did not pass through a router");
        self.routed().ok_or_else(fault)
    }
}

#[cfg(feature = "serde")]
impl Request {
    /// All parameters of the path as a typed value; [`MultiDict::read_as`] describes how names become fields.
    ///
    /// # Errors
    ///
    /// `404` with every parameter that does not fit; `500` if the type needs a parameter that the rule does not have.
    ///
    /// ```
    /// use rustzeug::{Request, Result, routing::Router};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Post {
    ///     year: u16,
    ///     slug: String,
    /// }
    ///
    /// fn post(request: &Request) -> Result<String> {
    ///     let post: Post = request.path_params_as()?;
    ///     Ok(format!("{} of {}", post.slug, post.year))
    /// }
    ///
    /// let app = Router::new().get("/{year}/{slug}", post);
    /// let ask = |path| Request::blank(path).send(&app).wait();
    /// assert_eq!(ask("/2026/first")?.read_text().wait()?, "first of 2026");
    /// assert_eq!(ask("/recent/first")?.status(), 404);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn path_params_as<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        let params = self.path_params();
        params.read_as().map_err(|errors| {
            // An error without a name is about all parameters.
            let absent = |field: &FieldError| {
                !field.name().is_empty()
                    && field.value().is_none()
                    && !params.contains(field.name())
            };
            if errors.fields().iter().any(absent) {
                let routed = self.routed();
                let rule = routed.as_ref().map_or("", RouteMatch::rule);
                return Error::internal().with_source(format!("the rule `{rule}`: {errors}"));
            }
            Error::not_found().with_fields(errors)
        })
    }
}
