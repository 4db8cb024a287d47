//! The operations that say who may do what; of the same signature as the others.

use std::ffi::c_char;

use super::boundary::boundary;
use super::handle::userprofile;
use super::json::userprofile_json;
use super::operations::call;
use crate::operations::{
    get_user_privileges::GET_USER_PRIVILEGES, has_privileges::HAS_PRIVILEGES,
    user_has_privileges::USER_HAS_PRIVILEGES,
};

/// Which of these people may do this: the profiles whose users hold all of some privileges.
///
/// Request
///   uids         string | string[]   required   each counts once
///   privileges   object              required   at least one of
///     cluster       string[]   names of cluster privileges, or actions
///     index         [{"names":string | string[], "privileges":string[],
///                     "allow_restricted_indices":bool?}]
///     application   [{"application":string, "privileges":string[], "resources":string[]}]
///                              `applications` is the same
/// Response
///   {"has_privilege_uids":[uid,...], "errors":{"count":n,"details":{uid:{type,reason}}}?}
///   in request order; a uid that is not there is an entry of `errors`, and one that is disabled is
///   left out
/// Status    0, 400, 401, 403, 503
/// Mirrors   POST /_security/profile/_has_privileges
///
/// A user has the roles of the last activation, which mean what they mean now. Names of indices and
/// resources may be patterns ("logs-*", "/logs-<1-12>/"): all that they match must be covered. Indices
/// that belong to Elasticsearch, such as ".security", count only where
/// `allow_restricted_indices` is true or the name is such an index. A privilege that does not exist
/// is an entry of `errors` for each uid; patterns that are too complex are a 400. Everything is read
/// from one snapshot of the store, and each role is looked at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_has_privileges(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&HAS_PRIVILEGES, handle, request, request_len) })
}

/// Which of these privileges the caller holds.
///
/// Request
///   cluster, index, application   as in `privileges` of userprofile_has_privileges; one of them
///                                 at least
///   user   string   optional   the caller's own name
/// Response
///   {"username":string, "has_all_requested":bool, "cluster":{privilege:bool,...},
///    "index":{name:{privilege:bool,...},...},
///    "application":{application:{resource:{privilege:bool,...},...},...}}
/// Status    0, 400, 401, 503
/// Mirrors   POST /_security/user/_has_privileges
///
/// Every user may ask. The host's own handle is the user "_host" with the role "superuser".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_user_has_privileges(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&USER_HAS_PRIVILEGES, handle, request, request_len) })
}

/// Everything that the caller's roles grant.
///
/// Request
///   {}
/// Response
///   {"cluster":[privilege,...], "global":[{...},...],
///    "indices":[{"names","privileges","field_security":[...]?,"query":[...]?,
///                "allow_restricted_indices"},...],
///    "applications":[{"application","privileges","resources"},...], "run_as":[username,...],
///    "remote_indices":[...]?, "remote_cluster":[...]?}
///   entries as they stand in the roles, each once
/// Status    0, 400, 401, 503
/// Mirrors   GET /_security/user/_privileges
///
/// Every user may ask. The host's own handle is the user "_host" with the role "superuser".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_get_user_privileges(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&GET_USER_PRIVILEGES, handle, request, request_len) })
}
