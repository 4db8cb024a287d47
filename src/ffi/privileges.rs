//! The operations on application privileges; of the same signature as the others.

use std::ffi::c_char;

use super::boundary::boundary;
use super::handle::userprofile;
use super::json::userprofile_json;
use super::operations::call;
use crate::operations::{
    delete_privileges::DELETE_PRIVILEGES, get_privileges::GET_PRIVILEGES,
    put_privileges::PUT_PRIVILEGES,
};

/// Create or replace application privileges: names for sets of an application's actions, to be used
/// in roles and in checks of privileges.
///
/// Request
///   privileges   {application:{name:{"actions":string[], "metadata":object?,
///                                    "application":string?, "name":string?},...},...}
///                         required   `application` and `name` may repeat their keys
///   refresh      "true" | "false" | "wait_for"   checked
/// Response
///   {application:{name:{"created":bool},...},...}  in request order
/// Status    0, 400, 401, 403, 413 (one of more than 1 MiB), 503
/// Mirrors   PUT /_security/privilege, whose body is what `privileges` is here
///
/// An application's name is a lower-case letter with letters and digits behind it, at least three
/// together; after a first "-" or "_" come any characters that the name of a file may have. A
/// privilege's name is a lower-case letter with letters, digits, "_", "-" and "." behind it. An action
/// is printable ASCII without spaces, with one of "/", "*" and ":" in it; "*" stands for any text.
/// No key of `metadata` has an underscore in front.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_put_privileges(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&PUT_PRIVILEGES, handle, request, request_len) })
}

/// Read application privileges.
///
/// Request
///   application   string              optional   a name, or the beginning of names and "*"
///   name          string | string[]   optional   names or comma lists
/// Response
///   {application:{name:{"application","name","actions","metadata"},...},...}  by application and
///   name
/// Status    0, 400, 401, 403, 404 with {} (either was given, and there is no such privilege), 503
/// Mirrors   GET /_security/privilege/{application}/{name}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_get_privileges(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&GET_PRIVILEGES, handle, request, request_len) })
}

/// Delete application privileges. Roles keep their names, which then stand for no actions.
///
/// Request
///   application   string              required
///   name          string | string[]   required   names or comma lists
///   refresh       "true" | "false" | "wait_for"   checked
/// Response
///   {application:{name:{"found":bool},...}}  by name
/// Status    0, 400, 401, 403, 404 (with the response: none was found), 503
/// Mirrors   DELETE /_security/privilege/{application}/{name}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_delete_privileges(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&DELETE_PRIVILEGES, handle, request, request_len) })
}
