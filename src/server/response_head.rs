//! The head of a response for a server in front.

use http::Method;

use crate::gateway::Body;
use crate::gateway::Environ;
use crate::request::Request;
use crate::wire::cgi_head::Form;
use crate::wire::cgi_head::Head;

/// The facts of a request on which the head of its response depends.
#[derive(Debug, Default)]
pub(in crate::server) struct Asked {
    is_head: bool,
    url: String,
}

impl Asked {
    /// The facts that are known before there is a request.
    pub(in crate::server) fn by(method: Option<&[u8]>) -> Self {
        Self {
            is_head: method == Some(b"HEAD"),
            url: String::new(),
        }
    }

    /// Takes the facts of a request, and returns it.
    pub(in crate::server) fn of(&mut self, environ: Environ) -> Environ {
        let request = Request::new(environ);
        self.is_head = request.method() == Method::HEAD;
        self.url = request.url();
        request.into_environ()
    }

    pub(in crate::server) fn is_head(&self) -> bool {
        self.is_head
    }

    /// Appends the head of a response of the edge: see [`Head::write`].
    pub(in crate::server) fn write_head(
        &self,
        form: Form,
        response: &http::Response<Body>,
        into: &mut Vec<u8>,
    ) {
        let head = Head {
            form,
            status: response.status(),
            headers: response.headers(),
            omits_body: self.is_head,
            body_length: response.body().length(),
            url: &self.url,
        };
        head.write(into);
    }
}
