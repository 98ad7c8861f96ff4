//! Following redirects: the next request, and when to stop.

use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url;
use crate::base::url::Host;
use crate::base::url::default_port;
use crate::gateway::ServerInfo;
use crate::request::Request;
use crate::testing::TestResponse;

/// The maximum number of redirects in a row, as in browsers.
const MOST: usize = 20;

/// The requests that were sent so far.
#[derive(Debug, Default)]
pub(super) struct Trail(Vec<Step>);

#[derive(Debug, PartialEq, Eq)]
struct Step {
    method: Method,
    url: String,
    cookies: Option<HeaderValue>,
}

impl Trail {
    /// Records a request that is about to be sent.
    ///
    /// # Errors
    ///
    /// If there were too many requests, or the same request, cookies included, was sent before.
    pub(super) fn step(&mut self, request: &Request) -> Result<()> {
        let step = Step {
            method: request.method().clone(),
            url: request.url(),
            cookies: request.headers().get(header::COOKIE).cloned(),
        };
        if self.0.contains(&step) {
            return Err(self.error("a loop of redirects", &step));
        }
        if self.0.len() > MOST {
            return Err(self.error(&format!("more than {MOST} redirects in a row"), &step));
        }
        self.0.push(step);
        Ok(())
    }

    fn error(&self, what: &str, last: &Step) -> Error {
        let steps = self.0.iter().chain([last]);
        let steps: Vec<_> = steps
            .map(|step| format!("{} {}", step.method, step.url))
            .collect();
        Error::from(format!("{what}: {}", steps.join(" -> ")))
    }
}

/// The request to which an answer redirects; `None` if it does not redirect.
///
/// # Errors
///
/// If the redirect leads to another host or out of the mount, or requires a body that was sent as a stream.
pub(super) fn next(answer: &TestResponse) -> Result<Option<Request>> {
    if !is_redirect(answer.status()) {
        return Ok(None);
    }
    let Some(location) = answer.headers().get(header::LOCATION) else {
        return Ok(None);
    };
    let before = answer.request();
    let target = before.relative_url(&String::from_utf8_lossy(location.as_bytes()));
    let mut request = match (answer.status().as_u16(), before.method()) {
        (307 | 308, _) => answer.request_again()?,
        (_, &Method::HEAD) => {
            let mut request = before.copy_get();
            request.set_method(Method::HEAD);
            request
        }
        _ => before.copy_get(),
    };
    go_to(&mut request, &target)?;
    Ok(Some(request))
}

/// Returns whether a status is a redirect (RFC 9110 §15.4).
pub(super) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Changes the URL of a request to another one of the same host.
fn go_to(request: &mut Request, target: &str) -> Result<()> {
    let parts = target.split_once("://").filter(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    });
    let Some((scheme, rest)) = parts else {
        return Err(Error::from(format!(
            "the redirect leads to `{target}`, which is not an http or https URL"
        )));
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = Host::parse(authority).map_err(|_| {
        Error::from(format!(
            "the redirect leads to `{authority}`, which is not a valid host"
        ))
    })?;
    let port = host.port().unwrap_or(default_port(scheme));
    // If both ports are the defaults, it is the same host with another scheme.
    let usual = port == default_port(scheme) && request.port() == default_port(request.scheme());
    if !host.name().eq_ignore_ascii_case(&request.domain()) || !(usual || port == request.port()) {
        return Err(Error::from(format!(
            "the redirect leads to another host: `{authority}`, from {}",
            request.url()
        )));
    }
    let server_info = ServerInfo::clone(request.environ().server()).with_scheme(scheme);
    let server_info = server_info.with_server(host.name(), port);
    request.set_header(header::HOST, authority)?;
    request.environ_mut().set_server(server_info);
    let path = path.split('#').next().unwrap_or_default();
    let path = url::clean_target(path.as_bytes()).into_owned();
    let mount = request.environ().raw_script_name().to_owned();
    request.environ_mut().set_target(path)?;
    request
        .environ_mut()
        .set_raw_script_name(&mount)
        .map_err(|_| {
            Error::from(format!(
                "the redirect leads to `{target}`, out of the mount `{mount}` of the application"
            ))
        })
}
