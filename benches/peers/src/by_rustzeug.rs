//! The application for rustzeug, written as its users write it.

use std::path::Path;
use std::time::Duration;

use rustzeug::Json;
use rustzeug::Next;
use rustzeug::Request;
use rustzeug::Response;
use rustzeug::Result;
use rustzeug::Router;
use rustzeug::cookie::Cookie;
use rustzeug::gateway::Application;
use rustzeug::gateway::Environ;
use rustzeug::gateway::Reply;
use rustzeug::gateway::StartResponse;
use rustzeug::middleware::compress;
use rustzeug::static_files::StaticFiles;
use rustzeug::wrap;

use crate::work::Bill;
use crate::work::Contact;
use crate::work::Order;
use crate::work::Pieces;
use crate::work::Receipt;
use crate::work::Sum;
use crate::work::compute;
use crate::work::hello_body;
use crate::work::time_body;

async fn time() -> String {
    time_body()
}

fn time_blocking(_: &Request) -> String {
    time_body()
}

fn sleep_blocking() -> &'static str {
    std::thread::sleep(Duration::from_millis(50));
    "slept"
}

/// Plain functions that wait for so many microseconds. Each is a handler with a history of its own.
fn wait<const MICROSECONDS: u64>() -> &'static str {
    std::thread::sleep(Duration::from_micros(MICROSECONDS));
    "waited"
}

fn compute_300us() -> String {
    compute(Duration::from_micros(300))
}

async fn compute_5ms() -> String {
    compute(Duration::from_millis(5))
}

fn iterator() -> Response {
    Response::iterator(Pieces::default())
}

fn stream() -> Response {
    Response::stream(Pieces::default())
}

async fn hello(request: &Request) -> Result<Response> {
    let name: String = request.path_param("name")?;
    let (query, cookies) = (request.query(), request.cookies());
    let (greeting, session) = (query.get("greeting"), cookies.get("session"));
    let body = hello_body(greeting.as_deref(), &name, session.as_deref());
    Ok(Response::text(body).with_cookie(Cookie::build(("last", name)).path("/").http_only(true)))
}

/// Beside `known` it differs only in that it is not conditional.
async fn tagged(_: &Request) -> Response {
    Response::text("tagged").with_etag("v7")
}

/// The same, and `304` for who has it.
async fn known(request: &Request) -> Response {
    Response::text("tagged")
        .with_etag("v7")
        .conditional(request)
}

/// A response that is never compressed.
async fn picture() -> Response {
    Response::bytes(&b"picture"[..]).with_header("content-type", "image/png")
}

/// Middleware that does nothing.
async fn nothing(request: Request, next: Next) -> Response {
    next.run(request).await
}

async fn form(request: &Request) -> Result<Json<Receipt>> {
    Ok(Json(request.form_as::<Contact>().await?.into()))
}

async fn json(request: &Request) -> Result<Json<Bill>> {
    Ok(Json((&request.json::<Order>().await?).into()))
}

/// As a stream: nothing is stored.
async fn upload(request: &Request) -> Result<Json<Sum>> {
    let (mut parts, mut sum) = (request.multipart(), Sum::default());
    while let Some(mut part) = parts.next_part().await? {
        if part.name() == "title" {
            sum.title = String::from_utf8_lossy(&part.read_bytes(1000).await?).into_owned();
            continue;
        }
        while let Some(chunk) = part.chunk().await? {
            sum.add(&chunk);
        }
    }
    Ok(Json(sum))
}

/// As a whole form: in memory, or on disk once half of the memory for bodies is used.
async fn upload_spooled(request: &Request) -> Result<Json<Sum>> {
    let form = request.form().await?;
    let mut sum = Sum::default();
    let mut body = form.file("file")?.body();
    while let Some(chunk) = body.chunk().await? {
        sum.add(&chunk);
    }
    form.require("title")?.clone_into(&mut sum.title);
    Ok(Json(sum))
}

/// A folder of files below `/static`, beside the application.
///
/// # Panics
///
/// If there is no such folder.
#[must_use]
pub fn with_files(folder: &Path) -> impl Application {
    let files = StaticFiles::new(folder).expect("the folder exists");
    routes().mount("/static", files)
}

/// The application.
#[must_use]
pub fn app() -> impl Application {
    routes()
}

fn routes() -> Router {
    Router::new()
        .get("/time", time)
        .get("/time_blocking", time_blocking)
        .get("/sleep_blocking", sleep_blocking)
        .get("/wait_100us", wait::<100>)
        .get("/wait_1ms", wait::<1_000>)
        .get("/wait_5ms", wait::<5_000>)
        .get("/compute_300us", compute_300us)
        .get("/compute_5ms", compute_5ms)
        .get("/iterator", iterator)
        .get("/stream", stream)
        .get("/hello/{name}", hello)
        .get("/tagged", tagged)
        .get("/known", known)
        .get("/picture", picture)
        .get("/wrapped", wrap(picture, nothing))
        .get("/encoded", wrap(picture, compress))
        .post("/form", form)
        .post("/json", json)
        .post("/upload", upload)
        .post("/upload_spooled", upload_spooled)
}

/// `/time` among these routes.
#[must_use]
pub fn large(routes: &[String]) -> impl Application {
    let app = Router::new().get("/time", time);
    routes.iter().fold(app, |app, route| app.get(route, time))
}

/// One path over the raw protocol.
pub async fn raw(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    if environ.method() != "GET" || environ.raw_path_info() != "/time" {
        return Ok(start_response.start(404, ())?.body(()));
    }
    let started = start_response.start(200, [("content-type", "text/plain; charset=utf-8")])?;
    Ok(started.body(time_body()))
}

/// The same path with `Request` and `Response` in between.
pub async fn webob_style(environ: Environ, start_response: StartResponse) -> Result<Reply> {
    let request = Request::new(environ);
    let response = match (request.method().as_str(), request.path()) {
        ("GET", "/time") => Response::text(time_body()),
        _ => Response::empty(404),
    };
    response.start(start_response)
}
