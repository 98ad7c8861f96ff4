//! Rules with typed parameters, and URLs that are built from them.
//!
//! ```sh
//! cargo run --example routing
//! curl http://127.0.0.1:8000/posts/2026                     # the posts of a year
//! curl http://127.0.0.1:8000/posts/2026/2                   # the next page
//! curl http://127.0.0.1:8000/posts/2026-11-24-first.txt     # three parameters in one segment
//! curl http://127.0.0.1:8000/files/a/b%20c                  # a path is one parameter
//! curl -i http://127.0.0.1:8000/posts                       # 308 to /posts/
//! curl -i http://127.0.0.1:8000/posts/soon                  # 404: not a year
//! curl -i -X DELETE http://127.0.0.1:8000/posts/            # 405, with Allow
//! ```

use rustzeug::gateway::Application;
use rustzeug::routing::TypedRule;
use rustzeug::{Request, Result, Router, ServeError, serve, server::address_from_port};

/// A rule as a constant: the compiler checks its parameters.
const FILE: TypedRule<(String,)> = TypedRule::new("/files/{path:path}");

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    Router::new()
        .get("/posts/", index)
        .get("/posts/{year:int(min=1990,max=2100)}", year)
        .defaults([("page", 1)])
        .name("year")
        .get(
            "/posts/{year:int(min=1990,max=2100)}/{page:int(min=2)}",
            year,
        )
        .name("year")
        .get("/posts/{day:date}-{slug}.{format:any(html,txt)}", post)
        .name("post")
        .get(FILE, file)
}

fn index(request: &Request) -> Result<String> {
    let first = (("day", "2026-11-24"), ("slug", "first"), ("format", "txt"));
    let post = request.url_for("post", first)?;
    let year = request.url_for("year", (("year", 2026), ("page", 1), ("by", "date")))?;
    let file = FILE.url_for(request, ("a/b c".to_owned(),))?;
    Ok(format!("{post}\n{year}\n{file}\n"))
}

fn year(request: &Request) -> Result<String> {
    let (year, page): (u16, u32) = (request.path_param("year")?, request.path_param("page")?);
    let next = request.url_for("year", (("year", year), ("page", page.saturating_add(1))))?;
    Ok(format!(
        "the posts of {year}, page {page}; the next is {next}\n"
    ))
}

fn post(request: &Request) -> Result<String> {
    let (day, slug) = (
        request.path_param::<String>("day")?,
        request.path_param::<String>("slug")?,
    );
    Ok(format!("{slug}, written on {day}\n"))
}

fn file(request: &Request) -> Result<String> {
    let (path,) = FILE.params(request)?;
    Ok(format!("{path}\n"))
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
