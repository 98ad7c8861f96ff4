//! Compares raw paths with decoded ones, as front servers send both.
//!
//! Fronts merge runs of slashes in the decoded paths (Apache, lighttpd), and may leave `%2F` encoded in them (Apache
//! with `AllowEncodedSlashes NoDecode`). Such paths are still the same.

/// The number of bytes at the front of `raw` that are `decoded`, which has no slash at its end. `None` if `raw` does
/// not begin with its segments.
pub(super) fn prefix_length(raw: &[u8], decoded: &[u8]) -> Option<usize> {
    let mut walk = Merged::of(raw, true);
    if Merged::of(decoded, false).any(|byte| walk.next() != Some(byte)) {
        return None;
    }
    matches!(raw.get(walk.at), None | Some(b'/')).then_some(walk.at)
}

/// Whether `raw`, when it is decoded, is the path that a front sent decoded.
pub(super) fn is_same(raw: &[u8], decoded: &[u8]) -> bool {
    let walk = || Merged::of(raw, true);
    // Most paths have neither escapes nor runs of slashes.
    raw == decoded || walk().eq(Merged::of(decoded, false)) || walk().eq(Merged::of(decoded, true))
}

/// The bytes of a path, with each run of slashes as one.
struct Merged<'p> {
    path: &'p [u8],
    at: usize,
    decodes: bool,
    after_slash: bool,
}

impl<'p> Merged<'p> {
    fn of(path: &'p [u8], decodes: bool) -> Self {
        Self {
            path,
            at: 0,
            decodes,
            after_slash: false,
        }
    }

    fn step(&mut self) -> Option<u8> {
        let rest = self.path.get(self.at..)?;
        let (byte, width) = match *rest {
            [b'%', high, low, ..] if self.decodes => match (digit(high), digit(low)) {
                (Some(high), Some(low)) => (high << 4 | low, 3),
                // As in `url::decode_path`.
                _ => (b'%', 1),
            },
            [byte, ..] => (byte, 1),
            [] => return None,
        };
        self.at += width;
        Some(byte)
    }
}

impl Iterator for Merged<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            let byte = self.step()?;
            let skips = self.after_slash && byte == b'/';
            self.after_slash = byte == b'/';
            if !skips {
                return Some(byte);
            }
        }
    }
}

fn digit(byte: u8) -> Option<u8> {
    let value = char::from(byte).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::url::decode_path;

    #[test]
    fn finds_the_mount() {
        #[rustfmt::skip]
        let cases = [
            ("/app/x",       "/app",    Some(4), "at a slash"),
            ("/app",         "/app",    Some(4), "at the end"),
            ("/apple",       "/app",    None,    "inside a segment"),
            ("/%61pp/x",     "/app",    Some(6), "an escape"),
            ("/caf%C3%A9/x", "/café",   Some(10), "bytes"),
            ("//app//x",     "/app",    Some(5), "runs of slashes"),
            ("/app%2Fx",     "/app",    None,    "an encoded slash does not end a segment"),
            ("/x",           "",        Some(0), "the root"),
            ("",             "",        Some(0), "nothing"),
            ("/a",           "/app",    None,    "too short"),
            ("/100%/x",      "/100%",   Some(5), "not an escape"),
        ];
        for (raw, mount, want, why) in cases {
            let found = prefix_length(raw.as_bytes(), mount.as_bytes());
            assert_eq!(found, want, "{raw} below {mount}: {why}");
        }
    }

    #[test]
    fn the_same_path_is_recognized() {
        #[rustfmt::skip]
        let cases = [
            ("/a%20b",    "/a b",    true,  "decoded"),
            ("/a//b",     "/a/b",    true,  "merged by the front"),
            ("/a%2Fb",    "/a/b",    true,  "decoded once"),
            ("/a%2Fb",    "/a%2Fb",  true,  "NoDecode"),
            ("/a/../b",   "/b",      false, "the front has followed the dots, and checked `/b`"),
            ("/old",      "/new",    false, "rewritten"),
            ("/a/",       "/a",      false, "a slash at the end means something"),
            ("",          "",        true,  "nothing"),
        ];
        for (raw, decoded, want, why) in cases {
            assert_eq!(
                is_same(raw.as_bytes(), decoded.as_bytes()),
                want,
                "{raw} and {decoded}: {why}"
            );
        }
    }

    #[test]
    fn a_decoded_path_is_the_same_as_its_raw_form() {
        arbtest::arbtest(|u| {
            let raw: String = u.arbitrary()?;
            let decoded = decode_path(&raw);
            assert!(is_same(raw.as_bytes(), &decoded), "{raw:?}");
            let decoded = decoded.strip_suffix(b"/").unwrap_or(&decoded);
            if let Some(length) = prefix_length(raw.as_bytes(), decoded) {
                assert!(length <= raw.len(), "{raw:?}");
            }
            Ok(())
        });
    }
}
