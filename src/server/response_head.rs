//! The head of a response for a server in front.

use std::sync::Arc;

use http::HeaderValue;
use http::Method;
use http::Uri;
use http::header;

use crate::gateway::Body;
use crate::gateway::Environ;
use crate::gateway::ServerInfo;
use crate::request::Request;
use crate::wire::cgi_head::Form;
use crate::wire::cgi_head::Head;

/// The facts of a request on which the head of its response depends.
#[derive(Debug, Default)]
pub(in crate::server) struct Asked {
    is_head: bool,
    place: Option<Place>,
}

/// The parts of the URL of a request. Few responses need it, so it is made for them only.
#[derive(Debug)]
struct Place {
    target: Uri,
    host: Option<HeaderValue>,
    server_info: Arc<ServerInfo>,
}

impl Place {
    fn of(environ: &Environ) -> Self {
        Self {
            target: environ.uri().clone(),
            host: environ.headers().get(header::HOST).cloned(),
            server_info: Arc::clone(environ.server()),
        }
    }

    fn url(&self) -> String {
        let mut request = http::Request::new(Body::empty());
        *request.uri_mut() = self.target.clone();
        if let Some(host) = &self.host {
            request.headers_mut().insert(header::HOST, host.clone());
        }
        Request::new(Environ::new(request, Arc::clone(&self.server_info))).url()
    }
}

impl Asked {
    /// The facts that are known before there is a request.
    pub(in crate::server) fn by(method: Option<&[u8]>) -> Self {
        Self {
            is_head: method == Some(b"HEAD"),
            place: None,
        }
    }

    /// Takes the facts of a request.
    pub(in crate::server) fn note(&mut self, environ: &Environ) {
        self.is_head = environ.method() == Method::HEAD;
        self.place = Some(Place::of(environ));
    }

    pub(in crate::server) fn is_head(&self) -> bool {
        self.is_head
    }

    /// Appends the head of a response of the edge, whose body has this length: see [`Head::write`].
    pub(in crate::server) fn write_head<B>(
        &self,
        form: Form,
        response: &http::Response<B>,
        body_length: Option<u64>,
        into: &mut Vec<u8>,
    ) {
        let is_resolved = form == Form::Status && response.headers().contains_key(header::LOCATION);
        let place = self.place.as_ref().filter(|_| is_resolved);
        let head = Head {
            form,
            status: response.status(),
            headers: response.headers(),
            omits_body: self.is_head,
            body_length,
            url: &place.map(Place::url).unwrap_or_default(),
        };
        head.write(into);
    }
}
