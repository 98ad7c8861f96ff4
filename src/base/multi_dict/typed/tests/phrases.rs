//! The known messages of serde: these tests fail when serde changes them.

use std::num::NonZeroU8;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::UnitDeserializer;

use super::seen;
use crate::base::multi_dict::typed::fault::Fault;
use crate::base::multi_dict::typed::words::Known;
use crate::base::multi_dict::typed::words::plain;

/// Returns the type that serde requests, by refusing the value.
fn wanted<T: Deserialize<'static>>() -> String {
    let nothing: UnitDeserializer<Fault> = ().into_deserializer();
    match T::deserialize(nothing).err() {
        Some(Fault::Refusal(refusal)) => refusal.wanted,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_a_type_wants_is_known_by_serdes_words() {
    #[rustfmt::skip]
    let cases = [
        (wanted::<u8>(), Known::Whole("u8"), "a whole number from 0 to 255"),
        (wanted::<u16>(), Known::Whole("u16"), "a whole number from 0 to 65535"),
        (wanted::<u32>(), Known::Whole("u32"), "a whole number from 0 to 4294967295"),
        (wanted::<u64>(), Known::Whole("u64"), "a whole number from 0 to 18446744073709551615"),
        (wanted::<u128>(), Known::Whole("u128"), "a whole number from 0 to 340282366920938463463374607431768211455"),
        (wanted::<usize>(), Known::Whole("usize"), "a whole number from 0 to 18446744073709551615"),
        (wanted::<i8>(), Known::Whole("i8"), "a whole number from -128 to 127"),
        (wanted::<i16>(), Known::Whole("i16"), "a whole number from -32768 to 32767"),
        (wanted::<i32>(), Known::Whole("i32"), "a whole number from -2147483648 to 2147483647"),
        (wanted::<i64>(), Known::Whole("i64"), "a whole number from -9223372036854775808 to 9223372036854775807"),
        (wanted::<i128>(), Known::Whole("i128"), "a whole number from -170141183460469231731687303715884105728 to 170141183460469231731687303715884105727"),
        (wanted::<isize>(), Known::Whole("isize"), "a whole number from -9223372036854775808 to 9223372036854775807"),
        (wanted::<f32>(),     Known::ShortFloat,     "a number"),
        (wanted::<f64>(),     Known::Float,          "a number"),
        (wanted::<bool>(),    Known::Bool,           "`true` or `false`"),
        (wanted::<char>(),    Known::Text,           "a single character"),
        (wanted::<String>(),  Known::Text,           "a string"),
        (wanted::<&str>(),    Known::Text,           "a borrowed string"),
        (wanted::<Vec<u8>>(), Known::List,           "a sequence"),
        (wanted::<(u8, u8)>(), Known::List,          "a tuple of size 2"),
        (wanted::<NonZeroU8>(), Known::Other,        "a whole number that is not 0"),
    ];
    for (wanted, known, told) in cases {
        assert!(Known::of(&wanted) == known, "{wanted}");
        assert_eq!(plain(&wanted, "-1"), told, "{wanted}");
    }
}

#[derive(Deserialize, Debug)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Inner<T> {
    x: T,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by Debug, which the lint does not count")]
struct Outer<T> {
    #[serde(flatten)]
    inner: Inner<T>,
}

#[test]
fn faults_that_serde_tells_in_words_alone_are_understood() {
    #[rustfmt::skip]
    let cases = [
        (seen::<Outer<u8>>("x=1&y=2"), "Err: `y` is `2`: no such field is expected"),
        (seen::<Outer<i128>>("x=1"),   "Err: `x` is `1`: cannot be read as a number of 128 bits in a `flatten`ed or untagged type, which serde does not support"),
        (seen::<Outer<u128>>("x=1"),   "Err: `x` is `1`: cannot be read as a number of 128 bits in a `flatten`ed or untagged type, which serde does not support"),
        (seen::<Outer<f32>>("x=1e39"), "Err: `x` is `1e39`: expected a number"),
    ];
    for (got, want) in cases {
        assert_eq!(got, want);
    }
}
