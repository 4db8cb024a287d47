//! Functions of the host that the library calls.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::boundary::{boundary, input};
use super::handle::userprofile;
use super::json::userprofile_json;
use crate::engine::Clock;
use crate::error::Error;
use crate::identity::external::Authenticator;
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

/// What an authenticator answers with. It is valid during one call of the authenticator.
#[allow(non_camel_case_types)]
pub struct userprofile_answer {
    text: Option<String>,
}

/// Answer from within an authenticator: with a user, or with why it fails.
///
/// `text` of `text_len` bytes, or NUL-terminated if that is (size_t)-1, is copied; of several
/// calls the last one counts. See `userprofile_set_authenticator`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_answer_with(
    answer: *mut userprofile_answer,
    text: *const c_char,
    text_len: usize,
) {
    boundary(std::ptr::null_mut(), || {
        // SAFETY: pointers as documented above.
        let (answer, text) = unsafe { (answer.as_mut(), input(text, text_len)?) };
        if let Some(answer) = answer {
            answer.text = Some(String::from_utf8_lossy(text).into_owned());
        }
        Ok(String::new())
    });
}

/// A function of the host that answers for an external realm, with what it is called with.
struct Answering {
    authenticate: Option<
        unsafe extern "C" fn(
            user_data: *mut c_void,
            credentials: *const c_char,
            credentials_len: usize,
            answer: *mut userprofile_answer,
        ) -> i32,
    >,
    user_data: UserData,
    release: Option<unsafe extern "C" fn(user_data: *mut c_void)>,
}

impl Answering {
    fn call(&self, credentials: &str) -> Result<Option<String>, String> {
        let Some(authenticate) = self.authenticate else { return Ok(None) };
        let text = format!("{credentials}\0");
        let mut answer = userprofile_answer { text: None };
        // SAFETY: the host promises that the function may be called so.
        let status = unsafe {
            authenticate(
                self.user_data.get(),
                text.as_ptr().cast(),
                credentials.len(),
                &raw mut answer,
            )
        };
        match (status, answer.text) {
            (0, text) => Ok(text),
            (_, Some(reason)) => Err(reason),
            (status, None) => Err(format!("it returned {status}")),
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the host promises that the function may be called so; this is the one time.
            unsafe { release(self.user_data.get()) };
        }
    }
}

/// Let the host program authenticate the users of an external realm: LDAP, SAML, its own SSO.
///
/// Realm
///   the name of an enabled realm below "external" in the configuration of the store
/// Authenticate
///   gets `user_data` and credentials as JSON, NUL-terminated besides their length:
///     {"realm":{"name","type"}, "username":string, "password":string}, or
///     {"realm":{"name","type"}, "access_token":string,
///      "client_authentication":{"scheme","value"}?}
///   and does one of three things:
///     knows the user:  userprofile_answer_with(answer, USER), returns 0
///     does not:        returns 0 without an answer; the next realm is asked, and at last it is 401
///     fails:           userprofile_answer_with(answer, REASON) or nothing, returns anything else;
///                      the reason goes to the logger and the next realm is asked
///   USER is {"username"?, "roles"?, "full_name"?, "email"?, "metadata"?, "groups"?, "dn"?};
///   username is by default the one in the credentials and required for an access_token; groups
///   and dn serve role mappings. An answer that is no such object is a failure.
///   NULL: the realm has no authenticator any more.
/// Response
///   {}
/// Status    0, 400 (no such realm), 403 (a restricted handle)
///
/// `authenticate` is called on the thread of the call that needs it, perhaps on several at once,
/// while the library holds no lock and no transaction. It may call the library, also on the same
/// handle; there the realm whose authenticator runs on that thread is passed over. It must not
/// throw or longjmp. An empty password is never passed on, since a directory would take it for an
/// anonymous bind. Passwords that it has accepted are not remembered: it is asked each time.
/// `release` may be NULL; it is called with `user_data` exactly once, when the function has been
/// replaced, removed or refused, or the last handle of the store closed, and no call of it is
/// under way any more, from whichever thread. The caller frees `response`, which may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_set_authenticator(
    handle: *mut userprofile,
    realm: *const c_char,
    realm_len: usize,
    authenticate: Option<
        unsafe extern "C" fn(
            user_data: *mut c_void,
            credentials: *const c_char,
            credentials_len: usize,
            answer: *mut userprofile_answer,
        ) -> i32,
    >,
    user_data: *mut c_void,
    release: Option<unsafe extern "C" fn(user_data: *mut c_void)>,
    response: *mut userprofile_json,
) -> i32 {
    let answering = Answering { authenticate, user_data: UserData(user_data), release };
    boundary(response, || {
        // SAFETY: pointers as documented above.
        let (handle, realm) = unsafe { (userprofile::borrow(handle)?, input(realm, realm_len)?) };
        let realm = std::str::from_utf8(realm)
            .map_err(|_| Error::illegal_argument("the name of the realm is not UTF-8"))?;
        let set = answering.authenticate.is_some();
        let authenticator: Authenticator = Arc::new(move |text| answering.call(text));
        handle.set_authenticator(realm, set.then_some(authenticator))?;
        Ok("{}".to_owned())
    })
}
