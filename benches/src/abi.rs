//! The library, through its C ABI.

use std::ffi::{CStr, c_char, c_void};
use std::path::Path;
use std::ptr;

#[repr(C)]
pub struct Handle {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct Json {
    data: *mut c_char,
    len: usize,
}

/// The realms that the people are of, as members of the setting `realms`.
pub const REALMS: &str =
    r#""native":{"native1":{"order":0}},"external":{"ldap1":{"order":1,"type":"ldap"}}"#;

pub type Operation = unsafe extern "C" fn(*const Handle, *const c_char, usize, *mut Json) -> i32;
pub type Clock = extern "C" fn(*mut c_void) -> i64;

unsafe extern "C" {
    fn userprofile_version() -> *const c_char;
    fn userprofile_open(
        config: *const c_char,
        len: usize,
        handle: *mut *mut Handle,
        response: *mut Json,
    ) -> i32;
    fn userprofile_login(
        handle: *const Handle,
        request: *const c_char,
        len: usize,
        restricted: *mut *mut Handle,
        response: *mut Json,
    ) -> i32;
    fn userprofile_close(handle: *mut Handle);
    fn userprofile_json_free(json: *mut Json);
    fn userprofile_set_clock(
        handle: *mut Handle,
        clock: Option<Clock>,
        user_data: *mut c_void,
    ) -> i32;
    pub fn userprofile_activate(
        handle: *const Handle,
        request: *const c_char,
        len: usize,
        response: *mut Json,
    ) -> i32;
    pub fn userprofile_get(
        handle: *const Handle,
        request: *const c_char,
        len: usize,
        response: *mut Json,
    ) -> i32;
    pub fn userprofile_update_data(
        handle: *const Handle,
        request: *const c_char,
        len: usize,
        response: *mut Json,
    ) -> i32;
    pub fn userprofile_suggest(
        handle: *const Handle,
        request: *const c_char,
        len: usize,
        response: *mut Json,
    ) -> i32;
    pub fn userprofile_get_token(
        handle: *const Handle,
        request: *const c_char,
        len: usize,
        response: *mut Json,
    ) -> i32;
    pub fn userprofile_put_user(
        handle: *const Handle,
        request: *const c_char,
        len: usize,
        response: *mut Json,
    ) -> i32;
    pub fn userprofile_put_role(
        handle: *const Handle,
        request: *const c_char,
        len: usize,
        response: *mut Json,
    ) -> i32;
    pub fn userprofile_put_privileges(
        handle: *const Handle,
        request: *const c_char,
        len: usize,
        response: *mut Json,
    ) -> i32;
    pub fn userprofile_has_privileges(
        handle: *const Handle,
        request: *const c_char,
        len: usize,
        response: *mut Json,
    ) -> i32;
}

pub fn version() -> &'static str {
    // SAFETY: the library answers a static C string.
    let version = unsafe { CStr::from_ptr(userprofile_version()) };
    version.to_str().expect("the version is ASCII")
}

impl Json {
    const EMPTY: Json = Json { data: ptr::null_mut(), len: 0 };

    pub fn bytes(&self) -> &[u8] {
        if self.data.is_null() {
            return &[];
        }
        // SAFETY: the library filled `len` bytes, and they live until `drop`.
        unsafe { std::slice::from_raw_parts(self.data.cast(), self.len) }
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(self.bytes()).expect("answers are UTF-8")
    }

    /// The value of the first member of this name, a string without escapes.
    pub fn member(&self, name: &str) -> &str {
        let (_, rest) =
            self.text().split_once(&format!(r#""{name}":""#)).expect("an answer has the member");
        rest.split_once('"').expect("a closed string").0
    }
}

impl Drop for Json {
    fn drop(&mut self) {
        // SAFETY: filled by the library or empty, and freed once.
        unsafe { userprofile_json_free(self) }
    }
}

/// A handle: the host's, or a restricted one.
pub struct Store(*mut Handle);

// SAFETY: the ABI promises that a handle may be used from any number of threads at once.
unsafe impl Send for Store {}
// SAFETY: as above.
unsafe impl Sync for Store {}

impl Store {
    /// `durability` is a value of the setting of that name.
    pub fn open(path: &Path, durability: &str) -> Store {
        Store::open_with(path, durability, &format!("{{{REALMS}}}"))
    }

    /// `realms` is the JSON object of that setting.
    pub fn open_with(path: &Path, durability: &str, realms: &str) -> Store {
        let path = people::quoted(path.to_str().expect("a UTF-8 path"));
        let config = format!(r#"{{"path":{path},"durability":"{durability}","realms":{realms}}}"#);
        let (mut handle, mut response) = (ptr::null_mut(), Json::EMPTY);
        // SAFETY: valid pointers and their lengths.
        let status = unsafe {
            userprofile_open(config.as_ptr().cast(), config.len(), &mut handle, &mut response)
        };
        assert_eq!(status, 0, "open: {}", response.text());
        Store(handle)
    }

    /// A restricted handle.
    pub fn login(&self, request: &str) -> Store {
        let (mut handle, mut response) = (ptr::null_mut(), Json::EMPTY);
        // SAFETY: an open handle, valid pointers and their lengths.
        let status = unsafe {
            userprofile_login(
                self.0,
                request.as_ptr().cast(),
                request.len(),
                &mut handle,
                &mut response,
            )
        };
        assert_eq!(status, 0, "login: {}", response.text());
        Store(handle)
    }

    pub fn call(&self, operation: Operation, request: &[u8]) -> (i32, Json) {
        let mut response = Json::EMPTY;
        // SAFETY: an open handle, valid pointers and their lengths.
        let status =
            unsafe { operation(self.0, request.as_ptr().cast(), request.len(), &mut response) };
        (status, response)
    }

    /// A call that must succeed.
    pub fn must(&self, operation: Operation, request: &str) -> Json {
        let (status, response) = self.call(operation, request.as_bytes());
        assert_eq!(status, 0, "{request}: {}", response.text());
        response
    }

    /// `None` is the system's clock.
    pub fn set_clock(&self, clock: Option<Clock>) {
        // SAFETY: an open handle; the clock is a plain function.
        let status = unsafe { userprofile_set_clock(self.0, clock, ptr::null_mut()) };
        assert_eq!(status, 0, "set_clock");
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // SAFETY: closed once.
        unsafe { userprofile_close(self.0) }
    }
}
