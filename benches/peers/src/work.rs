//! The work itself, and its requests.

use std::convert::Infallible;
use std::hint::black_box;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use bytes::Bytes;
use futures_core::Stream;
use serde::Deserialize;
use serde::Serialize;

/// The body of `/time`.
#[must_use]
pub fn time_body() -> String {
    format!("It is {}", httpdate::HttpDate::from(SystemTime::now()))
}

/// Computes for about this time.
#[must_use]
pub fn compute(time: Duration) -> String {
    let begun = Instant::now();
    let mut number = 1_u64;
    while begun.elapsed() < time {
        for _ in 0..1000 {
            number = black_box(
                number
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1),
            );
        }
    }
    number.to_string()
}

/// A mebibyte in pieces of 16 KiB, as an iterator and as a stream.
#[derive(Default)]
pub struct Pieces(usize);

impl Iterator for Pieces {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        static PIECE: [u8; 16 << 10] = [b'x'; 16 << 10];
        self.0 += 1;
        (self.0 <= 64).then(|| Bytes::from_static(&PIECE))
    }
}

impl Stream for Pieces {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.next().map(Ok))
    }
}

/// The body of `/hello/{name}?greeting=…`, which reads the cookie `session` and sets `last`.
#[must_use]
pub fn hello_body(greeting: Option<&str>, name: &str, session: Option<&str>) -> String {
    let greeting = greeting.unwrap_or("Hello");
    match session {
        Some(session) => format!("{greeting}, {name}! (seen {session})"),
        None => format!("{greeting}, {name}!"),
    }
}

/// The cookies of a request for `/hello/{name}`.
pub const COOKIES: &str = "theme=dark; session=5f2c9a; lang=sv";

/// The query of `/hello/{name}`.
#[derive(Deserialize)]
pub struct Greeting {
    /// The text before the name.
    pub greeting: Option<String>,
}

/// The content of a request for `/form`.
#[derive(Deserialize)]
pub struct Contact {
    /// The name of the sender.
    pub name: String,
    /// The address for a reply.
    pub email: String,
    /// The text of the message.
    pub message: String,
}

/// The response of `/form`.
#[derive(Serialize)]
pub struct Receipt {
    ok: bool,
    name: String,
    email: String,
    length: usize,
}

impl From<Contact> for Receipt {
    fn from(contact: Contact) -> Self {
        Self {
            ok: true,
            length: contact.message.len(),
            name: contact.name,
            email: contact.email,
        }
    }
}

#[derive(Deserialize, Serialize)]
struct Item {
    sku: String,
    title: String,
    quantity: u32,
    cents: u64,
    tags: Vec<String>,
}

/// The content of a request for `/json`.
#[derive(Deserialize, Serialize)]
pub struct Order {
    id: u64,
    customer: String,
    express: bool,
    items: Vec<Item>,
    note: Option<String>,
}

/// The response of `/json`.
#[derive(Serialize)]
pub struct Bill {
    id: u64,
    customer: String,
    lines: usize,
    cents: u64,
}

impl From<&Order> for Bill {
    fn from(order: &Order) -> Self {
        let price = |item: &Item| u64::from(item.quantity) * item.cents;
        Self {
            id: order.id,
            customer: order.customer.clone(),
            lines: order.items.len(),
            cents: order.items.iter().map(price).sum(),
        }
    }
}

/// The response of `/upload`.
#[derive(Default, Serialize)]
pub struct Sum {
    /// The number of bytes of all files.
    pub bytes: u64,
    /// The sum of these bytes.
    pub sum: u64,
    /// The field `title`.
    pub title: String,
}

impl Sum {
    /// Adds a chunk of a file, fast enough not to hide what is measured.
    pub fn add(&mut self, data: &[u8]) {
        self.bytes += data.len() as u64;
        for piece in data.chunks(4096) {
            self.sum += u64::from(piece.iter().map(|byte| u32::from(*byte)).sum::<u32>());
        }
    }
}

/// A request: path, content type, body.
pub type Asked = (&'static str, &'static str, Bytes);

/// The requests by name.
#[must_use]
pub fn requests() -> Vec<(&'static str, Asked)> {
    vec![
        ("time", ("/time", "", Bytes::new())),
        ("hello", ("/hello/Ada?greeting=Hej%20hej", "", Bytes::new())),
        ("missing", ("/none", "", Bytes::new())),
        ("tagged", ("/tagged", "", Bytes::new())),
        ("known", ("/known", "", Bytes::new())),
        ("picture", ("/picture", "", Bytes::new())),
        ("wrapped", ("/wrapped", "", Bytes::new())),
        ("encoded", ("/encoded", "", Bytes::new())),
        (
            "large",
            ("/api/v1/resource77/1234/children/77", "", Bytes::new()),
        ),
        (
            "form",
            ("/form", "application/x-www-form-urlencoded", FORM.into()),
        ),
        ("json", ("/json", "application/json", order().into())),
        (
            "upload",
            (
                "/upload",
                "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
                upload().into(),
            ),
        ),
    ]
}

const FORM: &str = "name=Grace+Hopper&email=grace%40example.org&message=A+ship+in+port+is+safe%2C+but+that%27s+not+what+ships+are+built+for.";

fn order() -> Vec<u8> {
    let item = |number: u32| Item {
        sku: format!("SKU-{:05}", 1000 + number * 37),
        title: format!("Replacement relay, moth-free, model {number}"),
        quantity: 1 + number,
        cents: 1999 + 250 * u64::from(number),
        tags: vec!["relay".into(), "mark-ii".into()],
    };
    let order = Order {
        id: 982_451_653,
        customer: "Grace Hopper".into(),
        express: true,
        items: (0..6).map(item).collect(),
        note: Some("leave at the \"front\" desk \u{2014} merci".into()),
    };
    serde_json::to_vec(&order).expect("it serialises")
}

fn upload() -> Vec<u8> {
    let boundary =
        "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name=";
    let mut body = format!("{boundary}\"title\"\r\n\r\nholiday photo\r\n{boundary}\"file\"; filename=\"photo.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n").into_bytes();
    let (mut state, end) = (0x9E37_79B9_7F4A_7C15_u64, body.len() + (1 << 20));
    while body.len() < end {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        body.extend_from_slice(&state.to_le_bytes());
    }
    body.extend_from_slice(b"\r\n------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n");
    body
}

/// This many routes of an imagined service, two in five of them without parameters.
#[must_use]
pub fn made_up(routes: usize) -> Vec<String> {
    let forms = [
        "",
        "/{id}",
        "/{id}/children",
        "/{id}/children/{child_id}",
        "/search",
    ];
    let route = |place| format!("/api/v1/resource{}{}", place / 5, forms[place % 5]);
    (0..routes).map(route).collect()
}
