//! From a request to the application that answers it.

use std::sync::Arc;

use http::Method;
use http::StatusCode;
use http::header;

use crate::error::Error;
use crate::error::Result;
use crate::gateway::Application;
use crate::gateway::BoxApplication;
use crate::gateway::Environ;
use crate::gateway::LogNote;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::multi_dict::MultiDict;
use crate::render::Context;
use crate::request::Request;
use crate::response::Response;
use crate::routing::ready::Hit;
use crate::routing::ready::Lookup;
use crate::routing::ready::Ready;
use crate::routing::route::Methods;
use crate::routing::route::Purpose;
use crate::routing::routed::Routed;
use crate::routing::router::Router;
use crate::routing::slashes::SlashPolicy;
use crate::routing::slashes::merged;
use crate::routing::slashes::toggled;
use crate::url;

/// What is to be done with a request.
enum Decision {
    /// A route has it.
    Route(Chosen),
    /// Something is there for what has none.
    Fallback(BoxApplication),
    /// The answer is known.
    Response(Response),
    /// There is none.
    Error(Error),
}

struct Chosen {
    routed: Routed,
    /// How long `SCRIPT_NAME` becomes.
    script_length: Option<usize>,
}

impl Application for Router {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let mut environ = environ;
        match decide(self.ready(), &mut environ) {
            Decision::Route(Chosen {
                routed,
                script_length,
            }) => {
                let ready = Arc::clone(routed.router());
                let place = routed.place();
                if let Err(error) = enter(&mut environ, routed, script_length) {
                    return Context::of(&environ).answer(error);
                }
                let route = &ready.routes[place];
                if let Some(limits) = &route.limits {
                    environ.set_limits(Arc::clone(limits));
                }
                let is_logged = environ.facts().has_log_notes();
                let reply = route.application.call(environ, start_response).await?;
                Ok(if is_logged {
                    noted(reply, route.rule.as_str(), route.purpose)
                } else {
                    reply
                })
            }
            Decision::Fallback(application) => application.call(environ, start_response).await,
            Decision::Response(response) => response.start(start_response),
            Decision::Error(error) => Context::of(&environ).answer(error),
        }
    }
}

/// Tells the request what was found.
fn enter(environ: &mut Environ, routed: Routed, script_length: Option<usize>) -> Result<()> {
    if let Some(length) = script_length {
        let prefix = environ.raw_path()[..length].to_owned();
        environ.set_script_name(&prefix)?;
    }
    routed.keep(environ);
    Ok(())
}

/// The reply with the rule for the log; below a mount there may be a part of it already.
fn noted(mut reply: Reply, rule: &str, purpose: Purpose) -> Reply {
    let note = reply.extensions_mut().get_or_insert_default::<LogNote>();
    match (purpose, note.route()) {
        (Purpose::Mount, Some(inner)) => note.set_route(format!("{rule}{inner}")),
        (_, None) => note.set_route(rule.to_owned()),
        _ => {}
    }
    reply
}

fn decide(ready: &Arc<Ready>, environ: &mut Environ) -> Decision {
    if let Some(fault) = &ready.fault {
        return Decision::Error(fault.clone().into());
    }
    let (ready, host) = by_host(ready, environ);
    let path = environ.raw_path_info();
    let method = environ.method();
    let lookup = ready.lookup(path, method);
    if let Some(hit) = lookup.hit {
        return Decision::Route(chosen(ready, hit, environ, host));
    }
    elsewhere(ready, environ, host, lookup)
}

/// The router for the host of a request.
fn by_host<'r>(ready: &'r Arc<Ready>, environ: &mut Environ) -> (&'r Arc<Ready>, MultiDict) {
    if ready.hosts.is_empty() {
        return (ready, MultiDict::new());
    }
    // Moved into a wrapper, which knows how to find it out, and back.
    let request = Request::new(std::mem::replace(
        environ,
        Request::blank("/").into_environ(),
    ));
    let found = ready.by_host(&request.domain());
    let found = found.map_or((ready, MultiDict::new()), |(router, values)| {
        (router, values)
    });
    *environ = request.into_environ();
    found
}

fn chosen(
    ready: &Arc<Ready>,
    (place, spans, rest): Hit,
    environ: &Environ,
    host: MultiDict,
) -> Chosen {
    let is_mount = ready.routes[place].purpose == Purpose::Mount;
    let script_length = rest
        .filter(|_| is_mount)
        .map(|rest| environ.raw_script_name().len() + rest);
    Chosen {
        routed: Routed::new(ready, place, spans, environ, host),
        script_length,
    }
}

/// No rule matches as the path is.
#[cold]
fn elsewhere(ready: &Arc<Ready>, environ: &Environ, host: MultiDict, lookup: Lookup) -> Decision {
    let (path, method) = (environ.raw_path_info(), environ.method());
    let hit = |path: &str| ready.lookup(path, method).hit;
    if ready.slashes != SlashPolicy::Exact
        && let Some(other) = toggled(path)
        && let Some(found) = hit(&other)
    {
        if ready.slashes == SlashPolicy::Both {
            return Decision::Route(chosen(ready, found, environ, host));
        }
        if let Some(response) = redirect(environ, &other) {
            return Decision::Response(response);
        }
    }
    if ready.merges
        && let Some(one) = merged(path)
    {
        let other = toggled(&one).filter(|_| ready.slashes != SlashPolicy::Exact);
        let target = [Some(one), other]
            .into_iter()
            .flatten()
            .find(|path| hit(path).is_some());
        if let Some(response) = target.and_then(|target| redirect(environ, &target)) {
            return Decision::Response(response);
        }
    }
    missed(ready, method, &lookup)
}

/// A redirect to another path below the same mount, that keeps method and query.
fn redirect(environ: &Environ, path: &str) -> Option<Response> {
    let mut location = [environ.raw_script_name(), path].concat();
    if url::leaves_site(&location) {
        return None;
    }
    if !environ.query_string().is_empty() {
        location.push('?');
        location.push_str(environ.query_string());
    }
    Some(Response::redirect(&location).with_status(StatusCode::PERMANENT_REDIRECT))
}

fn missed(ready: &Ready, method: &Method, lookup: &Lookup) -> Decision {
    if !lookup.others.is_empty() {
        let allowed = allowed(ready, &lookup.others);
        if *method != Method::OPTIONS {
            return Decision::Error(Error::method_not_allowed(&allowed));
        }
        let names: Vec<_> = allowed.iter().map(Method::as_str).collect();
        let response = Response::empty(StatusCode::NO_CONTENT);
        return Decision::Response(response.with_header(header::ALLOW, names.join(", ")));
    }
    let nested = lookup
        .fallback
        .map(|place| &ready.routes[place].application);
    match nested.or(ready.fallback.as_ref()) {
        Some(application) => Decision::Fallback(application.clone()),
        None => Decision::Error(Error::not_found()),
    }
}

/// The methods of all rules that match, in order, with those that are automatic.
fn allowed(ready: &Ready, leaves: &[u32]) -> Vec<Method> {
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

impl Router {
    /// How a request is routed, for those who call nothing by it: works on the raw gateway.
    ///
    /// # Errors
    ///
    /// `404` when no rule matches, a redirect for the sake of slashes among that; `405` when one
    /// does, for other methods; `500` for a router whose rules are at fault.
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
    pub fn match_environ(&self, environ: &Environ) -> Result<Routed> {
        let mut copy = environ.copy_head();
        match decide(self.ready(), &mut copy) {
            Decision::Route(Chosen { routed, .. }) => Ok(routed),
            Decision::Error(error) => Err(error),
            Decision::Fallback(_) | Decision::Response(_) => Err(Error::not_found()),
        }
    }
}
