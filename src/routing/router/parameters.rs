//! Tuples of the types of a rule's parameters.

use std::borrow::Cow;

use crate::routing::router::bounds::ReadFromPath;
use crate::routing::router::bounds::WrittenToUrl;

/// The types of the parameters of a [`TypedRule`](crate::routing::TypedRule), in their order: a tuple of up to
/// eight that are read from text and written as text (`FromStr` and `Display`), or `()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of the types of parameters",
    label = "a tuple of as many types as the rule has parameters",
    note = "one parameter is a tuple too: `TypedRule<(u64,)>`, and its value `(7,)`; none is `TypedRule<()>`, and at most eight"
)]
pub trait Parameters: Sized {
    /// How many.
    #[doc(hidden)]
    const COUNT: usize;

    /// Reads them, one by one; `None` if one does not parse.
    #[doc(hidden)]
    fn read<'v>(values: impl Iterator<Item = Cow<'v, str>>) -> Option<Self>;

    /// All of them as text.
    #[doc(hidden)]
    fn texts(&self) -> Vec<String>;
}

#[diagnostic::do_not_recommend]
impl Parameters for () {
    const COUNT: usize = 0;

    fn read<'v>(_: impl Iterator<Item = Cow<'v, str>>) -> Option<Self> {
        Some(())
    }

    fn texts(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Implements `Parameters` for tuples. Holds no logic.
macro_rules! tuples {
    ($($count:literal: $($letter:ident)+;)*) => {$(
        impl<$($letter: ReadFromPath + WrittenToUrl),+> Parameters for ($($letter,)+) {
            const COUNT: usize = $count;

            fn read<'v>(values: impl Iterator<Item = Cow<'v, str>>) -> Option<Self> {
                let mut values = values;
                Some(($(values.next()?.parse::<$letter>().ok()?,)+))
            }

            fn texts(&self) -> Vec<String> {
                #[expect(non_snake_case, reason = "a letter is a type and its value")]
                let ($($letter,)+) = self;
                vec![$($letter.to_string()),+]
            }
        }
    )*};
}

tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
    7: A B C D E F G;
    8: A B C D E F G H;
}
