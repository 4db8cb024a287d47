//! The operations on role mappings; of the same signature as the others.

use std::ffi::c_char;

use super::boundary::boundary;
use super::handle::userprofile;
use super::json::userprofile_json;
use super::operations::call;
use crate::operations::{
    delete_role_mapping::DELETE_ROLE_MAPPING, get_role_mapping::GET_ROLE_MAPPING,
    put_role_mapping::PUT_ROLE_MAPPING,
};

/// Create or replace a role mapping: a rule, and the roles of those for whom it holds.
///
/// Request
///   name             string     required   1 to 499 bytes
///   roles            string[]   a comma list too; or role_templates, not both
///   role_templates   [{"template":{"source":string} | string, "format":"string" | "json"}]
///                               static ones: the source is a role or, with the format "json", the
///                               JSON of a role or of a list; "string" is the default
///   rules            object     required; one of
///                                 {"field":{name:value}}      the field is this value, or one of
///                                                             these if it is a list
///                                 {"any":[rule,...]}   {"all":[rule,...]}
///                                 {"except":rule}             directly within "all"
///   enabled          bool       true
///   metadata         object     optional   no key with an underscore in front
///   refresh          "true" | "false" | "wait_for"   checked
/// Response
///   {"role_mapping":{"created":bool}}
/// Status    0, 400, 401, 403, 413 (more than 1 MiB), 503
/// Mirrors   PUT /_security/role_mapping/{name}
///
/// Fields are username, dn, groups, realm.name and metadata.NAME, where the name may lead into
/// objects by dots; null is the value of any other and of what a user does not have. A string with
/// "*" in it is a wildcard pattern, and one between slashes a regular expression in Lucene's syntax;
/// both match whole values. dn and groups are compared as distinguished names if they are such, and
/// otherwise without regard to case. A list that a user has is matched by one of its elements.
/// Patterns that are too complex together are a 400.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_put_role_mapping(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&PUT_ROLE_MAPPING, handle, request, request_len) })
}

/// Read role mappings.
///
/// Request
///   name   string | string[]   optional   names or comma lists; all mappings without it
/// Response
///   {name:{"enabled","roles" or "role_templates","rules","metadata"}, ...}  by name; rules and
///   templates as they were given
/// Status    0, 400, 401, 403, 404 with {} (names given, none exists), 503
/// Mirrors   GET /_security/role_mapping/{name}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_get_role_mapping(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&GET_ROLE_MAPPING, handle, request, request_len) })
}

/// Delete a role mapping.
///
/// Request
///   name      string   required
///   refresh   "true" | "false" | "wait_for"   checked
/// Response
///   {"found":true}
/// Status    0, 400, 401, 403, 404 with {"found":false}, 503
/// Mirrors   DELETE /_security/role_mapping/{name}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_delete_role_mapping(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&DELETE_ROLE_MAPPING, handle, request, request_len) })
}
