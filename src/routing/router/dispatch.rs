//! From a request to the application that answers it.

use std::pin::pin;
use std::sync::Arc;

use http::Method;
use http::StatusCode;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::gateway::Application;
use crate::gateway::BoxApplication;
use crate::gateway::Environ;
use crate::gateway::LogNote;
use crate::gateway::Reply;
use crate::gateway::Route;
use crate::gateway::StartResponse;
use crate::gateway::noticed;
use crate::handler::render::Context;
use crate::request::domain;
use crate::response::Response;
use crate::routing::router::Router;
use crate::routing::router::compiled::Decision;
use crate::routing::router::route_entry::RouteEntry;
use crate::routing::router::route_match::RouteMatch;

impl Application for Router {
    async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let mut environ = environ;
        let decision = match self.decide(&environ) {
            Ok(decision) => decision,
            Err(fault) => return Context::of(&environ).answer(fault),
        };
        match decision {
            Decision::Route(routed) => {
                if let Err(error) = enter(&routed, &mut environ) {
                    return Context::of(&environ).answer(error);
                }
                let route = routed.route().expect("it was found");
                answer(route, environ, start_response).await
            }
            Decision::Fallback(routed) => {
                let application = fallback(routed, &mut environ);
                application.call(environ, start_response).await
            }
            Decision::Redirect(location) => redirect(&environ, location).start(start_response),
            Decision::OtherMethods(allowed, rule) if *environ.method() == Method::OPTIONS => {
                options(&allowed, rule).start(start_response)
            }
            Decision::OtherMethods(allowed, rule) => {
                Context::of(&environ).answer(not_allowed(&allowed, rule))
            }
            Decision::Nothing => Context::of(&environ).answer(Error::not_found()),
        }
    }

    fn check(&self) -> Result<()> {
        Ok(self.compiled().fault.clone().map_or(Ok(()), Err)?)
    }
}

impl Router {
    /// Returns how a request is routed. This is for programs on the raw gateway that call the application themselves.
    ///
    /// # Errors
    ///
    /// `404` if no rule matches, even if a redirect or a fallback would answer; `405` if a rule matches for other
    /// methods only; `500` if the rules of the router are invalid.
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
        match self.decide(environ)? {
            Decision::Route(routed) => Ok(routed),
            Decision::OtherMethods(allowed, rule) => Err(not_allowed(&allowed, rule)),
            Decision::Redirect(_) | Decision::Fallback(_) | Decision::Nothing => {
                Err(Error::not_found())
            }
        }
    }

    fn decide(&self, environ: &Environ) -> Result<Decision<RouteMatch>> {
        let root = self.compiled();
        if let Some(fault) = &root.fault {
            return Err(fault.clone().into());
        }
        let has_hosts = !root.hosts.is_empty();
        let by_host = has_hosts.then(|| root.by_host(&domain(environ))).flatten();
        let router = by_host.as_ref().map_or(root, |(router, _)| *router);
        let by_host = by_host.map(|(_, values)| (root, values));
        Ok(router.decide(environ, |found| {
            RouteMatch::new(router, by_host, found, environ)
        }))
    }
}

/// Stores the route in the request, and moves `SCRIPT_NAME` at a mount.
fn enter(routed: &RouteMatch, environ: &mut Environ) -> Result<()> {
    // A target such as `*` is not a path, and cannot be moved.
    let is_path = environ.raw_path_info().starts_with('/');
    // Only a mount has a rest.
    let rest = routed.0.hit.as_ref().and_then(|hit| hit.rest);
    if let Some(rest) = rest.filter(|_| is_path) {
        let length = environ.raw_script_name().len() + rest;
        let prefix = environ.raw_path()[..length].to_owned();
        environ.set_raw_script_name(&prefix)?;
    }
    routed.clone().keep(environ);
    Ok(())
}

/// Calls the application of a route.
async fn answer(
    route: &RouteEntry,
    mut environ: Environ,
    start_response: StartResponse,
) -> Result<Reply> {
    if let Some(limits) = &route.limits {
        environ.set_limits(Arc::clone(limits));
    }
    let is_logged = environ.server().has_log_notes();
    let called = pin!(route.application.call(environ, start_response));
    let name = || format!("the route `{}`", route.whole_rule(None).unwrap_or_default());
    match noticed(called, Some(&route.label), name).await {
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

/// The fallback of a nested router, or of the router itself; stores it in the request.
fn fallback(routed: RouteMatch, environ: &mut Environ) -> BoxApplication {
    let own = &routed.0.router.declared;
    let (application, limits) = match routed.route() {
        Some(route) => (Some(&route.application), &route.limits),
        None => (own.fallback.as_ref(), &own.limits),
    };
    if let Some(limits) = limits {
        environ.set_limits(Arc::clone(limits));
    }
    let application = application.expect("the router has decided for it").clone();
    routed.keep(environ);
    application
}

/// A redirect that keeps method and query.
fn redirect(environ: &Environ, mut location: String) -> Response {
    if !environ.query_string().is_empty() {
        location.push('?');
        location.push_str(environ.query_string());
    }
    Response::redirect(&location).with_status(StatusCode::PERMANENT_REDIRECT)
}

fn not_allowed(allowed: &[Method], rule: String) -> Error {
    Error::method_not_allowed(allowed).with_extension(Route(rule))
}

/// The answer to `OPTIONS` where no handler takes it.
fn options(allowed: &[Method], rule: String) -> Response {
    let names: Vec<_> = allowed.iter().map(Method::as_str).collect();
    let response = Response::empty(StatusCode::NO_CONTENT);
    let mut response = response.with_header(header::ALLOW, names.join(", "));
    response
        .extensions_mut()
        .insert(LogNote::default().with_route(rule));
    response
}
