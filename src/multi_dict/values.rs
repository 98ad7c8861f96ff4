//! All values of one name, read as whatever a type asks for: a list takes them all, anything else the
//! first.

use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde::forward_to_deserialize_any;

use super::MultiDict;
use super::fault::Fault;
use super::links::Links;
use super::plan::Kind;
use super::plan::Treatment;
use super::text::Text;

/// The values of the name at `index`, the first place where it stands.
#[derive(Clone, Copy)]
pub(super) struct Values<'de, 'p> {
    pub(super) dict: &'de MultiDict,
    pub(super) links: &'p Links,
    pub(super) index: usize,
    /// What to take them for where serde does not say.
    pub(super) treatment: Treatment,
}

impl<'de, 'p> Values<'de, 'p> {
    fn first(self) -> Text<'de> {
        Text(self.dict.pair(self.index).1)
    }

    fn all(self) -> impl Iterator<Item = &'de str> + use<'de, 'p> {
        let places = self.links.places(self.index);
        places.map(move |place| self.dict.pair(place).1)
    }

    fn elements(self) -> impl SeqAccess<'de, Error = Fault> + use<'de, 'p> {
        Elements {
            values: self.all(),
            treatment: self.treatment,
        }
    }
}

/// Hands on to the first value; holds no logic.
macro_rules! first {
    ($($deserialize:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.first().$deserialize(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Values<'de, '_> {
    type Error = Fault;

    first! {
        deserialize_bool deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_u128 deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_f32 deserialize_f64 deserialize_char deserialize_str
        deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.treatment {
            Treatment::List(_) => visitor.visit_seq(self.elements()),
            Treatment::Single(kind) => Aside(self.first().0, kind).deserialize_any(visitor),
            _ => self.first().deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        // A field that was left empty says nothing; several may be a list.
        let is_left_empty = self.first().0.is_empty() && self.links.next(self.index).is_none();
        if is_left_empty || self.treatment == Treatment::Single(Kind::Nothing) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(self.elements())
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if self.all().count() != length {
            return Err(Fault::expected(format_args!("{length} values")));
        }
        visitor.visit_seq(self.elements())
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.first().deserialize_enum(name, variants, visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.first().deserialize_unit_struct(name, visitor)
    }

    forward_to_deserialize_any! { map struct }
}

struct Elements<I> {
    values: I,
    treatment: Treatment,
}

impl<'de, I: Iterator<Item = &'de str>> SeqAccess<'de> for Elements<I> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some(text) = self.values.next() else {
            return Ok(None);
        };
        let value = match self.treatment {
            Treatment::List(kind) => seed.deserialize(Aside(text, kind)),
            _ => seed.deserialize(Text(text)),
        };
        value.map(Some).map_err(|fault| fault.at(text))
    }
}

/// A text that serde puts aside, as what it was found out to be for.
struct Aside<'de>(&'de str, Kind);

impl<'de> Deserializer<'de> for Aside<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let text = Text(self.0);
        match self.1 {
            Kind::Text => text.deserialize_any(visitor),
            Kind::Bool => text.deserialize_bool(visitor),
            Kind::Nothing => visitor.visit_unit(),
            Kind::Unsigned => text.deserialize_u64(visitor),
            Kind::Signed => text.deserialize_i64(visitor),
            Kind::Float => text.deserialize_f64(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
