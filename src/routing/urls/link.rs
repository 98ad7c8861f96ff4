//! URLs by the names of routes.

use std::cmp::Reverse;
use std::sync::Arc;

use http::Uri;

use crate::base::multi_dict::MultiDict;
use crate::base::url::is_dots;
use crate::base::url::is_host;
use crate::base::url::is_path;
use crate::routing::router::application::Router;
use crate::routing::router::compiled::Compiled;
use crate::routing::router::entry::Methods;
use crate::routing::router::entry::RouteEntry;
use crate::routing::rules::host_rule::HostRule;
use crate::routing::urls::build::push_query;
use crate::routing::urls::build_error::BuildError;
use crate::routing::urls::localhost::is_local;
use crate::routing::urls::values::Values;

/// The schemes of requests that come to a router.
const SCHEMES: [&str; 4] = ["http", "https", "ws", "wss"];

/// A URL in parts.
pub(in crate::routing) struct Link {
    /// Where the route is for a host of its own.
    pub(in crate::routing) host: Option<String>,
    /// That host below `localhost`, if it can be tried there.
    local_host: Option<String>,
    /// Path and query, below the router.
    pub(in crate::routing) path: String,
}

impl Link {
    /// With scheme and host. A host that the route is for has the port of the one that is given, and is
    /// below `localhost` as that is.
    pub(in crate::routing) fn absolute(&self, scheme: &str, host: &str) -> String {
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let port = host.rsplit_once(':').filter(|(_, port)| is_port(port));
        let name = port.map_or(host, |(name, _)| name);
        let local = self.local_host.as_ref().filter(|_| is_local(name));
        match (local.or(self.host.as_ref()), port) {
            (Some(own), Some((_, port))) => format!("{scheme}://{own}:{port}{}", self.path),
            (Some(own), None) => format!("{scheme}://{own}{}", self.path),
            (None, _) => format!("{scheme}://{host}{}", self.path),
        }
    }
}

impl Router {
    /// The URL of a named route, below where this router is: a path, and a query of what is no
    /// parameter.
    ///
    /// In a handler, [`Request::url_for`](crate::Request::url_for) adds where the router is mounted. A route
    /// for a host has that in front, without a scheme: `//api.example.org/`.
    ///
    /// # Errors
    ///
    /// [`BuildError`]: an unknown name, a missing value, one that does not fit, or a path that would
    /// not lead back. Always a mistake of the program, and a `500` by `?`.
    ///
    /// ```
    /// use rustzeug::routing::Router;
    ///
    /// let router = Router::new().get("/{year:int}/{slug}", || "a post").name("post");
    /// let url = router.url_for("post", (("year", 2026), ("slug", "a/b"), ("page", 2)))?;
    /// assert_eq!(url, "/2026/a%2Fb?page=2");
    ///
    /// let error = router.url_for("post", [("year", "MMXXVI"), ("slug", "x")]).unwrap_err();
    /// assert_eq!(error.to_string(), "`year` is `MMXXVI`, which does not fit the rule `/{year:int}/{slug}`");
    /// assert_eq!(
    ///     router.url_for("posts", ()).unwrap_err().to_string(),
    ///     "there is no route `posts`; did you mean `post`?"
    /// );
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn url_for(&self, name: &str, values: impl Values) -> Result<String, BuildError> {
        let link = self.find_link(name, values)?;
        Ok(match link.host {
            Some(host) => format!("//{host}{}", link.path),
            None => link.path,
        })
    }

    /// The URL of a named route with scheme and host, where there is no request: in a mail that a job
    /// sends. `base` is where the router is, its mount among it.
    ///
    /// # Errors
    ///
    /// Those of [`url_for`](Self::url_for), and [`BuildError::Base`] for a base that is not a scheme (`http`,
    /// `https`, `ws` or `wss`), a host and perhaps a path, percent-encoded and without `.` and `..`.
    ///
    /// ```
    /// use rustzeug::routing::Router;
    ///
    /// let router = Router::new()
    ///     .get("/{id:int}", || "").name("note")
    ///     .host("api.example.org", Router::new().get("/", || "").name("api"));
    /// let base = "https://example.org:8443/notes/";
    /// assert_eq!(router.absolute_url_for(base, "note", [("id", 7)])?, "https://example.org:8443/notes/7");
    /// assert_eq!(router.absolute_url_for(base, "api", ())?, "https://api.example.org:8443/notes/");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn absolute_url_for(
        &self,
        base: &str,
        name: &str,
        values: impl Values,
    ) -> Result<String, BuildError> {
        let refuse = || BuildError::Base(base.to_owned());
        let parts = base.parse::<Uri>().map_err(|_| refuse())?.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(refuse());
        };
        let mount = parts.path_and_query.as_ref().map_or("", |it| it.path());
        let leads_there = SCHEMES.contains(&scheme.as_str())
            && is_host(authority.as_str().as_bytes())
            && is_path(mount)
            && !mount.split('/').any(is_dots);
        if !leads_there || base.contains(['?', '#']) {
            return Err(refuse());
        }
        let mut link = self.find_link(name, values)?;
        link.path.insert_str(0, mount.trim_end_matches('/'));
        Ok(link.absolute(scheme.as_str(), authority.as_str()))
    }

    fn find_link(&self, name: &str, values: impl Values) -> Result<Link, BuildError> {
        let link = self.compiled().link(name, &values.into_dict())?;
        link.ok_or_else(|| BuildError::unknown(name, self.compiled().all_names()))
    }
}

/// A route that a name may mean.
struct Candidate<'r> {
    router: &'r Compiled,
    place: usize,
    /// Where it is for a host of its own.
    host: Option<&'r HostRule>,
}

impl Compiled {
    /// The URL of a route; `None` for an unknown name.
    pub(in crate::routing) fn link(
        &self,
        name: &str,
        values: &MultiDict,
    ) -> Result<Option<Link>, BuildError> {
        self.link_from(Some(self), name, values, |_| true)
    }

    /// The URL of a route of the router `own`, or of one for a host that `may` be asked: that for which
    /// nothing is missing and that uses most of the values.
    pub(in crate::routing) fn link_from<'r>(
        &'r self,
        own: Option<&'r Self>,
        name: &str,
        values: &MultiDict,
        may: impl Fn(&Arc<Self>) -> bool,
    ) -> Result<Option<Link>, BuildError> {
        let own = own.map(|router| (None, router));
        let asked = self.hosts.iter().filter(|(_, router)| may(router));
        let asked = asked.map(|(host, router)| (Some(host), &**router));
        let known = own.into_iter().chain(asked).flat_map(|(host, router)| {
            let places = router.named(name).unwrap_or_default().iter();
            places.map(move |place| Candidate {
                router,
                place: *place,
                host,
            })
        });
        let mut known: Vec<_> = known.map(|it| (it.rank(values), it)).collect();
        // Of those that are alike, the one without a host, then that of the most specific one; of these
        // the one with less in its path.
        known.sort_by_key(|(rank, it)| (*rank, it.length()));
        let best = known.first().map(|(rank, _)| *rank);
        let mut failure = None;
        // One that uses fewer would have a value that does not fit in the query.
        for (_, it) in known.iter().filter(|(rank, _)| Some(*rank) == best) {
            match self.one(it, values) {
                Ok(link) => return Ok(Some(link)),
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(None), Err)
    }

    /// All names that there are.
    pub(in crate::routing) fn all_names(&self) -> impl Iterator<Item = &str> {
        let own = self.names.keys().map(String::as_str);
        own.chain(self.names_of_hosts())
    }

    pub(in crate::routing) fn names_of_hosts(&self) -> impl Iterator<Item = &str> {
        let routers = self.hosts.iter().map(|(_, router)| router);
        routers.flat_map(|router| router.names.keys().map(String::as_str))
    }

    fn one(&self, candidate: &Candidate<'_>, values: &MultiDict) -> Result<Link, BuildError> {
        let Candidate {
            router,
            place,
            host,
        } = candidate;
        let mut left = values.clone();
        let entry = &router.routes[*place];
        entry.take_defaults(&mut left)?;
        let mut path = entry.rule.path(&mut left)?;
        router.leads_back(*place, &path, values)?;
        let host = host.map(|host| self.built_host(host, router, &mut left));
        let host = host.transpose()?;
        push_query(&mut path, &left);
        let local_host = host.as_deref().and_then(|host| self.local_host(host));
        Ok(Link {
            host,
            local_host,
            path,
        })
    }

    /// A host that leads to its router.
    fn built_host(
        &self,
        host: &HostRule,
        router: &Self,
        values: &mut MultiDict,
    ) -> Result<String, BuildError> {
        let built = host.build(values)?;
        let mut hosts = self.hosts.iter();
        match hosts.find(|(rule, _)| rule.find(&built).is_some()) {
            Some((_, found)) if std::ptr::eq(Arc::as_ptr(found), router) => Ok(built),
            other => Err(BuildError::Elsewhere {
                rule: host.text.clone(),
                path: built,
                by: other.map(|(rule, _)| rule.text.clone()),
            }),
        }
    }

    /// Whether a request for the path comes to the route with these values.
    fn leads_back(&self, place: usize, path: &str, values: &MultiDict) -> Result<(), BuildError> {
        let route = &self.routes[place];
        let method = match &route.methods {
            Methods::Of(methods) => methods.first().cloned().unwrap_or_default(),
            Methods::Any => http::Method::default(),
        };
        match self.lookup(path, &method).hit {
            Some((found, spans, _)) if found == place => {
                route.rule.check_link(path, &spans, values)
            }
            other => {
                let by = other.map(|(found, ..)| &self.routes[found].rule);
                Err(BuildError::elsewhere(&route.rule, path, by))
            }
        }
    }
}

impl Candidate<'_> {
    /// How many values are missing, and how many are used, defaults among them: the least first.
    fn rank(&self, values: &MultiDict) -> (usize, Reverse<usize>) {
        let RouteEntry { rule, defaults, .. } = &self.router.routes[self.place];
        let (mut missing, Reverse(mut used)) = rule.rank(values);
        for name in self.host.into_iter().flat_map(HostRule::names) {
            missing += usize::from(!values.contains(name));
            used += usize::from(values.contains(name));
        }
        let by_default = defaults.keys().filter(|name| values.contains(name));
        (missing, Reverse(used + by_default.count()))
    }

    /// How many parameters are in the path.
    fn length(&self) -> usize {
        self.router.routes[self.place].rule.names.len()
    }
}
