//! A path below a folder, made from an untrusted relative path.

use std::path::Path;
use std::path::PathBuf;

use super::is_device;

/// Joins a folder and an untrusted relative path; `None` if the path is not safe.
///
/// `path` has segments separated by `/`. Each segment is checked, on every platform by the same rules:
///
/// | refused | because |
/// |---|---|
/// | an empty segment: `/etc`, `a//b`, `//server/share`, `a/` | the path is absolute, or is not in its only spelling |
/// | `.`, `..` | the path leaves the folder, or is not in its only spelling |
/// | a NUL or another control character, a `\` | NUL ends a name in C; `\` separates segments on Windows |
/// | a drive such as `c:`, and on Windows any `:` | the path replaces the folder, or names a stream of a file |
/// | a dot or a space at the end | Windows ignores it, so one file would have several names |
/// | `CON`, `nul.txt`, `COM1` and the like | Windows opens a device |
///
/// An empty `path` is the folder itself. Only text is checked: whether the path exists, and whether a symbolic link on
/// it leads out of the folder, is not. `Response::file_in` and `StaticFiles` check that
/// too.
///
/// The path is not decoded: decode the escapes of a URL first, once.
///
/// ```
/// use rustzeug::filename::safe_join;
/// use std::path::Path;
///
/// assert_eq!(safe_join("uploads", "2026/plan.pdf").as_deref(), Some(Path::new("uploads/2026/plan.pdf")));
/// assert_eq!(safe_join("uploads", "../secret"), None);
/// assert_eq!(safe_join("uploads", "/etc/passwd"), None);
/// assert_eq!(safe_join("uploads", "c:/windows"), None);
/// ```
#[must_use]
#[doc(alias = "werkzeug.utils.safe_join")]
pub fn safe_join(folder: impl AsRef<Path>, path: impl AsRef<str>) -> Option<PathBuf> {
    let (mut joined, path) = (folder.as_ref().to_owned(), path.as_ref());
    if path.is_empty() {
        return Some(joined);
    }
    for segment in path.split('/') {
        if !is_safe_segment(segment) {
            return None;
        }
        joined.push(segment);
    }
    Some(joined)
}

/// Whether a segment of a path names something in its folder on every platform.
fn is_safe_segment(segment: &str) -> bool {
    let is_bad = |c: char| c == '\\' || c.is_control() || (cfg!(windows) && c == ':');
    let is_drive = matches!(segment.as_bytes(), [b'A'..=b'Z' | b'a'..=b'z', b':', ..]);
    // This covers `.` and `..` too.
    let has_end = segment.ends_with(['.', ' ']);
    let stem = segment.split(['.', ':']).next().unwrap_or_default();
    let opens_device = is_device(stem.trim_end_matches(' '));
    !segment.is_empty() && !segment.contains(is_bad) && !is_drive && !has_end && !opens_device
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_its_folder() {
        #[rustfmt::skip]
        let cases = [
            ("",                Some("r"),             "the folder itself"),
            ("a.txt",           Some("r/a.txt"),       "a file"),
            ("a/b/c",           Some("r/a/b/c"),       "segments"),
            (".well-known/x",   Some("r/.well-known/x"), "a hidden name is for the caller to decide"),
            ("a b/ü/日本",       Some("r/a b/ü/日本"),   "names in any script"),
            ("...a",            Some("r/...a"),        "dots at the beginning"),
            ("2026-11-28T10:00", Some("r/2026-11-28T10:00"), "a colon that is not of a drive"),
            ("console",         Some("r/console"),     "longer than a device"),
            ("com10",           Some("r/com10"),       "no port has this number"),
            ("%2e%2e",          Some("r/%2e%2e"),      "decoding is for the caller"),
            (";a",              Some("r/;a"),          "a semicolon is a character"),
            ("..",              None,                  "out of the folder"),
            ("a/../b",          None,                  "out and in again"),
            ("../r_secret",     None,                  "a sibling that begins alike"),
            ("./a",             None,                  "a second spelling"),
            ("a/",              None,                  "an empty segment"),
            ("a//b",            None,                  "an empty segment inside"),
            ("/a",              None,                  "absolute"),
            ("//server/share",  None,                  "a share of Windows"),
            ("c:/windows",      None,                  "a drive"),
            ("a/C:",            None,                  "a drive further on"),
            ("c:a",             None,                  "relative to a drive"),
            ("a\\..\\b",        None,                  "separators of Windows"),
            ("a\0.txt",         None,                  "NUL"),
            ("a\nb",            None,                  "a line end"),
            ("a.",              None,                  "a dot at the end"),
            ("a ",              None,                  "a space at the end"),
            ("...",             None,                  "only dots"),
            ("CON",             None,                  "a device"),
            ("aux.txt",         None,                  "a device with an extension"),
            ("NUL .x",          None,                  "a device, a space, an extension"),
            ("a/nul/b",         None,                  "a device in any segment"),
            ("com¹.log",        None,                  "a port with a superscript"),
            ("CON:x",           None,                  "a device with a stream"),
        ];
        for (path, want, why) in cases {
            let want = want.map(PathBuf::from);
            assert_eq!(safe_join("r", path), want, "{path:?}: {why}");
        }
    }

    #[test]
    fn no_text_leaves_the_folder() {
        arbtest::arbtest(|u| {
            let pieces = ["..", ".", "/", "\\", "a", "c:", "con", " ", "\0", "~"];
            let mut path = String::new();
            for _ in 0..u.int_in_range(0..=8)? {
                path.push_str(u.choose(&pieces)?);
            }
            if let Some(joined) = safe_join("/r/s", &path) {
                let below = joined.strip_prefix("/r/s").expect("it is below the folder");
                let is_normal = |part| matches!(part, std::path::Component::Normal(_));
                assert!(below.components().all(is_normal), "{path:?}");
                assert_eq!(below.to_str(), Some(path.as_str()), "{path:?}");
            }
            Ok(())
        });
    }
}
