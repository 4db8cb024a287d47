//! The operations on roles; of the same signature as the others.

use std::ffi::c_char;

use super::boundary::boundary;
use super::handle::userprofile;
use super::json::userprofile_json;
use super::operations::call;
use crate::operations::{delete_role::DELETE_ROLE, get_role::GET_ROLE, put_role::PUT_ROLE};

/// Create or replace a role: what those may do who have it.
///
/// Request
///   name             string     required   1 to 507 printable ASCII characters, none of them a space
///                               at either end; no built-in role
///   cluster          string[]   cluster privileges, such as "manage_security"
///   indices          [{"names":string | string[], "privileges":string[],
///                      "field_security":{"grant":string[],"except":string[]?}?,
///                      "query":string | object?, "allow_restricted_indices":bool?}]
///                               also called index; the last is false if it is not there
///   applications     [{"application":string, "privileges":string[], "resources":string[]}]
///                               also called application; an application may end in "*", a
///                               privilege is the name of one or a pattern of actions
///   global           {"application":{"manage":{"applications":string[]}}?,
///                     "profile":{"write":{"applications":string[]}}?,
///                     "role":{"manage":{"indices":[{"names":string[],"privileges":string[]}]}}?}
///                               changing the privileges of these applications; updating these keys
///                               of labels and data; the third is only kept
///   run_as           string[]   whom its users may act for
///   remote_indices   as indices, each with "clusters":string[]; only kept
///   remote_cluster   [{"privileges":string[],"clusters":string[]}]   only kept
///   metadata         object     no key with an underscore in front
///   description      string     at most 1000 characters
///   transient_metadata, type    ignored
///   refresh          "true" | "false" | "wait_for"   checked
/// Response
///   {"role":{"created":bool}}
/// Status    0, 400, 401, 403, 413 (more than 1 MiB), 503
/// Mirrors   PUT /_security/role/{name}
///
/// What is not given is empty: nothing is kept of a role that is replaced. Whoever has the role has
/// it as it is now from the next call on. Names of indices, resources, users and applications in
/// `global` are patterns: "*" is any text, "?" any character, and one between slashes is a regular
/// expression in Lucene's syntax. Patterns that are too complex together are a 400.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_put_role(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&PUT_ROLE, handle, request, request_len) })
}

/// Read roles, Elasticsearch's built-in ones among them.
///
/// Request
///   name   string | string[]   optional   names or comma lists; all roles without it
/// Response
///   {name:{"cluster","global"?,"indices","applications","run_as","metadata",
///    "transient_metadata":{"enabled":true},"remote_indices"?,"remote_cluster"?,"description"?},
///    ...}  by name; a query that was given as an object is shown as its text
/// Status    0, 400, 401, 403, 404 with {} (names given, none exists), 503
/// Mirrors   GET /_security/role/{name}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_get_role(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&GET_ROLE, handle, request, request_len) })
}

/// Delete a role. Users keep its name, which then allows nothing.
///
/// Request
///   name      string   required
///   refresh   "true" | "false" | "wait_for"   checked
/// Response
///   {"found":true}
/// Status    0, 400 (a built-in role, too), 401, 403, 404 with {"found":false}, 503
/// Mirrors   DELETE /_security/role/{name}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_delete_role(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&DELETE_ROLE, handle, request, request_len) })
}
