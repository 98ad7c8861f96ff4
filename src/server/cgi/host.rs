//! The host of a CGI program, with its settings.

use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::process::ExitCode;
use std::sync::Arc;

use crate::gateway::Application;
use crate::gateway::ErrorStream;
use crate::gateway::Limits;
use crate::gateway::ScriptNameFix;
use crate::gateway::ServerInfo;
use crate::gateway::Variables;
use crate::handler::Handler;
use crate::handler::WhenEntered;
use crate::server::cgi::answer::Terms;
use crate::server::cgi::runtime;

/// The host of a CGI program.
///
/// ```no_run
/// use rustzeug::cgi::Cgi;
/// use rustzeug::gateway::Limits;
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     Cgi::new()
///         .with_limits(Limits::default().with_received_body_bytes(64 << 20))
///         .with_script_name_fix("/app".parse().expect("a mount point"))
///         .serve(|| "hello\n")
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cgi {
    limits: Arc<Limits>,
    fix: ScriptNameFix,
    errors: ErrorStream,
}

impl Cgi {
    /// Creates a host with the default limits and without mount points.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the limits of requests. The clocks of bodies do not apply: the web server has its own.
    #[must_use]
    pub fn with_limits(mut self, limits: impl Into<Arc<Limits>>) -> Self {
        self.limits = limits.into();
        self
    }

    /// Sets the mount points, for web servers that do not split the path as the program needs it.
    #[must_use]
    pub fn with_script_name_fix(mut self, fix: ScriptNameFix) -> Self {
        self.fix = fix;
        self
    }

    /// Sets the error stream, instead of standard error.
    #[must_use]
    pub fn with_errors(mut self, errors: ErrorStream) -> Self {
        self.errors = errors;
        self
    }

    fn server_info(&self) -> ServerInfo {
        ServerInfo::default()
            .with_limits(Arc::clone(&self.limits))
            .with_errors(self.errors.clone())
            .with_multiprocess(true)
            .with_run_once(true)
            .with_log_notes(false)
    }

    /// Answers the request for which the web server has started this process: see [`serve`](super::serve).
    ///
    /// If the environment has `HTTP_PROXY`, which is the header `Proxy` of a client, the process starts itself again
    /// without this variable, since HTTP clients and child processes would obey it (CVE-2016-5385).
    #[must_use = "`main` returns it, so that the web server learns of a failure"]
    pub fn serve<M, H>(&self, handler: H) -> ExitCode
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        let variables = variables();
        if variables.get("REQUEST_METHOD").is_none() {
            eprintln!(
                "this is a CGI program: a web server starts it, with the request in the environment"
            );
            return ExitCode::FAILURE;
        }
        if variables.get("HTTP_PROXY").is_some() {
            let error = start_again();
            eprintln!("cannot start again without the variable HTTP_PROXY: {error}");
            return ExitCode::FAILURE;
        }
        let mut output = io::stdout().lock();
        match self.answer(handler, variables, io::stdin(), &mut output) {
            Ok(()) => ExitCode::SUCCESS,
            // The client has left.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        }
    }

    /// Answers one request from any variables and streams, on this thread.
    ///
    /// The part of `input` that belongs to the body is read even if the application does not read it.
    ///
    /// # Errors
    ///
    /// The response is not complete: `output` has failed, or a body has failed after the head was written. An
    /// application that is put together wrongly is answered with `500` and an error. What went wrong is written to
    /// the error stream, unless `output` has failed.
    ///
    /// ```
    /// use rustzeug::{cgi::Cgi, gateway::Variables};
    ///
    /// let variables: Variables = [("REQUEST_METHOD", "GET"), ("PATH_INFO", "/")].into_iter().collect();
    /// let mut output = Vec::new();
    /// Cgi::new().answer(|| "hello", variables, std::io::empty(), &mut output)?;
    /// assert!(output.starts_with(b"Status: 200 OK\r\n") && output.ends_with(b"\r\n\r\nhello"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn answer<M, H>(
        &self,
        handler: H,
        variables: Variables,
        input: impl Read + Send + 'static,
        output: &mut impl Write,
    ) -> io::Result<()>
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        let application = handler.adapt(WhenEntered::Received);
        let terms = Terms {
            server_info: self.server_info(),
            fix: &self.fix,
        };
        runtime::within(|| terms.answer(&application, variables, input, output))
    }
}

/// The environment of the process.
fn variables() -> Variables {
    let pairs = std::env::vars_os();
    pairs
        .map(|(name, value)| (name.into_vec(), value.into_vec()))
        .collect()
}

/// Replaces the process by itself without `HTTP_PROXY`; nothing of the input has been read. It returns only an error.
fn start_again() -> io::Error {
    let mut arguments = std::env::args_os();
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return error,
    };
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    command.args(arguments).env_remove("HTTP_PROXY").exec()
}
