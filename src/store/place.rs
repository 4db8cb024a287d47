//! Where a store is: its directory and the files in it.

use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::options::Options;
use crate::error::{Error, Result};

/// What makes a data file the same as another, whatever their paths.
pub(super) type Identity = (u64, u64);

pub(super) fn identity(file: &Metadata) -> Identity {
    (file.dev(), file.ino())
}

/// The directory of a store.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) directory: PathBuf,
    temporary: bool,
}

impl Place {
    /// Finds the directory, or makes it: like a file of SQLite, in a directory that must be there.
    pub(super) fn find(options: &Options) -> Result<Self> {
        if options.temporary {
            return Self::temporary();
        }
        let path = &options.path;
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => {
                return Err(wrong(path, "is not a directory; a store is a directory of its own"));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if !options.create || options.read_only {
                    return Err(wrong(path, "does not exist"));
                }
                match DirBuilder::new().mode(0o700).create(path) {
                    Err(error) if error.kind() == ErrorKind::NotFound => {
                        return Err(wrong(path, "is in a directory that does not exist"));
                    }
                    Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                        return Err(unusable(path, &error));
                    }
                    _ => {}
                }
            }
            Err(error) => return Err(unusable(path, &error)),
        }
        let directory = fs::canonicalize(path).map_err(|error| unusable(path, &error))?;
        Ok(Self { directory, temporary: false })
    }

    fn temporary() -> Result<Self> {
        let parent = std::env::temp_dir();
        let parent = fs::canonicalize(&parent).map_err(|error| unusable(&parent, &error))?;
        loop {
            let number = getrandom::u64()
                .map_err(|error| Error::unavailable(format!("no random numbers: {error}")))?;
            let directory = parent.join(format!("userprofile-{number:016x}"));
            match DirBuilder::new().mode(0o700).create(&directory) {
                Ok(()) => return Ok(Self { directory, temporary: true }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(unusable(&directory, &error)),
            }
        }
    }

    pub(super) fn data_file(&self) -> PathBuf {
        self.directory.join("data.mdb")
    }

    /// The file that this library's own locks are on.
    pub(super) fn lock_file(&self) -> PathBuf {
        self.directory.join("userprofile.lock")
    }

    /// The data file and what identifies it; none if it does not exist.
    pub(super) fn open_data(&self) -> Result<Option<(File, Identity)>> {
        let path = self.data_file();
        let result = fs::metadata(&path).and_then(|found| {
            if !found.is_file() {
                return Err(io::Error::other("it is not a file"));
            }
            let file = File::open(&path)?;
            Ok((file, identity(&found)))
        });
        match result {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unusable(&path, &error)),
        }
    }

    /// Removes the directory if it was made for one use.
    pub(super) fn remove_temporary(&self) {
        if self.temporary {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

/// 400: the configuration names a path that cannot be a store.
pub(super) fn wrong(path: &Path, why: &str) -> Error {
    Error::illegal_argument(format!("[path] {} {why}", path.display()))
}

/// 500: what is at `path` cannot be trusted.
pub(super) fn damaged(path: &Path, how: &str) -> Error {
    Error::internal(format!("{} is damaged: {how}; restore it from a backup", path.display()))
}

/// 400 or 503: the system refuses `path`.
pub(super) fn unusable(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        ErrorKind::PermissionDenied => wrong(path, "may not be opened: permission denied"),
        ErrorKind::ReadOnlyFilesystem => {
            wrong(path, "is on a read-only file system; open it with read_only")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Error::unavailable(format!("disk full: {} cannot be written", path.display()))
        }
        _ => Error::unavailable(format!("{} cannot be opened: {error}", path.display())),
    }
}
