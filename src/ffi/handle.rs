//! Handles: opening, logging in, closing.

use std::ffi::c_char;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};

use super::boundary::{boundary, input};
use super::json::userprofile_json;
use crate::engine::Handle;
use crate::error::{Error, Result};
use crate::fork;

const OPEN: u64 = u64::from_be_bytes(*b"uprofile");
const CLOSED: u64 = u64::from_be_bytes(*b"uclosed!");

/// An open store, seen with the privileges of one caller: everything for the handle of
/// `userprofile_open`, those of a user for a handle of `userprofile_login`.
///
/// Safe to use from any number of threads at once. Closed once, with `userprofile_close`, after
/// every call on it has returned.
#[allow(non_camel_case_types)]
pub struct userprofile {
    state: AtomicU64,
    /// How many forks this process was away from its ancestors when the handle was made.
    generation: u64,
    handle: ManuallyDrop<Handle>,
}

/// Closed handles are kept this long before their memory is used again, so that a call on one is
/// told so instead of reading what took its place.
const RETIRED: usize = 1024;

/// A ring without a lock, because a forked child could find a lock taken for good.
static GRAVEYARD: [AtomicPtr<userprofile>; RETIRED] =
    [const { AtomicPtr::new(std::ptr::null_mut()) }; RETIRED];
static NEXT_GRAVE: AtomicUsize = AtomicUsize::new(0);

impl userprofile {
    fn give(handle: Handle) -> *mut Self {
        Box::into_raw(Box::new(Self {
            state: AtomicU64::new(OPEN),
            generation: fork::generation(),
            handle: ManuallyDrop::new(handle),
        }))
    }

    /// The handle behind a pointer from C.
    ///
    /// # Safety
    ///
    /// `pointer` is NULL or comes from `give`.
    pub(super) unsafe fn borrow<'a>(pointer: *const Self) -> Result<&'a Handle> {
        // SAFETY: as the caller says; a closed handle stays readable for a while.
        let Some(this) = (unsafe { pointer.as_ref() }) else {
            return Err(Error::illegal_argument("the handle is NULL"));
        };
        match this.state.load(Ordering::Relaxed) {
            OPEN if this.generation == fork::generation() => Ok(&this.handle),
            OPEN => Err(Error::unavailable(
                "the handle was opened before fork; open another in the child",
            )),
            CLOSED => Err(Error::illegal_argument("the handle is closed")),
            _ => Err(Error::illegal_argument("this is not a handle of userprofile_open")),
        }
    }

    /// Closes a handle and retires its memory.
    ///
    /// # Safety
    ///
    /// `pointer` comes from `give` and no call on it is under way.
    unsafe fn retire(pointer: *mut Self) {
        // SAFETY: as the caller says; the exchange lets only one close go on.
        let this = unsafe { &mut *pointer };
        let exchange =
            this.state.compare_exchange(OPEN, CLOSED, Ordering::AcqRel, Ordering::Relaxed);
        if exchange.is_err() {
            debug_assert!(false, "userprofile_close: the handle is closed already");
            return;
        }
        // SAFETY: the handle was open until now, so it is dropped here and nowhere else.
        unsafe { ManuallyDrop::drop(&mut this.handle) };
        let grave = NEXT_GRAVE.fetch_add(1, Ordering::Relaxed) % RETIRED;
        let oldest = GRAVEYARD[grave].swap(pointer, Ordering::AcqRel);
        if !oldest.is_null() {
            // SAFETY: it was leaked by `give`, closed, and is in no other place.
            drop(unsafe { Box::from_raw(oldest) });
        }
    }
}

/// Open a store, or create it.
///
/// Config
///   path         string   required   a directory, created if the one above it exists; or
///                                    ":temporary:", a private store that is removed on close
///   read_only    bool     false      refuse changes with 403
///   create       bool     true       false: fail if there is no store at `path`
///   durability   string   "full"     "full": on disk before a call returns; "relaxed": a power
///                                    cut may lose the last commits; "none": for bulk loads, a
///                                    power cut may damage the store
///   max_size     size     "1tb"      the most that the store may take on disk; at least "1mb"
///   map_reserve  size     "1tb"      address space taken at open; less where it is scarce
///   max_readers  number   1024       readers of all processes at once; the first opener decides
///   realms       object   one native realm "default_native"
///                {TYPE:{NAME:{"order":number,"enabled":bool, ...}}}, asked by order
///     native     users of the store           cache.ttl, cache.max_users
///     file       users in Elasticsearch's     files.users, files.users_roles, cache.ttl,
///                files, read when they change cache.max_users
///     jwt        JSON Web Tokens              Elasticsearch's settings of JWT realms; also
///                                             pkc_jwkset, hmac_jwkset_path,
///                                             client_authentication.shared_secret_path
///     external   users whom the host          type: "ldap", ...; see
///                authenticates                userprofile_set_authenticator
///   domains      object   none    {NAME:{"realms":[...],
///                "uid_generation":{"literal_username":bool,"suffix":string}}}: realms whose users
///                of one name are one person
///   anonymous    object   {"username":"_anonymous","roles":[]}: with roles, a login without
///                credentials is this user
///   token.timeout                time     "20m"    life of an access token, 1s to 1h
///   password_hashing            object   {"algorithm":"argon2id","memory_kib":19456,
///                                         "iterations":2,"parallelism":1}
///   profile.max_size            size     "10mb"   labels and data of one profile
///   A size is a number of bytes or a string such as "10mb", a time a string such as "20m".
///   Settings may be nested or dotted, with or without "xpack.security.authc." in front.
/// Response
///   {"path":string, "format":number, "read_only":bool}
/// Status    0, 400 (config, path, newer format), 500 (damaged store), 503
/// Mirrors   the settings of elasticsearch.yml
///
/// On success `*handle` is the host's own handle, which may do everything; on failure it is NULL.
/// A process may open a path several times and several processes may; they all see one store.
/// A handle opened before fork() is refused with 503 in the child, which may open its own.
/// `handle` must not be NULL. The caller frees `response`, which may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_open(
    config: *const c_char,
    config_len: usize,
    handle: *mut *mut userprofile,
    response: *mut userprofile_json,
) -> i32 {
    boundary(response, || {
        // SAFETY: pointers as documented above.
        unsafe { give(handle, || Handle::open(input(config, config_len)?)) }
    })
}

/// Authenticate a user and get a handle with that user's privileges.
///
/// Request
///   username, password      string   of a native, file or external user; or
///   access_token            string   what `userprofile_get_token` answered, or a JWT
///   client_authentication   {"scheme":"SharedSecret","value":string}   optional, with a JWT
///   Nothing at all is the anonymous user, if anonymous access is on.
/// Response
///   what `userprofile_authenticate` answers for the user
/// Status    0, 400, 401, 503
/// Mirrors   the Authorization header of a request
///
/// Every call on the new handle is checked against what the user may do at that moment: a user who
/// is deleted or disabled, a token that is invalidated or expires, get 401 from the next call on.
/// Of an external user counts what the authenticator answered here. What a call needs is what its
/// refusal, a 403, lists; the role "superuser" may do everything.
/// On failure `*restricted` is NULL. The new handle is closed on its own, before or after `handle`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_login(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    restricted: *mut *mut userprofile,
    response: *mut userprofile_json,
) -> i32 {
    boundary(response, || {
        // SAFETY: pointers as documented above.
        unsafe {
            give(restricted, || userprofile::borrow(handle)?.login(input(request, request_len)?))
        }
    })
}

/// Puts the handle that `open` makes into `place`; NULL if it fails.
///
/// # Safety
///
/// `place` is NULL or a place for a pointer.
unsafe fn give(
    place: *mut *mut userprofile,
    open: impl FnOnce() -> Result<(Handle, String)>,
) -> Result<String> {
    if place.is_null() {
        return Err(Error::illegal_argument("the place for the handle is NULL"));
    }
    // SAFETY: the caller says that it is such a place, perhaps uninitialized.
    unsafe { place.write(std::ptr::null_mut()) };
    let (handle, response) = open()?;
    // SAFETY: as above.
    unsafe { place.write(userprofile::give(handle)) };
    Ok(response)
}

/// Close a handle. The store is closed with the last of its handles.
///
/// NULL is fine. No call on this handle may be under way, and none may follow. A second close soon
/// after does nothing; debug builds report it on stderr.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_close(handle: *mut userprofile) {
    boundary(std::ptr::null_mut(), || {
        if !handle.is_null() {
            // SAFETY: a handle of this library, as documented above.
            unsafe { userprofile::retire(handle) };
        }
        Ok(String::new())
    });
}
