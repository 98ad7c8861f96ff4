//! Where the values of parameters stand in a path.

/// So many are kept without an allocation.
const FEW: usize = 4;

/// Beginnings and ends, in the order of the parameters.
#[derive(Clone, Debug, Default)]
pub(in crate::routing) struct Spans {
    few: [(u32, u32); FEW],
    length: usize,
    more: Vec<(u32, u32)>,
}

impl Spans {
    /// Adds one. Paths are shorter than 4 GiB: see `Table::find`.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "longer paths match nothing"
    )]
    pub(in crate::routing) fn push(&mut self, start: usize, end: usize) {
        let span = (start as u32, end as u32);
        match self.few.get_mut(self.length) {
            Some(place) => *place = span,
            None => self.more.push(span),
        }
        self.length += 1;
    }

    pub(in crate::routing) fn len(&self) -> usize {
        self.length
    }

    /// Forgets all but the first.
    pub(in crate::routing) fn truncate(&mut self, length: usize) {
        self.more.truncate(length.saturating_sub(FEW));
        self.length = self.length.min(length);
    }

    /// All of them.
    pub(in crate::routing) fn iter(&self) -> impl Iterator<Item = (usize, usize)> {
        let few = &self.few[..self.length.min(FEW)];
        few.iter()
            .chain(&self.more)
            .map(|(start, end)| (*start as usize, *end as usize))
    }

    /// The part of `path` that is the value at `index`.
    pub(in crate::routing) fn of<'p>(&self, path: &'p str, index: usize) -> Option<&'p str> {
        if index >= self.length {
            return None;
        }
        let few = self.few.get(index);
        let (start, end) = *few.or_else(|| self.more.get(index - FEW))?;
        path.get(start as usize..end as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_past_the_fourth_are_kept_too() {
        let mut spans = Spans::default();
        for start in 0..6 {
            spans.push(start, start + 1);
        }
        let path = "abcdef";
        assert_eq!(
            (spans.of(path, 3), spans.of(path, 5), spans.of(path, 6)),
            (Some("d"), Some("f"), None)
        );
        spans.truncate(5);
        assert_eq!((spans.of(path, 4), spans.of(path, 5)), (Some("e"), None));
        spans.truncate(1);
        spans.push(4, 6);
        assert_eq!((spans.of(path, 1), spans.len()), (Some("ef"), 2));
    }
}
