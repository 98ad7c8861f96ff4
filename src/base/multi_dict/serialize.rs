//! Serializes a dictionary: in documents as `{"name": "one value", "tag": ["several"]}`, and in formats that
//! are not human-readable, such as queries and forms, as a list of pairs, which keeps their order.

use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;

use crate::base::multi_dict::MultiDict;

/// Writes each name once: with a text if it has one value, with a list of texts if it has several.
///
/// In a format that is not human-readable, such as a binary one, writes a list of pairs in order. A query or
/// a form ([`query::encode`](crate::query::encode)) gets the same list. If the dictionary is a part of a
/// struct there, the values of each name are written together.
///
/// ```
/// use rustzeug::MultiDict;
///
/// let dict = MultiDict::from([("tag", "a"), ("page", "2"), ("tag", "b")]);
/// let json = serde_json::to_string(&dict)?;
/// assert_eq!(json, r#"{"tag":["a","b"],"page":"2"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
impl Serialize for MultiDict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_map(self.lists().map(|(name, values)| (name, OneOrMore(values))))
        } else {
            serializer.collect_seq(self)
        }
    }
}

struct OneOrMore<'d>(Vec<&'d str>);

impl Serialize for OneOrMore<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &*self.0 {
            [only] => serializer.serialize_str(only),
            several => serializer.collect_seq(several),
        }
    }
}

/// Reads a map whose values are texts, numbers, Booleans, or lists of these; `null` means no value. In a
/// format that is not human-readable, reads a list of pairs.
impl<'de> Deserialize<'de> for MultiDict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_map(DictVisitor)
        } else {
            deserializer.deserialize_seq(DictVisitor)
        }
    }
}

struct DictVisitor;

impl<'de> Visitor<'de> for DictVisitor {
    type Value = MultiDict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map from names to texts or lists of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MultiDict, A::Error> {
        let mut dict = MultiDict::new();
        while let Some(name) = map.next_key::<String>()? {
            for value in map.next_value::<Texts>()?.0 {
                dict.add(&name, &value);
            }
        }
        Ok(dict)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pairs: A) -> Result<MultiDict, A::Error> {
        let mut dict = MultiDict::new();
        while let Some((name, value)) = pairs.next_element::<(String, String)>()? {
            dict.add(&name, &value);
        }
        Ok(dict)
    }
}

struct Texts(Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

struct TextsVisitor;

/// Reads a scalar as text; holds no logic.
macro_rules! texts {
    ($($visit:ident $type:ty;)*) => {$(
        fn $visit<E>(self, value: $type) -> Result<Texts, E> {
            Ok(Texts(vec![value.to_string()]))
        }
    )*};
}

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    texts! {
        visit_str &str;
        visit_bool bool;
        visit_u64 u64;
        visit_i64 i64;
        visit_f64 f64;
    }

    fn visit_unit<E>(self) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
        let mut texts = Vec::new();
        while let Some(mut more) = list.next_element::<Texts>()? {
            texts.append(&mut more.0);
        }
        Ok(Texts(texts))
    }
}
