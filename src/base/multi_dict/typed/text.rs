//! One text, read as the type requests.

use serde::Deserializer;
use serde::de::Expected;
use serde::de::IntoDeserializer;
use serde::de::Visitor;
use serde::forward_to_deserialize_any;

use super::fault::Fault;
use super::shown_as::ShownAs;
use super::watch;
use super::words::as_bool;
use super::words::plain;

/// A name or a value, as a deserializer.
#[derive(Clone, Copy)]
pub(super) struct Text<'de> {
    pub(super) content: &'de str,
    /// How it is shown if the type does not request anything.
    pub(super) kind: ShownAs,
    /// The name to which it belongs, recorded if the type does not request anything.
    pub(super) watched: Option<usize>,
}

impl<'de> Text<'de> {
    /// Creates a deserializer that shows a text if the type does not request anything.
    pub(super) fn plain(text: &'de str) -> Self {
        Self {
            content: text,
            kind: ShownAs::Text,
            watched: None,
        }
    }

    fn unfit(self, wanted: &dyn Expected) -> Fault {
        Fault::expected(plain(&wanted.to_string(), self.content))
    }
}

/// Parses numbers; holds no logic.
macro_rules! numbers {
    ($($deserialize:ident $visit:ident $type:ident;)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.content.parse::<$type>() {
                Ok(number) => visitor.$visit(number),
                Err(_) => Err(self.unfit(&visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Fault;

    numbers! {
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.content.parse() {
            Ok(character) => visitor.visit_char(character),
            Err(_) => Err(self.unfit(&visitor)),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.content.parse::<f32>() {
            // Code that requests a number does not expect NaN.
            Ok(number) if number.is_finite() => visitor.visit_f32(number),
            _ => Err(self.unfit(&visitor)),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.content.parse::<f64>() {
            Ok(number) if number.is_finite() => visitor.visit_f64(number),
            _ => Err(self.unfit(&visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match as_bool(self.content) {
            Some(value) => visitor.visit_bool(value),
            None => Err(self.unfit(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.content.is_empty() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(self.content.into_deserializer())
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_bytes(self.content.as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.content)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.content)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.content)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if let Some(first) = self.watched {
            watch::aside(first);
        }
        match self.kind {
            ShownAs::Text => visitor.visit_borrowed_str(self.content),
            ShownAs::Unsigned => self.deserialize_u64(visitor),
            ShownAs::Signed => self.deserialize_i64(visitor),
            ShownAs::Float => self.deserialize_f64(visitor),
            ShownAs::Bool => self.deserialize_bool(visitor),
            ShownAs::Nothing => visitor.visit_unit(),
            ShownAs::Bytes => visitor.visit_borrowed_bytes(self.content.as_bytes()),
            ShownAs::Mark => visitor.visit_bytes(&[0xff]),
        }
    }

    forward_to_deserialize_any! { seq tuple tuple_struct map struct }
}

impl<'de> IntoDeserializer<'de, Fault> for Text<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
