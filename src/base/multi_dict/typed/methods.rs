//! A short way to write the methods of a `serde::Deserializer`, which are many and alike.

/// Writes methods of a `Deserializer<'de>` whose error is [`Fault`](super::fault::Fault). Holds no logic.
///
/// The names in parentheses are those of the parameters: `self`, the visitor, then what a method is given
/// before its visitor. After that comes either a method with its body on each line, or a deserializer
/// and the methods that it answers.
macro_rules! methods {
    ($parameters:tt $($method:ident => $body:expr;)+) => {
        $(methods! { @write $parameters $method $body })+
    };
    (($self:ident, $visitor:ident) $other:expr => $($method:ident)+) => {
        $(methods! { @write ($self, $visitor) $method $other.$method($visitor) })+
    };
    (@write ($self:ident, $visitor:ident $(, $given:ident: $type:ty)*) $method:ident $body:expr) => {
        fn $method<V: Visitor<'de>>($self $(, $given: $type)*, $visitor: V) -> Result<V::Value, Fault> {
            $body
        }
    };
}

pub(super) use methods;
