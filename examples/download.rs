//! A large file. The page shows the progress of its download, which can be stopped and resumed.
//!
//! ```sh
//! cargo run --example download
//! curl -OJ http://127.0.0.1:8000/file             # saved as `Große Datei.bin`
//! curl -C - -o part http://127.0.0.1:8000/file    # Ctrl-C, and again: it goes on
//! ```
//!
//! Open `http://127.0.0.1:8000/`. The script requests the rest with `Range`, and uses `If-Range` to make sure that the
//! file is still the same.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustzeug::gateway::Application;
use rustzeug::{Html, IntoResponse, Request, Response, Result, Router, serve};
use rustzeug::{server::address_from_port, with_state};

const PAGE: &str = r#"<!doctype html>
<meta charset="utf-8">
<title>Download</title>
<p><progress id="progress" value="0" max="1"></progress> <output id="state">0 bytes</output>
<p><button id="button">Start</button> <a href="file">Save it</a>
<script>
let chunks = [], received = 0, etag = "", stop = null;
async function load() {
  stop = new AbortController();
  const headers = received ? { "Range": `bytes=${received}-`, "If-Range": etag } : {};
  const response = await fetch("file", { headers, signal: stop.signal, cache: "no-store" });
  if (response.status !== 206) { chunks = []; received = 0; }   // another file than before
  etag = response.headers.get("ETag");
  const total = received + Number(response.headers.get("Content-Length"));
  for await (const chunk of response.body) {
    chunks.push(chunk);
    received += chunk.length;
    document.getElementById("progress").value = received / total;
    document.getElementById("state").value = `${received} of ${total} bytes`;
  }
}
const button = document.getElementById("button");
button.onclick = async () => {
  if (stop) { stop.abort(); return; }
  button.textContent = "Stop";
  await load().then(() => { button.textContent = "Done"; button.disabled = true; },
                    () => { button.textContent = "Go on"; });
  stop = null;
};
</script>
"#;

fn file(path: &Path, request: &Request) -> Result<Response> {
    let response = Response::file(path)?.with_attachment("Große Datei.bin");
    Ok(response.conditional(request))
}

/// A file of 200 MiB that needs no space on the disk.
pub(crate) fn make(path: &Path) -> io::Result<()> {
    File::create(path)?.set_len(200 << 20)
}

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app(path: PathBuf) -> impl Application {
    let send = |path: &PathBuf, request: &Request| file(path, request);
    let hour = Duration::from_hours(1);
    Router::new()
        .get("/", move || Html(PAGE).into_response().cache_for(hour))
        .get("/file", with_state(path, send))
}

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let path = std::env::temp_dir().join(format!("rustzeug-download-{}", std::process::id()));
    make(&path)?;
    Ok(serve(address_from_port()?, app(path))?)
}
