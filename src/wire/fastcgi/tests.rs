//! Records in, events out, and back.

use std::io::IoSlice;

use super::*;
use crate::wire::front::reading;
use crate::wire::variables::Variables;

/// A record as a web server sends it.
fn record(kind: u8, id: u16, content: &[u8], padding: u8) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    let [length_high, length_low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    let mut record = vec![1, kind, high, low, length_high, length_low, padding, 0];
    record.extend_from_slice(content);
    record.extend(std::iter::repeat_n(0xEE, padding.into()));
    record
}

fn begin(id: u16, role: u8, flags: u8) -> Vec<u8> {
    record(1, id, &[0, role, flags, 0, 0, 0, 0, 0], 0)
}

/// A request with a variable and a body.
fn request(id: u16, flags: u8) -> Vec<u8> {
    [
        begin(id, 1, flags),
        record(4, id, b"\x01\x05ahello", 3),
        record(4, id, b"", 0),
        record(5, id, b"body", 4),
        record(5, id, b"", 0),
    ]
    .concat()
}

fn variable(name: &str, value: &str) -> Variables {
    [(name, value)].into_iter().collect()
}

fn events(pieces: &[&[u8]]) -> (Vec<Event>, Option<DecodeError>) {
    reading::events(FastCgi::new(1000, 10), pieces)
}

fn sent(out: &Outgoing) -> Vec<u8> {
    let mut slices = [IoSlice::new(&[]); 64];
    let count = out.slices(&mut slices);
    let bytes = slices[..count].iter();
    bytes.flat_map(|slice| slice.iter().copied()).collect()
}

#[test]
fn reads_requests_and_answers_questions() {
    use Event::Aborted;
    use Event::Asked;
    use Event::Body;
    use Event::End;
    use Event::Refused;
    use Event::Request;
    let long = "x".repeat(300);
    let long_pair = [&[0x80, 0, 0, 1, 0x80, 0, 1, 0x2c, b'a'], long.as_bytes()].concat();
    let cut_in_two = [record(4, 1, b"\x01\x05ahe", 0), record(4, 1, b"llo", 7)].concat();
    let ask = b"\x0e\x00FCGI_MAX_CONNS\x0f\x00FCGI_MPXS_CONNS\x01\x00x";
    let told = b"\x0e\x02FCGI_MAX_CONNS10\x0f\x01FCGI_MPXS_CONNS0";
    let variables = variable("a", "hello");
    let ended = |id: u8, application, status| {
        Refused(record(3, id.into(), &[0, 0, 0, application, status, 0, 0, 0], 0).into())
    };
    #[rustfmt::skip]
    let cases: Vec<(Vec<u8>, Vec<Event>, &str)> = vec![
        (request(1, 0), vec![Request(variables.clone()), Body("body".into()), End], "a request"),
        (request(0x1234, 1), vec![Request(variables.clone()), Body("body".into()), End], "any number"),
        ([begin(1, 1, 0), cut_in_two, record(4, 1, b"", 9)].concat(), vec![Request(variables.clone())], "a variable in two records"),
        ([begin(1, 1, 0), record(4, 1, &long_pair, 0), record(4, 1, b"", 0)].concat(),
            vec![Request(variable("a", &long))], "lengths of four bytes"),
        ([begin(1, 1, 0), record(4, 1, b"", 0), record(5, 1, b"", 0)].concat(), vec![Request(Variables::new()), End], "no variable at all"),
        (record(9, 0, ask, 2), vec![Asked(record(10, 0, told, 0).into())], "what it knows, and no more"),
        (record(77, 0, b"abc", 0), vec![Asked(record(11, 0, &[77, 0, 0, 0, 0, 0, 0, 0], 0).into())], "a type that does not exist"),
        (begin(7, 2, 0), vec![ended(7, 0, 3)], "the role of an authorizer"),
        ([begin(7, 3, 1), record(4, 7, b"\x01\x01ab", 0), record(8, 7, b"x", 0), request(8, 0)].concat(),
            vec![ended(7, 0, 3), Request(variables.clone()), Body("body".into()), End], "a filter, and then a request"),
        ([begin(1, 1, 0), begin(2, 1, 0), record(4, 2, b"\x01\x01ab", 0), record(4, 1, b"", 0), record(5, 2, b"x", 0)].concat(),
            vec![ended(2, 0, 1), Request(Variables::new())], "a second request at the same time"),
        ([begin(1, 1, 0), record(2, 1, b"", 0)].concat(), vec![ended(1, 1, 0)], "given up early"),
        ([request(1, 0), record(2, 1, b"", 0)].concat(), vec![Request(variables.clone()), Body("body".into()), End, Aborted], "given up late"),
        ([record(2, 5, b"", 0), record(5, 5, b"x", 0), record(4, 5, b"x", 0), record(6, 1, b"x", 0)].concat(), vec![], "about a request that does not exist"),
        ([request(1, 0), record(5, 1, b"more", 0)].concat(), vec![Request(variables), Body("body".into()), End], "more than the body"),
    ];
    for (bytes, want, why) in cases {
        assert_eq!(events(&[&bytes]), (want, None), "{why}");
    }
}

#[test]
fn refuses_what_breaks_the_rules() {
    let large = record(4, 1, &[b'x'; 1001], 0);
    let many = record(4, 1, &[b'x'; 600], 0).repeat(2);
    #[rustfmt::skip]
    let cases: [(Vec<u8>, &str, &str); 10] = [
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(),                      "the version of FastCGI",  "another protocol"),
        (begin(0, 1, 0),                                          "number 0",                "the number of the connection itself"),
        ([begin(1, 1, 0), begin(1, 1, 0)].concat(),               "twice",                   "the same request again"),
        (record(1, 1, b"\0\x01", 0),                              "is cut",                  "half a beginning"),
        ([begin(1, 1, 0), record(5, 1, b"x", 0)].concat(),        "before the end of the v", "a body first"),
        ([request(1, 0), record(4, 1, b"x", 0)].concat(),         "after their end",         "a variable after the end"),
        ([begin(1, 1, 0), record(4, 1, b"\x01\x09ab", 0), record(4, 1, b"", 0)].concat(), "longer than all", "a value that is cut"),
        ([begin(1, 1, 0), record(4, 1, b"\xff\xff\xff\xff\x01a", 0), record(4, 1, b"", 0)].concat(), "longer than all", "two gigabytes"),
        ([begin(1, 1, 0), record(4, 1, b"\x80\x00", 0), record(4, 1, b"", 0)].concat(), "longer than all", "half a length"),
        (record(9, 0, b"\x05\x05a", 0),                           "longer than all",         "a question that is cut"),
    ];
    for (bytes, want, why) in cases {
        match events(&[&bytes]).1 {
            Some(DecodeError::Malformed(said)) => assert!(said.contains(want), "{why}: {said}"),
            other => panic!("{why}: {other:?}"),
        }
    }
    for large in [large, many] {
        let error = events(&[&begin(1, 1, 0), &large]).1;
        assert_eq!(error, Some(DecodeError::TooLarge));
    }
    let most = events(&[&begin(1, 1, 0), &record(4, 1, &[b'x'; 1000], 0)]);
    assert_eq!(most, (vec![], None), "at the limit");
}

#[test]
fn the_pieces_in_which_bytes_arrive_do_not_matter() {
    arbtest::arbtest(|u| {
        let mut bytes = Vec::new();
        for _ in 0..u.int_in_range(0..=6)? {
            let id = u.int_in_range(0..=2)?;
            match u.int_in_range(0..=6)? {
                0 => bytes.extend(request(id, u.arbitrary()?)),
                1 => bytes.extend(begin(id, u.int_in_range(0..=3)?, 1)),
                2 => bytes.extend(record(9, 0, b"\x0f\x00FCGI_MPXS_CONNS", 1)),
                3 => bytes.extend(u.bytes(3)?),
                _ => {
                    let content: Vec<u8> = u.arbitrary()?;
                    let content = &content[..content.len().min(400)];
                    bytes.extend(record(
                        u.int_in_range(0..=13)?,
                        id,
                        content,
                        u.int_in_range(0..=9)?,
                    ));
                }
            }
        }
        let mut rest = &bytes[..];
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(u.int_in_range(1..=rest.len().min(30))?);
            pieces.push(piece);
            rest = after;
        }
        assert_eq!(events(&pieces), events(&[&bytes]), "{bytes:?}");
        Ok(())
    });
}

#[test]
fn responses_are_records_and_have_one_end() {
    let mut codec = FastCgi::new(1000, 10);
    assert!(!codec.can_answer());
    let mut arrived = BytesMut::from(&request(3, 1)[..]);
    while codec.decode(&mut arrived).unwrap().is_some() {}
    let mut out = Outgoing::default();
    codec.encode("Status: 200 OK\r\n\r\n".into(), &mut out);
    codec.encode(Bytes::new(), &mut out);
    codec.encode(vec![b'x'; 70_000].into(), &mut out);
    codec.end(true, &mut out);
    assert!(codec.keeps() && !codec.can_answer());
    let want = [
        record(6, 3, b"Status: 200 OK\r\n\r\n", 0),
        record(6, 3, &vec![b'x'; 0xfff8], 0),
        record(6, 3, &[b'x'; 70_000 - 0xfff8], 0),
        record(6, 3, b"", 0),
        record(3, 3, &[0; 8], 0),
    ];
    assert!(sent(&out) == want.concat());

    let mut arrived = BytesMut::from(&request(4, 0)[..]);
    while codec.decode(&mut arrived).unwrap().is_some() {}
    let mut out = Outgoing::default();
    codec.end(false, &mut out);
    codec.end(false, &mut out);
    assert_eq!(
        sent(&out),
        record(3, 4, &[0, 0, 0, 1, 0, 0, 0, 0], 0),
        "cut, and only once"
    );
    assert!(!codec.keeps());
}
