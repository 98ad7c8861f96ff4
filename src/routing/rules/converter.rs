//! Your own converters. Those that are always there are in `kind`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// Your own converter: which texts a parameter takes, and what they mean.
///
/// Both functions are pure: matching asks more than once. What [`build`](Self::build) makes of a
/// value, [`parse`](Self::parse) must make that value of again; building a URL checks it.
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
    /// The value of a text, percent-decoded, from a path; `None` declines, and the next rule is tried.
    ///
    /// It is not asked about text that is empty or no UTF-8: these are declined.
    fn parse<'t>(&self, text: &'t str) -> Option<Cow<'t, str>>;

    /// The text that a value has in a path, not yet percent-encoded; `None` for what is no value.
    fn build<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        Some(Cow::Borrowed(value))
    }

    /// How much it accepts, beside others: the lowest is tried first. `int` has 40, `float` 50,
    /// `str` 100. Asked once, by [`Converters::with`].
    fn weight(&self) -> u16 {
        75
    }

    /// The converter for arguments, what stands between the parentheses of `{colour:hex(6)}`; or what is
    /// wrong with them. Without this there are none.
    ///
    /// ```
    /// use rustzeug::routing::{Converter, Converters, Rule};
    /// use std::borrow::Cow;
    /// use std::sync::Arc;
    ///
    /// /// Hexadecimal digits, so many.
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
    /// A text that says what is wrong; it becomes a part of [`RuleError::Syntax`](crate::routing::RuleError).
    fn with_arguments(&self, arguments: &str) -> Result<Arc<dyn Converter>, String> {
        Err(format!(
            "its converter takes no arguments, as `{arguments}`"
        ))
    }
}

/// Your own converters by name, beside those that are always there.
#[derive(Clone, Default)]
pub struct Converters(BTreeMap<String, Own>);

/// Your own converter, with what makes it differ from others.
#[derive(Clone)]
pub(in crate::routing) struct Own {
    pub(in crate::routing) converter: Arc<dyn Converter>,
    pub(in crate::routing) weight: u16,
    /// How many were made before it.
    pub(super) age: u64,
}

impl Converters {
    /// No converter of your own.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one, in place of what had its name; those that are always there stay.
    ///
    /// What two calls add are two converters, be they of one type: rules that differ by them alone are
    /// no duplicates, and the one that was added first is tried first.
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
}

impl Own {
    /// The same with arguments.
    pub(super) fn with_arguments(&self, arguments: &str) -> Result<Self, String> {
        let converter = self.converter.with_arguments(arguments)?;
        Ok(Self {
            weight: converter.weight(),
            age: self.age,
            converter,
        })
    }
}

impl Converters {
    pub(in crate::routing) fn get(&self, name: &str) -> Option<&Own> {
        self.0.get(name)
    }

    pub(in crate::routing) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Debug for Converters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
