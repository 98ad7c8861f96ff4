//! Typed headers: dates beside the crate `httpdate`, and what is chosen of offers: time and allocations.
//!
//! ```sh
//! cargo run --release -p peers --bin headers
//! ```

use std::hint::black_box;
use std::time::Instant;
use std::time::SystemTime;

use peers::counting::Counting;
use peers::counting::count;
use rustzeug::headers::HttpDate;
use rustzeug::http::HeaderMap;
use rustzeug::http::HeaderValue;
use rustzeug::negotiation;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const CALLS: u32 = 20_000;
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

/// What Firefox sends, and four offers.
const ACCEPT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const TYPES: [&str; 4] = [
    "application/problem+json",
    "application/json",
    "text/html",
    "text/plain",
];

fn told<T>(name: &str, call: impl Fn() -> T) {
    let mut best = f64::MAX;
    for _ in 0..30 {
        let start = Instant::now();
        for _ in 0..CALLS {
            black_box(call());
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
    }
    let (allocations, _) = count(|| {
        black_box(call());
    });
    println!("| {name} | {best:.0} | {allocations} |");
}

fn main() {
    let mut headers = HeaderMap::new();
    headers.insert("accept", HeaderValue::from_static(ACCEPT));
    let languages = HeaderValue::from_static("de-CH,de;q=0.9,en-US;q=0.8,en;q=0.7");
    headers.insert("accept-language", languages);
    let codings = HeaderValue::from_static("gzip, deflate, br, zstd");
    headers.insert("accept-encoding", codings);
    let date: HttpDate = DATE.parse().expect("a date");
    let time = SystemTime::from(date);

    println!("| | ns, best of 30 rounds | allocations |\n|---|---|---|");
    told("the best of four media types, by four ranges", || {
        negotiation::media_type(black_box(&headers), black_box(&TYPES))
    });
    told("the best of four languages, by four ranges", || {
        negotiation::language(black_box(&headers), black_box(&["en", "fr", "de", "it"]))
    });
    told("the best of three codings, by four names", || {
        negotiation::encoding(black_box(&headers), black_box(&["br", "gzip", "identity"]))
    });
    told("a date read", || HttpDate::parse(black_box(DATE)));
    told("a date read, by `httpdate`", || {
        httpdate::parse_http_date(black_box(DATE))
    });
    told("a date written as a header", || {
        HeaderValue::from(black_box(date))
    });
    told("a date written as text, by `httpdate`", || {
        httpdate::fmt_http_date(black_box(time))
    });
}
