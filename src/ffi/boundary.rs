//! What every export goes through: panics stop here, pointers become slices, results documents.

use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::json::userprofile_json;
use crate::error::{Error, Result};

/// Runs the body of an export. A panic becomes a 500; `response` gets the document and the caller
/// the status.
pub(super) fn boundary(
    response: *mut userprofile_json,
    body: impl FnOnce() -> Result<String>,
) -> i32 {
    let outcome = catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|panic| Err(Error::panicked("internal error", &*panic)));
    let (status, document) = match outcome {
        Ok(document) => (0, document),
        Err(error) => (i32::from(error.status()), error.to_json()),
    };
    if !response.is_null() {
        // SAFETY: it is a place for a response, as every function documents. Its old content is
        // nobody's: it may be uninitialized, so it is overwritten and not dropped.
        unsafe { response.write(userprofile_json::give(document)) };
    }
    status
}

/// The bytes of an input.
///
/// # Safety
///
/// `data` is NULL or points to `len` readable bytes, or to a NUL-terminated string if `len` is
/// `(size_t)-1`, and stays so for the call.
pub(super) unsafe fn input<'a>(data: *const c_char, len: usize) -> Result<&'a [u8]> {
    match (data.is_null(), len) {
        (true, 0) => Ok(&[]),
        (true, _) => Err(Error::illegal_argument("the request is NULL but its length is not 0")),
        // SAFETY: the caller says that the text is NUL-terminated.
        (false, usize::MAX) => Ok(unsafe { CStr::from_ptr(data) }.to_bytes()),
        (false, len) if isize::try_from(len).is_err() => {
            Err(Error::illegal_argument("the length of the request is impossible"))
        }
        // SAFETY: the caller says that so many bytes are readable.
        (false, len) => Ok(unsafe { std::slice::from_raw_parts(data.cast(), len) }),
    }
}
