//! `libuserprofile`: Elasticsearch's user profiles inside any program, without a server.
//!
//! The library is used through its C ABI (`include/userprofile.h`). This file is the map of the
//! house; imports point down only, and `tests/architecture.rs` holds that.

mod error; // 0  one error: type, reason, status, and its JSON
mod fork; // 0  which process this is
mod json; // 1  reading and writing raw JSON
#[allow(unused_imports)]
mod store; // 2  the only floor that names LMDB

pub use error::{Error, Result};
