//! File descriptors: as many as the process may have, with a reserve that connections do not use.

use std::fs;

use rustix::process::Resource;
use rustix::process::Rlimit;
use rustix::process::getrlimit;
use rustix::process::setrlimit;

/// The maximum reserve, for temporary files and for files that an application opens.
const RESERVE: u64 = 1024;

/// More are useless, and child processes that close all possible descriptors would take long.
const ENOUGH: u64 = 1 << 20;

/// The number of open descriptors that is assumed if they cannot be counted.
const UNCOUNTED: usize = 32;

/// The number of descriptors that the process may have; `None` if it is unlimited.
pub(super) type Files = Option<u64>;

/// Raises the soft limit of open files to the hard limit. The soft limit is low only because some programs use
/// `select`; programs that do not are expected to raise it.
pub(in crate::server) fn raise() -> Files {
    let limit = getrlimit(Resource::Nofile);
    let wanted = wanted(&limit);
    let raised = Rlimit {
        current: wanted,
        maximum: limit.maximum,
    };
    if wanted != limit.current && setrlimit(Resource::Nofile, raised).is_ok() {
        return wanted;
    }
    limit.current
}

/// The new soft limit.
fn wanted(limit: &Rlimit) -> Files {
    let most = limit.maximum.map_or(ENOUGH, |most| most.min(ENOUGH));
    limit.current.map(|current| current.max(most))
}

/// The possible number of connections, given the files that are open now.
pub(in crate::server) fn room(files: Files) -> usize {
    // The directory itself is one of them.
    let open = fs::read_dir("/dev/fd").map_or(UNCOUNTED, |open| open.count().saturating_sub(1));
    room_beside(files, open as u64)
}

fn room_beside(files: Files, open: u64) -> usize {
    let Some(files) = files else {
        return usize::MAX;
    };
    let reserve = RESERVE.min(files / 4);
    let room = files.saturating_sub(open + reserve).max(1);
    usize::try_from(room).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_to_be_the_hard_one_within_reason() {
        let limit = |current, maximum| Rlimit { current, maximum };
        #[rustfmt::skip]
        let cases = [
            (limit(Some(1024), Some(524_288)),  Some(524_288), "what systemd gives"),
            (limit(Some(4096), Some(4096)),     Some(4096),    "the same already"),
            (limit(Some(1024), Some(1 << 30)),  Some(1 << 20), "what some containers give"),
            (limit(Some(256), None),            Some(1 << 20), "no hard limit, as on macOS"),
            (limit(Some(1 << 25), None),        Some(1 << 25), "it is never lowered"),
            (limit(None, None),                 None,          "no limit at all"),
        ];
        for (limit, want, why) in cases {
            assert_eq!(wanted(&limit), want, "{why}");
        }
    }

    #[test]
    fn a_part_is_kept_from_connections() {
        #[rustfmt::skip]
        let cases = [
            (None,          20, usize::MAX, "no limit"),
            (Some(524_288), 20, 523_244,    "a thousand of many"),
            (Some(1024),    20, 748,        "a quarter of few"),
            (Some(64),      12, 36,         "a quarter of very few"),
            (Some(16),      14, 1,          "there is always room for one"),
        ];
        for (files, open, want, why) in cases {
            assert_eq!(room_beside(files, open), want, "{why}");
        }
    }
}
