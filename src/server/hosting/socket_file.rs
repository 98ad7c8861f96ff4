//! The file of a unix socket: how it is taken, and how it is given back.

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

/// Connections that the kernel holds until they are accepted.
pub(super) const BACKLOG: i32 = 1024;

/// The file of a socket that this process bound; removed when dropped, if it is still that one.
///
/// To be dropped before the socket is closed. An open socket keeps its inode, so no other file can
/// have the number; and nobody finds the way to a socket that is about to be closed.
#[derive(Debug)]
pub(super) struct SocketFile {
    /// Absolute, as the process may change its folder before the end.
    path: PathBuf,
    identity: Identity,
}

/// Device and inode.
type Identity = (u64, u64);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Another process may have put its own there since.
        if identity(&self.path).is_ok_and(|found| found == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Listens at a path, in place of a socket that nobody listens on any more.
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

/// The address of a path, where one can be made of it.
fn address(path: &Path) -> io::Result<SockAddr> {
    let refused = |reason| io::Error::new(ErrorKind::InvalidInput, reason);
    if path.as_os_str().is_empty() {
        // The system would choose a name of its own.
        return Err(refused("it is empty"));
    }
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(refused("it contains a NUL byte"));
    }
    SocketAddr::from_pathname(path)
        .and_then(|_| SockAddr::unix(path))
        .map_err(|_| refused("it is longer than the system allows"))
}

/// Removes a socket that nobody listens on: one that a server left that could not clean up.
fn remove_stale(path: &Path, address: &SockAddr) -> io::Result<()> {
    // Of a symbolic link itself: what it leads to is not ours to judge.
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let found = identity(path)?;
    let probe = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // A living server whose queue is full would have us wait.
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
