//! The head of a response for a server in front.

use http::Method;

use crate::base::error::Result;
use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::ScriptNameFix;
use crate::gateway::ServerInfo;
use crate::gateway::Variables;
use crate::request::Request;
use crate::wire::cgi_head::Form;
use crate::wire::cgi_head::Head;

/// What was asked: the head of the response depends on it.
#[derive(Debug, Default)]
pub(in crate::server) struct Asked {
    variables: Variables,
    is_head: bool,
}

impl Asked {
    pub(in crate::server) fn new(variables: Variables) -> Self {
        Self {
            variables,
            is_head: false,
        }
    }

    /// Makes the request: see [`Environ::from_variables`].
    pub(in crate::server) fn environ(
        &mut self,
        body: impl Into<Body>,
        server_info: ServerInfo,
        fix: &ScriptNameFix,
    ) -> Result<Environ> {
        let made = Environ::from_variables(&self.variables, body, server_info, fix);
        self.is_head = match &made {
            Ok(environ) => environ.method() == Method::HEAD,
            Err(_) => self.variables.get("REQUEST_METHOD") == Some(b"HEAD"),
        };
        made
    }

    pub(in crate::server) fn is_head(&self) -> bool {
        self.is_head
    }

    /// The URL of the request; empty if there is none. Few responses need it, so it is made for them only.
    pub(in crate::server) fn url(&self, server_info: &ServerInfo, fix: &ScriptNameFix) -> String {
        let body = Body::empty();
        let made = Environ::from_variables(&self.variables, body, server_info.clone(), fix);
        made.map(|environ| Request::new(environ).url())
            .unwrap_or_default()
    }

    /// The head of a response of the edge, whose body has this length. `url` makes the URL of the request.
    pub(in crate::server) fn head<'h, B>(
        &self,
        form: Form,
        response: &'h http::Response<B>,
        body_length: Option<u64>,
        url: &'h dyn Fn() -> String,
    ) -> Head<'h> {
        Head {
            form,
            status: response.status(),
            headers: response.headers(),
            omits_body: self.is_head,
            body_length,
            url,
        }
    }
}

/// For the log of a server.
#[cfg(feature = "front")]
impl Asked {
    pub(in crate::server) fn variables(&self) -> &Variables {
        &self.variables
    }
}
