//! `multipart/form-data` in memory, library by library.
//!
//! ```sh
//! cargo run --release -p peers --bin multipart
//! ```
//!
//! There are three tables. Throughput: bodies of 1 MiB in chunks of 16 KiB; the decoders take turns for many rounds,
//! and the best round of each counts. `memmem` is one search for the delimiter over the same chunks, which every
//! decoder needs. A dash means that the decoder does not return all data. Fields: 1000 small fields, read and dropped,
//! and read into owned text. Growth: the time for 2n divided by the time for n, from 1 to 8 MiB; 2.0 is linear.

use std::convert::Infallible;
use std::hint::black_box;
use std::pin::Pin;
use std::pin::pin;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;
use futures_core::Stream;
use memchr::memmem::Finder;
use peers::counting::Counting;
use peers::counting::count;
use rustzeug::multipart::Boundary;
use rustzeug::multipart::Decoder;
use rustzeug::multipart::Event;
use rustzeug::multipart::Limits;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const BOUNDARY: &str = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
const CHUNK: usize = 16 * 1024;
const MIB: usize = 1 << 20;

/// Chunks that are slices of one body. Between any two, the source is pending once, since some decoders read everything
/// that is ready into memory.
struct Source {
    body: Bytes,
    chunk: usize,
    is_ready: bool,
}

impl Source {
    fn new(body: &Bytes, chunk: usize) -> Self {
        Self {
            body: body.clone(),
            chunk,
            is_ready: true,
        }
    }
}

impl Iterator for Source {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let size = self.chunk.min(self.body.len());
        (size > 0).then(|| self.body.split_to(size))
    }
}

impl Stream for Source {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_ready = !self.is_ready;
        if self.is_ready {
            return Poll::Pending;
        }
        Poll::Ready(self.next().map(Ok))
    }
}

/// Polls until the future is ready; nothing here waits for anything.
fn spin<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return value;
        }
    }
}

/// The search over the body with which the decoders are compared.
fn by_memmem(source: Source) -> usize {
    let needle = format!("\r\n--{BOUNDARY}");
    let finder = Finder::new(needle.as_bytes());
    source
        .map(|chunk| finder.find_iter(&chunk).count() + chunk.len())
        .sum()
}

/// Reads a body; returns the number of bytes of data.
fn by_rustzeug(mut source: Source) -> usize {
    let boundary = Boundary::new(BOUNDARY).expect("a boundary");
    let mut decoder = Decoder::new(&boundary, Limits::default());
    let mut length = 0;
    loop {
        match decoder.next_event().expect("a form") {
            Event::Data(data) => length += black_box(data).len(),
            Event::NeedData => match source.next() {
                Some(chunk) => decoder.push(chunk),
                None => decoder.finish(),
            },
            Event::End => return length,
            Event::Part(head) => drop(black_box(head)),
            Event::PartEnd => {}
        }
    }
}

macro_rules! by_streams {
    ($($read:ident, $fields:ident: $library:ident;)*) => {$(
        fn $read(source: Source) -> usize {
            spin(async {
                let mut form = $library::Multipart::new(source, BOUNDARY);
                let mut length = 0;
                // A decoder that misreads the content reads no data.
                while let Ok(Some(mut field)) = form.next_field().await {
                    while let Ok(Some(data)) = field.chunk().await {
                        length += black_box(data).len();
                    }
                }
                length
            })
        }

        fn $fields(source: Source) -> Vec<(String, String)> {
            spin(async {
                let mut form = $library::Multipart::new(source, BOUNDARY);
                let mut fields = Vec::with_capacity(1000);
                while let Some(field) = form.next_field().await.expect("a form") {
                    let name = field.name().expect("a name").to_owned();
                    let data = field.bytes().await.expect("data");
                    fields.push((name, text(&data)));
                }
                fields
            })
        }
    )*};
}

by_streams! {
    by_multer, fields_by_multer: multer;
    by_multra, fields_by_multra: multra;
}

fn text(data: &[u8]) -> String {
    str::from_utf8(data).expect("text").to_owned()
}

fn fields_by_rustzeug(mut source: Source) -> Vec<(String, String)> {
    let boundary = Boundary::new(BOUNDARY).expect("a boundary");
    let mut decoder = Decoder::new(&boundary, Limits::default());
    let mut fields = Vec::with_capacity(1000);
    let (mut name, mut value) = (String::new(), String::new());
    loop {
        match decoder.next_event().expect("a form") {
            Event::Part(head) => name = head.into_name(),
            Event::Data(data) => value.push_str(str::from_utf8(&data).expect("text")),
            Event::PartEnd => {
                fields.push((std::mem::take(&mut name), std::mem::take(&mut value)));
            }
            Event::NeedData => match source.next() {
                Some(chunk) => decoder.push(chunk),
                None => decoder.finish(),
            },
            Event::End => return fields,
        }
    }
}

/// Marsaglia's xorshift: the same bytes in every run.
fn random(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = (0..length.div_ceil(8)).flat_map(|_| next()).collect();
    bytes.truncate(length);
    bytes
}

fn repeated(pattern: &str, length: usize) -> Vec<u8> {
    pattern.bytes().cycle().take(length).collect()
}

fn csv(length: usize) -> Vec<u8> {
    let line = "1024,Ada Lovelace,1815-12-10,London,\"a note, quoted\",3.25\r\n";
    repeated(line, length)
}

type Content = (&'static str, fn(usize) -> Vec<u8>);

/// The worst is last: the whole delimiter, followed by text that makes it data.
const CONTENTS: [Content; 5] = [
    ("random", random),
    ("CSV, CR LF", csv),
    ("near-boundaries", |length| {
        repeated(
            &format!("\r\n--{}", &BOUNDARY[..BOUNDARY.len() - 1]),
            length,
        )
    }),
    ("`\\r\\n-` repeated", |length| repeated("\r\n-", length)),
    ("hyphens", |length| repeated("-", length)),
];

fn body_of(data: &[u8]) -> Bytes {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\
        Content-Type: application/octet-stream\r\n\r\n"
    );
    [
        head.as_bytes(),
        data,
        format!("\r\n--{BOUNDARY}--\r\n").as_bytes(),
    ]
    .concat()
    .into()
}

type Read = (&'static str, fn(Source) -> usize);

const READERS: [Read; 4] = [
    ("memmem", by_memmem),
    ("rustzeug", by_rustzeug),
    ("multer", by_multer),
    ("multra", by_multra),
];

/// The best time of each function in seconds; the functions take turns.
fn best<T>(rounds: u32, functions: &[&dyn Fn() -> T]) -> Vec<f64> {
    let mut best = vec![f64::MAX; functions.len()];
    for _ in 0..rounds {
        for (function, best) in functions.iter().zip(&mut best) {
            let start = Instant::now();
            black_box(function());
            *best = best.min(start.elapsed().as_secs_f64());
        }
    }
    best
}

fn throughput() {
    println!("GB/s of 1 MiB in chunks of 16 KiB, and the share of memmem\n");
    println!("| content | memmem | rustzeug | multer | multra |\n|---|---|---|---|---|");
    for (name, content) in CONTENTS {
        let body = body_of(&content(MIB));
        let reads_all = READERS.map(|(_, read)| read(Source::new(&body, CHUNK)) >= MIB);
        let functions = READERS.map(|(_, read)| {
            let body = body.clone();
            move || read(Source::new(&body, CHUNK))
        });
        let times = best(
            400,
            &functions
                .each_ref()
                .map(|function| function as &dyn Fn() -> usize),
        );
        print!("| {name} ");
        for (time, reads_all) in times.iter().zip(reads_all) {
            if !reads_all {
                print!("| – ");
                continue;
            }
            print!(
                "| {:.2} ({:.2}) ",
                body.len() as f64 / time / 1e9,
                times[0] / time
            );
        }
        println!("|");
    }
}

fn small_fields() {
    let mut body = String::new();
    for number in 0..1000 {
        body += &format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"field{number}\"\r\n\r\nvalue {number}\r\n"
        );
    }
    body += &format!("--{BOUNDARY}--\r\n");
    let body = Bytes::from(body);
    type Fields = (&'static str, fn(Source) -> Vec<(String, String)>);
    let kept: [Fields; 3] = [
        ("rustzeug", fields_by_rustzeug),
        ("multer", fields_by_multer),
        ("multra", fields_by_multra),
    ];
    println!("\n1000 fields of {} bytes, each\n", body.len() / 1000);
    println!("| | read: ns | allocations | kept as text: ns | allocations |");
    println!("|---|---|---|---|---|");
    for ((name, read), (_, keep)) in READERS[1..].iter().zip(kept) {
        let read = || read(Source::new(&body, CHUNK));
        let keep = || {
            let fields = keep(Source::new(&body, CHUNK));
            assert_eq!(fields.len(), 1000);
            fields.len()
        };
        let times = best(400, &[&read, &keep]);
        let allocations = [allocations(&read), allocations(&keep)];
        print!("| {name} ");
        for (time, allocations) in times.iter().zip(allocations) {
            print!("| {:.0} | {:.2} ", time * 1e6, allocations as f64 / 1000.0);
        }
        println!("|");
    }
}

fn allocations<T>(function: &dyn Fn() -> T) -> u64 {
    count(|| drop(black_box(function()))).0
}

fn growth() {
    println!("\ntime(2n) / time(n) of rustzeug\n");
    println!(
        "| content | chunks | 1 to 2 MiB | 2 to 4 | 4 to 8 | GB/s |\n|---|---|---|---|---|---|"
    );
    for (name, content) in CONTENTS {
        for (chunk, rounds) in [(CHUNK, 60), (1 << 30, 60), (1, 3)] {
            let bodies = [1, 2, 4, 8].map(|size| body_of(&content(size * MIB)));
            let functions = bodies
                .each_ref()
                .map(|body| move || by_rustzeug(Source::new(body, chunk)));
            let times = best(
                rounds,
                &functions
                    .each_ref()
                    .map(|function| function as &dyn Fn() -> usize),
            );
            let chunks = match chunk {
                1 => "1 byte",
                CHUNK => "16 KiB",
                _ => "whole",
            };
            print!("| {name} | {chunks} ");
            for pair in times.windows(2) {
                print!("| {:.2} ", pair[1] / pair[0]);
            }
            println!("| {:.2} |", bodies[3].len() as f64 / times[3] / 1e9);
        }
    }
}

fn main() {
    throughput();
    small_fields();
    growth();
}
