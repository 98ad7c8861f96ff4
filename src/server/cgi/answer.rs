//! One request of CGI: from variables and a stream to bytes.

use std::io;
use std::io::Write;

use crate::base::error::Error;
use crate::gateway::Application;
use crate::gateway::Body;
use crate::gateway::Environ;
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
        let mut asked = Asked::by(variables.get("REQUEST_METHOD").map(|method| &**method));
        let checked = application.check();
        let request = if let Err(error) = &checked {
            errors.report(error);
            Err(Error::internal())
        } else {
            let server_info = self.server_info.clone();
            Environ::from_variables(variables, input.body(), server_info, self.fix)
        };
        let response = match request {
            Ok(environ) => {
                asked.note(&environ);
                block_on(call(application, environ))
            }
            Err(error) => write(&error, &self.server_info, asked.is_head()),
        };
        input.drain();
        let sent = send(form, &asked, response, output, errors);
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
    let script = variables.get("SCRIPT_NAME").map_or(&b""[..], |name| name);
    let name = script.rsplit(|byte| *byte == b'/').next();
    if name.is_some_and(|name| name.starts_with(b"nph-")) {
        Form::Http
    } else {
        Form::Status
    }
}

/// Writes a response. The first chunk of a body is written with the head if it is there at once.
fn send(
    form: Form,
    asked: &Asked,
    response: http::Response<Body>,
    output: &mut impl Write,
    errors: &ErrorStream,
) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(512);
    asked.write_head(form, &response, response.body().length(), &mut bytes);
    let mut body = response.into_body();
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
