//! `libuserprofile`: Elasticsearch's user profiles inside any program, without a server.
//!
//! The library is used through its C ABI (`include/userprofile.h`). This file is the map of the
//! house; imports point down only, and `tests/architecture.rs` holds that.

mod error; // 0  one error: type, reason, status, and its JSON
mod json; // 1  reading and writing raw JSON
mod profile; // 3  what a profile is made of
mod store; // 2  the only floor that names LMDB

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
