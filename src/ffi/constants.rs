//! Statuses, log levels and the version.

use std::ffi::{CStr, c_char};

/// Success. Every other status is the HTTP status that Elasticsearch answers for the same failure.
pub const USERPROFILE_OK: i32 = 0;
/// The request, or an argument, is not what the function takes.
pub const USERPROFILE_BAD_REQUEST: i32 = 400;
/// The credentials are wrong, or their user is disabled or gone.
pub const USERPROFILE_UNAUTHENTICATED: i32 = 401;
/// The user of the handle may not do this, or the store is open read-only.
pub const USERPROFILE_FORBIDDEN: i32 = 403;
/// The profile or user does not exist.
pub const USERPROFILE_NOT_FOUND: i32 = 404;
/// The profile is not at the version that `if_seq_no` and `if_primary_term` ask for.
pub const USERPROFILE_CONFLICT: i32 = 409;
/// The request or the profile is over its limit.
pub const USERPROFILE_TOO_LARGE: i32 = 413;
/// A state that cannot be resolved, or a defect of the library.
pub const USERPROFILE_INTERNAL: i32 = 500;
/// The store cannot serve this call now: disk full, `max_size` reached, process forked. Nothing
/// was changed.
pub const USERPROFILE_UNAVAILABLE: i32 = 503;

/// A write failed or the store is in danger.
pub const USERPROFILE_LOG_ERROR: i32 = 1;
/// The store got over something unusual, such as a process that was killed.
pub const USERPROFILE_LOG_WARN: i32 = 2;
/// Something rare and ordinary happened, such as growth.
pub const USERPROFILE_LOG_INFO: i32 = 3;

/// The version of the library that is loaded, such as `"0.1.0"`; compare with
/// `USERPROFILE_VERSION`, which is that of this header.
///
/// A static string: never NULL, never freed.
#[unsafe(no_mangle)]
pub extern "C" fn userprofile_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => panic!("a version holds no NUL"),
        };
    VERSION.as_ptr()
}
