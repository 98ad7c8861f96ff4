//! Values for the parameters of a rule, from which a URL is built.

use std::fmt::Display;

use crate::base::multi_dict::MultiDict;

/// Values by name, to build a URL: pairs of a name and a value that implements `Display`.
///
/// * Values of one type: `[("id", 7)]`, also as a slice or `Vec`.
/// * Values of several types: a tuple of pairs, `(("year", 2026), ("slug", "first"))`.
/// * No values: `()`. A [`MultiDict`] is accepted too.
/// * An optional pair is an `Option`: `page.map(|page| ("page", page))`.
///
/// ```
/// use rustzeug::MultiDict;
/// use rustzeug::routing::Values;
///
/// let expected = MultiDict::from([("year", "2026"), ("slug", "a b")]);
/// assert_eq!((("year", 2026), ("slug", "a b")).into_dict(), expected);
/// assert_eq!([("id", 7)].into_dict(), MultiDict::from([("id", "7")]));
/// assert_eq!((Some(("year", 2026)), None::<(&str, u8)>).into_dict(), MultiDict::from([("year", "2026")]));
/// assert!(().into_dict().is_empty());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of values for a URL",
    label = "values have names: pass pairs in an array or in a tuple",
    note = "pass one value, or several values of one type, in an array: `[(\"id\", 7)]`; values of several types in a tuple: `((\"id\", 7), (\"tag\", \"new\"))`; for no values, `()`"
)]
pub trait Values {
    /// The values as text.
    fn into_dict(self) -> MultiDict;
}

/// A value of a URL. Every type that implements `Display` has this trait, so that the compiler can name what is missing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written into a URL",
    label = "a value of a URL must implement `std::fmt::Display`",
    note = "for an optional value, wrap the pair in an `Option`: `page.map(|page| (\"page\", page))`",
    note = "implement `std::fmt::Display` for your own type"
)]
pub trait WrittenToUrl: Display {}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> WrittenToUrl for T {}

/// A name with its value, or an `Option` of that.
///
/// ```
/// use rustzeug::MultiDict;
/// use rustzeug::routing::{Pair, Values};
///
/// fn query(pair: impl Pair) -> MultiDict {
///     [pair].into_dict()
/// }
///
/// assert_eq!(query(("page", 2)), MultiDict::from([("page", "2")]));
/// assert!(query(None::<(&str, u8)>).is_empty());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a pair of a name and a value",
    label = "put a single pair into an array: `[(\"id\", 7)]`",
    note = "pass values of several types as a tuple of pairs: `((\"id\", 7), (\"tag\", \"new\"))`"
)]
pub trait Pair {
    /// Adds the pair to `dict`.
    #[doc(hidden)]
    fn add_to(&self, dict: &mut MultiDict);
}

impl<N: AsRef<str>, V: WrittenToUrl> Pair for (N, V) {
    fn add_to(&self, dict: &mut MultiDict) {
        dict.add(self.0.as_ref(), &self.1.to_string());
    }
}

impl<P: Pair> Pair for Option<P> {
    fn add_to(&self, dict: &mut MultiDict) {
        if let Some(pair) = self {
            pair.add_to(dict);
        }
    }
}

fn collect<'p, P: Pair + 'p>(pairs: impl IntoIterator<Item = &'p P>) -> MultiDict {
    let mut dict = MultiDict::new();
    for pair in pairs {
        pair.add_to(&mut dict);
    }
    dict
}

#[diagnostic::do_not_recommend]
impl Values for () {
    fn into_dict(self) -> MultiDict {
        MultiDict::new()
    }
}

#[diagnostic::do_not_recommend]
impl Values for MultiDict {
    fn into_dict(self) -> MultiDict {
        self
    }
}

#[diagnostic::do_not_recommend]
impl Values for &MultiDict {
    fn into_dict(self) -> MultiDict {
        self.clone()
    }
}

impl<P: Pair, const N: usize> Values for [P; N] {
    fn into_dict(self) -> MultiDict {
        collect(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<P: Pair, const N: usize> Values for &[P; N] {
    fn into_dict(self) -> MultiDict {
        collect(self)
    }
}

impl<P: Pair> Values for &[P] {
    fn into_dict(self) -> MultiDict {
        collect(self)
    }
}

impl<P: Pair> Values for Vec<P> {
    fn into_dict(self) -> MultiDict {
        collect(&self)
    }
}

/// Implements `Values` for tuples of pairs, some with an attribute. Holds no logic.
macro_rules! tuples {
    ($($(#[$hint:meta])? $($letter:ident)+;)*) => {$(
        $(#[$hint])?
        impl<$($letter: Pair),+> Values for ($($letter,)+) {
            fn into_dict(self) -> MultiDict {
                #[expect(non_snake_case, reason = "a letter is a type and its value")]
                let ($($letter,)+) = self;
                let mut dict = MultiDict::new();
                $($letter.add_to(&mut dict);)+
                dict
            }
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    #[diagnostic::do_not_recommend]
    A B C D E F;
    #[diagnostic::do_not_recommend]
    A B C D E F G;
    #[diagnostic::do_not_recommend]
    A B C D E F G H;
}
