//! The few system calls that the standard library lacks.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use lmdb_sys as ffi;

use super::{Fault, Outcome, check};

/// LMDB leaves the data file open across `exec`; this closes it there.
pub(super) fn close_on_exec(env: *mut ffi::MDB_env) -> Outcome<()> {
    let mut fd = -1;
    // SAFETY: the environment is open and `fd` is valid for the call.
    check(unsafe { ffi::mdb_env_get_fd(env, &mut fd) })?;
    // SAFETY: the descriptor is open; the call touches no memory.
    if unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) } == 0 {
        return Ok(());
    }
    Err(Fault::Other(io::Error::last_os_error().raw_os_error().unwrap_or(libc::EBADF)))
}

/// True if the file system of `path` has no room left, or the process may not make its files
/// larger. LMDB reports both as an input/output error, because a short write is all it saw.
pub(in super::super) fn disk_is_full(path: &Path, size: u64) -> bool {
    const ROOM: u64 = 1 << 20;
    free_bytes(path).is_some_and(|free| free < ROOM)
        || file_size_limit().is_some_and(|limit| limit.saturating_sub(size) < ROOM)
}

fn free_bytes(path: &Path) -> Option<u64> {
    let path = std::ffi::CString::new(path.as_os_str().as_encoded_bytes()).ok()?;
    // SAFETY: all zeroes is a valid value of this plain struct.
    let mut found: libc::statvfs = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are valid for the call.
    let answer = unsafe { libc::statvfs(path.as_ptr(), &mut found) };
    (answer == 0).then(|| found.f_bavail as u64 * found.f_frsize as u64)
}

fn file_size_limit() -> Option<u64> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is valid for the call.
    let answer = unsafe { libc::getrlimit(libc::RLIMIT_FSIZE, &mut limit) };
    (answer == 0 && limit.rlim_cur != libc::RLIM_INFINITY).then_some(limit.rlim_cur)
}

/// The file beside the data that our own locks are on; its content says that the store was made.
pub(in super::super) struct LockFile(File);

/// Held by the process that opens or makes the store.
const OPENING: i64 = 1 << 40;
/// Held by the process that waits for the write transaction.
const TURN: i64 = OPENING + 1;

impl LockFile {
    pub(in super::super) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        Ok(Self(options.open(path)?))
    }

    /// Notes that the store was made: from then on a missing or empty data file is damage.
    pub(in super::super) fn mark(&self) -> io::Result<()> {
        (&self.0).write_all(b"userprofile\n")
    }

    pub(in super::super) fn has_mark(&self) -> bool {
        self.0.metadata().is_ok_and(|found| found.len() > 0)
    }

    /// Waits until no other process is opening the store. The lock goes with the process.
    pub(in super::super) fn begin_opening(&self) -> io::Result<()> {
        loop {
            match set(self.0.as_raw_fd(), libc::F_SETLKW, libc::F_WRLCK, OPENING) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    pub(in super::super) fn end_opening(&self) {
        let _ = set(self.0.as_raw_fd(), libc::F_SETLK, libc::F_UNLCK, OPENING);
    }

    /// Takes the place of the next writer unless a writer of another process has it.
    pub(in super::super) fn take_turn(&self) -> bool {
        set(self.0.as_raw_fd(), libc::F_SETLK, libc::F_WRLCK, TURN).is_ok()
    }

    pub(in super::super) fn end_turn(&self) {
        let _ = set(self.0.as_raw_fd(), libc::F_SETLK, libc::F_UNLCK, TURN);
    }

    /// Marks the store as open in this process; false if it is marked already, by another copy of
    /// this library. The lock belongs to the open file, so that it shows even then.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(in super::super) fn claim_process(&self) -> io::Result<bool> {
        let pid = i64::from(std::process::id());
        match set(self.0.as_raw_fd(), libc::F_OFD_SETLK, libc::F_WRLCK, pid) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Explicitly, because a child of this process may still have the file open.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(in super::super) fn release_process(&self) {
        let pid = i64::from(std::process::id());
        let _ = set(self.0.as_raw_fd(), libc::F_OFD_SETLK, libc::F_UNLCK, pid);
    }

    /// Other systems have no such lock.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(in super::super) fn claim_process(&self) -> io::Result<bool> {
        Ok(true)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(in super::super) fn release_process(&self) {}
}

/// Sets a lock on the byte at `start`.
fn set(fd: RawFd, command: libc::c_int, kind: libc::c_int, start: i64) -> io::Result<()> {
    // SAFETY: all zeroes is a valid value of this plain struct.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    lock.l_start = start;
    lock.l_len = 1;
    // SAFETY: the descriptor is open and the pointer is valid for the call.
    if unsafe { libc::fcntl(fd, command, &lock) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
