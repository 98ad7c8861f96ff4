//! A typed value out of a dictionary: the deserializer for queries, forms, cookies and path
//! parameters alike.

use std::ops::Range;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde::de::value::MapDeserializer;
use serde::de::value::SeqDeserializer;
use serde::forward_to_deserialize_any;

use crate::error::FieldErrors;
use crate::multi_dict::MultiDict;

use super::fake::Fake;
use super::fault::Fault;
use super::links::Links;
use super::plan::Plan;
use super::plan::Treatment;
use super::text::Text;
use super::values::Values;

impl MultiDict {
    /// Reads a typed value: a struct with a field per name, a map, or a list of pairs.
    ///
    /// * A list takes all values of its name, none where it is absent; a tuple as many as it has
    ///   places; anything else takes the first.
    /// * An `Option` is `None` where the name is absent or its value is empty. What may be absent
    ///   otherwise is marked `#[serde(default)]`.
    /// * A `bool` is `true`, `on`, `1`, `yes`, or `false`, `off`, `0`, `no`; numbers are finite.
    /// * An enum without fields is one of its names. `flatten`ed structs and internally tagged
    ///   enums may have fields of all these types.
    /// * `&str` is borrowed.
    ///
    /// # Errors
    ///
    /// [`FieldErrors`], with every field that does not fit: all of them (the first hundred), not the first
    /// alone; but of `flatten`ed structs and tagged enums only up to the first, as the types behind it are
    /// not known.
    ///
    /// ```
    /// use rustzeug::MultiDict;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize, Debug, PartialEq)]
    /// struct Search<'d> {
    ///     q: &'d str,
    ///     page: Option<u32>,
    ///     tag: Vec<String>,
    /// }
    ///
    /// let dict = MultiDict::from([("q", "rust"), ("tag", "a"), ("tag", "b"), ("page", "")]);
    /// let search: Search<'_> = dict.read_as()?;
    /// assert_eq!(search, Search { q: "rust", page: None, tag: vec!["a".into(), "b".into()] });
    ///
    /// let errors = MultiDict::from([("page", "x")]).read_as::<Search<'_>>().unwrap_err();
    /// assert_eq!(errors.to_string(), "`page` is `x`: expected a whole number; `q` is missing");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn read_as<'de, T: Deserialize<'de>>(&'de self) -> Result<T, FieldErrors> {
        // Once for all attempts: a hostile form may cause as many as it has names.
        let (links, mut plan) = (Links::of(self), Plan::default());
        loop {
            match T::deserialize(Reader {
                dict: self,
                links: &links,
                plan: &plan,
            }) {
                Ok(value) if !plan.has_errors() => return Ok(value),
                // Some of it was made up.
                Ok(_) => return Err(plan.into_errors()),
                Err(fault) => {
                    if !plan.learn(self, fault) {
                        return Err(plan.into_errors());
                    }
                }
            }
        }
    }
}

/// The whole dictionary, as a deserializer.
struct Reader<'de, 'p> {
    dict: &'de MultiDict,
    links: &'p Links,
    plan: &'p Plan,
}

impl<'de> Deserializer<'de> for Reader<'de, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(Pairs {
            dict: self.dict,
            plan: self.plan,
            links: self.links,
            places: 0..self.dict.len(),
            absent: self.plan.absent().iter(),
            current: Current::None,
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let pairs = self.dict.iter();
        visitor.visit_seq(MapDeserializer::new(
            pairs.map(|(name, value)| (Text(name), Text(value))),
        ))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 char str string bytes byte_buf
        unit_struct tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Each name with its values, then what is to be read although it is absent.
struct Pairs<'de, 'p> {
    dict: &'de MultiDict,
    plan: &'p Plan,
    links: &'p Links,
    places: Range<usize>,
    absent: std::slice::Iter<'p, (&'static str, bool)>,
    current: Current,
}

/// The value that is to be read next.
enum Current {
    None,
    Present(usize, Treatment),
    Absent(&'static str, bool),
}

impl<'de> MapAccess<'de> for Pairs<'de, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let links = self.links;
        for index in self.places.by_ref().filter(|index| links.is_first(*index)) {
            let treatment = self.plan.treatment(index);
            if treatment != Treatment::Skipped {
                self.current = Current::Present(index, treatment);
                let name = self.dict.pair(index).0;
                return seed
                    .deserialize(Text(name))
                    .map(Some)
                    .map_err(|fault| fault.of(name));
            }
        }
        let Some((name, faked)) = self.absent.next() else {
            return Ok(None);
        };
        self.current = Current::Absent(name, *faked);
        seed.deserialize(Text(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (name, value) = match self.current {
            Current::Present(index, treatment) => {
                let values = Values {
                    dict: self.dict,
                    links: self.links,
                    index,
                    treatment,
                };
                let value = if treatment == Treatment::Faked {
                    seed.deserialize(Fake)
                } else {
                    seed.deserialize(values)
                };
                (self.dict.pair(index).0, value)
            }
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
