//! Names and texts in order, with many values per name: the base of queries, forms, cookies and path
//! parameters.
//!
//! All text is one string, one pair after the other, so a dictionary costs two allocations at any size, and a
//! lookup costs none. There is no hashing, and so no hash flooding. Reading typed values (feature `serde`) is
//! in `typed`.

use std::fmt;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use crate::base::error::FieldError;
use crate::base::error::shown;

mod edit;
mod links;
#[cfg(feature = "serde")]
mod serialize;
#[cfg(not(all(test, feature = "json")))]
#[path = "no_steps.rs"]
mod steps;
#[cfg(all(test, feature = "json"))]
mod steps;
#[cfg(test)]
mod tests;
#[cfg(feature = "serde")]
mod typed;

use links::Links;
#[cfg(feature = "json")]
pub(crate) use typed::in_plain_words;

/// An ordered dictionary of texts, with many values per name.
///
/// Readers return the first value unless their name says otherwise. Names are compared exactly. A lookup
/// scans the pairs, which is fastest for the number in a request (at most 1,000, by the limits of the
/// parsers).
///
/// # Examples
///
/// ```
/// use rustzeug::MultiDict;
///
/// let mut dict = MultiDict::from([("tag", "a"), ("page", "2"), ("tag", "b")]);
/// assert_eq!(dict.get("tag"), Some("a"));
/// assert_eq!(dict.get_last("tag"), Some("b"));
/// assert_eq!(dict.get_all("tag").collect::<Vec<_>>(), ["a", "b"]);
/// assert_eq!(dict.get_as::<u32>("page")?, Some(2));
/// assert_eq!(dict.keys().collect::<Vec<_>>(), ["tag", "page"]);
///
/// dict.set("tag", "c");
/// assert_eq!(dict, MultiDict::from([("tag", "c"), ("page", "2")]));
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
#[doc(alias = "ImmutableMultiDict")]
#[doc(alias = "OrderedMultiDict")]
#[doc(alias = "CombinedMultiDict")]
#[doc(alias = "NestedMultiDict")]
pub struct MultiDict {
    /// Name, value, name, value …, without separators.
    text: String,
    /// The end of each name and of each value.
    ends: Vec<(usize, usize)>,
}

impl MultiDict {
    /// Creates an empty dictionary.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// Creates an empty dictionary with room for `pairs` pairs and `bytes` bytes of names and values
    /// together.
    #[must_use]
    pub fn with_capacity(pairs: usize, bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            ends: Vec::with_capacity(pairs),
        }
    }

    /// The number of pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no pairs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the first value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// Returns the last value of a name.
    #[must_use]
    pub fn get_last(&self, name: &str) -> Option<&str> {
        self.get_all(name).next_back()
    }

    /// Returns all values of a name, in order.
    #[must_use]
    #[doc(alias = "getall")]
    #[doc(alias = "getlist")]
    pub fn get_all<'d>(&'d self, name: &str) -> impl DoubleEndedIterator<Item = &'d str> + Clone {
        (0..self.len())
            .filter(move |index| self.is_named(*index, name))
            .map(|index| self.pair(index).1)
    }

    /// Returns the first value of a required name.
    ///
    /// # Errors
    ///
    /// [`FieldError`] if it is absent: `?` converts it to a `422` that names it.
    ///
    /// ```
    /// use rustzeug::{Error, MultiDict};
    ///
    /// fn title(form: &MultiDict) -> Result<&str, Error> {
    ///     Ok(form.require("title")?)
    /// }
    ///
    /// assert_eq!(title(&[("title", "Emma")].into())?, "Emma");
    /// assert_eq!(title(&MultiDict::new()).unwrap_err().to_string(), "422 Unprocessable Entity: `title` is missing");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn require(&self, name: &str) -> Result<&str, FieldError> {
        self.get(name).ok_or_else(|| FieldError::missing(name))
    }

    /// Returns the value of a name that must occur exactly once.
    ///
    /// # Errors
    ///
    /// [`FieldError`] if it is absent or occurs several times.
    ///
    /// ```
    /// use rustzeug::MultiDict;
    ///
    /// let dict = MultiDict::from([("id", "7"), ("tag", "a"), ("tag", "b")]);
    /// assert_eq!(dict.get_one("id"), Ok("7"));
    /// assert_eq!(dict.get_one("name").unwrap_err().to_string(), "`name` is missing");
    /// assert_eq!(dict.get_one("tag").unwrap_err().to_string(), "`tag` occurs 2 times");
    /// ```
    #[doc(alias = "getone")]
    pub fn get_one(&self, name: &str) -> Result<&str, FieldError> {
        let mut values = self.get_all(name);
        match (values.next(), values.count()) {
            (Some(value), 0) => Ok(value),
            (None, _) => Err(FieldError::missing(name)),
            (Some(_), more) => Err(FieldError::new(
                name,
                None,
                format!("occurs {} times", more + 1),
            )),
        }
    }

    /// Returns the first value of a name, parsed; `None` if it is absent.
    ///
    /// # Errors
    ///
    /// [`FieldError`] with the name, the value and the reason, if it cannot be parsed.
    ///
    /// ```
    /// use rustzeug::MultiDict;
    ///
    /// let dict = MultiDict::from([("page", "two")]);
    /// assert_eq!(dict.get_as::<u32>("size"), Ok(None));
    /// assert_eq!(
    ///     dict.get_as::<u32>("page").unwrap_err().to_string(),
    ///     "`page` is `two`: invalid digit found in string"
    /// );
    /// ```
    pub fn get_as<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, FieldError> {
        self.get(name).map(|value| parse(name, value)).transpose()
    }

    /// Returns all values of a name, parsed, in order; empty if it is absent.
    ///
    /// # Errors
    ///
    /// [`FieldError`] with the name, the first value that cannot be parsed, and the reason.
    ///
    /// ```
    /// use rustzeug::MultiDict;
    ///
    /// let dict = MultiDict::from([("id", "7"), ("sort", "name"), ("id", "8")]);
    /// assert_eq!(dict.get_all_as::<u32>("id")?, [7, 8]);
    /// assert!(dict.get_all_as::<u32>("page")?.is_empty());
    ///
    /// let error = MultiDict::from([("id", "7"), ("id", "x")]).get_all_as::<u32>("id").unwrap_err();
    /// assert_eq!(error.to_string(), "`id` is `x`: invalid digit found in string");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    pub fn get_all_as<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Vec<T>, FieldError> {
        self.get_all(name).map(|value| parse(name, value)).collect()
    }

    /// Whether a name occurs.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Returns all pairs, in order.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter {
            dict: self,
            left: 0..self.len(),
        }
    }

    /// Returns each name once, in the order of first occurrence.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let links = Links::of(self);
        let firsts = (0..self.len()).filter(move |index| links.is_first(*index));
        firsts.map(|index| self.pair(index).0)
    }

    /// Returns each name once, with all its values.
    ///
    /// ```
    /// use rustzeug::MultiDict;
    ///
    /// let dict = MultiDict::from([("a", "1"), ("b", "2"), ("a", "3")]);
    /// assert_eq!(dict.lists().collect::<Vec<_>>(), [("a", vec!["1", "3"]), ("b", vec!["2"])]);
    /// ```
    #[doc(alias = "dict_of_lists")]
    pub fn lists(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        let links = Links::of(self);
        (0..self.len()).filter_map(move |index| {
            let places = links.is_first(index).then(|| links.places(index))?;
            let values = places.map(|place| self.pair(place).1).collect();
            Some((self.pair(index).0, values))
        })
    }

    /// The place of a pair in the text. Every scan of pairs calls this.
    fn place(&self, index: usize) -> Range<usize> {
        steps::count();
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before].1);
        start..self.ends[index].1
    }

    fn pair(&self, index: usize) -> (&str, &str) {
        (self.name(index), self.value(index))
    }

    fn name(&self, index: usize) -> &str {
        &self.text[self.place(index).start..self.ends[index].0]
    }

    fn value(&self, index: usize) -> &str {
        let (name_end, end) = self.ends[index];
        &self.text[name_end..end]
    }

    /// The name of the pair at `index`, as bytes: comparing bytes needs no check for character boundaries.
    fn name_bytes(&self, index: usize) -> &[u8] {
        &self.text.as_bytes()[self.place(index).start..self.ends[index].0]
    }

    /// Whether the pair at `index` has this name.
    fn is_named(&self, index: usize, name: &str) -> bool {
        self.name_bytes(index) == name.as_bytes()
    }

    fn position(&self, name: &str) -> Option<usize> {
        (0..self.len()).find(|index| self.is_named(*index, name))
    }
}

fn parse<T: FromStr<Err: Display>>(name: &str, value: &str) -> Result<T, FieldError> {
    value
        .parse()
        .map_err(|error: T::Err| FieldError::new(name, Some(value), error.to_string()))
}

/// For reading typed values.
#[cfg(feature = "serde")]
impl MultiDict {
    /// The pair whose value is the text at this address.
    fn value_at(&self, address: usize, length: usize) -> Option<usize> {
        let offset = address.checked_sub(self.text.as_ptr().addr())?;
        let from = self.ends.partition_point(|(start, _)| *start < offset);
        let mut begun = self.ends[from..]
            .iter()
            .take_while(|(start, _)| *start == offset);
        let place = begun.position(|(start, end)| end - start == length)?;
        Some(from + place)
    }

    /// The pair whose name is the text at this address.
    fn name_at(&self, address: usize, length: usize) -> Option<usize> {
        let end = address.checked_sub(self.text.as_ptr().addr())? + length;
        let place = self.ends.partition_point(|(name_end, _)| *name_end < end);
        let (name_end, _) = self.ends.get(place)?;
        (*name_end == end).then_some(place)
    }
}

/// For parsers.
#[cfg(feature = "query")]
impl MultiDict {
    /// Creates a dictionary from the text and the ends of each name and value; `None` if one of them is not
    /// valid UTF-8.
    pub(crate) fn from_parts(text: Vec<u8>, ends: Vec<(usize, usize)>) -> Option<Self> {
        let text = String::from_utf8(text).ok()?;
        let are_whole = ends
            .iter()
            .all(|(name_end, end)| text.is_char_boundary(*name_end) && text.is_char_boundary(*end));
        are_whole.then_some(Self { text, ends })
    }
}

/// Pairs of a [`MultiDict`], in order: see [`MultiDict::iter`].
#[derive(Clone, Debug)]
pub struct Iter<'d> {
    dict: &'d MultiDict,
    left: Range<usize>,
}

impl<'d> Iterator for Iter<'d> {
    type Item = (&'d str, &'d str);

    fn next(&mut self) -> Option<Self::Item> {
        self.left.next().map(|index| self.dict.pair(index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.left.next_back().map(|index| self.dict.pair(index))
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'d> IntoIterator for &'d MultiDict {
    type Item = (&'d str, &'d str);
    type IntoIter = Iter<'d>;

    fn into_iter(self) -> Iter<'d> {
        self.iter()
    }
}

/// Hides values whose name suggests a password.
impl fmt::Debug for MultiDict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().map(|(name, value)| (name, shown(name, value)));
        f.debug_list().entries(shown).finish()
    }
}
