//! The meta pages, looked at before LMDB maps the file: it trusts them, and crashes if they lie.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::place::{damaged, unusable, wrong};
use crate::error::Result;

const MAGIC: u32 = 0xBEEF_C0DE;
const VERSION: u32 = 1;
/// The flag of a meta page in its header.
const META: u16 = 0x08;
/// Page header and meta, as far as they are looked at.
const LENGTH: usize = 152;
/// The root of a tree without pages.
const EMPTY: u64 = u64::MAX;

/// What a meta page says.
struct Meta {
    page_size: u64,
    last_page: u64,
    roots: [u64; 2],
}

/// Fails if the file is no data file that LMDB can open, and says why.
pub(super) fn check(file: &File, path: &Path) -> Result<()> {
    let damaged = |how| damaged(path, how);
    let explain = |bad| match bad {
        Bad::Page(how) => damaged(how),
        Bad::Version(version) => wrong(path, &format!("is of version {version} of LMDB's format")),
        Bad::Io(error) => unusable(path, &error),
    };
    let first = meta(file, 0).map_err(explain)?;
    let second = meta(file, first.page_size).map_err(explain)?;
    // The size is read after the metas: another process may be growing the file.
    let size = file.metadata().map_err(|error| unusable(path, &error))?.len();
    for meta in [&first, &second] {
        if meta.page_size != first.page_size {
            return Err(damaged("its meta pages differ in page size"));
        }
        let end = (meta.last_page.checked_add(1)).and_then(|n| n.checked_mul(meta.page_size));
        if end.is_none_or(|end| end > size) {
            return Err(damaged("it is shorter than its meta pages say"));
        }
        if meta.roots.iter().any(|root| *root != EMPTY && *root > meta.last_page) {
            return Err(damaged("its trees start outside of it"));
        }
    }
    Ok(())
}

enum Bad {
    Io(io::Error),
    Page(&'static str),
    Version(u32),
}

fn meta(file: &File, offset: u64) -> std::result::Result<Meta, Bad> {
    let mut page = [0; LENGTH];
    file.read_exact_at(&mut page, offset).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => Bad::Page("its meta pages are cut off"),
        _ => Bad::Io(error),
    })?;
    let word = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&page[at..at + 8]);
        u64::from_ne_bytes(bytes)
    };
    let half = |at: usize| {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&page[at..at + 4]);
        u32::from_ne_bytes(bytes)
    };
    let flags = u16::from_ne_bytes([page[10], page[11]]);
    if flags & META == 0 || half(16) != MAGIC {
        return Err(Bad::Page("it does not start with meta pages"));
    }
    if half(20) != VERSION {
        return Err(Bad::Version(half(20)));
    }
    let page_size = u64::from(half(40));
    if !page_size.is_power_of_two() || !(4096..=32768).contains(&page_size) {
        return Err(Bad::Page("its page size is impossible"));
    }
    Ok(Meta { page_size, last_page: word(136), roots: [word(80), word(128)] })
}
