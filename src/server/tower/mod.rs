//! The bridge to tower: applications as services, and services as applications.
//!
//! [`into_service`] makes a `tower::Service` of any handler. It runs inside axum, under the layers of tower and
//! tower-http, and under any server that calls such services. [`from_service`] makes an [`Application`] of any HTTP
//! service, such as an axum router. So a program can move from one side to the other route by route.
//!
//! A plain `fn` may block here too: it runs on threads of the service. Bodies stream in both directions, with trailers.
//!
//! ```
//! use rustzeug::gateway::{Body, block_on};
//! use rustzeug::tower::{Service, into_service};
//! use rustzeug::{Request, http};
//!
//! fn hello(request: &Request) -> String {
//!     format!("Hello from {}, mounted at {}\n", request.path(), request.raw_script_name())
//! }
//!
//! let mut service = into_service(hello).mounted_at("/app");
//! let response = block_on(service.call(http::Request::get("/x").body(Body::empty())?))?;
//! let mut text = String::new();
//! std::io::Read::read_to_string(&mut response.into_body().into_reader(), &mut text)?;
//! assert_eq!(text, "Hello from /x, mounted at /app\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Application`]: crate::Application

mod application_service;
mod client_left;
mod response_body;
mod service_application;

pub use application_service::ApplicationService;
pub use application_service::into_service;
pub use service_application::MountedAt;
pub use service_application::ServiceApplication;
pub use service_application::from_service;
pub use tower_service::Service;
