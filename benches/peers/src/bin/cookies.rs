//! The cost of cookies: reading all of three, one of twenty, and a signed one.
//!
//! ```sh
//! cargo run --release -p peers --bin cookies
//! ```

use std::hint::black_box;
use std::time::Duration;
use std::time::Instant;

use rustzeug::Request;
use rustzeug::Response;
use rustzeug::signed::Keys;

const CALLS: u32 = 100_000;
const ROUNDS: u32 = 20;

/// The lowest of several rounds, in ns per call.
fn measure(name: &str, call: impl Fn() -> usize) {
    let round = || {
        let start = Instant::now();
        for _ in 0..CALLS {
            black_box(call());
        }
        start.elapsed()
    };
    let least = (0..ROUNDS).map(|_| round()).min().unwrap_or_default();
    println!(
        "{:>8.1} ns  {name}",
        least.as_secs_f64() * 1e9 / f64::from(CALLS)
    );
}

fn main() {
    let three = "session=8f2b1c4e9d7a4f30; theme=dark; lang=de-DE";
    let three = Request::blank("/").with_header("cookie", three);
    let twenty: Vec<_> = (0..20)
        .map(|n| format!("cookie_{n:02}=value-{n}-0123456789abcdef"))
        .collect();
    let twenty = Request::blank("/").with_header("cookie", twenty.join("; "));
    let keys = Keys::new([7; 32]).expect("32 bytes are enough");
    let signed = keys.sign_cookie(("user", "ada"));
    let signed = Request::blank("/").with_header("cookie", format!("user={}", signed.value()));

    let iterate = |request: &Request| {
        let pairs = black_box(request).cookies().iter();
        pairs.map(|(name, value)| name.len() + value.len()).sum()
    };
    let find = |request: &Request, name| {
        black_box(request)
            .cookies()
            .get(name)
            .map_or(0, |value| value.len())
    };
    measure("three, all of them", || iterate(&three));
    measure("three, the last found", || find(&three, "lang"));
    measure("twenty, all of them", || iterate(&twenty));
    measure("twenty, the last found", || find(&twenty, "cookie_19"));
    measure("twenty, one that is not there", || find(&twenty, "other"));
    measure("one set on a response", || {
        Response::empty(200)
            .with_cookie(("theme", "dark"))
            .headers()
            .len()
    });
    measure("one signed, verified", || {
        let value = black_box(&signed).signed_cookie(&keys, "user", Duration::from_hours(1));
        value.map_or(0, |value| value.len())
    });
}
