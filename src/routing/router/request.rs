//! What a request tells of its route.

use std::sync::Arc;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::multi_dict::MultiDict;
use crate::request::Request;
use crate::routing::router::bounds::ReadFromPath;
use crate::routing::router::compiled::Compiled;
use crate::routing::router::route_match::RouteMatch;
use crate::routing::urls::build_error::BuildError;
use crate::routing::urls::link::Link;
use crate::routing::urls::values::Values;

impl Request {
    /// How the request was routed; `None` if it came through no router.
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
    /// `404` for a value that does not parse, since there is nothing at such a path; `500` for a name
    /// that the rule does not have.
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

    /// All parameters of the rule; those of the form and the query are `params`.
    #[must_use]
    #[doc(alias = "urlvars")]
    pub fn path_params(&self) -> MultiDict {
        self.routed()
            .map(|routed| routed.params())
            .unwrap_or_default()
    }

    /// The URL of a named route: a path with the mount in front, and a query of what is no parameter
    /// of its rule. A route for another host is a URL with scheme and host.
    ///
    /// Values are pairs, `request.url_for("note", [("id", 7)])?`; none are `()`, as in `request.url_for("home", ())?`.
    ///
    /// Values for parameters are those given: only those of a mount and of the host, which are the place of
    /// the router itself, stay as they are in the request.
    ///
    /// The router that the request came through last is asked first, then the other hosts, if it is the
    /// one of a host, then the routers around it.
    ///
    /// # Errors
    ///
    /// A `500` with the [`BuildError`] as its cause, or because no router was there.
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

    /// The same with scheme and host, for mails and feeds. The host is that of the request, unless the
    /// route has one; what a client sent there should be checked before.
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
        let fault = || Error::internal().with_source("the request came through no router");
        self.routed().ok_or_else(fault)
    }
}

impl RouteMatch {
    /// The URL of a named route of this router, or of one around it.
    fn link(&self, name: &str, values: &MultiDict) -> Result<Link, BuildError> {
        let mut names = Vec::new();
        let mut hostless = false;
        let mut next = Some(self);
        while let Some(routed) = next {
            names.extend(routed.router().all_names());
            let link = match routed.by_host() {
                None => routed.router().link(name, values)?,
                Some((root, own)) => {
                    names.extend(root.names_of_hosts());
                    hostless |= root.named(name).is_some();
                    routed.link_at_host(root, own, name, values)?
                }
            };
            if let Some(mut link) = link {
                link.path.insert_str(0, routed.raw_script_name());
                return Ok(link);
            }
            next = routed.outer();
        }
        if hostless {
            let name = name.to_owned();
            return Err(BuildError::Hostless { name });
        }
        Err(BuildError::unknown(name, names))
    }

    /// The URL of a route of this router, which is for a host, at this host or at another; or of one for
    /// another host. A path of the router around them would lead to this host.
    fn link_at_host(
        &self,
        root: &Arc<Compiled>,
        own: &MultiDict,
        name: &str,
        values: &MultiDict,
    ) -> Result<Option<Link>, BuildError> {
        let is_own = |router: &Arc<Compiled>| Arc::ptr_eq(router, self.router());
        if self.router().named(name).is_some() && own.keys().any(|it| values.contains(it)) {
            let mut values = values.clone();
            for (parameter, value) in own {
                if !values.contains(parameter) {
                    values.add(parameter, value);
                }
            }
            return root.link_from(None, name, &values, is_own);
        }
        root.link_from(Some(self.router()), name, values, |it| !is_own(it))
    }
}
