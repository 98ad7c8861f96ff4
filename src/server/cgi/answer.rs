//! One request of CGI: from variables and a stream to bytes.

use std::io;
use std::io::Write;

use crate::base::error::Error;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::ErrorStream;
use crate::gateway::ScriptNameFix;
use crate::gateway::ServerInfo;
use crate::gateway::Variables;
use crate::gateway::block_on;
use crate::gateway::call;
use crate::gateway::discard;
use crate::gateway::write;
use crate::server::cgi::input::Input;
use crate::server::response_head::Asked;
use crate::wire::cgi_head::Form;

/// What the host declares for a request.
pub(super) struct Terms<'c> {
    pub(super) server_info: ServerInfo,
    pub(super) fix: &'c ScriptNameFix,
}

impl Terms<'_> {
    /// Answers a request. An error means that the response is not complete, or that the application is put together
    /// wrongly.
    pub(super) fn answer<A: Application>(
        self,
        application: &A,
        variables: Variables,
        stream: impl io::Read + Send + 'static,
        output: &mut impl Write,
    ) -> io::Result<()> {
        let errors = self.server_info.errors();
        let form = form(&variables);
        let most = self.server_info.limits().received_body_bytes();
        let input = Input::new(stream, length(&variables), most);
        let mut asked = Asked::new(variables);
        let request = asked.environ(input.body(), self.server_info.clone(), self.fix);
        let checked = application.check();
        let request = match &checked {
            Ok(()) => request,
            Err(error) => {
                errors.report(error);
                Err(Error::internal())
            }
        };
        let response = match request {
            Ok(environ) => block_on(call(application, environ)),
            Err(error) => write(&error, &self.server_info, asked.is_head()),
        };
        input.drain();
        let mut head = Vec::with_capacity(512);
        let (length, url) = (response.body().length(), || {
            asked.url(&self.server_info, self.fix)
        });
        asked.head(form, &response, length, &url).write(&mut head);
        let sent = send(head, response.into_body(), output, errors);
        input.drain();
        sent.and(checked.map_err(|error| io::Error::other(error.into_boxed())))
    }
}

/// The length of the body; `None` if it ends with the input. RFC 3875 §4.1.2: without a length there is no body, unless
/// the web server says that it has a body of unknown length.
fn length(variables: &Variables) -> Option<u64> {
    match variables.content_length() {
        Ok(Some(length)) => Some(length),
        Ok(None) if variables.is_chunked() => None,
        _ => Some(0),
    }
}

/// RFC 3875 §5: the output of a program whose name begins with `nph-` goes to the client as it is.
fn form(variables: &Variables) -> Form {
    let script = variables.get("SCRIPT_NAME").unwrap_or_default();
    let name = script.rsplit(|byte| *byte == b'/').next();
    if name.is_some_and(|name| name.starts_with(b"nph-")) {
        Form::Http
    } else {
        Form::Status
    }
}

/// Writes a response. A body that is there at once is written with the head.
fn send(
    mut bytes: Vec<u8>,
    mut body: Body,
    output: &mut impl Write,
    errors: &ErrorStream,
) -> io::Result<()> {
    if let Some(content) = body.as_bytes() {
        bytes.extend_from_slice(content);
        body = Body::empty();
    }
    let sent = output.write_all(&bytes).and_then(|()| output.flush());
    let sent = sent.and_then(|()| send_body(&mut body, output, errors));
    discard(body, errors);
    sent
}

fn send_body(body: &mut Body, output: &mut impl Write, errors: &ErrorStream) -> io::Result<()> {
    loop {
        match block_on(body.chunk()) {
            Ok(Some(chunk)) => {
                output.write_all(&chunk)?;
                output.flush()?;
            }
            Ok(None) => return Ok(()),
            Err(error) => {
                errors.report(&internal(&error));
                return Err(io::Error::other(error.into_boxed()));
            }
        }
    }
}

/// A body that fails is a failure of the server, whatever its status would have been before the head was written.
fn internal(error: &Error) -> Error {
    Error::internal().with_source(format!(
        "the body failed after the head was sent: {error:?}"
    ))
}
