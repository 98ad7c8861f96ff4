//! One text, read as the type requests.

use std::str::FromStr;

use serde::Deserializer;
use serde::de::Expected;
use serde::de::IntoDeserializer;
use serde::de::Visitor;
use serde::forward_to_deserialize_any;

use super::fault::Fault;
use super::methods::methods;
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

    /// Visits with the value that the text stands for, if there is one.
    fn read<V: Visitor<'de>, T>(
        self,
        value: Option<T>,
        visitor: V,
        visit: impl FnOnce(V, T) -> Result<V::Value, Fault>,
    ) -> Result<V::Value, Fault> {
        if let Some(value) = value {
            return visit(visitor, value);
        }
        let wanted = (&visitor as &dyn Expected).to_string();
        Err(Fault::expected(plain(&wanted, self.content)))
    }

    fn parsed<V: Visitor<'de>, T: FromStr>(
        self,
        visitor: V,
        visit: impl FnOnce(V, T) -> Result<V::Value, Fault>,
    ) -> Result<V::Value, Fault> {
        self.read(self.content.parse().ok(), visitor, visit)
    }
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Fault;

    methods! { (self, visitor)
        deserialize_u8 => self.parsed(visitor, V::visit_u8);
        deserialize_u16 => self.parsed(visitor, V::visit_u16);
        deserialize_u32 => self.parsed(visitor, V::visit_u32);
        deserialize_u64 => self.parsed(visitor, V::visit_u64);
        deserialize_u128 => self.parsed(visitor, V::visit_u128);
        deserialize_i8 => self.parsed(visitor, V::visit_i8);
        deserialize_i16 => self.parsed(visitor, V::visit_i16);
        deserialize_i32 => self.parsed(visitor, V::visit_i32);
        deserialize_i64 => self.parsed(visitor, V::visit_i64);
        deserialize_i128 => self.parsed(visitor, V::visit_i128);
        deserialize_char => self.parsed(visitor, V::visit_char);
        // Code that requests a number does not expect NaN.
        deserialize_f32 => self.read(self.content.parse().ok().filter(|n| f32::is_finite(*n)), visitor, V::visit_f32);
        deserialize_f64 => self.read(self.content.parse().ok().filter(|n| f64::is_finite(*n)), visitor, V::visit_f64);
        deserialize_bool => self.read(as_bool(self.content), visitor, V::visit_bool);
        deserialize_option => if self.content.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) };
        deserialize_unit => visitor.visit_unit();
        deserialize_ignored_any => visitor.visit_unit();
        deserialize_bytes => visitor.visit_borrowed_bytes(self.content.as_bytes());
        deserialize_byte_buf => visitor.visit_borrowed_bytes(self.content.as_bytes());
        deserialize_str => visitor.visit_borrowed_str(self.content);
        deserialize_string => visitor.visit_borrowed_str(self.content);
        deserialize_identifier => visitor.visit_borrowed_str(self.content);
    }

    methods! { (self, visitor, _name: &'static str)
        deserialize_unit_struct => visitor.visit_unit();
        deserialize_newtype_struct => visitor.visit_newtype_struct(self);
    }

    methods! { (self, visitor, _name: &'static str, _variants: &'static [&'static str])
        deserialize_enum => visitor.visit_enum(self.content.into_deserializer());
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
