//! Every attribute of serde's derive with every scalar: a value that fits is read as in a plain field;
//! otherwise an error names the field, in the same words.

use std::fmt;
use std::fmt::Debug;
use std::num::NonZeroU8;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::DeserializeOwned;
use serde::de::Error;
use serde::de::Unexpected;
use serde::de::Visitor;

use crate::base::error::FieldErrors;
use crate::base::multi_dict::MultiDict;

use super::One;
use super::Size;
use super::dict;

#[derive(Deserialize)]
struct Flattened<T> {
    #[serde(flatten)]
    inner: One<T>,
}

#[derive(Deserialize)]
struct Optional<T> {
    #[serde(flatten)]
    inner: Option<One<T>>,
}

#[derive(Deserialize)]
struct Doubly<T> {
    #[serde(flatten)]
    inner: Flattened<T>,
}

#[derive(Deserialize)]
enum External<T> {
    #[serde(rename = "x")]
    Only(T),
}

#[derive(Deserialize)]
struct FlattenedExternal<T> {
    #[serde(flatten)]
    inner: External<T>,
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
enum Internal<T> {
    Only { x: T },
}

#[derive(Deserialize)]
struct FlattenedInternal<T> {
    #[serde(flatten)]
    inner: Internal<T>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", content = "x")]
enum Adjacent<T> {
    Only(T),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Untagged<T> {
    Only { x: T },
}

#[derive(Deserialize)]
struct FlattenedUntagged<T> {
    #[serde(flatten)]
    inner: Untagged<T>,
}

#[derive(Deserialize)]
struct OptionalUntagged<T> {
    #[serde(flatten)]
    inner: Option<Untagged<T>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Bare<T> {
    Only(T),
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct Defaulted<T> {
    #[serde(default = "none", deserialize_with = "some")]
    x: Option<T>,
}

fn none<T>() -> Option<T> {
    None
}

fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

#[derive(Deserialize)]
struct FlattenedDefault<T> {
    #[serde(flatten)]
    inner: Defaulted<T>,
}

#[derive(Deserialize)]
struct Renamed<T> {
    #[serde(rename = "x")]
    other: T,
}

#[derive(Deserialize)]
struct FlattenedRenamed<T> {
    #[serde(flatten)]
    inner: Renamed<T>,
}

#[derive(Deserialize)]
struct Aliased<T> {
    #[serde(alias = "x")]
    other: T,
}

#[derive(Deserialize)]
struct FlattenedAliased<T> {
    #[serde(flatten)]
    inner: Aliased<T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict<T> {
    x: T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictFlattened<T> {
    #[serde(flatten)]
    inner: One<T>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct With<T> {
    #[serde(with = "as_it_is")]
    x: T,
}

mod as_it_is {
    use super::*;

    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<T, D::Error> {
        T::deserialize(from)
    }
}

#[derive(Deserialize)]
struct FlattenedWith<T> {
    #[serde(flatten)]
    inner: With<T>,
}

/// A container, the pairs before and after the tested field, and the function that reads it.
struct Container<T> {
    name: &'static str,
    around: (&'static str, &'static str),
    read: fn(&MultiDict) -> Result<Option<T>, FieldErrors>,
}

/// Lists containers; holds no logic.
macro_rules! containers {
    ($($around:expr, $type:ty, $x:pat => $value:expr;)*) => {
        [$(Container {
            name: stringify!($type),
            around: $around,
            read: |dict| dict.read_as::<$type>().map(|$x| $value),
        }),*]
    };
}

const ALONE: (&str, &str) = ("", "");
const AFTER_TAG: (&str, &str) = ("kind=Only&", "");
const BEFORE_TAG: (&str, &str) = ("", "&kind=Only");

#[rustfmt::skip]
fn containers<T: DeserializeOwned>() -> [Container<T>; 26] {
    containers! {
        ALONE, One<T>, One { x } => Some(x);
        ALONE, Flattened<T>, it => Some(it.inner.x);
        ALONE, Optional<T>, it => it.inner.map(|one| one.x);
        ALONE, Doubly<T>, it => Some(it.inner.inner.x);
        ALONE, External<T>, External::Only(x) => Some(x);
        ALONE, FlattenedExternal<T>, FlattenedExternal { inner: External::Only(x) } => Some(x);
        AFTER_TAG, Internal<T>, Internal::Only { x } => Some(x);
        BEFORE_TAG, Internal<T>, Internal::Only { x } => Some(x);
        AFTER_TAG, FlattenedInternal<T>, FlattenedInternal { inner: Internal::Only { x } } => Some(x);
        AFTER_TAG, Adjacent<T>, Adjacent::Only(x) => Some(x);
        BEFORE_TAG, Adjacent<T>, Adjacent::Only(x) => Some(x);
        ALONE, Untagged<T>, Untagged::Only { x } => Some(x);
        ALONE, FlattenedUntagged<T>, FlattenedUntagged { inner: Untagged::Only { x } } => Some(x);
        ALONE, OptionalUntagged<T>, it => it.inner.map(|Untagged::Only { x }| x);
        ALONE, One<Bare<T>>, One { x: Bare::Only(x) } => Some(x);
        ALONE, Flattened<Bare<T>>, Flattened { inner: One { x: Bare::Only(x) } } => Some(x);
        ALONE, Defaulted<T>, it => it.x;
        ALONE, FlattenedDefault<T>, it => it.inner.x;
        ALONE, Renamed<T>, Renamed { other } => Some(other);
        ALONE, FlattenedRenamed<T>, it => Some(it.inner.other);
        ALONE, Aliased<T>, Aliased { other } => Some(other);
        ALONE, FlattenedAliased<T>, it => Some(it.inner.other);
        ALONE, Strict<T>, Strict { x } => Some(x);
        ALONE, StrictFlattened<T>, it => Some(it.inner.x);
        ALONE, With<T>, With { x } => Some(x);
        ALONE, FlattenedWith<T>, it => Some(it.inner.x);
    }
}

/// A type with a custom message, which the deserializer cannot interpret.
#[derive(Debug)]
struct Port(#[expect(dead_code, reason = "read by Debug, which the lint does not count")] u16);

/// Implements `Deserialize` by one method of a visitor; holds no logic.
macro_rules! by_visitor {
    ($type:ident, $deserialize:ident, $visit:ident($value:ident: $taken:ty), $words:literal, $read:expr) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Reading;

                impl Visitor<'_> for Reading {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($words)
                    }

                    fn $visit<E: Error>(self, $value: $taken) -> Result<$type, E> {
                        $read
                    }
                }

                from.$deserialize(Reading)
            }
        }
    };
}

by_visitor!(Port, deserialize_u64, visit_u64(value: u64), "a free port", {
    let port = u16::try_from(value).ok().filter(|port| *port > 1023);
    let taken = || Error::invalid_value(Unexpected::Unsigned(value), &"a free port");
    port.map(Port).ok_or_else(taken)
});

/// A type that accepts only floats.
#[derive(Debug)]
struct Share(#[expect(dead_code, reason = "read by Debug, which the lint does not count")] f64);

by_visitor!(Share, deserialize_f64, visit_f64(value: f64), "a share", Ok(Share(value)));

/// Raw bytes.
#[derive(Debug)]
struct Bytes(#[expect(dead_code, reason = "read by Debug, which the lint does not count")] Vec<u8>);

by_visitor!(Bytes, deserialize_bytes, visit_bytes(value: &[u8]), "bytes", Ok(Bytes(value.into())));

/// A text with a custom rule.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Even(#[expect(dead_code, reason = "read by Debug, which the lint does not count")] String);

impl TryFrom<String> for Even {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let is_even = text.len().is_multiple_of(2);
        is_even.then_some(Self(text)).ok_or("the length is odd")
    }
}

/// Returns the containers that read the same pairs differently from a plain field.
fn differences<T: DeserializeOwned + Debug>(pairs: &str) -> Vec<String> {
    let told = |outcome: Result<Option<T>, FieldErrors>| match outcome {
        Ok(value) => format!("{value:?}"),
        Err(errors) => format!("{:?}", errors.fields()),
    };
    let plain = told(dict(pairs).read_as::<One<T>>().map(|one| Some(one.x)));
    let differences = containers::<T>().into_iter().filter_map(|container| {
        let Container { name, around, read } = container;
        // An `Option` is `None` for an empty field, as for an absent one.
        let is_optional = name.starts_with("Optional") && pairs == "x=";
        let pairs = [around.0, pairs, around.1].concat();
        let got = told(read(&dict(&pairs)));
        (got != plain && !(is_optional && got == "None"))
            .then(|| format!("{name} of {pairs}: {got} instead of {plain}"))
    });
    differences.collect()
}

#[test]
fn each_scalar_is_read_in_each_container_as_in_a_plain_field() {
    type Differences = fn(&str) -> Vec<String>;
    #[rustfmt::skip]
    let cases: [(Differences, &str); 29] = [
        (differences::<bool>, "x=true x=True x=TRUE x=on x=1 x=yes x=false x=False x=FALSE x=off x=0 x=no x=1&x=0 x=abc x=tRUE x=2 x="),
        (differences::<u8>, "x=0 x=255 x=007 x=+7 x=7&x=8 x=256 x=-1 x=1.5 x=abc x="),
        (differences::<u16>, "x=65535 x=65536 x=abc"),
        (differences::<u32>, "x=4294967295 x=4294967296 x=abc"),
        (differences::<u64>, "x=18446744073709551615 x=18446744073709551616 x=abc"),
        (differences::<i8>, "x=-128 x=127 x=-007 x=-129 x=128 x=abc"),
        (differences::<i16>, "x=-32768 x=-32769 x=abc"),
        (differences::<i32>, "x=-2147483648 x=7 x=-2147483649 x=abc"),
        (differences::<i64>, "x=-9223372036854775808 x=7 x=-9223372036854775809 x=abc"),
        (differences::<f32>, "x=0.5 x=1e3 x=-7 x=1.50 x=3e38 x=1e39 x=NaN x=inf x=abc"),
        (differences::<f64>, "x=0.5 x=1e39 x=7 x=1.50 x=52.5200 x=1e999 x=NaN x=inf x=abc"),
        (differences::<char>, "x=a x=7 x=ä x=ab"),
        (differences::<String>, "x=a x=7 x=007 x=1.50 x=true x="),
        (differences::<Size>, "x=small x=huge x=7"),
        (differences::<Option<u8>>, "x=7 x= x=007 x=abc x=256"),
        (differences::<Option<bool>>, "x=on x= x=abc"),
        (differences::<Option<String>>, "x=abc x=7"),
        (differences::<Option<Size>>, "x=large x=huge"),
        (differences::<NonZeroU8>, "x=7 x=abc x=256"),
        (differences::<Vec<u8>>, "x=7 x=7&x=8 x=7&x=007&x=7 x=abc x=7&x=abc x=7&x=256"),
        (differences::<Vec<f64>>, "x=0.5 x=7&x=1.50 x=abc x=7&x=abc"),
        (differences::<Vec<bool>>, "x=on x=on&x=1&x=no x=abc x=on&x=abc"),
        (differences::<Vec<String>>, "x=a x=7 x=a&x=7&x=007"),
        (differences::<Vec<Size>>, "x=small x=small&x=large x=huge x=small&x=huge"),
        (differences::<(u8, String)>, "x=7&x=8 x=7&x=007 x=7&x=a x=a&x=7"),
        (differences::<Bytes>, "x=abc x=7 x="),
        (differences::<Port>, "x=8080 x=08080 x=abc"),
        (differences::<Share>, "x=0.5 x=7 x=1.50 x=abc"),
        (differences::<Even>, "x=ab x=77"),
    ];
    let all = cases
        .iter()
        .flat_map(|(differences, rows)| rows.split(' ').flat_map(differences));
    let all: Vec<_> = all.collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}
