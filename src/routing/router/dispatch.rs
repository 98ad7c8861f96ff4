//! From a request to the application that answers it.

use std::sync::Arc;

use http::Method;
use http::StatusCode;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url;
use crate::gateway::Application;
use crate::gateway::BoxApplication;
use crate::gateway::Environ;
use crate::gateway::LogNote;
use crate::gateway::Reply;
use crate::gateway::Route;
use crate::gateway::StartResponse;
use crate::handler::render::Context;
use crate::response::Response;
use crate::routing::router::application::Router;
use crate::routing::router::compiled::Compiled;
use crate::routing::router::compiled::Hit;
use crate::routing::router::compiled::Lookup;
use crate::routing::router::entry::Methods;
use crate::routing::router::entry::Purpose;
use crate::routing::router::entry::RouteEntry;
use crate::routing::router::route_match::RouteMatch;
use crate::routing::router::route_match::Site;
use crate::routing::router::slashes::SlashPolicy;
use crate::routing::router::slashes::merged;
use crate::routing::router::slashes::toggled;
use crate::routing::rules::spans::Spans;

/// What is to be done with a request.
enum Decision {
    /// A route has it: its place, and how long `SCRIPT_NAME` becomes.
    Route(RouteMatch, usize, Option<usize>),
    /// Something is there for what has none.
    Fallback(RouteMatch, BoxApplication),
    /// The same with another number of slashes is there.
    Redirect(Response),
    /// What is there for other methods is told; and the rule.
    Options(Vec<Method>, String),
    /// There is none.
    Error(Error),
}

impl Application for Router {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let mut environ = environ;
        match decide(self.compiled(), &environ) {
            Decision::Route(routed, place, script_length) => {
                if let Err(error) = enter(&mut environ, routed.clone(), script_length) {
                    return Context::of(&environ).answer(error);
                }
                answer(&routed.router().routes[place], environ, start_response).await
            }
            Decision::Fallback(routed, application) => {
                let route = routed.route().and_then(|route| route.limits.as_ref());
                if let Some(limits) = route.or(routed.router().limits.as_ref()) {
                    environ.set_limits(Arc::clone(limits));
                }
                routed.keep(&mut environ);
                application.call(environ, start_response).await
            }
            Decision::Redirect(response) => response.start(start_response),
            Decision::Options(allowed, rule) => {
                let mut response = options(&allowed);
                let note = LogNote::default().with_route(rule);
                response.extensions_mut().insert(note);
                response.start(start_response)
            }
            Decision::Error(error) => Context::of(&environ).answer(error),
        }
    }

    fn check(&self) -> Result<()> {
        Ok(self.compiled().fault.clone().map_or(Ok(()), Err)?)
    }
}

/// Tells the request what was found.
fn enter(environ: &mut Environ, routed: RouteMatch, script_length: Option<usize>) -> Result<()> {
    if let Some(length) = script_length {
        let prefix = environ.raw_path()[..length].to_owned();
        environ.set_raw_script_name(&prefix)?;
    }
    routed.keep(environ);
    Ok(())
}

/// Calls what stands behind the route.
async fn answer(
    route: &RouteEntry,
    mut environ: Environ,
    start_response: StartResponse,
) -> Result<Reply> {
    if let Some(limits) = &route.limits {
        environ.set_limits(Arc::clone(limits));
    }
    let is_logged = environ.server().has_log_notes();
    match route.application.call(environ, start_response).await {
        Ok(reply) if is_logged => Ok(noted(reply, route)),
        Ok(reply) => Ok(reply),
        Err(error) => Err(match route.whole_rule(Route::of(&error)) {
            Some(rule) => error.with_extension(Route(rule)),
            None => error,
        }),
    }
}

/// The reply with the rule for the log.
fn noted(mut reply: Reply, route: &RouteEntry) -> Reply {
    let note = reply.extensions_mut().get_or_insert_default::<LogNote>();
    if let Some(rule) = route.whole_rule(note.route()) {
        note.set_route(rule);
    }
    reply
}

fn decide(root: &Arc<Compiled>, environ: &Environ) -> Decision {
    if let Some(fault) = &root.fault {
        return Decision::Error(fault.clone().into());
    }
    let site = Site::of(root, environ);
    let lookup = site
        .router
        .lookup(environ.raw_path_info(), environ.method());
    match lookup.hit {
        Some(hit) => chosen(site, hit, environ),
        None => elsewhere(site, environ, lookup),
    }
}

fn chosen(site: Site, (place, spans, rest): Hit, environ: &Environ) -> Decision {
    let is_mount = site.router.routes[place].purpose == Purpose::Mount;
    // What is no path, as an asterisk, cannot be moved.
    let moves = is_mount && environ.raw_path_info().starts_with('/');
    let script_length = rest
        .filter(|_| moves)
        .map(|rest| environ.raw_script_name().len() + rest);
    Decision::Route(
        RouteMatch::new(site, Some(place), spans, environ),
        place,
        script_length,
    )
}

/// No rule matches as the path is.
#[cold]
fn elsewhere(site: Site, environ: &Environ, mut lookup: Lookup) -> Decision {
    let ready = &site.router;
    let (path, method) = (environ.raw_path_info(), environ.method());
    let toggles = ready.slashes != SlashPolicy::Exact;
    // Nothing but a rule with a slash at its end matches a path for one that is added.
    let can_differ = ready.has_branches || path.is_empty() || path.ends_with('/');
    let other = (toggles && can_differ).then(|| toggled(path));
    if let (SlashPolicy::Both, Some(other)) = (ready.slashes, &other) {
        let found = ready.lookup(other, method);
        if let Some(hit) = found.hit {
            return chosen(site, hit, environ);
        }
        lookup.others.extend(found.others);
    }
    let one = ready.merges.then(|| merged(path)).flatten();
    let one_toggled = one.as_deref().filter(|_| toggles).map(toggled);
    let slashes = [other, one, one_toggled].into_iter().flatten();
    let targets = slashes.filter_map(|path| ready.spelled(path, method));
    let redirect = |target: String| redirect(environ, &target);
    let spelled = ready.respelled(path, method);
    if let Some(response) = spelled.into_iter().chain(targets).find_map(redirect) {
        return Decision::Redirect(response);
    }
    missed(site, environ, &lookup)
}

/// A redirect to another path below the same mount, that keeps method and query.
fn redirect(environ: &Environ, path: &str) -> Option<Response> {
    let mut location = [environ.raw_script_name(), path].concat();
    if location.is_empty() || url::leaves_site(&location) {
        return None;
    }
    if !environ.query_string().is_empty() {
        location.push('?');
        location.push_str(environ.query_string());
    }
    Some(Response::redirect(&location).with_status(StatusCode::PERMANENT_REDIRECT))
}

fn missed(site: Site, environ: &Environ, lookup: &Lookup) -> Decision {
    let ready = &site.router;
    if !lookup.others.is_empty() {
        let allowed = allowed(ready, &lookup.others);
        let rule = ready.rule_of(lookup.others[0]).to_owned();
        return match *environ.method() {
            Method::OPTIONS => Decision::Options(allowed, rule),
            _ => Decision::Error(Error::method_not_allowed(&allowed).with_extension(Route(rule))),
        };
    }
    let path = environ.raw_path_info();
    let nested = lookup
        .fallback
        .and_then(|shape| ready.nested_fallback(path, shape));
    if let Some((place, spans)) = nested {
        let application = ready.routes[place].application.clone();
        let routed = RouteMatch::new(site, Some(place), spans, environ);
        return Decision::Fallback(routed, application);
    }
    match ready.fallback.clone() {
        Some(application) => {
            let routed = RouteMatch::new(site, None, Spans::default(), environ);
            Decision::Fallback(routed, application)
        }
        None => Decision::Error(Error::not_found()),
    }
}

/// The methods of all rules that match, in order, with those that are automatic.
fn allowed(ready: &Compiled, leaves: &[u32]) -> Vec<Method> {
    let places = leaves.iter().flat_map(|leaf| &ready.leaves[*leaf as usize]);
    let routes = places.map(|place| &ready.routes[*place]);
    let mut methods: Vec<_> = routes
        .flat_map(|route| match &route.methods {
            Methods::Of(methods) => &methods[..],
            Methods::Any => &[],
        })
        .cloned()
        .collect();
    if methods.contains(&Method::GET) {
        methods.push(Method::HEAD);
    }
    methods.push(Method::OPTIONS);
    methods.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    methods.dedup();
    methods
}

/// The answer to a question that no handler is there for.
fn options(allowed: &[Method]) -> Response {
    let names: Vec<_> = allowed.iter().map(Method::as_str).collect();
    Response::empty(StatusCode::NO_CONTENT).with_header(header::ALLOW, names.join(", "))
}

impl Router {
    /// How a request is routed, for those who call nothing by it: works on the raw gateway.
    ///
    /// # Errors
    ///
    /// `404` when no rule matches, a redirect for the sake of slashes and a fallback among that; `405`
    /// when one does, for other methods; `500` for a router whose rules are at fault.
    ///
    /// ```
    /// use rustzeug::{Request, routing::Router};
    ///
    /// let router = Router::new().get("/users/{id:int}", || "a user").name("user");
    /// let environ = Request::blank("/users/7").into_environ();
    /// let routed = router.match_environ(&environ)?;
    /// assert_eq!((routed.name(), routed.param::<u64>("id")?), (Some("user"), 7));
    /// assert_eq!(router.match_environ(&Request::blank("/").into_environ()).unwrap_err().status(), 404);
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn match_environ(&self, environ: &Environ) -> Result<RouteMatch> {
        match decide(self.compiled(), environ) {
            Decision::Route(routed, ..) => Ok(routed),
            Decision::Error(error) => Err(error),
            Decision::Options(allowed, _) => Err(Error::method_not_allowed(&allowed)),
            Decision::Redirect(_) | Decision::Fallback(..) => Err(Error::not_found()),
        }
    }
}
