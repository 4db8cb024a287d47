//! The operations on tokens; of the same signature as the others.

use std::ffi::c_char;

use super::boundary::boundary;
use super::handle::userprofile;
use super::json::userprofile_json;
use super::operations::call;
use crate::operations::{get_token::GET_TOKEN, invalidate_token::INVALIDATE_TOKEN};

/// Get an access token that stands for a user: by password, for the caller, or by a refresh token.
///
/// Request
///   grant_type      string   required   "password", "client_credentials" (the user of a handle of
///                                       `userprofile_login`, or of a REST request), "refresh_token"
///   username        string   with "password"
///   password        string   with "password"
///   refresh_token   string   with "refresh_token"
///   scope           string   optional   every token has the scope "full"
///   kerberos_ticket string   with "_kerberos", which nobody can answer: a 401
/// Response
///   {"access_token":string, "type":"Bearer", "expires_in":seconds, "refresh_token":string?,
///    "scope":"full"?, "authentication":object}  `authentication` as `userprofile_authenticate`
///   answers it; `refresh_token` not with "client_credentials"; `scope` if it was to be another
/// Status    0, 400, 401 (credentials), 403, 503
/// Mirrors   POST /_security/oauth2/token
///
/// Invalid requests and refresh tokens are refused in the form of OAuth2:
/// {"error":"invalid_request"|"unsupported_grant_type"|"invalid_grant", "error_description":string}.
/// A token keeps what the user was when it was made. An access token lives as long as the setting
/// `token.timeout` says. A refresh token lives 24 hours, is only for who asked for it, and is good
/// once: for 30 seconds it gives the same new tokens again, then nothing.
/// The store keeps only hashes of tokens.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_get_token(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&GET_TOKEN, handle, request, request_len) })
}

/// Invalidate one token, or all tokens of a user, of a realm, or of a user of a realm.
///
/// Request
///   token           string   this access token; its refresh token stays good
///   refresh_token   string   this refresh token; its access token stays good
///   realm_name      string   all tokens of users of this realm ...
///   username        string   ... of this user; with both, of this user of this realm
/// Response
///   {"invalidated_tokens":n, "previously_invalidated_tokens":n, "error_count":0}  access and
///   refresh tokens count one each
/// Status    0, 400, 401, 403, 404 (no such tokens; the response says so too), 503
/// Mirrors   DELETE /_security/oauth2/token
///
/// Exactly one of `token`, `refresh_token`, or `realm_name` and/or `username`. Tokens of many users
/// are invalidated in several transactions, and those made meanwhile are left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_invalidate_token(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&INVALIDATE_TOKEN, handle, request, request_len) })
}
