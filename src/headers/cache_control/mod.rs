//! `Cache-Control` of responses and of requests: what caches may do.

mod directives;
mod request;
mod response;

pub use request::RequestCacheControl;
pub use response::CacheControl;

/// Declares the directives of a side as methods. Holds no logic.
macro_rules! cache_directives {
    (
        $type:ident, $expected:literal;
        flags { $($(#[$flag_doc:meta])* $flag:ident, $with_flag:ident: $flag_name:literal;)* }
        times { $($(#[$time_doc:meta])* $time:ident, $with_time:ident: $time_name:literal;)* }
    ) => {
        impl $type {
            /// Makes a header without directives.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$flag_doc])*
                #[must_use]
                pub fn $flag(&self) -> bool {
                    self.0.has($flag_name)
                }

                #[doc = concat!("Adds `", $flag_name, "`: see [`", stringify!($flag), "`](Self::", stringify!($flag), ").")]
                #[must_use]
                pub fn $with_flag(mut self) -> Self {
                    self.0.set($flag_name, None);
                    self
                }
            )*

            $(
                $(#[$time_doc])*
                #[must_use]
                pub fn $time(&self) -> Option<Duration> {
                    self.0.time($time_name)
                }

                #[doc = concat!("Adds `", $time_name, "`, in whole seconds: see [`", stringify!($time), "`](Self::", stringify!($time), ").")]
                #[must_use]
                pub fn $with_time(mut self, time: Duration) -> Self {
                    self.0.set_time($time_name, time);
                    self
                }
            )*

            /// The value of a directive, without quotes; empty if it has no value. `None` if the directive is absent.
            /// The name is case-insensitive.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<&str> {
                let directive = self.0.get(&name.to_ascii_lowercase())?;
                Some(directive.value.as_deref().unwrap_or_default())
            }

            /// Sets any directive. An empty value means that it has no value.
            ///
            /// # Errors
            ///
            /// The name is not a token, or the value has a control character.
            pub fn with(mut self, name: &str, value: &str) -> Result<Self, HeaderError> {
                if !is_token(name.as_bytes()) || value.chars().any(char::is_control) {
                    return Err(HeaderError::new(Self::NAME, $expected));
                }
                let value = (!value.is_empty()).then(|| value.to_owned());
                self.0.set(name.to_ascii_lowercase(), value);
                Ok(self)
            }

            /// Removes a directive.
            #[must_use]
            pub fn without(mut self, name: &str) -> Self {
                self.0.remove(name);
                self
            }

            /// Whether there are no directives.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl Header for $type {
            const NAME: HeaderName = header::CACHE_CONTROL;

            /// Never fails: only malformed elements are skipped, so that a `no-store` beside them still counts.
            fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
                Ok(Self(Directives::read(lines)))
            }

            fn encode(&self) -> HeaderValue {
                self.0.write()
            }
        }

        header_text! { $type }
    };
}

use cache_directives;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::headers::Header;

    #[test]
    fn directives_are_read_whatever_is_around_them() {
        #[rustfmt::skip]
        let cases = [
            ("no-store, max-age=5",       "no-store, max-age=5",      "two"),
            ("No-Store, Max-Age=5",       "no-store, max-age=5",      "names have no case"),
            ("max-age = 10",              "max-age=10",               "blanks around the sign"),
            ("max-age=\"10\"",            "max-age=10",               "quotes that are not needed"),
            ("private=\"set-cookie, x\"", "private=\"set-cookie, x\"", "a comma in quotes"),
            ("a=\"x\\\"y\"",              "a=\"x\\\"y\"",             "an escaped quote"),
            ("no-cache=\"a",              "no-cache=a",               "quotes that stay open"),
            (",, no-store ,,",            "no-store",                 "empty elements"),
            ("no store, public",          "public",                   "a blank in a name"),
            ("=5, public",                "public",                   "no name"),
            ("a=\"b\"c, public",          "public",                   "something after the quotes"),
            ("max-age=1, max-age=2",      "max-age=1",                "the first counts"),
            ("x-own=abc",                 "x-own=abc",                "an unknown one is kept"),
            ("max-age=",                  "max-age=\"\"",             "an empty value is not none"),
            ("",                          "",                         "an empty value"),
        ];
        for (text, want, why) in cases {
            let read: CacheControl = text.parse().expect("it never fails");
            assert_eq!(read.to_string(), want, "{text:?}: {why}");
            assert_eq!(want.parse(), Ok(read), "{want:?} is read back");
        }
    }

    #[test]
    fn a_long_line_is_read_up_to_a_number_of_directives() {
        let many = |count: usize| {
            let names: Vec<_> = (1..count).map(|at| format!("x{at}")).collect();
            let line = format!("{}, no-store", names.join(","));
            line.parse::<CacheControl>().expect("it never fails")
        };
        assert!(many(256).no_store());
        assert!(!many(257).no_store());
        assert_eq!(many(257).get("x256"), Some(""));
        let twice: CacheControl = format!("{}max-age=5", "a,".repeat(5000))
            .parse()
            .expect("it never fails");
        assert_eq!(
            twice.max_age(),
            Some(Duration::from_secs(5)),
            "a name that comes again counts once"
        );
    }

    #[test]
    fn a_time_that_cannot_be_read_is_none_at_all() {
        #[rustfmt::skip]
        let cases = [
            ("max-age=5",           Some(5),       "seconds"),
            ("max-age=99999999999", Some(1 << 31), "as many as are counted"),
            ("max-age",             Some(0),       "no value: stale"),
            ("max-age=x",           Some(0),       "no number: stale"),
            ("max-age=-1",          Some(0),       "negative: stale"),
            ("no-store",            None,          "absent"),
        ];
        for (text, want, why) in cases {
            let read: CacheControl = text.parse().expect("it never fails");
            assert_eq!(
                read.max_age(),
                want.map(Duration::from_secs),
                "{text}: {why}"
            );
        }
    }

    #[test]
    fn nothing_that_is_set_can_split_a_header() {
        for (name, value) in [
            ("a", "x\r\ny: z"),
            ("a", "\0"),
            ("a b", ""),
            ("", ""),
            ("a,b", ""),
        ] {
            assert!(
                CacheControl::new().with(name, value).is_err(),
                "{name:?} {value:?}"
            );
        }
        let odd = CacheControl::new()
            .with("a", "\u{e9}\", b=\"")
            .expect("no control character");
        let read: CacheControl = odd.to_string().parse().expect("it never fails");
        assert_eq!(read, odd);
        assert_eq!(read.get("b"), None);
    }

    #[test]
    fn any_line_is_read_and_written_again() {
        arbtest::arbtest(|u| {
            let bytes: Vec<u8> = u.arbitrary()?;
            let Ok(line) = http::HeaderValue::from_bytes(&bytes) else {
                return Ok(());
            };
            let read = CacheControl::decode(std::iter::once(&line)).expect("it never fails");
            let again = read.encode();
            assert_eq!(CacheControl::decode(std::iter::once(&again)), Ok(read));
            Ok(())
        });
    }
}
