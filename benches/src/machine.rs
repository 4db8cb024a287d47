//! The machine and the versions that the figures belong to.

use std::fs;
use std::path::Path;

use crate::{abi, lucene_peer};

/// Lines of Markdown.
pub fn describe(folder: &Path) -> Vec<String> {
    let cpu = field("/proc/cpuinfo", "model name");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory: f64 =
        field("/proc/meminfo", "MemTotal").trim_end_matches(" kB").parse().unwrap_or(0.0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    vec![
        format!(
            "- {cores} cores ({cpu}), {:.0} GiB of memory, Linux {}",
            memory / (1 << 20) as f64,
            kernel.trim()
        ),
        format!("- file system of the stores: {}", file_system(folder)),
        format!(
            "- libuserprofile {} (shared library), LMDB {} through lmdb-rkv 0.14, SQLite {} through rusqlite, {}, {}, jsonwebtoken 11.1, {}",
            abi::version(),
            lmdb_version(),
            rusqlite::version(),
            tantivy::version_string(),
            lucene_peer::version(),
            env!("RUSTC_VERSION")
        ),
    ]
}

fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_once(':'))
        .map_or("unknown", |(_, value)| value.trim())
        .to_owned()
}

fn lmdb_version() -> String {
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    // SAFETY: three places for three numbers.
    unsafe { lmdb_sys::mdb_version(&mut major, &mut minor, &mut patch) };
    format!("{major}.{minor}.{patch}")
}

/// Type of the deepest mount that holds `folder`.
fn file_system(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let mount = mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (_, place, kind) = (words.next()?, words.next()?, words.next()?);
            folder.starts_with(place).then_some((place.len(), kind))
        })
        .max();
    mount.map_or("unknown", |(_, kind)| kind).to_owned()
}
