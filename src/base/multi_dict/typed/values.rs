//! All values of one name, read as the type requests: a list takes all of them, other types the first.

use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde::forward_to_deserialize_any;

use super::fault::Fault;
use super::methods::methods;
use super::plan::Plan;
use super::plan::Slot;
use super::shown_as::ShownAs;
use super::source::Source;
use super::text::Text;
use super::watch;

/// The values of one name.
#[derive(Clone, Copy)]
pub(super) struct Values<'de, 'p> {
    pub(super) source: &'p Source<'de>,
    /// How they are read; `None` for the usual way.
    pub(super) plan: Option<&'p Plan>,
    /// The first pair of the name.
    pub(super) first: usize,
}

impl<'de, 'p> Values<'de, 'p> {
    fn slot(self, pair: usize) -> Slot {
        self.plan.map_or_else(Slot::default, |plan| plan.slot(pair))
    }

    fn value(self, pair: usize) -> Text<'de> {
        Text {
            content: self.source.text(pair),
            kind: self.slot(pair).kind,
            watched: self.plan.map(|_| self.first),
        }
    }

    fn first(self) -> Text<'de> {
        self.value(self.first)
    }

    fn is_repeated(self) -> bool {
        self.source.is_repeated(self.first)
    }

    fn elements(self) -> impl SeqAccess<'de, Error = Fault> + use<'de, 'p> {
        let places = self.source.links.places(self.first);
        Elements(places.map(move |place| self.value(place)))
    }
}

impl<'de> Deserializer<'de> for Values<'de, '_> {
    type Error = Fault;

    methods! { (self, visitor) self.first() =>
        deserialize_bool deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_u128 deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_f32 deserialize_f64 deserialize_char deserialize_str
        deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_identifier deserialize_ignored_any
    }

    /// Here serde buffers the value before it knows the type. If there are several values, it gets all, so
    /// that none is lost.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if !self.slot(self.first).is_list(self.is_repeated()) {
            return self.first().deserialize_any(visitor);
        }
        if self.plan.is_some() {
            watch::aside(self.first);
        }
        visitor.visit_seq(self.elements())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let first = self.first();
        // An empty field means no value; several values may be a list.
        let is_left_empty = first.content.is_empty() && !self.is_repeated();
        if is_left_empty || first.kind == ShownAs::Nothing {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    methods! { (self, visitor)
        deserialize_seq => visitor.visit_seq(self.elements());
    }

    methods! { (self, visitor, _name: &'static str)
        deserialize_newtype_struct => visitor.visit_newtype_struct(self);
        deserialize_unit_struct => visitor.visit_unit();
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if self.source.links.places(self.first).count() != length {
            return Err(Fault::expected(format_args!("{length} values")));
        }
        visitor.visit_seq(self.elements())
    }

    methods! { (self, visitor, _name: &'static str, length: usize)
        deserialize_tuple_struct => self.deserialize_tuple(length, visitor);
    }

    methods! { (self, visitor, name: &'static str, variants: &'static [&'static str])
        deserialize_enum => self.first().deserialize_enum(name, variants, visitor);
    }

    forward_to_deserialize_any! { map struct }
}

struct Elements<I>(I);

impl<'de, I: Iterator<Item = Text<'de>>> SeqAccess<'de> for Elements<I> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some(value) = self.0.next() else {
            return Ok(None);
        };
        let element = seed.deserialize(value);
        element.map(Some).map_err(|fault| fault.at(value.content))
    }
}
