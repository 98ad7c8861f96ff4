//! An application behind a proxy: it learns the client, the scheme, the host and the mount from the proxy's headers.
//!
//! ```sh
//! cargo run --example behind_proxy
//! curl http://127.0.0.1:8000/                   # 127.0.0.1 asks for http://127.0.0.1:8000/
//! curl -H 'X-Forwarded-For: 6.6.6.6, 203.0.113.7' -H 'X-Forwarded-Proto: https' \
//!     -H 'X-Forwarded-Host: example.org' -H 'X-Forwarded-Prefix: /app' http://127.0.0.1:8000/
//! # 203.0.113.7 asks for https://example.org/app/
//! ```
//!
//! The second command plays the proxy; the client has forged the first address.
use rustzeug::{
    Application, Request, ServeError, middleware::ProxyFix, serve, server::address_from_port,
};

pub(crate) fn app() -> impl Application {
    // One proxy, nginx for example, sets each of these headers. Without a proxy, this would trust every client.
    let proxy = ProxyFix::new()
        .with_for(1)
        .with_proto(1)
        .with_host(1)
        .with_prefix(1);
    proxy.around(facts)
}

fn facts(request: &Request) -> String {
    let client = request.client_ip().map(|ip| ip.to_string());
    format!(
        "{} asks for {}\n",
        client.as_deref().unwrap_or("somebody"),
        request.url()
    )
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
