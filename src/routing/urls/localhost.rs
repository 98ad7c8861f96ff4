//! Hosts as they are tried on the machine of a developer: below `localhost`.

use std::net::IpAddr;

use crate::base::url::is_host;
use crate::routing::router::application::Router;
use crate::routing::router::compiled::Compiled;

/// What every machine takes for itself, with all names below it (RFC 6761 §6.3).
const LOCALHOST: &str = "localhost";

impl Router {
    /// Lets the hosts of a domain be tried at those of `localhost`: with `example.org`, a request for
    /// `help.localhost:8000` is answered as one for `help.example.org`, and one for `localhost:8000` or
    /// `127.0.0.1:8000` as one for `example.org`. The URLs that are built there lead to `localhost` too.
    ///
    /// A rule that matches the host as it was sent comes first. Requests for other hosts are not affected.
    ///
    /// ```
    /// use rustzeug::{Request, Result, routing::Router};
    ///
    /// fn front(request: &Request) -> Result<String> {
    ///     request.url_for("help", ())
    /// }
    ///
    /// let app = Router::new()
    ///     .get("/", front)
    ///     .host("help.example.org", Router::new().get("/", || "help").name("help"))
    ///     .with_localhost_as("example.org");
    /// let text = |url| Request::blank(url).send(&app).wait()?.read_text().wait();
    /// assert_eq!(text("http://help.localhost:8000/")?, "help");
    /// assert_eq!(text("http://localhost:8000/")?, "http://help.localhost:8000/");
    /// assert_eq!(text("https://example.org/")?, "https://help.example.org/");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    #[must_use]
    pub fn with_localhost_as(mut self, domain: &str) -> Self {
        self.renew();
        let domain = domain.strip_suffix('.').unwrap_or(domain);
        if !is_host(domain.as_bytes()) || domain.contains([':', '%']) {
            self.setting(format!(
                "`{}` is not a domain that `localhost` could stand for",
                domain.escape_debug()
            ));
        }
        self.declared.localhost_as = Some(domain.to_ascii_lowercase());
        self
    }
}

impl Compiled {
    /// A host below the domain for one below `localhost`; `None` for any other.
    pub(in crate::routing) fn meant_host(&self, host: &str) -> Option<String> {
        let domain = self.localhost_as.as_deref()?;
        Some(format!("{}{domain}", below_localhost(host)?))
    }

    /// A host below `localhost` for one below the domain; `None` for any other.
    pub(super) fn local_host(&self, host: &str) -> Option<String> {
        let domain = self.localhost_as.as_deref()?;
        let lower = host.to_ascii_lowercase();
        Some(format!("{}{LOCALHOST}", below(&lower, domain)?))
    }
}

/// Whether a host without its port is `localhost` or below it.
pub(super) fn is_local(host: &str) -> bool {
    below_localhost(&host.to_ascii_lowercase()).is_some()
}

fn below_localhost(host: &str) -> Option<&str> {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback().then_some(""),
        Err(_) => below(host, LOCALHOST),
    }
}

/// What stands before a domain in a host in lower case, with the point between them; `None` for a host that
/// is not in the domain.
fn below<'h>(host: &'h str, domain: &str) -> Option<&'h str> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let labels = host.strip_suffix(domain)?;
    (labels.is_empty() || labels.ends_with('.')).then_some(labels)
}
