//! A file that changes in every way.

use std::cell::RefCell;
use std::os::unix::net::UnixListener;

use tempfile::TempDir;

use super::*;

/// A file and what it was reported for.
struct Case {
    directory: TempDir,
    path: PathBuf,
    reports: RefCell<Vec<String>>,
}

/// The content as text; a missing file is "none", and one that begins with "bad" is wrong.
fn parse(content: Option<&[u8]>) -> Result<String, String> {
    let text = String::from_utf8_lossy(content.unwrap_or(b"none")).into_owned();
    if text.starts_with("bad") { Err(format!("it says {text}")) } else { Ok(text) }
}

impl Case {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        Self { directory, path, reports: RefCell::default() }
    }

    fn write(&self, content: &str) {
        fs::write(&self.path, content).unwrap();
    }

    fn open(&self) -> Result<Watched<String>, String> {
        Watched::open(&self.path, Box::new(parse))
    }

    fn current(&self, watched: &Watched<String>) -> Current<String> {
        watched.get(|problem| self.reports.borrow_mut().push(problem.to_owned()))
    }

    fn value(&self, watched: &Watched<String>) -> String {
        self.current(watched).value.to_string()
    }

    /// What was reported since the last time, without what all reports begin with.
    fn reports(&self) -> Vec<String> {
        let begin = format!("what was read before stays in force: [{}]: ", self.path.display());
        let reports = self.reports.take();
        reports.iter().map(|report| report.strip_prefix(&begin).unwrap().to_owned()).collect()
    }
}

#[test]
fn a_changed_file_is_read_again() {
    let case = Case::new();
    case.write("first");
    let watched = case.open().unwrap();
    let before = case.current(&watched);
    assert_eq!(*before.value, "first");
    assert!(before.previous.is_none());
    case.write("second");
    let changed_ms = Seen::now(&case.path).changed_ms();
    for _ in 0..2 {
        let after = case.current(&watched);
        assert_eq!(*after.value, "second");
        let (previous, at_ms) = after.previous.unwrap();
        assert!(Arc::ptr_eq(&previous, &before.value));
        assert_eq!(at_ms, changed_ms);
    }
    assert!(case.reports().is_empty());
}

#[test]
fn quick_changes_of_the_same_size_are_seen() {
    let case = Case::new();
    case.write("000");
    let watched = case.open().unwrap();
    for number in 1..300 {
        let content = format!("{number:03}");
        case.write(&content);
        assert_eq!(case.value(&watched), content);
    }
}

#[test]
fn a_stamp_counts_once_it_is_old_enough() {
    let case = Case::new();
    case.write("first");
    let watched = case.open().unwrap();
    let settled = Seen { settled: true, ..Seen::now(&case.path) };
    // As if the file had been seen long after it changed: now the same stamp is the same content.
    watched.state.write().unwrap().seen = settled;
    while !Seen::now(&case.path).settled {
        std::thread::yield_now();
    }
    watched.state.write().unwrap().current.value = Arc::new("not read again".to_owned());
    assert_eq!(case.value(&watched), "not read again");
    let young = Seen { settled: false, ..settled };
    watched.state.write().unwrap().seen = young;
    watched.state.write().unwrap().content = Ok(None);
    assert_eq!(case.value(&watched), "first");
}

#[test]
fn the_same_content_is_no_change() {
    let case = Case::new();
    case.write("first");
    let watched = case.open().unwrap();
    case.write("second");
    let before = case.current(&watched);
    case.write("second");
    fs::copy(&case.path, case.directory.path().join("copy")).unwrap();
    fs::rename(case.directory.path().join("copy"), &case.path).unwrap();
    let after = case.current(&watched);
    assert!(Arc::ptr_eq(&before.value, &after.value));
    assert_eq!(before.previous, after.previous);
}

#[test]
fn a_file_may_be_replaced() {
    let case = Case::new();
    let other = case.directory.path().join("other");
    case.write("first");
    fs::write(&other, "other").unwrap();
    let watched = case.open().unwrap();
    fs::rename(&other, &case.path).unwrap();
    assert_eq!(case.value(&watched), "other");
    fs::write(&other, "third").unwrap();
    fs::remove_file(&case.path).unwrap();
    std::os::unix::fs::symlink(&other, &case.path).unwrap();
    assert_eq!(case.value(&watched), "third");
    fs::write(&other, "fourth").unwrap();
    assert_eq!(case.value(&watched), "fourth");
}

#[test]
fn a_file_may_come_and_go() {
    let case = Case::new();
    let watched = case.open().unwrap();
    assert_eq!(case.value(&watched), "none");
    case.write("first");
    assert_eq!(case.value(&watched), "first");
    fs::remove_file(&case.path).unwrap();
    assert_eq!(case.value(&watched), "none");
    assert_eq!(*case.current(&watched).previous.unwrap().0, "first");
    assert!(case.reports().is_empty());
}

#[test]
fn wrong_content_changes_nothing() {
    let case = Case::new();
    case.write("bad from the start");
    let problem = case.open().err().unwrap();
    assert_eq!(problem, format!("[{}]: it says bad from the start", case.path.display()));
    case.write("first");
    let watched = case.open().unwrap();
    case.write("bad 1");
    assert_eq!(case.value(&watched), "first");
    assert_eq!(case.value(&watched), "first");
    assert_eq!(case.reports(), ["it says bad 1"], "reported once");
    case.write("bad 2");
    assert_eq!(case.value(&watched), "first");
    assert_eq!(case.reports(), ["it says bad 2"]);
    case.write("second");
    assert_eq!(case.value(&watched), "second");
    assert_eq!(*case.current(&watched).previous.unwrap().0, "first");
}

#[test]
fn what_is_no_file_is_not_read() {
    let case = Case::new();
    fs::create_dir(&case.path).unwrap();
    assert!(case.open().err().unwrap().ends_with("it is not a file"));
    fs::remove_dir(&case.path).unwrap();
    case.write("first");
    let watched = case.open().unwrap();
    fs::remove_file(&case.path).unwrap();
    fs::create_dir(&case.path).unwrap();
    assert_eq!(case.value(&watched), "first");
    fs::remove_dir(&case.path).unwrap();
    let _listener = UnixListener::bind(&case.path).unwrap();
    assert_eq!(case.value(&watched), "first");
    assert_eq!(case.reports(), ["it is not a file"]);
    assert!(Watched::open(Path::new("/dev/zero"), Box::new(parse)).is_err());
    let below = case.path.join("below");
    assert!(Watched::open(&below, Box::new(parse)).err().unwrap().contains("it cannot be read: "));
}

#[test]
fn a_file_may_have_64_mib() {
    let case = Case::new();
    let resize = |bytes| {
        let file = File::options().create(true).append(true).open(&case.path).unwrap();
        file.set_len(bytes).unwrap();
    };
    resize(MAX_BYTES);
    let watched = case.open().unwrap();
    assert_eq!(watched.get(|_| {}).value.len() as u64, MAX_BYTES);
    resize(MAX_BYTES + 1);
    assert_eq!(case.value(&watched).len() as u64, MAX_BYTES);
    assert_eq!(case.reports(), ["it is larger than 64mb"]);
}
