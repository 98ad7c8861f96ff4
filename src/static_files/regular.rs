//! Opens regular files, and nothing else.

use std::fs::File;
use std::fs::Metadata;
use std::io;
use std::path::Path;

use super::open_options;

/// Opens a file, with its metadata; `None` if it is not a regular file.
pub(super) fn open(path: &Path) -> io::Result<Option<(File, Metadata)>> {
    // Checked before opening, because opening a device may have any effect.
    if !path.metadata()?.is_file() {
        return Ok(None);
    }
    open_unchecked(path)
}

/// The same for a path that was a regular file a moment ago. Another program may have put a pipe in its place since.
fn open_unchecked(path: &Path) -> io::Result<Option<(File, Metadata)>> {
    let file = open_options::reading().open(path)?;
    let metadata = file.metadata()?;
    Ok(metadata.is_file().then_some((file, metadata)))
}

#[cfg(all(test, unix))]
mod tests {
    use std::env;
    use std::fs;
    use std::process;
    use std::process::Command;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_has_taken_the_place_of_a_file_is_refused_without_waiting() {
        let pipe = env::temp_dir().join(format!("rustzeug-pipe-{}", process::id()));
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo starts").success());
        let cases = [
            (pipe.clone(), "a pipe without a writer"),
            ("/dev/tty".into(), "a terminal, or no such device"),
            ("/dev/zero".into(), "a device"),
            ("/".into(), "a folder"),
        ];
        for (path, what) in cases {
            let (sender, receiver) = mpsc::channel();
            thread::spawn(move || sender.send(matches!(open_unchecked(&path), Ok(Some(_)))));
            let is_taken = receiver.recv_timeout(Duration::from_secs(30));
            assert!(!is_taken.expect("it does not wait"), "{what}");
        }
        fs::remove_file(pipe).expect("it is removed");
    }
}
