//! The header of the PROXY protocol: any bytes, in any pieces, are read alike, and nothing behind the header is taken.

#[path = "../../src/wire/proxy.rs"]
mod codec;

use codec::ProxyDecoder;

pub(crate) fn check(input: &[u8]) {
    let whole = ProxyDecoder::default().push(input);
    let mut decoder = ProxyDecoder::default();
    let (mut taken, mut outcome) = (0, Ok(None));
    for byte in input.chunks(1) {
        match decoder.push(byte) {
            Ok((used, end)) => {
                taken += used;
                outcome = Ok(end);
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                outcome = Err(error);
            }
        }
        if !matches!(outcome, Ok(None)) {
            break;
        }
    }
    assert_eq!(whole, outcome.map(|end| (taken, end)));
    if let Ok((used, Some(end))) = whole {
        assert!(used <= input.len());
        let again = ProxyDecoder::default().push(&input[..used]);
        assert_eq!(again, Ok((used, Some(end))), "the rest does not count");
    }
}
