//! The file of a Unix socket: creating, replacing and removing it.

use std::fs;
use std::io;
use std::io::ErrorKind;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::SocketAddr;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::path::PathBuf;

use socket2::Domain;
use socket2::SockAddr;
use socket2::Socket;
use socket2::Type;

/// The maximum number of connections that wait to be accepted.
pub(super) const BACKLOG: i32 = 1024;

/// The file of a socket that this process bound. It is removed on drop, if it is still the same file.
///
/// It must be dropped before the socket is closed. An open socket keeps its inode, so no other file can have the same
/// number; and no client finds a socket that is about to be closed.
#[derive(Debug)]
pub(super) struct SocketFile {
    /// Absolute, because the process may change its working directory.
    path: PathBuf,
    identity: Identity,
}

/// Device and inode.
type Identity = (u64, u64);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Another process may have put its own file there.
        if identity(&self.path).is_ok_and(|found| found == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Listens at a path, and replaces a socket on which no process listens.
pub(super) fn listen(path: &Path) -> io::Result<(UnixListener, SocketFile)> {
    let address = address(path)?;
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    if let Err(error) = socket.bind(&address) {
        if error.kind() != ErrorKind::AddrInUse {
            return Err(error);
        }
        remove_stale(path, &address)?;
        socket.bind(&address)?;
    }
    let file = SocketFile {
        path: std::path::absolute(path)?,
        identity: identity(path)?,
    };
    socket.listen(BACKLOG)?;
    Ok((socket.into(), file))
}

/// The socket address of a path, if it is valid.
fn address(path: &Path) -> io::Result<SockAddr> {
    let refused = |reason| io::Error::new(ErrorKind::InvalidInput, reason);
    if path.as_os_str().is_empty() {
        // The system would choose a name.
        return Err(refused("it is empty"));
    }
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(refused("it contains a NUL byte"));
    }
    SocketAddr::from_pathname(path)
        .and_then(|_| SockAddr::unix(path))
        .map_err(|_| refused("it is longer than the system allows"))
}

/// Removes a socket on which no process listens: a server that was killed leaves one behind.
fn remove_stale(path: &Path, address: &SockAddr) -> io::Result<()> {
    // A symbolic link is not followed; its target is not changed.
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let found = identity(path)?;
    let probe = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // Connecting to a running server whose queue is full would block.
    probe.set_nonblocking(true)?;
    match probe.connect(address) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(error),
        _ => return Err(ErrorKind::AddrInUse.into()),
    }
    if identity(path)? != found {
        return Err(ErrorKind::AddrInUse.into());
    }
    fs::remove_file(path)
}

fn identity(path: &Path) -> io::Result<Identity> {
    fs::symlink_metadata(path).map(|metadata| (metadata.dev(), metadata.ino()))
}
