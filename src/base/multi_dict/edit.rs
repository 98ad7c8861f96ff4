//! Building and changing a dictionary.

use super::MultiDict;

impl MultiDict {
    /// Appends a pair.
    pub fn add(&mut self, name: &str, value: &str) -> &mut Self {
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(value);
        self.ends.push((name_end, self.text.len()));
        self
    }

    /// Sets a name to one value. It takes the place of the first value, or is appended; other values are
    /// removed.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        let Some(index) = self.position(name) else {
            return self.add(name, value);
        };
        let set = self
            .iter()
            .enumerate()
            .filter(|(at, (key, _))| *at == index || *key != name)
            .map(|(at, (key, held))| (key, if at == index { value } else { held }))
            .collect();
        *self = set;
        self
    }

    /// Removes all values of a name and returns their number.
    pub fn remove(&mut self, name: &str) -> usize {
        let before = self.len();
        self.retain(|key, _| key != name);
        before - self.len()
    }

    /// Removes the first value of a name and returns it.
    pub fn pop(&mut self, name: &str) -> Option<String> {
        let index = self.position(name)?;
        let value = self.pair(index).1.to_owned();
        self.cut(index);
        Some(value)
    }

    /// Keeps only the pairs for which `keep` returns `true`.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &str) -> bool) {
        let kept: Self = self
            .iter()
            .filter(|(name, value)| keep(name, value))
            .collect();
        *self = kept;
    }

    /// Removes all pairs.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Returns the pairs of this dictionary, then those of `other`. So the first value of a name comes from
    /// this dictionary, if it has one.
    ///
    /// ```
    /// use rustzeug::MultiDict;
    ///
    /// let (query, form) = (MultiDict::from([("id", "1")]), MultiDict::from([("id", "2"), ("x", "")]));
    /// let params = query.merged(&form);
    /// assert_eq!((params.get("id"), params.len()), (Some("1"), 3));
    /// ```
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        let mut both =
            Self::with_capacity(self.len() + other.len(), self.text.len() + other.text.len());
        both.extend(self);
        both.extend(other);
        both
    }

    /// Removes the pair at `index`.
    fn cut(&mut self, index: usize) {
        let place = self.place(index);
        self.text.replace_range(place.clone(), "");
        self.ends.remove(index);
        for (name_end, end) in &mut self.ends[index..] {
            *name_end -= place.len();
            *end -= place.len();
        }
    }
}

impl<K: AsRef<str>, V: AsRef<str>> Extend<(K, V)> for MultiDict {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.add(name.as_ref(), value.as_ref());
        }
    }
}

/// Collects pairs, and so also maps.
impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for MultiDict {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut dict = Self::new();
        dict.extend(pairs);
        dict
    }
}

impl<K: AsRef<str>, V: AsRef<str>, const N: usize> From<[(K, V); N]> for MultiDict {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}
