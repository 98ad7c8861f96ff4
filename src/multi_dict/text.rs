//! One text, read as whatever a type asks for.

use serde::Deserializer;
use serde::de::IntoDeserializer;
use serde::de::Visitor;
use serde::forward_to_deserialize_any;

use super::fault::Fault;

/// A name or a value, as a deserializer.
#[derive(Clone, Copy)]
pub(super) struct Text<'de>(pub(super) &'de str);

/// Parses numbers; holds no logic.
macro_rules! numbers {
    ($($deserialize:ident $visit:ident $type:ty, $what:literal, $range:expr;)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.0.parse::<$type>() {
                Ok(number) => visitor.$visit(number),
                Err(_) => Err(unfit(self.0, $what, $range)),
            }
        }
    )*};
}

/// What is said of a text that is no number, or none of this range.
fn unfit(text: &str, what: &str, range: Option<(String, String)>) -> Fault {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match range {
        Some((least, most)) if is_whole => {
            Fault::expected(format_args!("{what} from {least} to {most}"))
        }
        _ => Fault::expected(what),
    }
}

/// The range of a whole number.
macro_rules! range {
    ($type:ty) => {
        Some((<$type>::MIN.to_string(), <$type>::MAX.to_string()))
    };
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Fault;

    numbers! {
        deserialize_u8 visit_u8 u8, "a whole number", range!(u8);
        deserialize_u16 visit_u16 u16, "a whole number", range!(u16);
        deserialize_u32 visit_u32 u32, "a whole number", range!(u32);
        deserialize_u64 visit_u64 u64, "a whole number", range!(u64);
        deserialize_u128 visit_u128 u128, "a whole number", range!(u128);
        deserialize_i8 visit_i8 i8, "a whole number", range!(i8);
        deserialize_i16 visit_i16 i16, "a whole number", range!(i16);
        deserialize_i32 visit_i32 i32, "a whole number", range!(i32);
        deserialize_i64 visit_i64 i64, "a whole number", range!(i64);
        deserialize_i128 visit_i128 i128, "a whole number", range!(i128);
        deserialize_char visit_char char, "a single character", None;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.0.parse::<f32>() {
            // Nobody who asks for a number reckons with NaN.
            Ok(number) if number.is_finite() => visitor.visit_f32(number),
            _ => Err(Fault::expected("a number")),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.0.parse::<f64>() {
            Ok(number) if number.is_finite() => visitor.visit_f64(number),
            _ => Err(Fault::expected("a number")),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match as_bool(self.0) {
            Some(value) => visitor.visit_bool(value),
            None => Err(Fault::expected("`true` or `false`")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.0.is_empty() {
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
        visitor.visit_enum(self.0.into_deserializer())
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_bytes(self.0.as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.0)
    }

    forward_to_deserialize_any! { str string identifier seq tuple tuple_struct map struct }
}

impl<'de> IntoDeserializer<'de, Fault> for Text<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// What check boxes, switches and hand-written links say.
pub(super) fn as_bool(text: &str) -> Option<bool> {
    match text {
        "true" | "on" | "1" | "yes" => Some(true),
        "false" | "off" | "0" | "no" => Some(false),
        _ => None,
    }
}
