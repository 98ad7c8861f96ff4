//! Files that are built into the program.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::directory::Kind;
use super::entry::CODINGS;
use super::entry::Entry;
use super::media_type;
use super::stored::Stored;

/// Files by name.
#[derive(Debug)]
pub(super) struct BuiltIn(BTreeMap<&'static str, Arc<Entry>>);

impl BuiltIn {
    pub(super) fn new(files: &[(&'static str, &'static [u8])]) -> Self {
        let content = |name: &str| {
            let mut files = files.iter();
            files.find(|(known, _)| *known == name).map(|file| file.1)
        };
        let entry = |name: &str, bytes| {
            let coded = CODINGS.into_iter().filter_map(|(suffix, coding)| {
                let coded = content(&format!("{name}{suffix}"))?;
                Some((coding, Stored::built_in(coded)))
            });
            let content_type = media_type::by_name(name);
            Arc::new(Entry::new(
                content_type,
                Stored::built_in(bytes),
                coded.collect(),
            ))
        };
        Self(
            files
                .iter()
                .map(|(name, bytes)| (*name, entry(name, bytes)))
                .collect(),
        )
    }

    pub(super) fn file(&self, name: &str) -> Option<&Arc<Entry>> {
        self.0.get(name)
    }

    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        if self.0.contains_key(name) {
            return Some(Kind::File);
        }
        if name.is_empty() {
            return Some(Kind::Folder);
        }
        let below = format!("{name}/");
        let next = self.0.range(&*below..).next();
        next.is_some_and(|(name, _)| name.starts_with(&below))
            .then_some(Kind::Folder)
    }
}
