//! A file of the configuration that is read again when it changes.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

/// The largest file that is read.
const MAX_BYTES: u64 = 64 << 20;

/// A file changed so many milliseconds ago will show another stamp when it changes again: file
/// systems count time in ticks, and two changes within one look alike.
const TICK_MS: i64 = 100;

/// Understands the content of a file, `None` if there is no such file; or says what is wrong.
type Parse<T> = Box<dyn Fn(Option<&[u8]>) -> Result<T, String> + Send + Sync>;

/// The value that a file stands for.
pub(super) struct Watched<T> {
    path: PathBuf,
    parse: Parse<T>,
    state: RwLock<State<T>>,
}

struct State<T> {
    seen: Seen,
    /// A digest of the content, or why it could not be read.
    content: Result<Option<[u8; 32]>, String>,
    current: Current<T>,
}

/// What tells one state of a file from another, without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Seen {
    stamp: Option<Stamp>,
    /// Whether the last change is old enough for another to show.
    settled: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// What a file says now. If it was seen to change, also what it said before, and when it changed
/// in milliseconds since 1970.
pub(super) struct Current<T> {
    pub(super) value: Arc<T>,
    pub(super) previous: Option<(Arc<T>, i64)>,
}

impl<T> Clone for Current<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), previous: self.previous.clone() }
    }
}

impl<T> Watched<T> {
    /// Reads `path`; fails if it cannot be read or understood.
    pub(super) fn open(path: &Path, parse: Parse<T>) -> Result<Self, String> {
        let seen = Seen::now(path);
        let content = read(path);
        let value = understand(path, &content, &parse)?;
        let current = Current { value: Arc::new(value), previous: None };
        let state = RwLock::new(State { seen, content: digest(&content), current });
        Ok(Self { path: path.to_owned(), parse, state })
    }

    /// What the file says now. A change that cannot be understood is reported once, and what the
    /// file said before stays.
    pub(super) fn get(&self, report: impl FnOnce(&str)) -> Current<T> {
        let seen = Seen::now(&self.path);
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        if seen.settled && state.seen == seen {
            return state.current.clone();
        }
        drop(state);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let content = read(&self.path);
        state.seen = seen;
        let changed = std::mem::replace(&mut state.content, digest(&content));
        if changed == state.content {
            return state.current.clone();
        }
        match understand(&self.path, &content, &self.parse) {
            Ok(value) => {
                let value = std::mem::replace(&mut state.current.value, Arc::new(value));
                state.current.previous = Some((value, seen.changed_ms()));
                state.current.clone()
            }
            Err(problem) => {
                let current = state.current.clone();
                drop(state);
                report(&format!("what was read before stays in force: {problem}"));
                current
            }
        }
    }
}

impl Seen {
    fn now(path: &Path) -> Self {
        let metadata = fs::metadata(path);
        let stamp = metadata.as_ref().ok().map(Stamp::of);
        let seen = Self { stamp, settled: false };
        let settled = match metadata {
            Ok(_) => now_ms() - seen.changed_ms() > TICK_MS,
            // Of a file that cannot be reached nothing tells when that changes.
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        Self { settled, ..seen }
    }

    /// When the file changed; for one that is gone, now.
    fn changed_ms(&self) -> i64 {
        self.stamp.map_or_else(now_ms, |stamp| {
            let (seconds, nanoseconds) = stamp.changed;
            seconds.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000)
        })
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// The clock of the file system's stamps, whatever clock the engine goes by.
pub(super) fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

type Content = Result<Option<Vec<u8>>, String>;

fn digest(content: &Content) -> Result<Option<[u8; 32]>, String> {
    content.clone().map(|bytes| bytes.map(|bytes| Sha256::digest(bytes).into()))
}

fn understand<T>(path: &Path, content: &Content, parse: &Parse<T>) -> Result<T, String> {
    let value = content.as_ref().map_err(String::clone).and_then(|bytes| parse(bytes.as_deref()));
    value.map_err(|problem| format!("[{}]: {problem}", path.display()))
}

fn read(path: &Path) -> Content {
    let unreadable = |error: io::Error| format!("it cannot be read: {error}");
    // Whether it is a file is asked first, for opening something else may wait for ever.
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
        Ok(metadata) if !metadata.is_file() => return Err("it is not a file".to_owned()),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err("it is larger than 64mb".to_owned());
    }
    Ok(Some(bytes))
}

#[cfg(test)]
#[path = "watched_tests.rs"]
mod tests;
