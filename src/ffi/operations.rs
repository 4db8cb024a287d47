//! One function for each operation, all of one signature.

use std::ffi::c_char;

use super::boundary::{boundary, input};
use super::handle::userprofile;
use super::json::userprofile_json;
use crate::error::Result;
use crate::operations::{
    Operation, activate::ACTIVATE, authenticate::AUTHENTICATE, change_password::CHANGE_PASSWORD,
    delete_role_mapping::DELETE_ROLE_MAPPING, delete_user::DELETE_USER, get::GET,
    get_role_mapping::GET_ROLE_MAPPING, get_user::GET_USER, put_role_mapping::PUT_ROLE_MAPPING,
    put_user::PUT_USER, set_enabled::DISABLE, set_enabled::ENABLE, set_user_enabled::DISABLE_USER,
    set_user_enabled::ENABLE_USER, update_data::UPDATE_DATA,
};

/// Runs `operation` with the arguments of an export.
///
/// # Safety
///
/// The pointers are as `userprofile.h` documents.
pub(super) unsafe fn call(
    operation: &'static Operation,
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
) -> Result<String> {
    // SAFETY: as the caller says.
    let (handle, request) = unsafe { (userprofile::borrow(handle)?, input(request, request_len)?) };
    handle.call(operation, request)
}

/// Create or refresh the profile of the user whose credentials are in the request.
///
/// Request
///   grant_type      string   required   "password", "access_token", or "authentication"
///   username        string   with "password"
///   password        string   with "password"
///   access_token    string   with "access_token": what `userprofile_get_token` answered, a JWT
///                            that a jwt realm accepts, or what an authenticator knows
///   client_authentication    {"scheme":"SharedSecret","value":string}   only with a JWT
///   authentication  object   with "authentication": a user whom the host has authenticated itself,
///                            in the shape that `userprofile_authenticate` answers: username and
///                            authentication_realm {"name","type"} required; roles, full_name,
///                            email, metadata, authentication_type; lookup_realm for a user who
///                            runs as another one. Only on the host's own handle, and only for
///                            realms of the configuration.
/// Response
///   {"uid":string, "enabled":true, "last_synchronized":ms, "user":{"username","roles",
///    "realm_name","realm_domain"?,"email"?,"full_name"?}, "labels":object, "data":{},
///    "_doc":{"_primary_term":number,"_seq_no":number}}
/// Status    0, 400, 401 (credentials), 403, 500 (more than ten users of one name; a user with two
///           profiles because realms were joined later; no literal username), 503
/// Mirrors   POST /_security/profile/_activate
///
/// A person keeps one uid for good, in all realms of one security domain. An unchanged profile that was activated less than 30 seconds
/// ago is answered without a write; a disabled one is enabled again. Never a version conflict,
/// however many activations run at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_activate(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&ACTIVATE, handle, request, request_len) })
}

/// Read profiles by uid.
///
/// Request
///   uid    string | string[]   required   one uid, several, or a comma list
///   data   string | string[]   optional   paths below `data` to return: "*", "app1", "app1.key1",
///                                         "app*", "**.key1"; "\\." is a dot in a name; default none
/// Response
///   {"profiles":[...], "errors":{"count":n,"details":{uid:{"type","reason"}}}?}  in request order;
///   profiles as `userprofile_activate` answers them. A uid that is not there is an entry of
///   `errors`, not a failure.
/// Status    0, 400, 401, 403, 503
/// Mirrors   GET /_security/profile/{uid}
///
/// Reads one snapshot of the store and never waits for a writer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_get(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&GET, handle, request, request_len) })
}

/// Merge labels and data into a profile.
///
/// Request
///   uid              string   required
///   labels           object   optional   searchable; at most 20 objects deep
///   data             object   optional   any JSON; kept byte for byte, white space aside
///   if_seq_no        number   optional   only if the profile is at this `_seq_no` ...
///   if_primary_term  number   optional   ... and this `_primary_term`; both or none
///   refresh          "true" | "false" | "wait_for"   checked; every change is visible at once
/// Response
///   {"acknowledged":true}
/// Status    0, 400, 401, 403, 404 (no such profile), 409 (another version), 413 (profile too
///           large; one that shrinks is always taken), 503
/// Mirrors   PUT /_security/profile/{uid}/_data
///
/// Objects merge member by member; anything else, null and arrays too, replaces what was there. At
/// least one key is needed; the top-level keys name applications: no dot, no underscore in front.
/// A change that changes nothing is not written and takes no `_seq_no`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_update_data(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&UPDATE_DATA, handle, request, request_len) })
}

/// Enable a profile.
///
/// Request
///   uid       string   required
///   refresh   "true" | "false" | "wait_for"   checked
/// Response
///   {"acknowledged":true}, also when it was enabled before
/// Status    0, 400, 401, 403, 404, 503
/// Mirrors   PUT /_security/profile/{uid}/_enable
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_enable(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&ENABLE, handle, request, request_len) })
}

/// Disable a profile: it is still read and updated, but no longer suggested. The next activation
/// of its user enables it again.
///
/// Request
///   uid       string   required
///   refresh   "true" | "false" | "wait_for"   checked
/// Response
///   {"acknowledged":true}, also when it was disabled before
/// Status    0, 400, 401, 403, 404, 503
/// Mirrors   PUT /_security/profile/{uid}/_disable
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_disable(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&DISABLE, handle, request, request_len) })
}

/// Create or replace a native user.
///
/// Request
///   username        string          required   1 to 507 printable ASCII characters
///   password        string          at least 6 characters; or password_hash; a user who exists
///                                   keeps the old one without either
///   password_hash   string          argon2id ("$argon2id$..."), bcrypt ("$2a$...") or PBKDF2
///                                   ("{PBKDF2}...", "{PBKDF2_STRETCH}...")
///   roles           string[]        required, may be empty; a comma list too
///   full_name       string | null   optional
///   email           string | null   optional
///   metadata        object          optional   no key with an underscore in front
///   enabled         bool            true
///   refresh         "true" | "false" | "wait_for"   checked
/// Response
///   {"created":bool}
/// Status    0, 400, 401, 403, 503
/// Mirrors   PUT /_security/user/{username}
///
/// The whole user is replaced, except for a password that is not given. Profiles follow with the
/// next activation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_put_user(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&PUT_USER, handle, request, request_len) })
}

/// Read native users.
///
/// Request
///   username           string | string[]   optional   names or comma lists; all users without it
///   with_profile_uid   bool                false      add the uid of each user's profile, if any
/// Response
///   {name:{"username","roles","full_name"|null,"email"|null,"metadata","enabled",
///    "profile_uid"?}, ...}
/// Status    0, 400, 401, 403, 404 with {} (names given, none exists), 503
/// Mirrors   GET /_security/user/{username}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_get_user(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&GET_USER, handle, request, request_len) })
}

/// Delete a native user. The user's profile stays.
///
/// Request
///   username   string   required
///   refresh    "true" | "false" | "wait_for"   checked
/// Response
///   {"found":true}
/// Status    0, 400, 401, 403, 404 with {"found":false}, 503
/// Mirrors   DELETE /_security/user/{username}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_delete_user(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&DELETE_USER, handle, request, request_len) })
}

/// Give a user another password. The old one is void from the next call on, in every process.
///
/// Request
///   username        string   required on the host's own handle; otherwise default oneself
///   password        string   at least 6 characters; or password_hash
///   password_hash   string   as for `userprofile_put_user`
///   refresh         "true" | "false" | "wait_for"   checked
/// Response
///   {}
/// Status    0, 400 (no such user, too), 401, 403, 503
/// Mirrors   PUT /_security/user/{username}/_password
///
/// The built-in user "elastic", a superuser, exists once it has been given a password here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_change_password(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&CHANGE_PASSWORD, handle, request, request_len) })
}

/// Let a user authenticate again.
///
/// Request
///   username   string   required
///   refresh    "true" | "false" | "wait_for"   checked
/// Response
///   {}
/// Status    0, 400 (no such user, too), 401, 403, 503
/// Mirrors   PUT /_security/user/{username}/_enable
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_enable_user(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&ENABLE_USER, handle, request, request_len) })
}

/// Keep a user from authenticating; handles of the user get 401 from the next call on.
///
/// Request
///   username   string   required
///   refresh    "true" | "false" | "wait_for"   checked
/// Response
///   {}
/// Status    0, 400 (no such user, too), 401, 403, 503
/// Mirrors   PUT /_security/user/{username}/_disable
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_disable_user(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&DISABLE_USER, handle, request, request_len) })
}

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

/// Say who the caller is.
///
/// Request
///   {}
/// Response
///   {"username", "roles", "full_name"|null, "email"|null, "metadata", "enabled":true,
///    "authentication_realm":{"name","type","domain"?}, "lookup_realm":{"name","type","domain"?},
///    "authentication_type"}; the host's own handle is the user "_host"
/// Status    0, 400, 401 (the user is gone or disabled), 503
/// Mirrors   GET /_security/_authenticate
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_authenticate(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&AUTHENTICATE, handle, request, request_len) })
}

/// Run any operation by method and path, as a client of Elasticsearch would.
///
/// Request
///   method    string            required   "GET", "PUT", "POST", "DELETE"
///   path      string            required   with query: "/_security/profile/u_1,u_2?data=*";
///                                          percent-encoding is undone
///   headers   {name: string}    optional   "authorization": "Basic ..." or "Bearer ..." (an access
///                                          token or a JWT) acts as that user, and otherwise this
///                                          handle acts; "es-client-authentication":
///                                          "SharedSecret ..." goes with a JWT; others are ignored
///   body      object            optional   the JSON body
/// Response
///   the body of the answer
/// Status    0 for 200, else the HTTP status: as the operation says, 400 (unknown route), 401, 405
///           (known path, other method)
/// Mirrors   HTTP
///
/// The grant "authentication" of `userprofile_activate` is refused here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_rest(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe {
        userprofile::borrow(handle)?.rest(input(request, request_len)?)
    })
}
