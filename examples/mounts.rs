//! Mounted applications: each sees its own mount as the root.
//!
//! ```sh
//! cargo run --example mounts
//! curl http://127.0.0.1:8000/                          # links to both
//! curl http://127.0.0.1:8000/wiki/Front                # Front, below /wiki
//! curl http://127.0.0.1:8000/ada/blog/7                # the same router for each user
//! curl -i http://127.0.0.1:8000/admin/                 # 403: middleware around the group
//! curl -H 'x-admin: yes' http://127.0.0.1:8000/admin/
//! ```

use rustzeug::gateway::Application;
use rustzeug::{
    Error, Next, Request, Response, Result, Router, ServeError, serve, server::address_from_port,
};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    let blog = Router::new().get("/{id:int}", post).name("post");
    let admin = Router::new().get("/", || "admin\n").wrap(admins_only);
    Router::new()
        .get("/", home)
        .name("home")
        .mount("/wiki", wiki)
        .name("wiki")
        .mount("/{user}/blog", blog)
        .nest("/admin", admin)
}

fn home(request: &Request) -> Result<String> {
    Ok(format!("{}\n", request.url_for("wiki", ())?))
}

/// Any application can be mounted; this one does not use routing.
fn wiki(request: &Request) -> String {
    let page = request.path();
    format!(
        "{}, below {}\n",
        page.trim_start_matches('/'),
        request.script_name()
    )
}

/// The name of an outer route gives a URL outside the mount, the name of an inner route a URL inside.
fn post(request: &Request) -> Result<String> {
    let (user, id): (String, u32) = (request.path_param("user")?, request.path_param("id")?);
    let next = request.url_for("post", [("id", id + 1)])?;
    let home = request.url_for("home", ())?;
    Ok(format!("post {id} of {user}; next {next}, home {home}\n"))
}

async fn admins_only(request: Request, next: Next) -> Response {
    if request.headers().contains_key("x-admin") {
        next.run(request).await
    } else {
        Error::forbidden().into()
    }
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
