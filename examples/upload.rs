//! Uploads of any size: each file is hashed while it arrives, and is not stored.
//!
//! ```sh
//! cargo run --example upload --features signed
//! curl -F files=@Cargo.toml -F files=@README.md http://127.0.0.1:8000/
//! ```

use rustzeug::bytes::Bytes;
use rustzeug::gateway::Application;
use rustzeug::html::escape;
use rustzeug::{
    Html, IntoApplication, Request, Result, ServeError, serve, server::address_from_port,
};
use sha2::{Digest, Sha256};

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    files.into_application()
}

async fn files(request: &Request) -> Result<Html<String>> {
    match request.method().as_str() {
        "POST" => upload(request).await,
        _ => Ok(page("")),
    }
}

async fn upload(request: &Request) -> Result<Html<String>> {
    let (mut rows, mut parts) = (String::new(), request.multipart().limit(10 << 30));
    while let Some(mut part) = parts.next_part().await? {
        let (mut size, mut hash) = (0, Sha256::new());
        while let Some(chunk) = part.chunk().await? {
            size += chunk.len();
            hash.update(&chunk);
        }
        rows += &row(part.filename().unwrap_or_default(), size, &hash.finalize());
    }
    Ok(page(&rows))
}

fn row(name: &str, size: usize, hash: &[u8]) -> String {
    let name = if name.is_empty() { "no file" } else { name };
    let (name, hash) = (escape(name), Bytes::copy_from_slice(hash));
    format!("<tr><td>{name}<td>{size}<td>{hash:x}\n")
}

fn page(rows: &str) -> Html<String> {
    Html(format!(
        "<!doctype html>\n<title>Upload</title>\n\
         <table>\n<tr><th>Name<th>Bytes<th>SHA-256\n{rows}</table>\n\
         <form method=\"post\" enctype=\"multipart/form-data\">\n\
         <input type=\"file\" name=\"files\" multiple>\n<button>Send</button>\n</form>\n"
    ))
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
