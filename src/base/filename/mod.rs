//! Safe file names, made from untrusted names.
//!
//! It works on text only and does not access a disk. The rules are those of all systems together, so that a
//! good name stays good when the files move.

mod safe_join;
#[cfg(test)]
mod tests;

pub use safe_join::safe_join;

/// The limit of most file systems (`NAME_MAX`).
const LONGEST_BYTES: usize = 255;

/// An extension up to this length is kept when a name is shortened.
const LONGEST_EXTENSION_BYTES: usize = 32;

/// The result if nothing is left of a name.
const NAMELESS: &str = "file";

/// Makes a name for a file on disk from any `name`.
///
/// Only the last segment of a path is kept; both `/` and `\` are separators. Letters of all scripts stay.
/// Whitespace (spaces, TAB, LF and others) is removed at the ends; between words, each run becomes one `_`.
/// Each character that Windows reserves becomes `_` too. Other control characters and format characters (such
/// as those that change the direction of text) are removed. The result has no dots at its ends and no hyphen
/// at its beginning. It is not a device name of Windows, with any extension. It is at most 255 bytes long,
/// and is shortened before its extension. It is never empty: `file` if nothing else is left.
///
/// Two names may have the same result, and a file of that name may exist: the name is safe to create, not
/// safe to overwrite. Applying the function to a result changes nothing.
///
/// # Examples
///
/// ```
/// use rustzeug::filename::secure_filename;
///
/// assert_eq!(secure_filename("../../etc/passwd"), "passwd");
/// assert_eq!(secure_filename("C:\\Users\\Übersicht 2026.pdf"), "Übersicht_2026.pdf");
/// assert_eq!(secure_filename(" monthly \t\n report.csv "), "monthly_report.csv");
/// assert_eq!(secure_filename("aux.txt"), "_aux.txt");
/// assert_eq!(secure_filename(".."), "file");
/// ```
#[must_use]
#[doc(alias = "werkzeug.utils.secure_filename")]
pub fn secure_filename(name: &str) -> String {
    let kept = trimmed(name);
    let words: Vec<_> = kept.split_whitespace().collect();
    finish(words.join("_").chars().map(|c| match c {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        _ => c,
    }))
}

/// Like [`secure_filename`], but the result has only ASCII letters, digits, `.`, `-` and `_`.
///
/// Each run of other characters becomes one `_`. There is no transliteration: `é` becomes `_`, not `e`, since
/// that depends on the language.
///
/// # Examples
///
/// ```
/// use rustzeug::filename::secure_ascii_filename;
///
/// assert_eq!(secure_ascii_filename("mon café (2).txt"), "mon_caf_2_.txt");
/// assert_eq!(secure_ascii_filename("日本語.png"), "_.png");
/// ```
#[must_use]
pub fn secure_ascii_filename(name: &str) -> String {
    let mut was_replaced = false;
    let name = trimmed(name);
    let kept = name.chars().filter_map(|c| {
        let is_kept = c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let is_first = !was_replaced;
        was_replaced = !is_kept;
        if is_kept {
            Some(c)
        } else {
            is_first.then_some('_')
        }
    });
    finish(kept)
}

/// Returns the text after the last separator, ignoring separators at the end.
fn last_segment(path: &str) -> &str {
    path.trim_end_matches(['/', '\\'])
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
}

/// Returns the last segment without invisible characters, and without whitespace, dots and hyphens at its
/// ends.
fn trimmed(path: &str) -> String {
    // Whitespace first: TAB and LF are control characters too.
    let seen = |c: &char| c.is_whitespace() || !is_unseen(*c);
    let name: String = last_segment(path).chars().filter(seen).collect();
    let is_space = char::is_whitespace;
    let name = name.trim_start_matches(|c| is_space(c) || matches!(c, '.' | '-'));
    name.trim_end_matches(|c| is_space(c) || c == '.')
        .to_owned()
}

fn finish(name: impl Iterator<Item = char>) -> String {
    let name: String = name.collect();
    let name = name.trim_start_matches(['.', '-']).trim_end_matches('.');
    if name.is_empty() {
        return NAMELESS.to_owned();
    }
    let prefix = if is_device(name) { "_" } else { "" };
    shortened(format!("{prefix}{name}"))
}

/// Cuts between characters, before the extension if there is a short one.
fn shortened(mut name: String) -> String {
    if name.len() <= LONGEST_BYTES {
        return name;
    }
    let extension = name.split_off(extension_start(&name));
    name.truncate(name.floor_char_boundary(LONGEST_BYTES - extension.len()));
    name.truncate(name.trim_end_matches('.').len());
    name.push_str(&extension);
    name
}

/// Inserts a number before the extension; the result is no longer than names may be.
#[cfg(feature = "multipart")]
pub(crate) fn numbered(name: &str, number: u64) -> String {
    let (stem, extension) = name.split_at(extension_start(name));
    let end = format!("-{number}{extension}");
    let stem = &stem[..stem.floor_char_boundary(LONGEST_BYTES - end.len())];
    format!("{stem}{end}")
}

/// The position of the extension; the end of the name if there is none or it is too long.
fn extension_start(name: &str) -> usize {
    let is_short = |dot: &usize| name.len() - dot <= LONGEST_EXTENSION_BYTES;
    name.rfind('.').filter(is_short).unwrap_or(name.len())
}

/// Whether Windows opens a device for this name, up to its first dot: `CON`, `nul.txt`, `COM1`, `LPT³`.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let Some(port) = stem.get(..3).zip(stem.get(3..)) else {
        return false;
    };
    let is = |name: &str| stem.eq_ignore_ascii_case(name);
    let is_port = port.0.eq_ignore_ascii_case("COM") || port.0.eq_ignore_ascii_case("LPT");
    let mut number = port.1.chars();
    let is_numbered = matches!(
        (number.next(), number.next()),
        (Some('0'..='9' | '¹' | '²' | '³'), None)
    );
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"]
        .into_iter()
        .any(is)
        || (is_port && is_numbered)
}

/// Whether a character is invisible: control characters, Unicode's format characters (category Cf), line and
/// paragraph separators, and all of plane 14 (tags and further variation selectors, which hide text). The
/// variation selectors of emojis (U+FE00 to U+FE0F) stay.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}'
                | '\u{600}'..='\u{605}'
                | '\u{61C}'
                | '\u{6DD}'
                | '\u{70F}'
                | '\u{890}'..='\u{891}'
                | '\u{8E2}'
                | '\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{110BD}'
                | '\u{110CD}'
                | '\u{13430}'..='\u{1343F}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}
