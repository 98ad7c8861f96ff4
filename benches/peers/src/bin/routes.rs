//! Lookup of paths in tables of routes, compared with matchit: time per lookup, growth, allocations.
//!
//! ```sh
//! cargo run --release -p peers --bin routes
//! ```
//!
//! Up to 200 paths of a table are looked up, in an order that is independent of the table. Rounds are interleaved; the
//! best of each counts.

use std::hint::black_box;
use std::time::Instant;

use peers::counting::Counting;
use peers::counting::count;
use peers::work::made_up;
use rustzeug::routing::Rule;
use rustzeug::routing::Rules;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The paths of GitHub's REST API.
const GITHUB: &str = include_str!("../github.txt");

/// A path for a route, with words and numbers for the parameters.
fn path(route: &str, salt: usize) -> String {
    let segments = route
        .split('/')
        .map(|segment| match segment.strip_prefix('{') {
            Some(name) if name.contains("id") || name.contains("number") => {
                (1000 + salt * 7919 % 99_991).to_string()
            }
            Some(_) => {
                ["rust-lang", "octo-org", "hello_world", "v1.2.3", "main"][salt % 5].to_owned()
            }
            None => segment.to_owned(),
        });
    segments.collect::<Vec<_>>().join("/")
}

/// Up to 200 paths from the whole table, shuffled.
fn sample(routes: &[String]) -> Vec<String> {
    let mut state: u64 = 88_172_645_463_325_252;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("it is below")
    };
    let length = routes.len().min(200);
    let mut paths: Vec<_> = (0..length)
        .map(|place| path(&routes[place * routes.len() / length], place))
        .collect();
    for place in 1..paths.len() {
        paths.swap(place, random(place + 1));
    }
    paths
}

fn nanoseconds(paths: &[String], lookup: impl Fn(&str)) -> f64 {
    let rounds = 200;
    let start = Instant::now();
    for _ in 0..rounds {
        for path in paths {
            lookup(black_box(path));
        }
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(rounds) / paths.len() as f64
}

fn main() {
    println!(
        "| table | matchit, ns | rustzeug, ns | ratio | allocations | build, ns per route |\n|---|---|---|---|---|---|"
    );
    let github: Vec<_> = GITHUB.lines().map(str::to_owned).collect();
    let hits = sample(&github);
    let misses: Vec<_> = hits.iter().map(|path| format!("{path}/none")).collect();
    row("GitHub, 383", &github, &hits);
    row("GitHub, misses", &github, &misses);
    for routes in [10, 100, 1000, 10_000] {
        let table = made_up(routes);
        row(&format!("made up, {routes}"), &table, &sample(&table));
    }
}

fn row(name: &str, routes: &[String], paths: &[String]) {
    let mut matchit = matchit::Router::new();
    for (place, route) in routes.iter().enumerate() {
        matchit.insert(route.clone(), place).expect("a route");
    }
    let start = Instant::now();
    let rules = routes.iter().enumerate();
    let rules = rules.map(|(place, route)| (Rule::parse(route).expect("a rule"), place));
    let rules = Rules::new(rules).expect("they differ");
    let build = start.elapsed().as_secs_f64() * 1e9 / routes.len() as f64;
    let (mut theirs, mut ours) = (f64::MAX, f64::MAX);
    for _ in 0..30 {
        theirs = theirs.min(nanoseconds(paths, |path| {
            let _ = black_box(matchit.at(path));
        }));
        ours = ours.min(nanoseconds(paths, |path| {
            let _ = black_box(rules.find(path));
        }));
    }
    let (allocations, _) = count(|| {
        for path in paths {
            let _ = black_box(rules.find(path));
        }
    });
    println!(
        "| {name} | {theirs:.0} | {ours:.0} | {:.2} | {allocations} | {build:.0} |",
        ours / theirs
    );
}
