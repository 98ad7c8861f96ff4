//! The protocol of uWSGI: four bytes, the variables, then the body; the response is one of HTTP, and ends with the
//! connection.
//!
//! <https://uwsgi-docs.readthedocs.io/en/latest/Protocol.html>

use bytes::Buf;
use bytes::BytesMut;

use crate::wire::front::DecodeError;
use crate::wire::front::pairs::read_short_pairs;
use crate::wire::front::single::Head;
use crate::wire::front::single::Single;
use crate::wire::variables::Variables;

/// The length of the first part.
const PREFIX: usize = 4;

/// One connection that speaks the protocol of uWSGI.
pub type Uwsgi = Single<Packet>;

/// The variables of a request to uWSGI. The protocol has no more than 65535 bytes of them.
#[derive(Debug)]
pub enum Packet {}

impl Head for Packet {
    const HAS_STATUS_LINE: bool = true;

    fn read(arrived: &mut BytesMut, most: usize) -> Result<Option<Variables>, DecodeError> {
        match arrived.first() {
            None => return Ok(None),
            Some(0) => {}
            Some(_) => {
                let why = "its first byte, `modifier1`, is not 0";
                return Err(DecodeError::Malformed(why));
            }
        }
        let Some([_, low, high, _]) = arrived.first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        if length > most {
            return Err(DecodeError::TooLarge);
        }
        if arrived.len() < PREFIX + length {
            return Ok(None);
        }
        let mut head = arrived.split_to(PREFIX + length).freeze();
        head.advance(PREFIX);
        read_short_pairs(head).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::front::Event;
    use crate::wire::front::reading;

    type Row = (&'static [u8], Vec<Event>, Option<DecodeError>, &'static str);

    fn events(pieces: &[&[u8]]) -> (Vec<Event>, Option<DecodeError>) {
        reading::events(Uwsgi::new(100), pieces)
    }

    const REQUEST: &[u8] = b"\x00\x13\x00\x00\x0e\x00CONTENT_LENGTH\x01\x004body";

    #[test]
    fn reads_variables_and_a_body() {
        use DecodeError::Malformed;
        use DecodeError::TooLarge;
        use Event::Body;
        use Event::End;
        use Event::Request;
        let one = || Request([("CONTENT_LENGTH", "4")].into_iter().collect());
        let modifier = Malformed("its first byte, `modifier1`, is not 0");
        let cut = Malformed("a variable is longer than all of them");
        #[rustfmt::skip]
        let cases: Vec<Row> = vec![
            (REQUEST,                              vec![one(), Body("body".into()), End], None, "a request"),
            (&REQUEST[..REQUEST.len() - 1],        vec![one(), Body("bod".into())], None, "a body that is cut"),
            (b"\x00\x00\x00\x00",                  vec![Request(Variables::new()), End], None, "no variable"),
            (b"\x00\x06\x00\x09\x01\x00a\x01\x00b", vec![Request([("a", "b")].into_iter().collect()), End], None, "any `modifier2`"),
            (b"\x00\x06\x00\x00\x01\x00a\x02\x00b", vec![], Some(cut), "a value that is cut"),
            (b"\x00\x04\x00\x00\x01\x00a\x02",     vec![], Some(cut), "a length that is cut"),
            (b"\x00\x64\x00\x00",                  vec![], None, "at the limit"),
            (b"\x00\x65\x00\x00",                  vec![], Some(TooLarge), "one more"),
            (b"\x00\xff\xff\x00",                  vec![], Some(TooLarge), "the most that the protocol has"),
            (b"\x05\x00\x00\x00",                  vec![], Some(modifier), "Perl"),
            (b"GET / HTTP/1.1\r\n",                vec![], Some(modifier), "another protocol"),
        ];
        for (bytes, want, error, why) in cases {
            assert_eq!(events(&[bytes]), (want, error), "{why}");
        }
    }

    #[test]
    fn the_pieces_in_which_bytes_arrive_do_not_matter() {
        arbtest::arbtest(|u| {
            let mut bytes = REQUEST.to_vec();
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
