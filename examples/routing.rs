//! Rules with typed parameters, and URLs that are built of them.
//!
//! ```sh
//! cargo run --example routing
//! curl http://127.0.0.1:8000/posts/2026                     # the posts of a year
//! curl http://127.0.0.1:8000/posts/2026-11-24-first.txt     # three parameters in one segment
//! curl http://127.0.0.1:8000/files/a/b%20c                  # a path is one parameter
//! curl -i http://127.0.0.1:8000/posts                       # 308 to /posts/
//! curl -i http://127.0.0.1:8000/posts/soon                  # 404: no year
//! curl -i -X DELETE http://127.0.0.1:8000/posts/            # 405, with Allow
//! ```

use rustzeug::gateway::Application;
use rustzeug::{Request, Result, Router, ServeError, local_address, serve};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    Router::new()
        .get("/posts/", index)
        .get("/posts/{year:int(min=1990,max=2100)}", year)
        .name("year")
        .get("/posts/{day:date}-{slug}.{format:any(html,txt)}", post)
        .name("post")
        .get("/files/{path:path}", file)
}

fn index(request: &Request) -> Result<String> {
    let first = (("day", "2026-11-24"), ("slug", "first"), ("format", "txt"));
    let post = request.url_for("post", first)?;
    let year = request.url_for("year", (("year", 2026), ("page", 1)))?;
    Ok(format!("{post}\n{year}\n"))
}

fn year(request: &Request) -> Result<String> {
    let year: u16 = request.param("year")?;
    Ok(format!("the posts of {year}\n"))
}

fn post(request: &Request) -> Result<String> {
    let (day, slug) = (
        request.param::<String>("day")?,
        request.param::<String>("slug")?,
    );
    Ok(format!("{slug}, written on {day}\n"))
}

fn file(request: &Request) -> Result<String> {
    Ok(format!("{}\n", request.param::<String>("path")?))
}

fn main() -> Result<(), ServeError> {
    serve(local_address()?, app())
}
