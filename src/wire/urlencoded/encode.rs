//! Encodes values as pairs: structs, maps and lists of pairs. A value in a struct or a map may be a list; all
//! its elements are written under its name.
//!
//! The crate `form_urlencoded` writes each pair; `serde_urlencoded` converts names and single values to text
//! for it. `serde_urlencoded` does not support a list under one name, so [`Value`] splits lists first.
//! Numbers must be finite, since readers do not accept others.

use std::fmt::Display;

use serde::Serialize;
use serde::Serializer;
use serde::ser::Error as SerError;
use serde::ser::Impossible;
use serde::ser::SerializeMap;
use serde::ser::SerializeSeq;
use serde::ser::SerializeStruct;
use serde::ser::SerializeTuple;
use serde::ser::SerializeTupleStruct;
use serde_urlencoded::ser::Error;
use serde_urlencoded::ser::MapSerializer;
use serde_urlencoded::ser::SeqSerializer;
use serde_urlencoded::ser::StructSerializer;
use serde_urlencoded::ser::TupleSerializer;

use crate::base::finite;

/// Writes pairs without lists.
type Plain<'t> = serde_urlencoded::Serializer<'static, 't, String>;
type PlainSeq<'t> = SeqSerializer<'static, 't, String>;
type PlainTuple<'t> = TupleSerializer<'static, 't, String>;
type PlainMap<'t> = MapSerializer<'static, 't, String>;
type PlainStruct<'t> = StructSerializer<'static, 't, String>;

/// Encodes a value as pairs.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let mut text = form_urlencoded::Serializer::new(String::new());
    value.serialize(Pairs(Plain::new(&mut text)))?;
    Ok(text.finish())
}

fn unsupported(what: impl Display) -> Error {
    Error::custom(format_args!("{what} is not a list of names and values"))
}

/// Refuses numbers that are not finite. The error does not name the place within a pair, since a pair has one
/// value.
fn refuse_not_finite<T: Serialize + ?Sized>(value: &T) -> Result<(), Error> {
    finite::check_finite(value).map_err(|error| Error::custom(error.why))
}

/// Refuses types that cannot be written as pairs; holds no logic.
macro_rules! refuse {
    ($what:literal: $($method:ident($($type:ty),*) -> $ok:ty;)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<$ok, Error> {
            Err(unsupported($what))
        }
    )*};
}

/// Refuses enums with fields; holds no logic.
macro_rules! refuse_enums {
    () => {
        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<(), Error> {
            Err(unsupported("an enum with fields"))
        }

        refuse! { "an enum with fields":
            serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Impossible<(), Error>;
            serialize_struct_variant(&'static str, u32, &'static str, usize) -> Impossible<(), Error>;
        }
    };
}

/// Skips empty values and unwraps wrapped ones; holds no logic.
macro_rules! see_through {
    () => {
        fn serialize_none(self) -> Result<(), Error> {
            Ok(())
        }

        fn serialize_unit(self) -> Result<(), Error> {
            Ok(())
        }

        fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
            value.serialize(self)
        }

        fn serialize_newtype_struct<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            value: &T,
        ) -> Result<(), Error> {
            value.serialize(self)
        }
    };
}

/// Writes values that consist of pairs.
struct Pairs<'t>(Plain<'t>);

impl<'t> Serializer for Pairs<'t> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = PairByPair<PlainSeq<'t>>;
    type SerializeTuple = PairByPair<PlainTuple<'t>>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Members<'t>;
    type SerializeStruct = Fields<'t>;
    type SerializeStructVariant = Impossible<(), Error>;

    see_through!();
    refuse_enums!();
    refuse! { "a single value":
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_str(&str) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
    }
    refuse! { "a tuple": serialize_tuple_struct(&'static str, usize) -> Impossible<(), Error>; }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        self.0.serialize_seq(length).map(PairByPair)
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, Error> {
        self.0.serialize_tuple(length).map(PairByPair)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Members<'t>, Error> {
        let (map, key) = (self.0.serialize_map(length)?, String::new());
        Ok(Members { map, key })
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Fields<'t>, Error> {
        self.0.serialize_struct(name, length).map(Fields)
    }

    /// `false`, so that a [`MultiDict`](crate::MultiDict) is a list of pairs in order. Names and values are
    /// still written in the human-readable form.
    fn is_human_readable(&self) -> bool {
        false
    }
}

/// A list whose elements are pairs.
struct PairByPair<S>(S);

/// Forwards each pair; holds no logic.
macro_rules! pair_by_pair {
    ($($trait:ident)*) => {$(
        impl<S: $trait<Error = Error>> $trait for PairByPair<S> {
            type Ok = ();
            type Error = Error;

            fn serialize_element<T: Serialize + ?Sized>(&mut self, pair: &T) -> Result<(), Error> {
                refuse_not_finite(pair)?;
                self.0.serialize_element(pair)
            }

            fn end(self) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

pair_by_pair! { SerializeSeq SerializeTuple }

/// A struct.
struct Fields<'t>(PlainStruct<'t>);

impl SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(Value(Field {
            fields: &mut self.0,
            name,
        }))
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// A map, and the name for the next value, if the two arrive separately.
struct Members<'t> {
    map: PlainMap<'t>,
    key: String,
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_entry<K: Serialize + ?Sized, T: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(Value(Member {
            map: &mut self.map,
            key,
        }))
    }

    fn serialize_key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), Error> {
        // As text, since a list uses it several times.
        let pair = serde_urlencoded::to_string([(key, "")])?;
        let mut pairs = form_urlencoded::parse(pair.as_bytes());
        self.key = pairs.next().unwrap_or_default().0.into_owned();
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = std::mem::take(&mut self.key);
        self.serialize_entry(&key, value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// A target for single values under one name. It can be used several times.
trait Place {
    fn put<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error>;
}

struct Field<'f, 't> {
    fields: &'f mut PlainStruct<'t>,
    name: &'static str,
}

impl Place for Field<'_, '_> {
    fn put<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.fields.serialize_field(self.name, value)
    }
}

struct Member<'m, 't, K: ?Sized> {
    map: &'m mut PlainMap<'t>,
    key: &'m K,
}

impl<K: Serialize + ?Sized> Place for Member<'_, '_, K> {
    fn put<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.map.serialize_entry(self.key, value)
    }
}

/// Writes a single value, or each element of a list, to its target.
struct Value<P>(P);

/// Writes a single value; holds no logic.
macro_rules! put {
    ($($method:ident $type:ty;)*) => {$(
        fn $method(mut self, value: $type) -> Result<(), Error> {
            refuse_not_finite(&value)?;
            self.0.put(&value)
        }
    )*};
}

impl<P: Place> Serializer for Value<P> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Elements<P>;
    type SerializeTuple = Elements<P>;
    type SerializeTupleStruct = Elements<P>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    see_through!();
    refuse_enums!();
    refuse! { "a map within another": serialize_map(Option<usize>) -> Impossible<(), Error>; }
    refuse! { "a struct within another": serialize_struct(&'static str, usize) -> Impossible<(), Error>; }

    put! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
        serialize_f32 f32;
        serialize_f64 f64;
        serialize_char char;
        serialize_str &str;
        serialize_unit_struct &'static str;
    }

    fn serialize_bytes(mut self, bytes: &[u8]) -> Result<(), Error> {
        let text = std::str::from_utf8(bytes).map_err(Error::Utf8)?;
        self.0.put(text)
    }

    fn serialize_unit_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.0.put(variant)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<P>, Error> {
        Ok(Elements(self.0))
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<P>, Error> {
        Ok(Elements(self.0))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Elements<P>, Error> {
        Ok(Elements(self.0))
    }
}

/// The elements of a list, each a single value.
struct Elements<P>(P);

/// Writes each element; holds no logic.
macro_rules! put_each {
    ($($trait:ident $method:ident;)*) => {$(
        impl<P: Place> $trait for Elements<P> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                refuse_not_finite(value)?;
                self.0.put(value)
            }

            fn end(self) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

put_each! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
}
