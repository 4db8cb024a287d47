//! The C ABI for Rust tests: what a C program does, with owned strings.
#![allow(dead_code)] // Each test file uses its own part.
#![allow(unsafe_code)] // It is the C side of the ABI.

use std::ffi::c_void;
use std::sync::atomic::{AtomicI64, Ordering};

use ::userprofile::ffi::*;

/// An operation's C function.
pub(crate) type Operation = unsafe extern "C" fn(
    *const userprofile,
    *const std::ffi::c_char,
    usize,
    *mut userprofile_json,
) -> i32;

/// Every operation by name.
pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("activate", userprofile_activate),
    ("get", userprofile_get),
    ("update_data", userprofile_update_data),
    ("enable", userprofile_enable),
    ("disable", userprofile_disable),
    ("suggest", userprofile_suggest),
    ("check", userprofile_check),
    ("put_user", userprofile_put_user),
    ("get_user", userprofile_get_user),
    ("delete_user", userprofile_delete_user),
    ("change_password", userprofile_change_password),
    ("enable_user", userprofile_enable_user),
    ("disable_user", userprofile_disable_user),
    ("get_token", userprofile_get_token),
    ("invalidate_token", userprofile_invalidate_token),
    ("put_role", userprofile_put_role),
    ("get_role", userprofile_get_role),
    ("delete_role", userprofile_delete_role),
    ("put_privileges", userprofile_put_privileges),
    ("get_privileges", userprofile_get_privileges),
    ("delete_privileges", userprofile_delete_privileges),
    ("has_privileges", userprofile_has_privileges),
    ("user_has_privileges", userprofile_user_has_privileges),
    ("get_user_privileges", userprofile_get_user_privileges),
    ("put_role_mapping", userprofile_put_role_mapping),
    ("get_role_mapping", userprofile_get_role_mapping),
    ("delete_role_mapping", userprofile_delete_role_mapping),
    ("authenticate", userprofile_authenticate),
    ("rest", userprofile_rest),
];

/// The operation called `name`.
pub(crate) fn operation(name: &str) -> Operation {
    let found = OPERATIONS.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("no operation {name}")).1
}

/// A handle that closes itself.
pub(crate) struct Store(*mut userprofile);

// SAFETY: handles may be used from any thread.
unsafe impl Send for Store {}
// SAFETY: as above.
unsafe impl Sync for Store {}

impl Store {
    /// Opens a store; the error is status and document.
    pub(crate) fn open(config: &str) -> Result<Self, (i32, String)> {
        let (mut handle, mut answer) = (std::ptr::null_mut(), empty());
        // SAFETY: pointers to live places.
        let status = unsafe {
            userprofile_open(config.as_ptr().cast(), config.len(), &mut handle, &mut answer)
        };
        let text = take(answer);
        if status == 0 { Ok(Self(handle)) } else { Err((status, text)) }
    }

    /// A private store with quick password hashing.
    pub(crate) fn temporary() -> Self {
        Self::open(r#"{"path":":temporary:","password_hashing":{"memory_kib":8,"iterations":1}}"#)
            .expect("a temporary store opens")
    }

    /// Logs in; the response is given back with the status.
    pub(crate) fn login(&self, request: &[u8]) -> (i32, String, Option<Self>) {
        let (mut handle, mut answer) = (std::ptr::null_mut(), empty());
        // SAFETY: pointers to live places.
        let status = unsafe {
            userprofile_login(
                self.0,
                request.as_ptr().cast(),
                request.len(),
                &mut handle,
                &mut answer,
            )
        };
        (status, take(answer), (!handle.is_null()).then_some(Self(handle)))
    }

    /// Calls an operation; answers status and document.
    pub(crate) fn call(&self, name: &str, request: impl AsRef<[u8]>) -> (i32, String) {
        let (request, mut answer) = (request.as_ref(), empty());
        // SAFETY: pointers to live places.
        let status =
            unsafe { operation(name)(self.0, request.as_ptr().cast(), request.len(), &mut answer) };
        (status, take(answer))
    }

    /// Calls an operation that must succeed.
    pub(crate) fn expect(&self, name: &str, request: impl AsRef<[u8]>) -> String {
        let (status, answer) = self.call(name, request);
        assert_eq!(status, 0, "{name}: {answer}");
        answer
    }

    /// Makes the store take its time from `clock`.
    pub(crate) fn set_clock(&self, clock: &'static AtomicI64) {
        unsafe extern "C" fn now(clock: *mut c_void) -> i64 {
            // SAFETY: it is the clock given below, which lives for good.
            unsafe { &*clock.cast::<AtomicI64>() }.load(Ordering::SeqCst)
        }
        let data = std::ptr::from_ref(clock).cast_mut().cast();
        // SAFETY: the clock lives for good.
        assert_eq!(unsafe { userprofile_set_clock(self.0, Some(now), data) }, 0);
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: the handle is closed once.
        unsafe { userprofile_close(self.0) };
    }
}

fn empty() -> userprofile_json {
    userprofile_json { data: std::ptr::null_mut(), len: 0 }
}

fn take(mut answer: userprofile_json) -> String {
    assert!(!answer.data.is_null(), "every call answers a document");
    // SAFETY: the library filled it.
    let bytes = unsafe { std::slice::from_raw_parts(answer.data.cast::<u8>(), answer.len + 1) };
    assert_eq!(bytes[answer.len], 0, "a response ends with a NUL");
    let text = String::from_utf8(bytes[..answer.len].to_vec()).expect("a response is UTF-8");
    // SAFETY: freed once.
    unsafe { userprofile_json_free(&mut answer) };
    text
}
