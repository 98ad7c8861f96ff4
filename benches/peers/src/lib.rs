//! What the peers answer: the same work in each, so that only the library differs.

use std::time::SystemTime;

/// The body of `/time`.
#[must_use]
pub fn time_body() -> String {
    format!("It is {}", httpdate::HttpDate::from(SystemTime::now()))
}

pub mod by_axum {
    //! axum, as its users write it.
    use std::time::Duration;

    use axum::Router;
    use axum::routing::get;

    async fn time() -> String {
        crate::time_body()
    }

    async fn time_blocking() -> String {
        tokio::task::spawn_blocking(crate::time_body)
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

    /// The application.
    pub fn app() -> Router {
        Router::new()
            .route("/time", get(time))
            .route("/time_blocking", get(time_blocking))
            .route("/sleep_blocking", get(sleep_blocking))
    }
}

pub mod by_hyper {
    //! hyper with a `match`: what an expert writes without a framework.
    use std::convert::Infallible;

    use bytes::Bytes;
    use http::HeaderValue;
    use http::Method;
    use http::Request;
    use http::Response;
    use http::StatusCode;
    use http::header::CONTENT_TYPE;
    use http_body_util::BodyExt;
    use http_body_util::Full;
    use http_body_util::combinators::UnsyncBoxBody;

    /// The body of its answers.
    pub type Body = UnsyncBoxBody<Bytes, Infallible>;

    /// The application.
    pub async fn handle<B>(request: Request<B>) -> Result<Response<Body>, Infallible> {
        let mut response = match (request.method(), request.uri().path()) {
            (&Method::GET, "/time") => Response::new(Full::from(crate::time_body()).boxed_unsync()),
            _ => {
                let mut missing = Response::new(Full::default().boxed_unsync());
                *missing.status_mut() = StatusCode::NOT_FOUND;
                return Ok(missing);
            }
        };
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        Ok(response)
    }
}

pub mod by_rustzeug {
    //! rustzeug, as its users write it.
    use std::time::Duration;

    use rustzeug::Error;
    use rustzeug::IntoApplication;
    use rustzeug::Reply;
    use rustzeug::Request;
    use rustzeug::Response;
    use rustzeug::Result;
    use rustzeug::StartResponse;
    use rustzeug::gateway::Application;
    use rustzeug::gateway::BoxApplication;
    use rustzeug::gateway::Environ;

    async fn time() -> String {
        crate::time_body()
    }

    fn time_blocking(_: &Request) -> String {
        crate::time_body()
    }

    fn sleep_blocking() -> &'static str {
        std::thread::sleep(Duration::from_millis(50));
        "slept"
    }

    /// Paths to applications behind one type, until there is a router.
    struct Paths([(&'static str, BoxApplication); 3]);

    impl Application for Paths {
        async fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Reply> {
            let path = environ.raw_path_info();
            match self.0.iter().find(|(known, _)| *known == path) {
                Some((_, application)) => application.call(environ, start_response).await,
                None => Err(Error::not_found()),
            }
        }
    }

    /// The application.
    #[must_use]
    pub fn app() -> impl Application {
        Paths([
            ("/time", BoxApplication::new(time.into_application())),
            (
                "/time_blocking",
                BoxApplication::new(time_blocking.into_application()),
            ),
            (
                "/sleep_blocking",
                BoxApplication::new(sleep_blocking.into_application()),
            ),
        ])
    }

    /// One path over the raw protocol.
    pub async fn raw(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        if environ.method() != "GET" || environ.raw_path_info() != "/time" {
            return Ok(start_response.start(404, ())?.body(()));
        }
        let started = start_response.start(200, [("content-type", "text/plain; charset=utf-8")])?;
        Ok(started.body(crate::time_body()))
    }

    /// The same path with `Request` and `Response` in between.
    pub async fn webob_style(environ: Environ, start_response: StartResponse) -> Result<Reply> {
        let request = Request::new(environ);
        let response = match (request.method().as_str(), &*request.path()) {
            ("GET", "/time") => Response::text(crate::time_body()),
            _ => Response::empty(404),
        };
        response.start(start_response)
    }
}
