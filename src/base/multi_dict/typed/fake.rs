//! A value that fits any type. It replaces a wrong value so that reading can continue to the next mistake.
//! The result is discarded.

use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::de::IntoDeserializer;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde::forward_to_deserialize_any;

use super::fault::Fault;
use super::methods::methods;

/// The deserializer that makes up values.
pub(super) struct Fake;

impl<'de> Deserializer<'de> for Fake {
    type Error = Fault;

    methods! { (self, visitor)
        deserialize_any => visitor.visit_borrowed_str("");
        deserialize_bool => visitor.visit_bool(false);
        deserialize_u8 => visitor.visit_u8(1);
        deserialize_u16 => visitor.visit_u16(1);
        deserialize_u32 => visitor.visit_u32(1);
        deserialize_u64 => visitor.visit_u64(1);
        deserialize_u128 => visitor.visit_u128(1);
        deserialize_i8 => visitor.visit_i8(1);
        deserialize_i16 => visitor.visit_i16(1);
        deserialize_i32 => visitor.visit_i32(1);
        deserialize_i64 => visitor.visit_i64(1);
        deserialize_i128 => visitor.visit_i128(1);
        deserialize_f32 => visitor.visit_f32(1.0);
        deserialize_f64 => visitor.visit_f64(1.0);
        deserialize_char => visitor.visit_char('x');
        deserialize_bytes => visitor.visit_borrowed_bytes(b"");
        deserialize_seq => visitor.visit_seq(Fakes(0));
        deserialize_option => visitor.visit_none();
        deserialize_unit => visitor.visit_unit();
    }

    methods! { (self, visitor, _name: &'static str)
        deserialize_newtype_struct => visitor.visit_newtype_struct(self);
    }

    methods! { (self, visitor, length: usize)
        deserialize_tuple => visitor.visit_seq(Fakes(length));
    }

    methods! { (self, visitor, _name: &'static str, variants: &'static [&'static str])
        deserialize_enum => {
            let first = variants.first().copied().unwrap_or_default();
            visitor.visit_enum(first.into_deserializer())
        };
    }

    forward_to_deserialize_any! {
        str string byte_buf unit_struct tuple_struct map struct identifier ignored_any
    }
}

/// As many values as a tuple has elements.
struct Fakes(usize);

impl<'de> SeqAccess<'de> for Fakes {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some(left) = self.0.checked_sub(1) else {
            return Ok(None);
        };
        self.0 = left;
        seed.deserialize(Fake).map(Some)
    }
}
