//! Queries, typed values and JSON, compared with crates for the same task: time and allocations. Finally, the growth of
//! time for inputs that are made to be slow.
//!
//! ```sh
//! cargo run --release -p peers --bin values
//! ```

use std::hint::black_box;
use std::time::Instant;

use peers::counting::Counting;
use peers::counting::count;
use peers::work::Contact;
use peers::work::Order;
use peers::work::requests;
use rustzeug::Query;
use rustzeug::Request;
use rustzeug::gateway::Limits;
use serde::Deserialize;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const QUERY: &str = "q=red+apple&page=2&size=50&sort=price&order=asc&lang=de-DE&tag=fruit&brand=Caf%C3%A9+Noir&min=1%2C5&max=20";

#[derive(Deserialize)]
struct Search {
    q: String,
    page: u32,
    size: u32,
    sort: String,
    order: String,
    lang: String,
    tag: String,
    brand: String,
    min: String,
    max: u32,
}

impl Search {
    fn weight(&self) -> usize {
        let numbers = self.page + self.size + self.max;
        let texts = [
            &self.q,
            &self.sort,
            &self.order,
            &self.lang,
            &self.tag,
            &self.brand,
            &self.min,
        ];
        texts.iter().map(|text| text.len()).sum::<usize>() + numbers as usize
    }
}

type Case<'c> = (&'c str, Box<dyn Fn() -> usize + 'c>);

fn table(title: &str, cases: &[Case<'_>]) {
    const CALLS: u32 = 20_000;
    println!(
        "\n| {title} | ns, best of 30 rounds | to the first | allocations |\n|---|---|---|---|"
    );
    let mut best = vec![f64::MAX; cases.len()];
    for _ in 0..30 {
        for ((_, call), best) in cases.iter().zip(&mut best) {
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(call());
            }
            *best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
        }
    }
    for ((name, call), time) in cases.iter().zip(&best) {
        let (allocations, _) = count(|| {
            black_box(call());
        });
        println!(
            "| {name} | {time:.0} | {:.2} | {allocations} |",
            time / best[0]
        );
    }
}

fn main() {
    let request = Request::blank(&format!("/?{QUERY}"));
    let of_pairs = |pairs: usize, names: usize| pairs + names;
    table(
        "a query of 10 pairs",
        &[
            (
                "form_urlencoded, into a list of `Cow`s",
                Box::new(|| {
                    let pairs: Vec<_> =
                        form_urlencoded::parse(black_box(QUERY).as_bytes()).collect();
                    of_pairs(pairs.len(), pairs[0].0.len())
                }),
            ),
            (
                "`Query::to_dict`",
                Box::new(|| {
                    let dict = Query::new(black_box(QUERY)).to_dict().expect("ten pairs");
                    of_pairs(dict.len(), 1)
                }),
            ),
            (
                "`Query::get`, the last",
                Box::new(|| {
                    black_box(&request)
                        .query()
                        .get("max")
                        .map_or(0, |value| value.len())
                }),
            ),
        ],
    );
    table(
        "10 pairs as a struct",
        &[
            (
                "serde_urlencoded",
                Box::new(|| {
                    let search: Search =
                        serde_urlencoded::from_str(black_box(QUERY)).expect("it fits");
                    search.weight()
                }),
            ),
            (
                "`Request::query_as`",
                Box::new(|| {
                    black_box(&request)
                        .query_as::<Search>()
                        .expect("it fits")
                        .weight()
                }),
            ),
        ],
    );
    let (_, (_, _, form)) = requests()
        .into_iter()
        .find(|(name, _)| *name == "form")
        .expect("it is there");
    let form = String::from_utf8(form.to_vec()).expect("text");
    table(
        "a form of 3 fields as a struct",
        &[
            (
                "serde_urlencoded",
                Box::new(|| {
                    let contact: Contact =
                        serde_urlencoded::from_str(black_box(&form)).expect("it fits");
                    contact.message.len()
                }),
            ),
            (
                "`MultiDict::read_as`",
                Box::new(|| {
                    let dict = Query::new(black_box(&form)).to_dict().expect("few");
                    let contact: Contact = dict.read_as().expect("it fits");
                    contact.message.len()
                }),
            ),
        ],
    );
    let (_, (_, _, json)) = requests()
        .into_iter()
        .find(|(name, _)| *name == "json")
        .expect("it is there");
    let order = Request::blank("/")
        .with_header("content-type", "application/json")
        .with_body(json.clone());
    table(
        &format!("JSON of {} bytes as a struct", json.len()),
        &[
            (
                "serde_json",
                Box::new(|| usize::from(serde_json::from_slice::<Order>(black_box(&json)).is_ok())),
            ),
            (
                "`Request::json`",
                Box::new(|| usize::from(black_box(&order).json::<Order>().wait().is_ok())),
            ),
        ],
    );
    growth();
}

/// A struct that ignores most names.
#[derive(Deserialize)]
struct Few {
    a: Option<String>,
}

/// The lowest of several times.
fn seconds(work: &dyn Fn() -> usize) -> f64 {
    let time = || {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64()
    };
    (0..5).map(|_| time()).fold(f64::MAX, f64::min)
}

/// Inputs of `bytes` bytes that are made to be slow: time(2n) divided by time(n); 2 is linear.
fn growth() {
    println!(
        "\n| form, limits raised | 2 MiB to 1 | 4 to 2 | 8 to 4 | MB/s |\n|---|---|---|---|---|"
    );
    let distinct = |bytes: usize| {
        (0..bytes / 8)
            .map(|n| format!("{n:07}&"))
            .collect::<String>()
    };
    let contents: [(&str, &dyn Fn(usize) -> String); 8] = [
        ("the same name again and again", &|bytes| {
            "a&".repeat(bytes / 2)
        }),
        ("as many names as fit", &distinct),
        ("empty pairs", &|bytes| "&".repeat(bytes)),
        ("`=` alone", &|bytes| "=".repeat(bytes)),
        ("escapes", &|bytes| "%41".repeat(bytes / 3)),
        ("bad escapes", &|bytes| "%".repeat(bytes)),
        ("`+` alone", &|bytes| "+".repeat(bytes)),
        ("no UTF-8", &|bytes| "%ff".repeat(bytes / 3)),
    ];
    let limits = Limits::default().with_form_fields(usize::MAX);
    for (name, content) in contents {
        let times = [1, 2, 4, 8].map(|mebibytes: usize| {
            let mut request = Request::blank("/")
                .with_header("content-type", "application/x-www-form-urlencoded")
                .with_body(content(mebibytes << 20));
            request.environ_mut().set_limits(limits.clone());
            seconds(&|| {
                let form = request.form().limit(u64::MAX).wait().expect("a form");
                form.read_as::<Few>()
                    .map_or(0, |few| few.a.map_or(1, |text| text.len()))
            })
        });
        let ratio = |index: usize| times[index] / times[index - 1];
        println!(
            "| {name} | {:.2} | {:.2} | {:.2} | {:.0} |",
            ratio(1),
            ratio(2),
            ratio(3),
            8.4 / times[3]
        );
    }
}
