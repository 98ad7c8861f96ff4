//! A large file. A browser fetches only the parts that it plays: a WAV of ten minutes, made at the start.
//!
//! ```sh
//! cargo run --example ranges
//! curl -s -r 0-3 http://127.0.0.1:8000/tone.wav                             # RIFF
//! curl -s -r -4 http://127.0.0.1:8000/tone.wav | xxd                        # the last four bytes
//! curl -si -r 0-3,8-11 http://127.0.0.1:8000/tone.wav                       # two parts, each with its head
//! curl -sI -r 99999999999- http://127.0.0.1:8000/tone.wav                   # 200: ranges are for GET
//! curl -C - -O http://127.0.0.1:8000/tone.wav                               # Ctrl-C, and again: it goes on
//! ```
//!
//! Open `http://127.0.0.1:8000/` and move to the end: only the end is fetched.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rustzeug::gateway::Application;
use rustzeug::{
    Html, IntoResponse, Response, Result, Router, ServeError, serve, server::address_from_port,
};

const RATE: u32 = 8000;
const SECONDS: u32 = 600;

const PAGE: &str =
    "<!doctype html>\n<title>Ranges</title>\n<audio controls src=\"tone.wav\"></audio>\n";

/// A rising tone: 8 bits, mono.
fn write_tone(path: &Path) -> io::Result<()> {
    let samples = RATE * SECONDS;
    if std::fs::metadata(path).is_ok_and(|found| found.len() == u64::from(samples) + 44) {
        return Ok(());
    }
    // Under its name it is always whole.
    let part = path.with_extension(std::process::id().to_string());
    let mut file = BufWriter::new(File::create(&part)?);
    file.write_all(b"RIFF")?;
    file.write_all(&(samples + 36).to_le_bytes())?;
    file.write_all(b"WAVEfmt \x10\0\0\0\x01\0\x01\0")?;
    for number in [RATE, RATE, 0x0008_0001] {
        file.write_all(&number.to_le_bytes())?;
    }
    file.write_all(b"data")?;
    file.write_all(&samples.to_le_bytes())?;
    let mut phase = 0_u16;
    let tone = (0..samples).map(|sample| {
        phase = phase.wrapping_add(u16::try_from(500 + sample / 800).unwrap_or(u16::MAX));
        if phase < 0x8000 { 108 } else { 148 }
    });
    file.write_all(&tone.collect::<Vec<u8>>())?;
    file.flush()?;
    std::fs::rename(part, path)
}

fn tone(path: &Path) -> Result<Response> {
    Ok(Response::file(File::open(path)?)?
        .with_header("content-type", "audio/wav")
        .with_header("cache-control", "no-cache"))
}

/// The application, apart from `main` so that tests can call it.
pub(crate) fn app() -> impl Application {
    let path = std::env::temp_dir().join("rustzeug-tone.wav");
    write_tone(&path).expect("the temporary directory takes a file of 5 MB");
    Router::new()
        .get("/", || Html(PAGE).into_response().never_cache())
        .get("/tone.wav", move || tone(&path))
        .wrap(rustzeug::middleware::conditional)
}

fn main() -> Result<(), ServeError> {
    serve(address_from_port()?, app())
}
