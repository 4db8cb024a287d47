//! `libuserprofile`: Elasticsearch's user profiles inside any program, without a server.
//!
//! Programs use the library through its C ABI, which `include/userprofile.h` documents. This file
//! is the map of the house and nothing else; imports point down only, and
//! `tests/architecture.rs` holds that.

pub mod ffi; // 6  pointers and panics in, safe calls out

mod engine; // 5  open, handles, the table of operations
mod rest; // 5  method and path to an operation

mod operations; // 4  one file per API

mod access; // 3  what may they do
mod identity; // 3  who is this
mod profile; // 3  the record, merging, data filters

mod suggest; // 3  people as one types: analysis, index, query, rank

mod fork; // 2  whether this process is a fork of the one that opened the store
mod store; // 2  the only floor that names LMDB

mod json; // 1  reading and writing raw JSON
mod pattern; // 1  wildcards and regular expressions as automata
mod text; // 1  words, folding and typing errors

mod error; // 0  one error: type, reason, status, and its JSON

#[cfg(any(test, fuzzing))]
pub mod fuzzing; // the bodies of the fuzz targets, also run as tests
