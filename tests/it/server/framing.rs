//! Which request heads are accepted, and whether the connection stays open.
//!
//! Each row has bytes as an attacker sends them, followed at once by another request. That request is answered if the
//! end of the first one is certain, and never read otherwise. If hyper accepts a request that it could refuse, the row
//! says why this is safe.

use std::io::ErrorKind;
use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::Mutex;

use rustzeug::gateway::Limits;
use rustzeug::{IntoApplication, Request, Result};

use super::{Served, status};

/// Follows every request of a table.
const NEXT: &[u8] = b"GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/// What happens to the connection after a request.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Then {
    /// It stays open: the next request is answered.
    Kept,
    /// It is closed: the next request is not read.
    Closed,
}
pub(super) use Then::{Closed, Kept};

/// The bytes of a request, the status of each response to it, the state of the connection, what the application saw
/// (`""`: it was not called), and the reason.
pub(super) type Case<'a> = (&'a [u8], &'a [u16], Then, &'a str, &'a str);

/// A server whose application records method, host, target and body of each request, and does not read the body below
/// `/unread`.
pub(super) struct Witness {
    served: Served,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Witness {
    pub(super) fn new() -> Self {
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let notes = Arc::clone(&seen);
        let app = move |request: Request| {
            let notes = Arc::clone(&notes);
            async move { witness(&request, &notes).await }
        };
        let served = Served::new(app.into_application());
        Self { served, seen }
    }

    /// Sends each row on a new connection, between `before` and `after`, and checks that the server still works after
    /// it.
    pub(super) fn check(&self, [before, after]: [&[u8]; 2], cases: &[Case<'_>]) {
        for &(sent, statuses, then, seen, why) in cases {
            let start = String::from_utf8_lossy(&sent[..sent.len().min(200)]);
            let row = format!("{}: {why}", start.escape_debug());
            let answers = self.send(&[before, sent, after, NEXT].concat());
            let kept = then == Kept;
            let told: Vec<_> = answers.iter().map(|answer| status(answer)).collect();
            let mut want = statuses.to_vec();
            want.extend(kept.then_some(200));
            assert_eq!(told, want, "{row}: {answers:?}");
            let mut want = vec![seen];
            want.extend(kept.then_some("GET a/next"));
            want.retain(|seen| !seen.is_empty());
            assert_eq!(self.seen(), want, "{row}");
            if let Some(refusal) = answers.last().filter(|_| seen.is_empty()) {
                let said = refusal.to_ascii_lowercase();
                let announced = said.contains("\r\nconnection: close\r\n");
                assert!(
                    announced || said.starts_with("http/1.0"),
                    "{row}: RFC 9112 §9.6: {said}"
                );
            }
            self.check_alive(&row);
        }
    }

    pub(super) fn check_alive(&self, row: &str) {
        assert_eq!(status(&self.served.get("/alive")), 200, "{row}: alive");
        self.seen.lock().unwrap().clear();
    }

    /// The responses to `bytes`, after which nothing more is sent; the connection has been closed.
    pub(super) fn send(&self, bytes: &[u8]) -> Vec<String> {
        let mut client = self.served.connect();
        // A server may close the connection while the rest is still being sent.
        let _ = client.0.write_all(bytes);
        let _ = client.0.shutdown(Shutdown::Write);
        let mut came = Vec::new();
        let ended = client.0.read_to_end(&mut came);
        let open = ended.is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
        assert!(!open, "not closed: {}", String::from_utf8_lossy(&came));
        let mut rest = String::from_utf8(came).unwrap();
        let mut answers = Vec::new();
        while let Some(end) = rest.find("\r\n\r\n") {
            let head = rest[..end].to_ascii_lowercase();
            let length = head.split("\r\ncontent-length: ").nth(1).map_or(0, |rest| {
                rest.lines().next().unwrap().parse::<usize>().unwrap()
            });
            let behind = rest.split_off(end + 4 + length);
            answers.push(std::mem::replace(&mut rest, behind));
        }
        assert_eq!(rest, "", "more than answers");
        answers
    }

    /// What the application has seen since the last call.
    pub(super) fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

async fn witness(request: &Request, notes: &Mutex<Vec<String>>) -> Result<String> {
    let host = request.headers().get("host");
    let host = host.map_or("", |host| host.to_str().unwrap());
    let (method, target) = (request.method().as_str(), request.environ().uri());
    let target = target.path_and_query().unwrap().as_str();
    let mut note = format!("{method} {host}{target}");
    let read = if target.starts_with("/unread") {
        Ok(String::new())
    } else {
        request.text().await
    };
    match &read {
        Ok(body) if body.is_empty() => {}
        Ok(body) => note.extend([" ", body]),
        Err(_) => note.push_str(" (an error)"),
    }
    notes.lock().unwrap().push(note);
    read
}

#[test]
#[rustfmt::skip]
fn the_request_line_has_one_form() {
    Witness::new().check([b"", b"\r\nHost: a\r\n\r\n"], &[
        (b"GET / HTTP/1.1",       &[200], Kept,   "GET a/",          "as it should be"),
        (b"get / HTTP/1.1",       &[200], Kept,   "get a/",          "RFC 9110 §9.1: methods are case-sensitive, and the application decides"),
        (b"G-T / HTTP/1.1",       &[200], Kept,   "G-T a/",          "any token is a method"),
        (b"\r\nGET / HTTP/1.1",   &[200], Kept,   "GET a/",          "RFC 9112 §2.2: an empty line before it is skipped"),
        (b"GET /\xc3\xa4 HTTP/1.1",      &[200], Kept,   "GET a/%C3%A4",    "browsers encode, scripts do not"),
        (b"GET //b/x HTTP/1.1",   &[200], Kept,   "GET a//b/x",      "a path with two slashes does not name a host"),
        (b"GET /x#y HTTP/1.1",    &[200], Kept,   "GET a/x",         "hyper removes a fragment before the server sees it: no grammar allows one here, so no other reading is right"),
        (b"GET / HTTP/1.0",       &[200], Closed, "GET a/",          "HTTP/1.0 closes"),
        (b"GET  / HTTP/1.1",      &[400], Closed, "",                "two blanks"),
        (b"GET /  HTTP/1.1",      &[400], Closed, "",                "two blanks"),
        (b"GET\t/ HTTP/1.1",      &[400], Closed, "",                "a tab is not a space"),
        (b"GET /a b HTTP/1.1",    &[400], Closed, "",                "a blank in the target"),
        (b"GET / HTTP/1.1 ",      &[400], Closed, "",                "a blank at the end"),
        (b" GET / HTTP/1.1",      &[400], Closed, "",                "a blank at the beginning"),
        (b"G(T / HTTP/1.1",       &[400], Closed, "",                "a method is a token"),
        (b"GET /\0 HTTP/1.1",     &[400], Closed, "",                "NUL"),
        (b"GET /\x7f HTTP/1.1",   &[400], Closed, "",                "DEL"),
        (b"GET / HTTP/1.10",      &[400], Closed, "",                "RFC 9112 §2.3: one digit"),
        (b"GET / HTTP/1.2",       &[400], Closed, "",                "stricter than RFC 9110 §2.5; no client uses it"),
        (b"GET / HTTP/2.0",       &[400], Closed, "",                "another protocol"),
        (b"GET / HTTP/0.9",       &[400], Closed, "",                "another protocol"),
        (b"GET / HTTP/01.1",      &[400], Closed, "",                "one digit"),
        (b"GET / http/1.1",       &[400], Closed, "",                "RFC 9112 §2.3: upper-case"),
        (b"GET / HTTP/1",         &[400], Closed, "",                "cut short"),
        (b"GET /",                &[400], Closed, "",                "HTTP/0.9: its response would have no head"),
        (b"GET / HTTP/1.1\r\r\n", &[400], Closed, "",                "a bare CR"),
    ]);
}

#[test]
#[rustfmt::skip]
fn the_target_has_the_form_that_its_method_asks_for() {
    Witness::new().check([b"", b""], &[
        (b"GET http://b/x?y HTTP/1.1\r\nHost: a\r\n\r\n",    &[200], Kept,   "GET b/x?y",   "RFC 9112 §3.2.2: the target's authority wins"),
        (b"GET http://b HTTP/1.1\r\nHost: a\r\n\r\n",        &[200], Kept,   "GET b/",      "RFC 9110 §4.2.3: an empty path is a slash"),
        (b"OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n",           &[200], Kept,   "OPTIONS a/",  "a path, so the application answers"),
        (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",           &[204], Kept,   "",            "RFC 9110 §9.3.7: about the server"),
        (b"OPTIONS * HTTP/1.1\r\n\r\n",                      &[400], Closed, "",            "`OPTIONS *` needs a `Host` too"),
        (b"options * HTTP/1.1\r\nHost: a\r\n\r\n",           &[400], Closed, "",            "another method"),
        (b"GET * HTTP/1.1\r\nHost: a\r\n\r\n",               &[400], Closed, "",            "RFC 9112 §3.2.4: for OPTIONS only"),
        (b"GET *?x HTTP/1.1\r\nHost: a\r\n\r\n",             &[400], Closed, "",            "no form"),
        (b"OPTIONS *x HTTP/1.1\r\nHost: a\r\n\r\n",          &[400], Closed, "",            "no form"),
        (b"GET example.org:80 HTTP/1.1\r\nHost: a\r\n\r\n",  &[400], Closed, "",            "RFC 9112 §3.2.3: for CONNECT only"),
        (b"GET get HTTP/1.1\r\nHost: a\r\n\r\n",             &[400], Closed, "",            "a relative path, which http reads as a host"),
        (b"GET ?x HTTP/1.1\r\nHost: a\r\n\r\n",              &[400], Closed, "",            "a query without a path"),
        (b"GET #x HTTP/1.1\r\nHost: a\r\n\r\n",              &[400], Closed, "",            "a fragment without a path"),
        (b"GET mailto:a HTTP/1.1\r\nHost: a\r\n\r\n",        &[400], Closed, "",            "a URI without an authority"),
        (b"GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n",       &[400], Closed, "",            "RFC 9110 §4.2.1: an empty host"),
        (b"GET http://u@b/ HTTP/1.1\r\nHost: a\r\n\r\n",     &[400], Closed, "",            "RFC 9110 §4.2.4: user info is phishing"),
        (b"GET https://b/ HTTP/1.1\r\nHost: a\r\n\r\n",      &[421], Closed, "",            "RFC 9110 §7.4: another scheme"),
        (b"CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n",   &[501], Closed, "",            "no tunnels; what follows may be meant for one"),
        (b"CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n",           &[501], Closed, "",            "CONNECT with a path"),
        (b"GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n",          &[400], Closed, "",            "a NUL, once decoded"),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_field_line_has_one_form() {
    Witness::new().check([b"GET / HTTP/1.1\r\nHost: a\r\n", b"\r\n\r\n"], &[
        (b"X: y",                  &[200], Kept,   "GET a/", "as it should be"),
        (b"X:y",                   &[200], Kept,   "GET a/", "the blank is optional"),
        (b"X:",                    &[200], Kept,   "GET a/", "a value may be empty"),
        (b"X: a\tb",               &[200], Kept,   "GET a/", "RFC 9110 §5.5: a tab within"),
        (b"X: \xff",               &[200], Kept,   "GET a/", "RFC 9110 §5.5: obs-text, opaque"),
        (b"X_Y: z",                &[200], Kept,   "GET a/", "a token"),
        (b"X: a\nY: b",            &[200], Kept,   "GET a/", "RFC 9112 §2.2 allows LF as the end of a line, and hyper accepts it: harmless behind a proxy that does not forward a bare LF, as RFC 9110 §5.5 requires"),
        (b"X : y",                 &[400], Closed, "",       "RFC 9112 §5.1: no blank before the colon (RUSTSEC-2020-0031)"),
        (b"X\t: y",                &[400], Closed, "",       "a tab before the colon"),
        (b"Transfer-Encoding : x", &[400], Closed, "",       "a blank before the colon, for any name"),
        (b": y",                   &[400], Closed, "",       "an empty name"),
        (b"X",                     &[400], Closed, "",       "no colon"),
        (b"X y",                   &[400], Closed, "",       "no colon"),
        (b"X\xa0: y",              &[400], Closed, "",       "a Latin-1 blank after a name"),
        (b"X\x85: y",              &[400], Closed, "",       "a Latin-1 line end after a name"),
        (b"X\0: y",                &[400], Closed, "",       "NUL in a name"),
        (b"X(: y",                 &[400], Closed, "",       "no token"),
        (b"\x0bX: y",              &[400], Closed, "",       "a control before a name"),
        (b"X: a\0b",               &[400], Closed, "",       "NUL in a value"),
        (b"X: a\x01b",             &[400], Closed, "",       "a control in a value"),
        (b"X: a\x7fb",             &[400], Closed, "",       "DEL in a value"),
        (b"X: a\rb",               &[400], Closed, "",       "a bare CR in a value"),
        (b"X: a\rY: b",            &[400], Closed, "",       "a bare CR ends no line"),
        (b"\rX: y",                &[400], Closed, "",       "a bare CR ends no head (CVE-2025-23167)"),
        (b"X: y\r\n z",            &[400], Closed, "",       "RFC 9112 §5.2: obs-fold"),
        (b"X: y\r\n\tz",           &[400], Closed, "",       "obs-fold with a tab"),
        (b"X:\r\n y",              &[400], Closed, "",       "obs-fold at the beginning"),
    ]);
}

#[test]
#[rustfmt::skip]
fn lines_end_in_crlf() {
    Witness::new().check([b"", b""], &[
        (b"GET / HTTP/1.1\nHost: a\n\n",               &[200], Kept,   "GET a/", "RFC 9112 §2.2 allows a bare LF; hyper accepts it before the server sees it, in the head only"),
        (b"GET / HTTP/1.1\nHost: a\r\n\n",             &[200], Kept,   "GET a/", "mixed"),
        (b"GET / HTTP/1.1\rHost: a\r\r",               &[400], Closed, "",       "bare CRs"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\rX: y\r\n\r\n", &[400], Closed, "",     "a CR is not an empty line"),
        (b" \r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",    &[400], Closed, "",       "a blank line is not empty"),
        (b"GET / HTTP/1.1\r\n Host: a\r\n\r\n",        &[400], Closed, "",       "RFC 9112 §2.2: a blank before the first field"),
        (b"GET / HTTP/1.1\r\n\r\nHost: a\r\n\r\n",     &[400], Closed, "",       "the head has ended; no Host"),
    ]);
}

#[test]
#[rustfmt::skip]
fn there_is_one_host_in_http_1_1() {
    Witness::new().check([b"", b""], &[
        (b"GET / HTTP/1.1\r\nHost:\r\n\r\n",                  &[200], Kept,   "GET /",  "RFC 9112 §3.2: empty if there is no authority"),
        (b"GET / HTTP/1.0\r\n\r\n",                           &[200], Closed, "GET /",  "HTTP/1.0 needs no `Host`"),
        (b"GET / HTTP/1.1\r\n\r\n",                           &[400], Closed, "",       "RFC 9112 §3.2: no `Host`"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",     &[400], Closed, "",       "two"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",     &[400], Closed, "",       "the same twice"),
        (b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",     &[400], Closed, "",       "two in HTTP/1.0"),
        (b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",             &[400], Closed, "",       "two in a line"),
        (b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",              &[400], Closed, "",       "CVE-2026-48710: the path of url() would not be the routed one"),
        (b"GET / HTTP/1.1\r\nHost: a?b\r\n\r\n",              &[400], Closed, "",       "a query"),
        (b"GET / HTTP/1.1\r\nHost: a#b\r\n\r\n",              &[400], Closed, "",       "a fragment"),
        (b"GET / HTTP/1.1\r\nHost: a:x\r\n\r\n",              &[400], Closed, "",       "an invalid port"),
        (b"GET / HTTP/1.1\r\nHost: http://a\r\n\r\n",         &[400], Closed, "",       "a URL"),
        (b"GET http://b/ HTTP/1.1\r\n\r\n",                   &[200], Kept,   "GET b/", "the target has the host, so there is no second one"),
        (b"GET http://b/ HTTP/1.1\r\nHost: a/b\r\n\r\n",      &[400], Closed, "",       "RFC 9112 §3.2: an invalid `Host`, although it is not used"),
    ]);
}

#[test]
#[rustfmt::skip]
fn only_one_expectation_is_met() {
    Witness::new().check([b"", b""], &[
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc", &[100, 200], Kept, "POST a/ abc", "met when the body is read"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\nabc", &[100, 200], Kept, "POST a/ abc", "RFC 9110 §10.1.1: in any case"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",                  &[200], Kept,   "POST a/",     "nothing to wait for"),
        (b"POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc", &[200], Closed, "POST a/ abc", "§10.1.1: HTTP/1.0 has no `100`"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect:\r\n\r\nabc",            &[200], Kept,   "POST a/ abc", "RFC 9110 §5.6.1.2: nothing is expected"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: ,\r\n\r\nabc",          &[200], Kept,   "POST a/ abc", "an empty list expects nothing"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: , ,close,\r\n\r\n",                    &[200], Closed, "GET a/", "RFC 9110 §5.6.1.2: empty elements are ignored"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nConnection:\r\n\r\n",                             &[200], Kept,   "GET a/", "an empty list of connection options"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n",                              &[417], Closed, "", "§10.1.1"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue, x\r\n\r\n",                &[417], Closed, "", "one of two expectations"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nExpect: 100-continue\r\n\r\n",      &[417], Closed, "", "one of two expectations, in two lines"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100\r\n\r\nabc",   &[417], Closed, "", "a value that only begins like `100-continue`"),
    ]);
}

#[test]
fn a_target_has_65_534_bytes_at_most_whatever_the_limit() {
    let limits = Limits::default()
        .with_head_bytes(100_000)
        .with_target_bytes(100_000);
    let served = Served::with_limits((|| "fine").into_application(), limits);
    for (length, want) in [(65_534, 200), (65_535, 414)] {
        let answer = served.get(&format!("/{}", "x".repeat(length - 1)));
        assert_eq!(status(&answer), want, "{length}");
    }
}
