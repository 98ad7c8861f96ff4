//! The whole dictionary as a deserializer: a map of names with their values, a list of pairs, or one
//! variant by its name.

use std::ops::Range;

use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::de::EnumAccess;
use serde::de::MapAccess;
use serde::de::VariantAccess;
use serde::de::Visitor;
use serde::de::value::MapDeserializer;
use serde::de::value::SeqDeserializer;
use serde::forward_to_deserialize_any;

use super::fake::Fake;
use super::fault::Fault;
use super::methods::methods;
use super::plan::Plan;
use super::plan::Role;
use super::source::Source;
use super::text::Text;
use super::values::Values;
use super::watch;
use super::words::one_of;

/// One attempt at reading: the first without a plan, later ones with a plan.
#[derive(Clone, Copy)]
pub(super) struct Reader<'de, 'p> {
    pub(super) source: &'p Source<'de>,
    pub(super) plan: Option<&'p Plan>,
}

impl<'de, 'p> Reader<'de, 'p> {
    fn values(self, first: usize) -> Values<'de, 'p> {
        Values {
            source: self.source,
            plan: self.plan,
            first,
        }
    }

    fn role(self, first: usize) -> Role {
        self.plan.map_or(Role::Read, |plan| plan.slot(first).role)
    }

    /// Reads the values of a name, and records the name in their faults.
    fn read<S: DeserializeSeed<'de>>(self, first: usize, seed: S) -> Result<S::Value, Fault> {
        let name = self.source.name(first);
        if self.role(first) == Role::Faked {
            return seed.deserialize(Fake).map_err(|fault| fault.of(name));
        }
        let since = self.plan.map(|_| watch::refusals());
        let value = seed.deserialize(self.values(first));
        if let Some(since) = since {
            watch::close(since, first, value.is_ok());
        }
        value.map_err(|fault| fault.of(name))
    }
}

impl<'de> Deserializer<'de> for Reader<'de, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(Pairs {
            reader: self,
            left: 0..self.source.dict.len(),
            absent: self.plan.map_or(&[][..], |plan| &plan.absent).iter(),
            current: Current::None,
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let pairs = self.source.dict.iter();
        visitor.visit_seq(MapDeserializer::new(
            pairs.map(|(name, value)| (Text::plain(name), Text::plain(value))),
        ))
    }

    methods! { (self, visitor)
        deserialize_option => visitor.visit_some(self);
        deserialize_unit => visitor.visit_unit();
    }

    methods! { (self, visitor, _name: &'static str)
        deserialize_newtype_struct => visitor.visit_newtype_struct(self);
    }

    /// The first name that names a variant selects it; its values are the content of the variant.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let is_variant = |pair: &usize| {
            self.source.links.is_first(*pair) && variants.contains(&self.source.name(*pair))
        };
        match (0..self.source.dict.len()).find(is_variant) {
            Some(first) => visitor.visit_enum(Variant {
                reader: self,
                first,
            }),
            None => Err(Fault::expected(format_args!(
                "a field named {}",
                one_of(variants)
            ))),
        }
    }

    /// `false`, so that a [`MultiDict`](crate::MultiDict) is read as pairs in order. Names and values are
    /// still read in the human-readable form.
    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 char str string bytes byte_buf
        unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

/// Each name with its values, then the absent fields that need a value.
struct Pairs<'de, 'p> {
    reader: Reader<'de, 'p>,
    left: Range<usize>,
    absent: std::slice::Iter<'p, (&'static str, bool)>,
    current: Current,
}

/// The value to read next.
enum Current {
    None,
    Present(usize),
    Absent(&'static str, bool),
}

impl<'de> MapAccess<'de> for Pairs<'de, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let reader = self.reader;
        let is_read = |pair: &usize| {
            reader.source.links.is_first(*pair) && reader.role(*pair) != Role::Skipped
        };
        if let Some(first) = self.left.find(is_read) {
            self.current = Current::Present(first);
            let name = reader.source.name(first);
            let key = seed.deserialize(Text::plain(name));
            return key.map(Some).map_err(|fault| fault.of(name));
        }
        let Some((name, faked)) = self.absent.next() else {
            return Ok(None);
        };
        self.current = Current::Absent(name, *faked);
        seed.deserialize(Text::plain(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (name, value) = match self.current {
            Current::Present(first) => return self.reader.read(first, seed),
            Current::Absent(name, true) => (name, seed.deserialize(Fake)),
            Current::Absent(name, false) => {
                let empty = SeqDeserializer::new(std::iter::empty::<&str>());
                (name, seed.deserialize(empty))
            }
            Current::None => return Err(Fault::expected("a name before a value")),
        };
        value.map_err(|fault| fault.of(name))
    }
}

/// A name that selects a variant, and its values.
struct Variant<'de, 'p> {
    reader: Reader<'de, 'p>,
    first: usize,
}

impl<'de> EnumAccess<'de> for Variant<'de, '_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        let name = Text::plain(self.reader.source.name(self.first));
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        self.reader.read(self.first, seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        let tuple = self
            .reader
            .values(self.first)
            .deserialize_tuple(length, visitor);
        tuple.map_err(|fault| fault.of(self.reader.source.name(self.first)))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Fault> {
        let name = self.reader.source.name(self.first);
        Err(Fault::expected("a variant without fields of its own").of(name))
    }
}
