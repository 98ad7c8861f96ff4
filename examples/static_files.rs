//! Files and an application that share one name space: if there is a file, it is sent; otherwise the application
//! answers.
//!
//! ```sh
//! cargo run --example static_files
//! curl http://127.0.0.1:8000/                           # the application: a page with a link to a style sheet
//! curl -i http://127.0.0.1:8000/docs/tour.md            # a file of the folder `docs/src`
//! curl http://127.0.0.1:8000/docs/                      # the folder, listed
//! curl -i -r 0-9 http://127.0.0.1:8000/docs/tour.md     # 206: the first ten bytes
//! curl -i http://127.0.0.1:8000/docs/nothing.md         # the application again, which knows no such path: 404
//! ```

use rustzeug::gateway::Application;
use rustzeug::html::escape;
use rustzeug::static_files::StaticFiles;
use rustzeug::{Html, Request, Result, Router, serve, server::address_from_port};

const STYLE: &[u8] = b"body { font: 1.2rem/1.5 sans-serif; margin: 2rem auto; max-width: 40rem }\n";

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app(folder: &str) -> Result<impl Application + use<>> {
    let pages = Router::new().get("/", home).get("/hello/{name}", hello);
    let styles = StaticFiles::built_in(&[("style.css", STYLE)]).with_prefix("/static");
    let docs = StaticFiles::new(folder)?.with_prefix("/docs");
    Ok(docs.with_listing().or(styles.or(pages)))
}

fn home(request: &Request) -> Result<Html<String>> {
    let text = "<h1>Files and pages</h1>\n<p><a href=\"docs/\">The documentation</a>\n";
    page(request, text)
}

fn hello(request: &Request) -> Result<Html<String>> {
    let name: String = request.path_param("name")?;
    page(request, &format!("<h1>Hello, {}!</h1>\n", escape(&name)))
}

/// A page with a link to the style sheet. The link has a fingerprint, so browsers store the file forever.
fn page(request: &Request, text: &str) -> Result<Html<String>> {
    let style = request.static_url("style.css")?;
    Ok(Html(format!(
        "<!doctype html>\n<title>Files</title>\n<link rel=\"stylesheet\" href=\"{style}\">\n{text}"
    )))
}

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let app = app("docs/src").map_err(rustzeug::Error::into_boxed)?;
    Ok(serve(address_from_port()?, app)?)
}
