//! A search with a typed query, and links to its pages.
//!
//! ```sh
//! cargo run --example query
//! curl 'http://127.0.0.1:8000/?q=red+apple&tag=a&tag=b&page=2'
//! curl 'http://127.0.0.1:8000/?page=two'             # 400: `page` is `two`: expected a whole number; `q` is missing
//! ```

use rustzeug::gateway::Application;
use rustzeug::html::escape;
use rustzeug::{
    Html, IntoApplication, Request, Result, ServeError, query, serve, server::address_from_port,
};
use serde::{Deserialize, Serialize};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    search.into_application()
}

/// `tag` may occur any number of times, `page` at most once.
#[derive(Deserialize, Serialize)]
struct Search {
    q: String,
    tag: Vec<String>,
    page: Option<u32>,
}

fn search(request: &Request) -> Result<Html<String>> {
    let search: Search = request.query_as()?;
    let page = search.page.unwrap_or(1);
    let next = Search {
        page: page.checked_add(1),
        ..search
    };
    let link = query::link(&request.path_url(), &next)?;
    Ok(Html(format!(
        "<!doctype html>\n<title>{q}</title>\n\
         <p>Page {page} of what is called <b>{q}</b> and tagged {tags}.\n\
         <p><a href=\"{link}\">Next</a>\n",
        q = escape(&next.q),
        tags = escape(&format!("{:?}", next.tag)),
        link = escape(&link),
    )))
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
