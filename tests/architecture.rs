//! The house: imports point down only, unsafe code and LMDB stay where they belong, files stay
//! small, and every export goes through the boundary.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors of `src`, from the lowest. A file may use its own floor and those below it.
const FLOORS: &[(&str, u8)] = &[
    ("error", 0),
    ("json", 1),
    ("pattern", 1),
    ("text", 1),
    ("fork", 2),
    ("store", 2),
    ("access", 3),
    ("identity", 3),
    ("profile", 3),
    ("suggest", 3),
    ("operations", 4),
    ("engine", 5),
    ("rest", 5),
    ("ffi", 6),
    // The bodies of the fuzz targets are tests: no floor is above them but tests themselves.
    ("fuzzing", 7),
];

/// Where code may be unsafe: each path and everything below it.
const UNSAFE: &[&str] = &["ffi", "fork.rs", "store/lmdb.rs", "store/lmdb/"];

const LONGEST_FILE: usize = 400;

struct Source {
    /// The path below `src`.
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &mut found);
    assert!(found.len() > 30, "found only {} source files", found.len());
    found
        .iter()
        .map(|path| Source {
            path: path.strip_prefix(&root).expect("it is below src").display().to_string(),
            text: fs::read_to_string(path).expect("a source file is text"),
        })
        .collect()
}

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

fn module(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or(path)
}

fn is_test(path: &str) -> bool {
    path.contains("tests")
}

#[test]
fn imports_point_down() {
    for source in sources().iter().filter(|source| !is_test(&source.path)) {
        if source.path == "lib.rs" {
            continue;
        }
        let own =
            floor(module(&source.path)).unwrap_or_else(|| panic!("{} is on no floor", source.path));
        for import in source.text.split("crate::").skip(1) {
            let used = import.split(|c: char| !c.is_alphanumeric() && c != '_').next();
            let Some(used) = used.filter(|used| !used.is_empty()) else { continue };
            let below =
                floor(used).unwrap_or_else(|| panic!("{} uses unknown {used}", source.path));
            assert!(
                below <= own,
                "{} is on floor {own} and uses {used}, floor {below}",
                source.path
            );
        }
    }
}

#[test]
fn the_map_shows_every_room() {
    let map = &sources().into_iter().find(|source| source.path == "lib.rs").expect("lib.rs").text;
    for line in map.lines().filter(|line| line.contains("mod ")) {
        let name = line.split("mod ").nth(1).and_then(|rest| rest.split(';').next());
        let name = name.unwrap_or_default();
        if name == "fuzzing" || line.trim_start().starts_with("//") {
            continue;
        }
        let floor = floor(name).unwrap_or_else(|| panic!("{name} is on no floor"));
        assert!(line.contains(&format!("// {floor}")), "lib.rs gives {name} another floor");
    }
}

#[test]
fn unsafe_code_and_lmdb_stay_in_their_rooms() {
    for source in sources() {
        let code: String =
            source.text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        if !UNSAFE.iter().any(|room| source.path.starts_with(room)) && source.path != "lib.rs" {
            assert!(!code.contains("unsafe "), "{} holds unsafe code", source.path);
            assert!(!code.contains("allow(unsafe_code)"), "{} allows unsafe code", source.path);
        }
        if !source.path.starts_with("store/lmdb") && !is_test(&source.path) {
            assert!(
                !code.contains("lmdb::") || source.path.starts_with("store/"),
                "{} names LMDB",
                source.path
            );
            assert!(!code.contains("lmdb_sys"), "{} names LMDB", source.path);
        }
    }
}

#[test]
fn files_are_rooms_and_not_halls() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines", source.path);
        assert!(source.text.starts_with("//!"), "{} does not say what it is for", source.path);
        assert!(source.text.is_ascii(), "{} is not ASCII", source.path);
    }
}

#[test]
fn every_export_goes_through_the_boundary() {
    // These two only read or free memory, and cannot fail or panic.
    let plain = ["userprofile_version", "userprofile_json_free"];
    let mut exports = 0;
    for source in sources().iter().filter(|source| source.path.starts_with("ffi")) {
        for export in source.text.split("#[unsafe(no_mangle)]").skip(1) {
            exports += 1;
            let name = export.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
            let name = name.expect("an export is a function");
            let body = export.split("\n}").next().unwrap_or_default();
            assert!(
                body.contains("boundary(") || plain.contains(&name),
                "{name} does not go through the boundary"
            );
        }
    }
    assert!(exports >= 20, "found only {exports} exports");
}

#[test]
fn every_operation_stands_in_the_table() {
    let sources = sources();
    let table = &sources.iter().find(|source| source.path == "engine/mod.rs").expect("engine").text;
    let exports: String = sources
        .iter()
        .filter(|source| source.path.starts_with("ffi/"))
        .map(|source| source.text.as_str())
        .collect();
    let mut operations = 0;
    for source in sources.iter().filter(|source| source.path.starts_with("operations/")) {
        for definition in source.text.split(": Operation = Operation {").skip(1) {
            operations += 1;
            let name = definition.split("name: \"").nth(1).and_then(|rest| rest.split('"').next());
            let name = name.expect("an operation has a name");
            let constant = name.to_uppercase();
            assert!(table.contains(&format!("::{constant},")), "{name} is not in OPERATIONS");
            assert!(exports.contains(&format!("fn userprofile_{name}(")), "{name} has no export");
        }
    }
    assert!(operations >= 12, "found only {operations} operations");
}
