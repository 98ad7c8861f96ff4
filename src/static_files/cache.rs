//! A cache of file entries, for a second, in bounded memory.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use super::entry::Entry;

/// The time for which an entry is used without a check of the file system.
const FRESH: Duration = Duration::from_secs(1);

/// Two generations of entries. When the young generation is full, it replaces the old one, whose entries are dropped.
/// An entry that is read again moves to the young generation.
pub(super) struct Cache {
    generations: Mutex<[Generation; 2]>,
}

#[derive(Default)]
struct Generation {
    entries: HashMap<Box<str>, (Arc<Entry>, Instant)>,
    kept_bytes: usize,
}

/// The bounds of a cache.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) files: usize,
    pub(super) bytes: usize,
}

impl Cache {
    pub(super) fn new() -> Self {
        Self {
            generations: Mutex::default(),
        }
    }

    /// The entry for a name, if it was read within the last second.
    pub(super) fn fresh(&self, name: &str) -> Option<Arc<Entry>> {
        let now = Instant::now();
        let generations = self.lock();
        let found = generations.iter().find_map(|it| it.entries.get(name));
        let (entry, read) = found?;
        (now.saturating_duration_since(*read) < FRESH).then(|| Arc::clone(entry))
    }

    /// The last entry for a name, of any age.
    pub(super) fn last(&self, name: &str) -> Option<Arc<Entry>> {
        let generations = self.lock();
        let found = generations.iter().find_map(|it| it.entries.get(name));
        found.map(|(entry, _)| Arc::clone(entry))
    }

    /// Stores an entry that was just read.
    pub(super) fn keep(&self, name: &str, entry: &Arc<Entry>, bounds: Bounds) {
        // Each generation gets half.
        let (files, bytes) = (bounds.files / 2, bounds.bytes / 2);
        let kept_bytes = entry.kept_bytes();
        if kept_bytes > bytes || files == 0 {
            return;
        }
        let mut generations = self.lock();
        let [young, old] = &mut *generations;
        for generation in [&mut *young, old] {
            if let Some((entry, _)) = generation.entries.remove(name) {
                generation.kept_bytes -= entry.kept_bytes();
            }
        }
        if young.entries.len() >= files || young.kept_bytes + kept_bytes > bytes {
            *old = std::mem::take(young);
        }
        young.kept_bytes += kept_bytes;
        let value = (Arc::clone(entry), Instant::now());
        young.entries.insert(name.into(), value);
    }

    fn lock(&self) -> MutexGuard<'_, [Generation; 2]> {
        self.generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::super::stored::Stored;
    use super::*;

    fn entry(content: &'static [u8]) -> Arc<Entry> {
        let content_type = HeaderValue::from_static("text/plain");
        Arc::new(Entry::new(content_type, Stored::built_in(content), vec![]))
    }

    fn sizes(cache: &Cache) -> (usize, usize) {
        let generations = cache.lock();
        let files = generations.iter().map(|it| it.entries.len()).sum();
        (files, generations.iter().map(|it| it.kept_bytes).sum())
    }

    #[test]
    fn it_holds_no_more_files_and_bytes_than_it_may() {
        let bounds = Bounds {
            files: 8,
            bytes: 40,
        };
        let cache = Cache::new();
        for number in 0..100 {
            cache.keep(&number.to_string(), &entry(b"12345"), bounds);
            let (files, bytes) = sizes(&cache);
            assert!(files <= 8 && bytes <= 40, "{files} files, {bytes} bytes");
            assert!(cache.fresh(&number.to_string()).is_some(), "the newest");
        }
        assert!(cache.fresh("0").is_none(), "the oldest");
        let bytes: usize = sizes(&cache).1;
        assert!(bytes >= 20, "half of it at least is used: {bytes}");
    }

    #[test]
    fn bounds_hold_at_the_limit_and_one_past_it() {
        #[rustfmt::skip]
        let cases = [
            (Bounds { files: 2, bytes: 10 }, true,  "half of the bytes"),
            (Bounds { files: 2, bytes: 9 },  false, "a byte less"),
            (Bounds { files: 1, bytes: 10 }, false, "no file per generation"),
            (Bounds { files: 0, bytes: 0 },  false, "nothing"),
        ];
        for (bounds, is_kept, why) in cases {
            let cache = Cache::new();
            cache.keep("a", &entry(b"12345"), bounds);
            assert_eq!(cache.fresh("a").is_some(), is_kept, "{why}");
        }
    }

    #[test]
    fn a_name_is_kept_once() {
        let bounds = Bounds {
            files: 8,
            bytes: 100,
        };
        let cache = Cache::new();
        for _ in 0..20 {
            cache.keep("a", &entry(b"12345"), bounds);
        }
        assert_eq!(sizes(&cache), (1, 5));
    }
}
