//! JSON text that the library gives to its caller.

use std::ffi::c_char;

/// A JSON document that a function has filled. The caller owns it and frees it once with
/// `userprofile_json_free`, after failures as after successes.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct userprofile_json {
    /// UTF-8 text, followed by a NUL that `len` does not count.
    pub data: *mut c_char,
    /// How many bytes the text has.
    pub len: usize,
}

impl userprofile_json {
    /// Gives `text` away, to be taken back by `take`.
    pub(super) fn give(text: String) -> Self {
        let len = text.len();
        let mut bytes = text.into_bytes();
        // A response is allocated once more at most, and not at all if it was made to measure.
        bytes.reserve_exact(1);
        bytes.push(0);
        let data = Box::into_raw(bytes.into_boxed_slice());
        Self { data: data.cast(), len }
    }

    /// Takes the text back and frees it.
    ///
    /// # Safety
    ///
    /// The document is empty, or comes from `give` and was not taken before.
    unsafe fn take(&mut self) {
        if self.data.is_null() {
            return;
        }
        let bytes = std::ptr::slice_from_raw_parts_mut(self.data.cast::<u8>(), self.len + 1);
        // SAFETY: `give` made it from a box of exactly this length.
        drop(unsafe { Box::from_raw(bytes) });
        self.data = std::ptr::null_mut();
        self.len = 0;
    }
}

/// Free a response and clear it to `{NULL, 0}`.
///
/// NULL and a cleared response are fine, so freeing twice through the same struct is harmless.
/// Never pass `data` to `free`: the library may have another allocator than the program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_json_free(json: *mut userprofile_json) {
    // SAFETY: NULL, or a response of this library as the documentation requires.
    if let Some(json) = unsafe { json.as_mut() } {
        // SAFETY: as above.
        unsafe { json.take() };
    }
}
