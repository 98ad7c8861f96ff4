//! Where the body of a request ends: lengths, codings, chunks, and attacks with them.
//!
//! The tables have the format of [`framing`](super::framing), and use its witness. If a body cannot be read, the read
//! of the application fails and the connection is closed.

use rustzeug::{IntoApplication, Request};

use super::framing::{Closed, Kept, Witness};
use super::{Served, status};

const POST: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\n";
const CHUNKED: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

#[test]
#[rustfmt::skip]
fn a_content_length_is_digits() {
    Witness::new().check([POST, b"\r\n\r\nabc"], &[
        (b"Content-Length: 3",      &[200], Kept,   "POST a/ abc",        "as it should be"),
        (b"Content-Length:3",       &[200], Kept,   "POST a/ abc",        "the blank is optional"),
        (b"Content-Length: \t3 ",   &[200], Kept,   "POST a/ abc",        "blanks around the value are not part of it"),
        (b"Content-Length: 003",    &[200], Kept,   "POST a/ abc",        "RFC 9110 §8.6: 1*DIGIT, so zeros in front do not mean octal"),
        (b"Content-Length: 3\r\nContent-Length: 3", &[200], Kept, "POST a/ abc", "RFC 9112 §6.3: two equal lines may be read as one, and hyper makes them one"),
        (b"Content-Length: 3\r\nContent-Length: 4", &[400], Closed, "",    "§6.3: two lengths that differ"),
        (b"Content-Length: 4\r\nContent-Length: 3", &[400], Closed, "",    "in either order"),
        (b"Content-Length: 3\r\nContent-Length: x", &[400], Closed, "",    "an invalid value"),
        (b"Content-Length: 3,3",    &[400], Closed, "",                   "a list, which §6.3 lets a server refuse"),
        (b"Content-Length: 3, 4",   &[400], Closed, "",                   "a list that differs"),
        (b"Content-Length: +3",     &[400], Closed, "",                   "RUSTSEC-2021-0078"),
        (b"Content-Length: -3",     &[400], Closed, "",                   "a sign"),
        (b"Content-Length: 0x3",    &[400], Closed, "",                   "a prefix"),
        (b"Content-Length: 1_0",    &[400], Closed, "",                   "CVE-2022-24761: a spelling that Python's `int()` reads"),
        (b"Content-Length: 3 0",    &[400], Closed, "",                   "a blank within"),
        (b"Content-Length: 3.0",    &[400], Closed, "",                   "a point"),
        (b"Content-Length: 3;x",    &[400], Closed, "",                   "a parameter"),
        (b"Content-Length: a",      &[400], Closed, "",                   "hexadecimal"),
        (b"Content-Length:",        &[400], Closed, "",                   "nothing"),
        (b"Content-Length: \xd9\xa3", &[400], Closed, "",                 "a digit of another script"),
        (b"Content-Length : 3",     &[400], Closed, "",                   "a blank before the colon"),
        (b"Content-Length: \x0b3",  &[400], Closed, "",                   "a control that trim() trims"),
        (b"Content-Length: 18446744073709551616", &[400], Closed, "",     "2^64"),
        (b"Content-Length: 18446744073709551615", &[413], Closed, "",     "2^64 - 1, which has a special meaning in hyper"),
        (b"Content-Length: 18446744073709551613", &[413], Closed, "POST a/ (an error)", "a valid number that is too large"),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_transfer_encoding_is_chunked_and_nothing_else() {
    Witness::new().check([POST, b"\r\n\r\n3\r\nabc\r\n0\r\n\r\n"], &[
        (b"Transfer-Encoding: chunked",           &[200], Kept,   "POST a/ abc", "as it should be"),
        (b"Transfer-Encoding:\tChunked ",         &[200], Kept,   "POST a/ abc", "RFC 9112 §7: in any case"),
        (b"Transfer-Encoding: gzip, chunked",     &[400], Closed, "",            "RUSTSEC-2026-0034: a coding that is not decoded"),
        (b"Transfer-Encoding: identity, chunked", &[400], Closed, "",            "RUSTSEC-2026-0034: a coding that was removed from the standard"),
        (b"Transfer-Encoding: identity",          &[400], Closed, "",            "`identity` alone"),
        (b"Transfer-Encoding: chunked, identity", &[400], Closed, "",            "RFC 9112 §6.3: chunked is not the last"),
        (b"Transfer-Encoding: chunked, chunked",  &[400], Closed, "",            "§6.1: twice"),
        (b"Transfer-Encoding: ,chunked",          &[400], Closed, "",            "an empty member, which some readers skip"),
        (b"Transfer-Encoding: chunked,",          &[400], Closed, "",            "an empty member at the end"),
        (b"Transfer-Encoding: xchunked",          &[400], Closed, "",            "CVE-2024-1135: a name within a name"),
        (b"Transfer-Encoding: chunkedx",          &[400], Closed, "",            "the same"),
        (b"Transfer-Encoding: chunked;q=1",       &[400], Closed, "",            "a parameter"),
        (b"Transfer-Encoding: \"chunked\"",       &[400], Closed, "",            "a string"),
        (b"Transfer-Encoding: \x0bchunked",       &[400], Closed, "",            "CVE-2019-16789: a control that trim() trims"),
        (b"Transfer-Encoding: \xa0chunked",       &[400], Closed, "",            "a Latin-1 blank"),
        (b"Transfer-Encoding:",                   &[400], Closed, "",            "nothing"),
        (b"Transfer-Encoding:\r\n chunked",       &[400], Closed, "",            "obs-fold"),
        (b"Transfer-Encoding : chunked",          &[400], Closed, "",            "RUSTSEC-2020-0031: a blank before the colon"),
        (b"Transfer-Encoding\x85: chunked",       &[400], Closed, "",            "a Latin-1 line end before the colon"),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",  &[400], Closed, "", "RUSTSEC-2021-0020: two lines"),
        (b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", &[400], Closed, "", "two lines, the last one good"),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", &[400], Closed, "", "two lines, the first one good"),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding:",          &[400], Closed, "", "two lines, one empty"),
    ]);
}

#[test]
#[rustfmt::skip]
fn http_1_0_has_no_transfer_encoding() {
    Witness::new().check([b"POST / HTTP/1.0\r\nHost: a\r\n", b"\r\n3\r\nabc\r\n0\r\n\r\n"], &[
        (b"Transfer-Encoding: chunked\r\n",                          &[400], Closed, "", "RUSTSEC-2026-0034"),
        (b"Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n", &[400], Closed, "", "also with `Connection: keep-alive`"),
        (b"Content-Length: 13\r\nTransfer-Encoding: chunked\r\n",    &[400], Closed, "", "RFC 9112 §6.1: faulty framing, also with a length"),
    ]);
}

#[test]
#[rustfmt::skip]
fn chunks_have_one_form() {
    Witness::new().check([CHUNKED, b""], &[
        (b"0\r\n\r\n",                             &[200], Kept,   "POST a/",       "nothing"),
        (b"3\r\nabc\r\n0\r\n\r\n",                 &[200], Kept,   "POST a/ abc",   "as it should be"),
        (b"a\r\n0123456789\r\n1\r\na\r\n0\r\n\r\n", &[200], Kept,  "POST a/ 0123456789a", "two chunks"),
        (b"A\r\n0123456789\r\n0\r\n\r\n",          &[200], Kept,   "POST a/ 0123456789", "RFC 5234 §2.3: hexadecimal in any case"),
        (b"0003\r\nabc\r\n000\r\n\r\n",            &[200], Kept,   "POST a/ abc",   "RFC 9112 §7.1: 1*HEXDIG and 1*(\"0\")"),
        (b"3;x=y;z=\"a;b\"\r\nabc\r\n0;x\r\n\r\n", &[200], Kept,   "POST a/ abc",   "§7.1.1: extensions are ignored"),
        (b"3 ;x\r\nabc\r\n0\r\n\r\n",              &[200], Kept,   "POST a/ abc",   "§7.1.1: a bad blank that recipients must parse"),
        (b"3 \r\nabc\r\n0\r\n\r\n",                &[200], Kept,   "POST a/ abc",   "no grammar allows a blank at the end; hyper skips it, as nearly all readers do"),
        (b"3;\0\r\nabc\r\n0\r\n\r\n",              &[200], Kept,   "POST a/ abc",   "hyper checks extensions only for CR and LF: they are not used"),
        (b"3;x\nabc\r\n0\r\n\r\n",                 &[400], Closed, "POST a/ (an error)", "CVE-2025-22871: a LF in an extension"),
        (b"3;x\ry\r\nabc\r\n0\r\n\r\n",            &[400], Closed, "POST a/ (an error)", "a CR in an extension"),
        (b"3;x\r\r\nabc\r\n0\r\n\r\n",             &[400], Closed, "POST a/ (an error)", "a CR too many"),
        (b"3\nabc\r\n0\r\n\r\n",                   &[400], Closed, "POST a/ (an error)", "a bare LF"),
        (b"3\rabc\r\n0\r\n\r\n",                   &[400], Closed, "POST a/ (an error)", "a bare CR"),
        (b"3\r\nabc\n0\r\n\r\n",                   &[400], Closed, "POST a/ (an error)", "a bare LF after the data"),
        (b"3\r\nabc0\r\n\r\n",                     &[400], Closed, "POST a/ (an error)", "no line end after the data"),
        (b"3\r\nabcd\r\n0\r\n\r\n",                &[400], Closed, "POST a/ (an error)", "more data than declared"),
        (b"3\r\nab\r\n0\r\n\r\n",                  &[400], Closed, "POST a/ (an error)", "less data than declared"),
        (b"3\r\nabc\r\n0\n\r\n",                   &[400], Closed, "POST a/ (an error)", "a bare LF after the last size"),
        (b"3\r\nabc\r\n0\r\n\rx",                  &[400], Closed, "POST a/ (an error)", "a bare CR at the end"),
        (b"\r\nabc\r\n0\r\n\r\n",                  &[400], Closed, "POST a/ (an error)", "no size"),
        (b"-3\r\nabc\r\n0\r\n\r\n",                &[400], Closed, "POST a/ (an error)", "a sign"),
        (b"+3\r\nabc\r\n0\r\n\r\n",                &[400], Closed, "POST a/ (an error)", "a sign"),
        (b"0x3\r\nabc\r\n0\r\n\r\n",               &[400], Closed, "POST a/ (an error)", "CVE-2023-47627: a prefix"),
        (b"0_3\r\nabc\r\n0\r\n\r\n",               &[400], Closed, "POST a/ (an error)", "a spelling that Python's `int()` reads"),
        (b" 3\r\nabc\r\n0\r\n\r\n",                &[400], Closed, "POST a/ (an error)", "a blank before it"),
        (b"3 0\r\nabc\r\n0\r\n\r\n",               &[400], Closed, "POST a/ (an error)", "a blank within"),
        (b"g\r\nabc\r\n0\r\n\r\n",                 &[400], Closed, "POST a/ (an error)", "no digit"),
        (b"\x0b3\r\nabc\r\n0\r\n\r\n",             &[400], Closed, "POST a/ (an error)", "a control"),
        (b"\"3\"\r\nabc\r\n0\r\n\r\n",             &[400], Closed, "POST a/ (an error)", "a string"),
        (b"10000000000000003\r\nabc\r\n0\r\n\r\n", &[400], Closed, "POST a/ (an error)", "RUSTSEC-2021-0079: 2^64 + 3"),
        (b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n", &[400], Closed, "POST a/ (an error)", "a size that is far too large"),
        (b"ffffffffffffffff\r\nabc\r\n0\r\n\r\n",  &[400], Closed, "POST a/ (an error)", "2^64 - 1, and most of the data does not come"),
    ]);
}

#[test]
fn chunk_extensions_of_a_body_come_to_16_kib_at_most() {
    let witness = Witness::new();
    let one = |length: usize| format!("3;{}\r\nabc\r\n0\r\n\r\n", "x".repeat(length));
    let many = |count: usize| format!("{}0\r\n\r\n", "1;0123456\r\na\r\n".repeat(count));
    #[rustfmt::skip]
    witness.check([CHUNKED, b""], &[
        (one(16_383).as_bytes(),     &[200], Kept,   "POST a/ abc",        "extensions at the limit"),
        (one(16_384).as_bytes(),     &[400], Closed, "POST a/ (an error)", "extensions one byte past the limit"),
        (many(2340).as_bytes(),      &[200], Kept,   &format!("POST a/ {}", "a".repeat(2340)), "seven bytes each"),
        (many(2341).as_bytes(),      &[400], Closed, "POST a/ (an error)", "CVE-2024-22019: one byte each, with more around it"),
    ]);
}

#[test]
#[rustfmt::skip]
fn a_body_that_ends_early_is_an_error() {
    let witness = Witness::new();
    for (head, body, why) in [
        ("Content-Length: 3", "",                          "no byte of the body"),
        ("Content-Length: 3", "ab",                        "one byte missing"),
        ("Transfer-Encoding: chunked", "",                 "no chunk"),
        ("Transfer-Encoding: chunked", "3",                "within the size"),
        ("Transfer-Encoding: chunked", "3;x",              "within an extension"),
        ("Transfer-Encoding: chunked", "3\r",              "within a line end"),
        ("Transfer-Encoding: chunked", "3\r\nab",          "within the data"),
        ("Transfer-Encoding: chunked", "3\r\nabc",         "before the line end"),
        ("Transfer-Encoding: chunked", "3\r\nabc\r\n",     "no last chunk, as after a body that failed"),
        ("Transfer-Encoding: chunked", "3\r\nabc\r\n0",    "within the last size"),
        ("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n", "before the last line"),
        ("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\nX: y\r\n", "within the trailers"),
    ] {
        let sent = format!("POST / HTTP/1.1\r\nHost: a\r\n{head}\r\n\r\n{body}");
        let answers = witness.send(sent.as_bytes());
        assert_eq!(answers.iter().map(|answer| status(answer)).collect::<Vec<_>>(), [400], "{head} {body:?}: {why}");
        assert_eq!(witness.seen(), ["POST a/ (an error)"], "{head} {body:?}: {why}");
        witness.check_alive(why);
    }
}

#[test]
#[rustfmt::skip]
fn no_part_of_a_body_is_read_as_a_request() {
    // Bytes that a front server reads as a body must not be read as a request here, and the reverse.
    let inner = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    let framed = |head: &str, body: &str| format!("{head}\r\nHost: a\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let chunked = |fields: &str, body: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n{body}");
    let both = "Content-Length: 6\r\nTransfer-Encoding: chunked";
    let other = "Transfer-Encoding: chunked\r\nContent-Length: 6";
    let much = inner.repeat(40_000);
    let in_chunk = format!("{:x}\r\n{inner}\r\n0\r\n\r\n", inner.len());
    let cases = [
        (framed("POST / HTTP/1.1", inner),                      200, Kept,   format!("POST a/ {inner}"), "a body that looks like a request"),
        (framed("GET / HTTP/1.1", inner),                       200, Kept,   format!("GET a/ {inner}"),  "RFC 9110 §9.3.1: GET may have one"),
        (chunked("Transfer-Encoding: chunked", &in_chunk),      200, Kept,   format!("POST a/ {inner}"), "the same in a chunk"),
        (chunked(both, &format!("0\r\n\r\n{inner}")),           200, Closed, "POST a/".to_owned(), "CL.TE: RFC 9112 §6.3: chunked, and closed"),
        (chunked(other, &format!("0\r\n\r\n{inner}")),          200, Closed, "POST a/".to_owned(), "CL.TE, with the fields in the other order"),
        (chunked(both, &in_chunk),                              200, Closed, format!("POST a/ {inner}"), "TE.CL: the length says six bytes"),
        (chunked("Content-Length: 6\r\nTransfer-Encoding: xchunked", &format!("0\r\n\r\n{inner}")), 400, Closed, String::new(), "an invalid coding, with a length"),
        (chunked("Content-Length: 6\r\nTransfer-Encoding: gzip, chunked", &format!("0\r\n\r\n{inner}")), 400, Closed, String::new(), "a list, with a length"),
        (chunked("Transfer-Encoding: chunked\r\nContent-Length: x", &format!("0\r\n\r\n{inner}")), 200, Closed, "POST a/".to_owned(), "hyper drops any length after a coding, and closes"),
        (chunked("Content-Length: 0\r\nContent-Length: 36", inner), 400, Closed, String::new(), "CL.CL"),
        (chunked("Transfer-Encoding: chunked", &format!("3\r\nabcX\r\n{inner}")), 400, Closed, "POST a/ (an error)".to_owned(), "a request after a broken chunk"),
        (framed("POST / HTTP/1.1\r\nExpect: x", inner),         417, Closed, String::new(), "the body of a request that was refused"),
        (framed("POST / HTTP/1.1\r\nHost: b", inner),           400, Closed, String::new(), "the body of a request that was refused because of its `Host`"),
        (framed("OPTIONS * HTTP/1.1", inner),                   204, Kept,   String::new(), "the body of a request that was not read"),
        (framed("POST /unread HTTP/1.1", inner),                200, Kept,   "POST a/unread".to_owned(), "RUSTSEC-2025-0037: an unread body that has arrived is dropped"),
        (framed("POST /unread HTTP/1.1", &much),                200, Closed, "POST a/unread".to_owned(), "RUSTSEC-2020-0093: an unread body that has not arrived closes the connection"),
        (format!("POST /unread HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n{inner}"), 200, Closed, "POST a/unread".to_owned(), "after a broken chunk that was not read"),
    ];
    let witness = Witness::new();
    for (sent, status, then, seen, why) in &cases {
        witness.check([b"", b""], &[(sent.as_bytes(), &[*status], *then, seen, why)]);
    }
}

#[test]
#[rustfmt::skip]
fn a_body_that_was_not_announced_is_no_body() {
    Witness::new().check([POST, b"\r\n\r\n{}"], &[
        (b"X: y",               &[200, 400], Closed, "POST a/", "RFC 9112 §6.3: no length and no coding is no body"),
        (b"Content-Length: 0",  &[200, 400], Closed, "POST a/", "length 0 is no body"),
        (b"Connection: close",  &[200],      Closed, "POST a/", "nothing more is read"),
    ]);
}

#[test]
#[rustfmt::skip]
fn an_offer_to_upgrade_is_an_ordinary_request() {
    // RUSTSEC-2026-0033: no 101 was sent, so the following bytes are the next request.
    Witness::new().check([b"", b""], &[
        (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", &[200], Kept, "GET a/", "WebSocket"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n", &[200], Kept, "GET a/", "HTTP/2 in clear text"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\nContent-Length: 3\r\n\r\nabc", &[200], Kept, "POST a/ abc", "with a body"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n\x81\x05hello", &[200, 400], Closed, "GET a/", "bytes of a protocol that was not accepted"),
    ]);
}

#[test]
fn trailers_are_no_headers() {
    let app = async |request: &Request| {
        let body = request.text().await?;
        let names: Vec<_> = ["host", "authorization", "x-forwarded-for", "content-length"]
            .map(|name| format!("{:?}", request.headers().get(name)))
            .into();
        Ok::<_, rustzeug::Error>(format!("{body} {}", names.join(" ")))
    };
    let served = Served::new(app.into_application());
    #[rustfmt::skip]
    let cases = [
        ("Host: evil\r\nAuthorization: x\r\nX-Forwarded-For: y\r\nContent-Length: 9\r\n", 200, "CVE-2025-53643: dropped"),
        ("Transfer-Encoding: x\r\n", 200, "a trailer of any name is dropped"),
        ("X : y\r\n",                400, "malformed"),
        ("X: a\0\r\n",               400, "malformed"),
        ("X\r\n",                    400, "malformed"),
        (&"X: y\r\n".repeat(100),    200, "as many trailers as fields in a head"),
        (&"X: y\r\n".repeat(101),    400, "too many"),
        (&format!("X: {}\r\n", "y".repeat(32_000)), 200, "longer than 16 KiB, shorter than a head"),
        (&format!("X: {}\r\n", "y".repeat(40_000)), 400, "too long"),
    ];
    for (trailers, want, why) in cases {
        let mut client = served.connect();
        client.send(&format!(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
             3\r\nabc\r\n0\r\n{trailers}\r\n"
        ));
        let answer = client.rest();
        assert_eq!(status(&answer), want, "{trailers:?}: {why}");
        assert!(
            want != 200 || answer.ends_with("abc Some(\"a\") None None None"),
            "{trailers:?}: {why}: {answer}"
        );
    }
}
