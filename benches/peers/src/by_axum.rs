//! The application for axum, written as its users write it.

use std::time::Duration;

use axum::Form;
use axum::Json;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::Multipart;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::multipart::MultipartError;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::ACCEPT;
use axum::http::header::VARY;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use axum_extra::extract::cookie::Cookie;
use axum_extra::extract::cookie::CookieJar;

use crate::work::Bill;
use crate::work::Contact;
use crate::work::Greeting;
use crate::work::Order;
use crate::work::Receipt;
use crate::work::Sum;
use crate::work::hello_body;
use crate::work::time_body;

async fn time() -> String {
    time_body()
}

async fn time_blocking() -> String {
    tokio::task::spawn_blocking(time_body)
        .await
        .expect("it does not panic")
}

async fn sleep_blocking() -> &'static str {
    let nap = || std::thread::sleep(Duration::from_millis(50));
    tokio::task::spawn_blocking(nap)
        .await
        .expect("it does not panic");
    "slept"
}

async fn hello(
    Path(name): Path<String>,
    Query(query): Query<Greeting>,
    jar: CookieJar,
) -> impl IntoResponse {
    let session = jar.get("session").map(Cookie::value);
    let body = hello_body(query.greeting.as_deref(), &name, session);
    let cookie = Cookie::build(("last", name)).path("/").http_only(true);
    (jar.add(cookie), body)
}

async fn form(Form(contact): Form<Contact>) -> Json<Receipt> {
    Json(contact.into())
}

async fn json(Json(order): Json<Order>) -> Json<Bill> {
    Json((&order).into())
}

async fn upload(mut multipart: Multipart) -> Result<Json<Sum>, MultipartError> {
    let mut sum = Sum::default();
    while let Some(mut field) = multipart.next_field().await? {
        if field.name() == Some("title") {
            sum.title = field.text().await?;
            continue;
        }
        while let Some(chunk) = field.chunk().await? {
            sum.add(&chunk);
        }
    }
    Ok(Json(sum))
}

/// The application.
pub fn app() -> Router {
    Router::new()
        .route("/time", get(time))
        .route("/time_blocking", get(time_blocking))
        .route("/sleep_blocking", get(sleep_blocking))
        .route("/hello/{name}", get(hello))
        .route("/form", post(form))
        .route("/json", post(json))
        .route(
            "/upload",
            post(upload).layer(DefaultBodyLimit::max(16 << 20)),
        )
}

/// A `404` page for a browser or another client, in the simplest way.
async fn missing(headers: HeaderMap) -> Response {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        let title = "404 Not Found";
        let page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<title>{title}</title>\n<h1>{title}</h1>\n</html>\n"
        );
        return (StatusCode::NOT_FOUND, [(VARY, "accept")], Html(page)).into_response();
    }
    (StatusCode::NOT_FOUND, [(VARY, "accept")], "Not Found\n").into_response()
}

/// The application with a `404` page.
pub fn with_pages() -> Router {
    app().fallback(missing)
}

/// `/time` among these routes.
pub fn large(routes: &[String]) -> Router {
    let app = Router::new().route("/time", get(time));
    routes
        .iter()
        .fold(app, |app, route| app.route(route, get(time)))
}
