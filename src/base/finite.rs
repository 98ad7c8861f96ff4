//! Checks that all numbers of a value are finite: NaN and infinities cannot be written.
//!
//! serde's formats cannot write them and write something else instead: JSON `null`, and queries a word that
//! readers do not accept as a number.

use std::fmt;
use std::fmt::Display;

use serde::Serialize;
use serde::Serializer;
use serde::ser::Error;
use serde::ser::SerializeMap;
use serde::ser::SerializeSeq;
use serde::ser::SerializeStruct;
use serde::ser::SerializeStructVariant;
use serde::ser::SerializeTuple;
use serde::ser::SerializeTupleStruct;
use serde::ser::SerializeTupleVariant;

/// Visits all numbers of a value without writing anything.
///
/// # Errors
///
/// [`NotFinite`] for the first number that is not finite, or for a value that cannot be serialized.
pub(crate) fn check_finite<T: Serialize + ?Sized>(value: &T) -> Result<(), NotFinite> {
    value.serialize(Check)
}

/// A number that is not finite, and its place.
#[derive(Debug)]
pub(crate) struct NotFinite {
    /// The place, as `items[2].price`; it starts at the innermost map.
    path: String,
    pub(crate) why: String,
}

impl NotFinite {
    fn of(number: impl Display) -> Self {
        Self::custom(format_args!("{number} cannot be written as a number"))
    }

    /// Prefixes the path of the error with a member.
    fn within(mut self, member: &str) -> Self {
        let is_first = self.path.is_empty() || self.path.starts_with('[');
        let separator = if is_first { "" } else { "." };
        self.path = [member, separator, &self.path].concat();
        self
    }
}

impl Error for NotFinite {
    fn custom<T: Display>(why: T) -> Self {
        Self {
            path: String::new(),
            why: why.to_string(),
        }
    }
}

impl Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.path {
            "" => f.write_str(&self.why),
            path => write!(f, "`{path}`: {}", self.why),
        }
    }
}

impl std::error::Error for NotFinite {}

/// Accepts everything except numbers that are not finite.
struct Check;

/// Accepts a value; holds no logic.
macro_rules! take {
    ($($method:ident($($type:ty),*);)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<(), NotFinite> {
            Ok(())
        }
    )*};
}

/// Enters a list or a struct; holds no logic.
macro_rules! go_into {
    ($($method:ident($($type:ty),*) -> $into:ident;)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<$into, NotFinite> {
            Ok($into::default())
        }
    )*};
}

impl Serializer for Check {
    type Ok = ();
    type Error = NotFinite;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Elements;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    fn serialize_f32(self, number: f32) -> Result<(), NotFinite> {
        let is_finite = number.is_finite();
        is_finite.then_some(()).ok_or_else(|| NotFinite::of(number))
    }

    fn serialize_f64(self, number: f64) -> Result<(), NotFinite> {
        let is_finite = number.is_finite();
        is_finite.then_some(()).ok_or_else(|| NotFinite::of(number))
    }

    take! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_u128(u128);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    go_into! {
        serialize_seq(Option<usize>) -> Elements;
        serialize_tuple(usize) -> Elements;
        serialize_tuple_struct(&'static str, usize) -> Elements;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Elements;
        serialize_map(Option<usize>) -> Members;
        serialize_struct(&'static str, usize) -> Members;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Members;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotFinite> {
        check_finite(value)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), NotFinite> {
        check_finite(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), NotFinite> {
        check_finite(value)
    }

    /// The text is not built, since some values can build it only once.
    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<(), NotFinite> {
        Ok(())
    }
}

/// The elements of a list, counted.
#[derive(Default)]
struct Elements(usize);

/// Visits elements; holds no logic.
macro_rules! elements {
    ($($trait:ident $method:ident;)*) => {$(
        impl $trait for Elements {
            type Ok = ();
            type Error = NotFinite;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFinite> {
                let index = self.0;
                self.0 += 1;
                check_finite(value).map_err(|error| error.within(&format!("[{index}]")))
            }

            fn end(self) -> Result<(), NotFinite> {
                Ok(())
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

/// The members of a struct or a map.
#[derive(Default)]
struct Members;

/// Visits fields; holds no logic.
macro_rules! fields {
    ($($trait:ident)*) => {$(
        impl $trait for Members {
            type Ok = ();
            type Error = NotFinite;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), NotFinite> {
                check_finite(value).map_err(|error| error.within(name))
            }

            fn end(self) -> Result<(), NotFinite> {
                Ok(())
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Members {
    type Ok = ();
    type Error = NotFinite;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotFinite> {
        check_finite(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFinite> {
        check_finite(value)
    }

    fn end(self) -> Result<(), NotFinite> {
        Ok(())
    }
}
