//! Values as pairs: structs, maps and lists of pairs, whose values may be lists.
//!
//! Names and single values are written by the crate `serde_urlencoded`. What it does not do is a
//! list under one name, so this takes structs and lists apart for it.

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

/// The pairs that a value is, encoded.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let mut text = String::new();
    value.serialize(Pairs(&mut text))?;
    Ok(text)
}

fn append(text: &mut String, pair: &str) {
    if !text.is_empty() && !pair.is_empty() {
        text.push('&');
    }
    text.push_str(pair);
}

fn unsupported(what: impl Display) -> Error {
    Error::custom(format_args!("{what} is no list of names and values"))
}

/// Refuses what has no names; holds no logic.
macro_rules! refuse {
    ($($method:ident($($argument:ty),*);)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<(), Error> {
            Err(unsupported("a single value"))
        }
    )*};
}

/// Refuses what has names of its own; holds no logic.
macro_rules! refuse_variants {
    () => {
        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<(), Error> {
            Err(unsupported("an enum"))
        }

        fn serialize_tuple_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleVariant, Error> {
            Err(unsupported("an enum"))
        }

        fn serialize_struct_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeStructVariant, Error> {
            Err(unsupported("an enum"))
        }

        refuse! {
            serialize_bool(bool);
            serialize_i8(i8);
            serialize_i16(i16);
            serialize_i32(i32);
            serialize_i64(i64);
            serialize_u8(u8);
            serialize_u16(u16);
            serialize_u32(u32);
            serialize_u64(u64);
            serialize_f32(f32);
            serialize_f64(f64);
            serialize_char(char);
            serialize_str(&str);
            serialize_bytes(&[u8]);
            serialize_unit_variant(&'static str, u32, &'static str);
        }
    };
}

/// Nothing is no pair, and what is wrapped is what is inside; holds no logic.
macro_rules! see_through {
    () => {
        fn serialize_none(self) -> Result<(), Error> {
            Ok(())
        }

        fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
            value.serialize(self)
        }

        fn serialize_unit(self) -> Result<(), Error> {
            Ok(())
        }

        fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
            Ok(())
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

/// Writes pairs.
struct Pairs<'t>(&'t mut String);

impl<'t> Serializer for Pairs<'t> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = PairByPair<'t>;
    type SerializeTuple = PairByPair<'t>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = FieldByField<'t>;
    type SerializeStruct = FieldByField<'t>;
    type SerializeStructVariant = Impossible<(), Error>;

    see_through!();
    refuse_variants!();

    fn serialize_seq(self, _: Option<usize>) -> Result<PairByPair<'t>, Error> {
        Ok(PairByPair(self.0))
    }

    fn serialize_tuple(self, _: usize) -> Result<PairByPair<'t>, Error> {
        Ok(PairByPair(self.0))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>, Error> {
        Err(unsupported("a tuple"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<FieldByField<'t>, Error> {
        Ok(FieldByField(self.0, String::new()))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<FieldByField<'t>, Error> {
        Ok(FieldByField(self.0, String::new()))
    }
}

/// A list whose elements are pairs.
struct PairByPair<'t>(&'t mut String);

impl SerializeSeq for PairByPair<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, pair: &T) -> Result<(), Error> {
        append(self.0, &serde_urlencoded::to_string([pair])?);
        Ok(())
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// A struct or a map, and the encoded name that the next value is for.
struct FieldByField<'t>(&'t mut String, String);

impl FieldByField<'_> {
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        match one(value) {
            Ok(Some(value)) => append(self.0, &[&self.1, &*value].concat()),
            Ok(None) => {}
            // Perhaps it is a list.
            Err(_) => value.serialize(Elements {
                text: self.0,
                name: &self.1,
            })?,
        }
        Ok(())
    }
}

/// A single value, encoded; nothing for `None`.
fn one<T: Serialize + ?Sized>(value: &T) -> Result<Option<String>, Error> {
    let pair = serde_urlencoded::to_string([("", value)])?;
    Ok(pair.strip_prefix('=').map(ToOwned::to_owned))
}

impl SerializeMap for FieldByField<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<N: Serialize + ?Sized>(&mut self, name: &N) -> Result<(), Error> {
        self.1 = serde_urlencoded::to_string([(name, "")])?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.value(value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl SerializeStruct for FieldByField<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.serialize_key(name)?;
        self.value(value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// Writes the elements of a list, each under the same name.
struct Elements<'t> {
    text: &'t mut String,
    /// Encoded, with its `=`.
    name: &'t str,
}

impl Serializer for Elements<'_> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    see_through!();
    refuse_variants!();

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Impossible<(), Error>, Error> {
        Err(unsupported("a map within another"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Impossible<(), Error>, Error> {
        Err(unsupported("a struct within another"))
    }
}

impl SerializeSeq for Elements<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if let Some(value) = one(value)? {
            append(self.text, &[self.name, &value].concat());
        }
        Ok(())
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// The same as of a list; holds no logic.
macro_rules! like_a_list {
    ($($trait:ident $method:ident for $type:ty;)*) => {$(
        impl $trait for $type {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                SerializeSeq::serialize_element(self, value)
            }

            fn end(self) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

like_a_list! {
    SerializeTuple serialize_element for PairByPair<'_>;
    SerializeTuple serialize_element for Elements<'_>;
    SerializeTupleStruct serialize_field for Elements<'_>;
}
