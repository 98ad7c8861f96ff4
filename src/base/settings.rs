//! Settings with getters and setters, which can also be set by name from text, as configuration does.

use std::io;
use std::io::ErrorKind;
use std::time::Duration;

/// Declares a type of settings with defaults, getters and `with_` setters. Holds no logic.
macro_rules! limits {
    (
        $(#[$about:meta])* $limits:ident;
        $($(#[$doc:meta])* $name:ident, $with:ident: $type:ty = $default:expr;)*
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $limits {
            $($name: $type,)*
        }

        impl Default for $limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        impl $limits {$(
            $(#[$doc])*
            #[must_use]
            pub fn $name(&self) -> $type {
                self.$name
            }

            #[doc = concat!("Sets what [`", stringify!($name), "`](Self::", stringify!($name), ") tells.")]
            #[must_use]
            pub fn $with(mut self, $name: $type) -> Self {
                self.$name = $name;
                self
            }
        )*

            /// Sets the limit of this name from text, as configuration does.
            ///
            /// Counts and bytes are whole numbers; bytes may have the unit `KiB`, `MiB` or `GiB`. Times are
            /// seconds, with an optional fraction.
            ///
            /// # Errors
            ///
            /// `InvalidInput` if there is no limit of this name or the text is not a valid value; the message
            /// names the limit.
            pub fn set(&mut self, name: &str, value: &str) -> std::io::Result<()> {
                let unknown = || Err($crate::base::settings::unknown(name));
                self.try_set(name, value).unwrap_or_else(unknown)
            }

            /// Like `set`; `None` if there is no limit of this name.
            pub(crate) fn try_set(&mut self, name: &str, value: &str) -> Option<std::io::Result<()>> {
                let parsed = match name {
                    $(stringify!($name) => {
                        $crate::base::settings::parse(name, value).map(|value| self.$name = value)
                    })*
                    _ => return None,
                };
                Some(parsed)
            }
        }
    };
}

pub(crate) use limits;

pub(crate) fn unknown(name: &str) -> io::Error {
    invalid(format!("there is no limit `{name}`"))
}

fn invalid(text: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, text)
}

pub(crate) fn parse<T: Setting>(name: &str, value: &str) -> io::Result<T> {
    T::parse(value.trim())
        .map_err(|why| invalid(format!("the limit `{name}` cannot be `{value}`: {why}")))
}

/// The type of a limit.
pub(crate) trait Setting: Sized {
    /// Parses a value; the error describes valid values.
    fn parse(text: &str) -> Result<Self, &'static str>;
}

impl Setting for Duration {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let seconds = text.parse().ok().map(Self::try_from_secs_f64);
        seconds
            .and_then(Result::ok)
            .ok_or("a time is a number of seconds")
    }
}

impl Setting for u64 {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
        let unit = units
            .into_iter()
            .find_map(|(name, unit)| Some((text.strip_suffix(name)?.trim_end(), unit)));
        let (digits, unit) = unit.unwrap_or((text, 1));
        let number: Option<Self> = digits.parse().ok();
        number
            .and_then(|number| number.checked_mul(unit))
            .ok_or("it must be a whole number, optionally in KiB, MiB or GiB")
    }
}

impl Setting for usize {
    fn parse(text: &str) -> Result<Self, &'static str> {
        u64::parse(text)?.try_into().map_err(|_| "it is too large")
    }
}

impl Setting for u32 {
    fn parse(text: &str) -> Result<Self, &'static str> {
        u64::parse(text)?.try_into().map_err(|_| "it is too large")
    }
}
