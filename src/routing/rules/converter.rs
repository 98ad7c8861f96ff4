//! Custom converters. The built-in ones are in `parameter_kind`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// A custom converter: which texts a parameter takes, and what they mean.
///
/// Both functions must be pure, since matching calls them more than once. [`parse`](Self::parse) must return the value
/// from which [`build`](Self::build) made the text; this is checked whenever a URL is built.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
/// use rustzeug::routing::{Converter, Converters, Rule, Rules};
///
/// struct Hex;
///
/// impl Converter for Hex {
///     fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
///         let number = u64::from_str_radix(text, 16).ok()?;
///         Some(number.to_string().into())
///     }
///
///     fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
///         let number: u64 = value.parse().ok()?;
///         Some(format!("{number:x}").into())
///     }
/// }
///
/// let converters = Converters::new().with("hex", Hex);
/// let rules = Rules::new([(Rule::parse_with("/colours/{colour:hex}", &converters)?, "colour")])?;
/// let found = rules.find("/colours/ff").unwrap();
/// assert_eq!(found.get("colour").as_deref(), Some("255"));
/// assert!(rules.find("/colours/red").is_none());
/// # Ok::<(), rustzeug::routing::RuleError>(())
/// ```
pub trait Converter: Send + Sync + 'static {
    /// Returns the value of a percent-decoded text from a path; with `None`, the next rule is tried.
    ///
    /// It is never called with a text that is empty or not valid UTF-8: such texts never match.
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>>;

    /// Returns the text of a value in a path, not yet percent-encoded; `None` for an invalid value.
    fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        Some(Cow::Borrowed(value))
    }

    /// How much it accepts compared with other converters: the lowest weight is tried first. `int` has 40, `float` 50,
    /// `str` 100. [`Converters::with`] calls it once.
    fn weight(&self) -> u16 {
        75
    }

    /// The converter for arguments: the text between the parentheses of `{colour:hex(6)}`. By default, arguments
    /// are refused.
    ///
    /// ```
    /// use rustzeug::routing::{Converter, Converters, Rule};
    /// use std::borrow::Cow;
    /// use std::sync::Arc;
    ///
    /// /// This many hexadecimal digits.
    /// struct Hex(usize);
    ///
    /// impl Converter for Hex {
    ///     fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
    ///         let fits = text.len() == self.0 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    ///         fits.then_some(Cow::Borrowed(text))
    ///     }
    ///
    ///     fn with_arguments(&self, arguments: &str) -> Result<Arc<dyn Converter>, String> {
    ///         let digits = arguments.parse().map_err(|_| "`hex` needs a number of digits")?;
    ///         Ok(Arc::new(Hex(digits)))
    ///     }
    /// }
    ///
    /// let converters = Converters::new().with("hex", Hex(6));
    /// assert!(Rule::parse_with("/{short:hex(3)}", &converters).is_ok());
    /// assert_eq!(
    ///     Rule::parse_with("/{short:hex(few)}", &converters).unwrap_err().to_string(),
    ///     "the rule `/{short:hex(few)}`: `hex` needs a number of digits"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// A text that says what is wrong with them; it becomes part of [`RuleError::Syntax`](crate::routing::RuleError).
    fn with_arguments(&self, arguments: &str) -> Result<Arc<dyn Converter>, String> {
        Err(format!(
            "its converter takes no arguments, but the rule has `{arguments}`"
        ))
    }
}

/// Custom converters by name, in addition to the built-in ones.
///
/// ```
/// use rustzeug::routing::{Converter, Converters, Rule};
/// use std::borrow::Cow;
///
/// struct Even;
///
/// impl Converter for Even {
///     fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
///         let number: u64 = text.parse().ok()?;
///         (number % 2 == 0).then_some(text.into())
///     }
/// }
///
/// let converters = Converters::new().with("even", Even);
/// assert!(Rule::parse_with("/{n:even}", &converters).is_ok());
/// assert!(Rule::parse("/{n:even}").is_err());
/// ```
#[derive(Clone, Default)]
pub struct Converters(BTreeMap<String, Own>);

/// A custom converter, with the data that distinguishes it from others.
#[derive(Clone)]
pub(super) struct Own {
    pub(super) converter: Arc<dyn Converter>,
    pub(super) weight: u16,
    /// How many were added before it, to any `Converters`.
    pub(super) age: u64,
}

impl Converters {
    /// No custom converters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a converter. It replaces another custom converter of this name, but not a built-in one.
    ///
    /// Two calls add two converters, even if they have the same type: rules that differ only by them are
    /// not duplicates, and the one that was added first is tried first.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, converter: impl Converter) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let own = Own {
            weight: converter.weight(),
            age: MADE.fetch_add(1, Ordering::Relaxed),
            converter: Arc::new(converter),
        };
        self.0.insert(name.into(), own);
        self
    }

    pub(super) fn get(&self, name: &str) -> Option<&Own> {
        self.0.get(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Own {
    /// The same converter with arguments.
    pub(super) fn with_arguments(&self, arguments: &str) -> Result<Self, String> {
        let converter = self.converter.with_arguments(arguments)?;
        Ok(Self {
            weight: converter.weight(),
            age: self.age,
            converter,
        })
    }
}

impl fmt::Debug for Converters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
