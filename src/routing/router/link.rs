//! URLs by the names of routes.

use std::cmp::Reverse;
use std::sync::Arc;

use http::Method;
use http::Uri;

use crate::base::multi_dict::MultiDict;
use crate::base::url;
use crate::routing::router::Router;
use crate::routing::router::compiled::Compiled;
use crate::routing::router::route_entry::Methods;
use crate::routing::router::route_entry::RouteEntry;
use crate::routing::router::route_match::RouteMatch;
use crate::routing::rules::build;
use crate::routing::rules::build_error::BuildError;
use crate::routing::rules::host_rule;
use crate::routing::rules::table::Found;
use crate::routing::rules::values::Values;

/// The schemes of requests that come to a router.
const SCHEMES: [&str; 4] = ["http", "https", "ws", "wss"];

/// A URL in parts.
pub(super) struct Link {
    /// The host, if the route is for one.
    pub(super) host: Option<String>,
    /// The same host below `localhost`, if it can be tried there.
    local_host: Option<String>,
    /// Path and query, below the router.
    pub(super) path: String,
}

impl Link {
    /// The URL with scheme and host. The host of the route gets the port of `host`, and is below `localhost` if
    /// `host` is.
    pub(super) fn absolute(&self, scheme: &str, host: &str) -> String {
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let port = host.rsplit_once(':').filter(|(_, port)| is_port(port));
        let name = port.map_or(host, |(name, _)| name);
        let is_local = |_: &&String| host_rule::is_local(name);
        let local = self.local_host.as_ref().filter(is_local);
        match (local.or(self.host.as_ref()), port) {
            (Some(own), Some((_, port))) => format!("{scheme}://{own}:{port}{}", self.path),
            (Some(own), None) => format!("{scheme}://{own}{}", self.path),
            (None, _) => format!("{scheme}://{host}{}", self.path),
        }
    }
}

impl Router {
    /// The URL of a named route, relative to this router: a path, and a query with the values that are not parameters.
    ///
    /// In a handler, [`Request::url_for`](crate::Request::url_for) adds where the router is mounted. The URL of a route
    /// for a host begins with the host, without a scheme: `//api.example.org/`.
    ///
    /// # Errors
    ///
    /// [`BuildError`]: an unknown name, a missing value, a value that does not fit, or a path that would
    /// not match the route. This is always a mistake in the program, and `?` makes it a `500`.
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

    /// The URL of a named route with scheme and host, without a request, such as for a mail that a job sends. `base` is
    /// the URL of the router, with the path that it is mounted at.
    ///
    /// # Errors
    ///
    /// Those of [`url_for`](Self::url_for), and [`BuildError::Base`] if the base is invalid. A base has a scheme
    /// (`http`, `https`, `ws` or `wss`), a host, and optionally a path that is percent-encoded and has no `.` and `..`.
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
            && url::is_host(authority.as_str().as_bytes())
            && url::is_path(mount)
            && !mount.split('/').any(url::is_dots);
        if !leads_there || base.contains(['?', '#']) {
            return Err(refuse());
        }
        let mut link = self.find_link(name, values)?;
        link.path.insert_str(0, mount.trim_end_matches('/'));
        Ok(link.absolute(scheme.as_str(), authority.as_str()))
    }

    fn find_link(&self, name: &str, values: impl Values) -> Result<Link, BuildError> {
        let compiled = self.compiled();
        let link = compiled.link(Some(compiled), name, &values.into_dict(), |_| true)?;
        link.ok_or_else(|| BuildError::unknown(name, compiled.all_names()))
    }
}

impl RouteMatch {
    /// The URL of a named route of this router, or of one around it.
    pub(super) fn link(&self, name: &str, values: &MultiDict) -> Result<Link, BuildError> {
        let mut names = Vec::new();
        let mut hostless = false;
        let mut next = Some(self);
        while let Some(routed) = next {
            names.extend(routed.0.router.all_names());
            let link = match &routed.0.by_host {
                None => {
                    let router = &routed.0.router;
                    router.link(Some(router), name, values, |_| true)?
                }
                Some((root, own)) => {
                    names.extend(root.names_of_hosts());
                    hostless |= !root.named(name).is_empty();
                    routed.link_at_host(root, own, name, values)?
                }
            };
            if let Some(mut link) = link {
                link.path.insert_str(0, routed.raw_script_name());
                return Ok(link);
            }
            next = routed.0.outer.as_ref();
        }
        if hostless {
            let name = name.to_owned();
            return Err(BuildError::Hostless { name });
        }
        Err(BuildError::unknown(name, names))
    }

    /// The URL of a route of this router, which is for a host: at this host, or with other values for the host. Or the
    /// URL of a route for another host. Routes of the outer router have no URL here, because their path would lead to
    /// this host.
    fn link_at_host(
        &self,
        root: &Compiled,
        own: &MultiDict,
        name: &str,
        values: &MultiDict,
    ) -> Result<Option<Link>, BuildError> {
        let here = &self.0.router;
        let is_own = |router: &Arc<Compiled>| Arc::ptr_eq(router, here);
        if here.named(name).is_empty() || !own.keys().any(|it| values.contains(it)) {
            return root.link(Some(here), name, values, |it| !is_own(it));
        }
        let mut values = values.clone();
        for (parameter, value) in own {
            if !values.contains(parameter) {
                values.add(parameter, value);
            }
        }
        root.link(None, name, &values, is_own)
    }
}

/// A route that has the requested name.
struct Candidate<'r> {
    router: &'r Compiled,
    route: &'r RouteEntry,
    /// The index of its host, if the route is for a host.
    host: Option<usize>,
}

impl Compiled {
    /// The URL of a route of the router `own`, or of a router for a host that `may` accepts; `None` for an unknown
    /// name. If several routes have the name, the route with the fewest missing values is used, then the one that uses
    /// most values.
    fn link(
        &self,
        own: Option<&Self>,
        name: &str,
        values: &MultiDict,
        may: impl Fn(&Arc<Self>) -> bool,
    ) -> Result<Option<Link>, BuildError> {
        let hosts = self.hosts.iter().enumerate();
        let hosts = hosts.filter(|(_, (_, router))| may(router));
        let hosts = hosts.map(|(host, (_, router))| (Some(host), &**router));
        let own = own.map(|router| (None, router));
        let candidates = own.into_iter().chain(hosts).flat_map(|(host, router)| {
            let routes = router.named(name).iter();
            let routes = routes.map(|place| &router.routes()[*place]);
            routes.map(move |route| Candidate {
                router,
                route,
                host,
            })
        });
        let ranked = candidates.map(|candidate| (self.rank(&candidate, values), candidate));
        let mut known: Vec<_> = ranked.collect();
        // The sort is stable. So among routes of equal rank, those with fewer parameters in the path come first, then
        // those without a host, then those of the most specific host.
        known.sort_by_key(|(_, candidate)| candidate.route.rule.names.len());
        build::build_best(&known, |candidate| self.link_to(candidate, values))
    }

    /// All names of routes.
    fn all_names(&self) -> impl Iterator<Item = &str> {
        let own = self.names.keys().map(String::as_str);
        own.chain(self.names_of_hosts())
    }

    fn names_of_hosts(&self) -> impl Iterator<Item = &str> {
        let routers = self.hosts.iter().map(|(_, router)| router);
        routers.flat_map(|router| router.names.keys().map(String::as_str))
    }

    /// How many values are missing, and how many are used, including those of the host and defaults.
    fn rank(&self, candidate: &Candidate<'_>, values: &MultiDict) -> build::Rank {
        let RouteEntry { rule, defaults, .. } = candidate.route;
        let (mut missing, Reverse(mut used)) = rule.rank(values);
        let host = candidate.host.map(|host| &self.hosts[host].0);
        for name in host.into_iter().flat_map(host_rule::HostRule::names) {
            missing += usize::from(!values.contains(name));
            used += usize::from(values.contains(name));
        }
        let by_default = defaults.keys().filter(|name| values.contains(name));
        (missing, Reverse(used + by_default.count()))
    }

    fn link_to(&self, candidate: &Candidate<'_>, values: &MultiDict) -> Result<Link, BuildError> {
        let (router, route) = (candidate.router, candidate.route);
        let mut left = values.clone();
        route.take_defaults(&mut left)?;
        let mut path = route.rule.path(&mut left)?;
        let method = match &route.methods {
            Methods::Of(methods) => &methods[0],
            Methods::Any => &Method::GET,
        };
        let found = router.find(&path, method);
        let rule = |found: &Found| &router.routes()[found.place].rule;
        let found = found.as_ref().map(|found| (rule(found), &found.spans));
        route.rule.check_link(&path, found, values)?;
        let host = candidate.host.map(|host| self.host(host, &mut left));
        let host = host.transpose()?;
        build::push_query(&mut path, &left);
        let local_host = host.as_deref().and_then(|host| self.local_host(host));
        Ok(Link {
            host,
            local_host,
            path,
        })
    }

    /// The host of the host rule at a place, which must lead to the router there.
    fn host(&self, place: usize, values: &mut MultiDict) -> Result<String, BuildError> {
        let rule = &self.hosts[place].0;
        let built = rule.build(values)?;
        match self.find_host(&built.to_ascii_lowercase()) {
            Some((found, _)) if found == place => Ok(built),
            other => Err(BuildError::Elsewhere {
                rule: rule.text.clone(),
                path: built,
                by: other.map(|(found, _)| self.hosts[found].0.text.clone()),
            }),
        }
    }

    /// The host below `localhost` for a host below the domain; `None` for any other host.
    fn local_host(&self, host: &str) -> Option<String> {
        let domain = self.declared.localhost_as.as_deref()?;
        let lower = host.to_ascii_lowercase();
        let labels = host_rule::below(&lower, domain)?;
        Some(format!("{labels}{}", host_rule::LOCALHOST))
    }
}
