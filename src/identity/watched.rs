//! A file of the configuration that is read again when it changes.

use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

/// The largest file that is read.
const MAX_BYTES: u64 = 64 << 20;

/// A file changed this long ago will show another stamp when it changes again: file systems count
/// time in ticks, and two changes within one look alike.
const TICK: Duration = Duration::from_millis(100);

/// Understands the content of a file, `None` if there is no such file; or says what is wrong.
type Parse<T> = Box<dyn Fn(Option<&[u8]>) -> Result<T, String> + Send + Sync>;

/// The value that a file stands for.
pub(super) struct Watched<T> {
    path: PathBuf,
    parse: Parse<T>,
    state: RwLock<State<T>>,
}

struct State<T> {
    stamp: Option<Stamp>,
    /// Whether the stamp was old enough when the file was read to tell a later change.
    settled: bool,
    current: Current<T>,
}

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// What a file says now, and what it said before its last change if it was seen to change.
pub(super) struct Current<T> {
    pub(super) value: Arc<T>,
    pub(super) previous: Option<(Arc<T>, SystemTime)>,
}

impl<T> Clone for Current<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), previous: self.previous.clone() }
    }
}

impl<T> Watched<T> {
    /// Reads `path`; fails if it cannot be read or understood.
    pub(super) fn open(path: &Path, parse: Parse<T>) -> Result<Self, String> {
        let (stamp, settled) = stamp(path);
        let value = read(path, &parse)?;
        let current = Current { value: Arc::new(value), previous: None };
        let state = RwLock::new(State { stamp, settled, current });
        Ok(Self { path: path.to_owned(), parse, state })
    }

    /// What the file says now. A change that cannot be understood is reported once, and what the
    /// file said before stays.
    pub(super) fn get(&self, report: impl FnOnce(&str)) -> Current<T> {
        let (new, settled) = stamp(&self.path);
        {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            if state.stamp == new && state.settled {
                return state.current.clone();
            }
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.stamp == new && state.settled {
            return state.current.clone();
        }
        let same = state.stamp == new;
        (state.stamp, state.settled) = (new, settled);
        match read(&self.path, &self.parse) {
            Ok(value) if same => state.current.value = Arc::new(value),
            Ok(value) => {
                let value = std::mem::replace(&mut state.current.value, Arc::new(value));
                state.current.previous = Some((value, modified(new)));
            }
            Err(_) if same => {}
            Err(problem) => report(&format!("what was read before stays in force: {problem}")),
        }
        state.current.clone()
    }
}

fn read<T>(path: &Path, parse: &Parse<T>) -> Result<T, String> {
    content(path)
        .map_err(|error| format!("cannot be read: {error}"))
        .and_then(|content| parse(content.as_deref()))
        .map_err(|problem| format!("[{}]: {problem}", path.display()))
}

fn content(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match fs::File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 64mb"));
    }
    Ok(Some(bytes))
}

fn stamp(path: &Path) -> (Option<Stamp>, bool) {
    let Ok(metadata) = fs::metadata(path) else { return (None, true) };
    let stamp = Stamp::of(&metadata);
    let age = SystemTime::now().duration_since(modified(Some(stamp)));
    (Some(stamp), age.is_ok_and(|age| age > TICK))
}

fn modified(stamp: Option<Stamp>) -> SystemTime {
    stamp.map_or_else(SystemTime::now, |stamp| {
        let (seconds, nanoseconds) = stamp.changed;
        SystemTime::UNIX_EPOCH
            + Duration::new(
                seconds.max(0).cast_unsigned(),
                nanoseconds.clamp(0, 999_999_999) as u32,
            )
    })
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
