//! Functions of the host that the library calls.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::boundary::boundary;
use super::handle::userprofile;
use crate::engine::Clock;
use crate::store::{Level, Logger};

/// The host's own pointer, handed back with every call.
#[derive(Clone, Copy)]
struct UserData(*mut c_void);

// SAFETY: the host promises that its function may be called from any thread.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

impl UserData {
    /// Taking the whole value keeps a closure from capturing only the pointer.
    fn get(self) -> *mut c_void {
        self.0
    }
}

/// Replace the clock of a store's handles, for tests.
///
/// `now_ms` answers milliseconds since 1970 UTC; NULL brings the system's clock back. It decides
/// `last_synchronized`, the 30 seconds within which an unchanged activation writes nothing, and
/// what expires. It is called with `user_data`, from any thread, perhaps several at once; it must
/// not call the library, throw or longjmp, and must stay valid until it is replaced or the last
/// handle is closed. It applies to the handle of `userprofile_open` and to those that logged in
/// through it.
///
/// Status    0, 400 (NULL or closed handle), 403 (a restricted handle)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_set_clock(
    handle: *mut userprofile,
    now_ms: Option<unsafe extern "C" fn(user_data: *mut c_void) -> i64>,
    user_data: *mut c_void,
) -> i32 {
    let user_data = UserData(user_data);
    boundary(std::ptr::null_mut(), || {
        // SAFETY: a handle of this library.
        let handle = unsafe { userprofile::borrow(handle) }?;
        handle.set_clock(now_ms.map(|now_ms| -> Clock {
            // SAFETY: the host promises that the function may be called so.
            Arc::new(move || unsafe { now_ms(user_data.get()) })
        }))?;
        Ok(String::new())
    })
}

/// Be told of rare events of a store: readers of killed processes cleared, growth, disk full.
///
/// `log` gets a level (USERPROFILE_LOG_ERROR, _WARN, _INFO) and one line of UTF-8 text of
/// `message_len` bytes without a NUL, which is valid during the call; NULL ends it. It never gets
/// secrets or profiles. The same rules as for `userprofile_set_clock` apply to it and to
/// `user_data`. There is one logger for a store in a process: the last one set.
///
/// Status    0, 400 (NULL or closed handle), 403 (a restricted handle)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_set_logger(
    handle: *mut userprofile,
    log: Option<
        unsafe extern "C" fn(
            user_data: *mut c_void,
            level: i32,
            message: *const c_char,
            message_len: usize,
        ),
    >,
    user_data: *mut c_void,
) -> i32 {
    let user_data = UserData(user_data);
    boundary(std::ptr::null_mut(), || {
        // SAFETY: a handle of this library.
        let handle = unsafe { userprofile::borrow(handle) }?;
        handle.set_logger(log.map(|log| -> Logger {
            Arc::new(move |level: Level, message: &str| {
                // SAFETY: the host promises that the function may be called so.
                unsafe {
                    log(user_data.get(), level as i32, message.as_ptr().cast(), message.len());
                }
            })
        }))?;
        Ok(String::new())
    })
}
