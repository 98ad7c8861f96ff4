//! A table of applications by the first segments of the path.

use std::cmp::Reverse;
use std::fmt;

use crate::base::error::Error;
use crate::base::error::Result;
use crate::base::url::decode_path;
use crate::gateway::Application;
use crate::gateway::BoxApplication;
use crate::gateway::Environ;
use crate::gateway::Reply;
use crate::gateway::StartResponse;
use crate::handler::Handler;
use crate::handler::WhenEntered;

/// A table of applications, each mounted at the first segments of the path; the others go to the application that
/// [`new`](Self::new) gets.
///
/// The longest mount whose segments the path begins with is chosen. Its application gets the request with any method,
/// and works at any mount: `SCRIPT_NAME` and `PATH_INFO` move. Escapes in the path are decoded for the comparison;
/// an encoded slash does not end a segment, and an empty segment counts as one.
///
/// It does not need the feature `routing`. The mounts of a `routing::Router` do the same beside other
/// rules, and can have parameters, names and URLs; they also redirect, by the policy for slashes. This table does
/// neither: at the mount itself, without a slash, the path is empty.
///
/// ```
/// use rustzeug::{Request, middleware::Dispatcher};
///
/// let place = |request: &Request| format!("{} in {}", request.path(), request.script_name());
/// let app = Dispatcher::new(|| "front page").mount("/wiki", place).mount("/wiki/files", || "files");
///
/// let text = |path| Request::blank(path).send(&app).wait()?.read_text().wait();
/// assert_eq!(text("/wiki/Front%20page")?, "/Front page in /wiki");
/// assert_eq!(text("/wiki/files/a")?, "files");
/// assert_eq!(text("/wikipedia")?, "front page");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[doc(alias = "DispatcherMiddleware")]
#[doc(alias = "urlmap")]
pub struct Dispatcher {
    /// The segments of each mount, the most first.
    mounts: Vec<(Vec<String>, BoxApplication)>,
    rest: BoxApplication,
    faults: Vec<String>,
}

impl Dispatcher {
    /// Makes a table without mounts. All requests go to `rest`.
    #[must_use]
    pub fn new<M, H>(rest: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        Self {
            mounts: Vec::new(),
            rest: BoxApplication::new(rest.adapt(WhenEntered::Received)),
            faults: Vec::new(),
        }
    }

    /// Mounts an application at a path, which is written decoded: `/café`. A slash at its end makes no difference.
    ///
    /// A path that does not begin with a slash, has no segments or an empty one, or is there already, makes the table
    /// invalid: a server does not begin, and requests get a `500` whose reported cause says why.
    #[must_use]
    pub fn mount<M, H>(mut self, path: &str, handler: H) -> Self
    where
        H: Handler<M>,
        H::Adapted: Application,
    {
        let segments = path.strip_prefix('/').unwrap_or_default();
        let segments = segments.strip_suffix('/').unwrap_or(segments);
        let segments: Vec<_> = segments.split('/').map(str::to_owned).collect();
        if segments.iter().any(String::is_empty) {
            self.faults.push(format!(
                "`{path}` is not a mount: write `/` and a name for each segment"
            ));
        } else if self.mounts.iter().any(|(known, _)| *known == segments) {
            self.faults.push(format!("`{path}` is mounted twice"));
        }
        let application = BoxApplication::new(handler.adapt(WhenEntered::Received));
        self.mounts.push((segments, application));
        self.mounts
            .sort_by_key(|(segments, _)| Reverse(segments.len()));
        self
    }

    fn fault(&self) -> Result<()> {
        if self.faults.is_empty() {
            return Ok(());
        }
        Err(Error::internal().with_source(self.faults.join("; ")))
    }
}

/// The number of bytes at the front of a raw path that are these segments.
fn length_of(segments: &[String], raw_path: &str) -> Option<usize> {
    let mut rest = raw_path;
    for segment in segments {
        let below = rest.strip_prefix('/')?;
        let end = below.find('/').unwrap_or(below.len());
        if *decode_path(&below[..end]) != *segment.as_bytes() {
            return None;
        }
        rest = &below[end..];
    }
    Some(raw_path.len() - rest.len())
}

#[diagnostic::do_not_recommend]
impl Application for Dispatcher {
    async fn call(&self, mut environ: Environ, start_response: StartResponse) -> Result<Reply> {
        self.fault()?;
        for (segments, application) in &self.mounts {
            if let Some(length) = length_of(segments, environ.raw_path_info()) {
                let length = environ.raw_script_name().len() + length;
                let script_name = environ.raw_path()[..length].to_owned();
                environ.set_raw_script_name(&script_name)?;
                return application.call(environ, start_response).await;
            }
        }
        self.rest.call(environ, start_response).await
    }

    fn check(&self) -> Result<()> {
        self.fault()?;
        let mounts = self.mounts.iter().map(|(_, application)| application);
        mounts.chain([&self.rest]).try_for_each(Application::check)
    }
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mounts = self.mounts.iter();
        f.debug_list()
            .entries(mounts.map(|(segments, _)| format!("/{}", segments.join("/"))))
            .finish()
    }
}
