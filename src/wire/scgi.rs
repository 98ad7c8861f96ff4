//! SCGI: a netstring with the variables, then the body; the response ends with the connection.
//!
//! <https://python.ca/scgi/protocol.txt>

use bytes::Buf;
use bytes::BytesMut;

use crate::wire::front::DecodeError;
use crate::wire::front::pairs::read_ended_pairs;
use crate::wire::front::single::Head;
use crate::wire::front::single::Single;
use crate::wire::variables::Variables;

/// One connection that speaks SCGI.
pub type Scgi = Single<Netstring>;

/// The variables of SCGI.
#[derive(Debug)]
pub enum Netstring {}

impl Head for Netstring {
    const HAS_STATUS_LINE: bool = false;

    fn read(arrived: &mut BytesMut, most: usize) -> Result<Option<Variables>, DecodeError> {
        let Some((length, digits)) = length(arrived, most)? else {
            return Ok(None);
        };
        let whole = digits + 1 + length + 1;
        if arrived.len() < whole {
            return Ok(None);
        }
        let mut head = arrived.split_to(whole).freeze();
        head.advance(digits + 1);
        if head[length] != b',' {
            return Err(DecodeError::Malformed(
                "there is no comma behind the variables",
            ));
        }
        head.truncate(length);
        read_ended_pairs(head).map(Some)
    }
}

/// The length of the netstring, and the number of its digits; `None` if it has not arrived.
fn length(arrived: &[u8], most: usize) -> Result<Option<(usize, usize)>, DecodeError> {
    let malformed = Err(DecodeError::Malformed("it does not begin with a netstring"));
    let mut length = 0_usize;
    for (at, byte) in arrived.iter().enumerate() {
        match byte {
            b':' if at > 0 => return Ok(Some((length, at))),
            b'0'..=b'9' if at > 0 && length == 0 => return malformed,
            b'0'..=b'9' => length = length * 10 + usize::from(byte - b'0'),
            _ => return malformed,
        }
        if length > most {
            return Err(DecodeError::TooLarge);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::front::Event;
    use crate::wire::front::reading;

    type Row = (&'static [u8], Vec<Event>, Option<DecodeError>, &'static str);

    fn events(pieces: &[&[u8]]) -> (Vec<Event>, Option<DecodeError>) {
        reading::events(Scgi::new(100), pieces)
    }

    #[test]
    fn reads_a_netstring_and_a_body() {
        use DecodeError::Malformed;
        use DecodeError::TooLarge;
        use Event::Body;
        use Event::End;
        use Event::Request;
        let pairs = |length: &'static str| {
            [("CONTENT_LENGTH", length), ("SCGI", "1")]
                .into_iter()
                .collect()
        };
        let netstring = Malformed("it does not begin with a netstring");
        let cut = Malformed("a variable is longer than all of them");
        #[rustfmt::skip]
        let cases: Vec<Row> = vec![
            (b"24:CONTENT_LENGTH\x004\x00SCGI\x001\x00,bodyX", vec![Request(pairs("4")), Body("body".into()), End], None, "a request, and more"),
            (b"24:CONTENT_LENGTH\x000\x00SCGI\x001\x00,",      vec![Request(pairs("0")), End], None, "no body"),
            (b"24:CONTENT_LENGTH\x009\x00SCGI\x001\x00,body",  vec![Request(pairs("9")), Body("body".into())], None, "a body that is cut"),
            (b"24:CONTENT_LENGTH\x00x\x00SCGI\x001\x00,body",  vec![Request(pairs("x")), End], None, "an invalid length: refused later"),
            (b"24:CONTENT_LENGTH\x004\x00SCGI\x001\x00.body",  vec![], Some(Malformed("there is no comma behind the variables")), "a wrong end"),
            (b"0:,",                                           vec![Request(Variables::new()), End], None, "no variable"),
            (b"4:a\x00b\x00,",                                 vec![Request([("a", "b")].into_iter().collect()), End], None, "one"),
            (b"3:a\x00b,",                                     vec![], Some(cut), "a value without an end"),
            (b"2:a\x00,",                                      vec![], Some(cut), "a name without a value"),
            (b"100:",                                          vec![], None, "at the limit"),
            (b"101:",                                          vec![], Some(TooLarge), "one more"),
            (b"99999999999999999999999:",                      vec![], Some(TooLarge), "more than fits"),
            (b"04:a\x00b\x00,",                                vec![], Some(netstring), "a zero in front"),
            (b":a\x00b\x00,",                                  vec![], Some(netstring), "no length"),
            (b"-4:a\x00b\x00,",                                vec![], Some(netstring), "a sign"),
            (b"GET / HTTP/1.1\r\n",                            vec![], Some(netstring), "another protocol"),
        ];
        for (bytes, want, error, why) in cases {
            assert_eq!(events(&[bytes]), (want, error), "{why}");
        }
    }

    #[test]
    fn the_pieces_in_which_bytes_arrive_do_not_matter() {
        arbtest::arbtest(|u| {
            let mut bytes = b"24:CONTENT_LENGTH\x004\x00SCGI\x001\x00,body".to_vec();
            for _ in 0..u.int_in_range(0..=2)? {
                let at = u.int_in_range(0..=bytes.len() - 1)?;
                bytes[at] = u.arbitrary()?;
            }
            let at = u.int_in_range(0..=bytes.len())?;
            let (first, second) = bytes.split_at(at);
            let at = u.int_in_range(0..=second.len())?;
            let (second, third) = second.split_at(at);
            assert_eq!(
                events(&[first, second, third]),
                events(&[&bytes]),
                "{bytes:?}"
            );
            Ok(())
        });
    }
}
