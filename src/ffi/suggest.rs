//! Suggest, and the check of its index; of the same signature as the others.

use std::ffi::c_char;

use super::boundary::boundary;
use super::handle::userprofile;
use super::json::userprofile_json;
use super::operations::call;
use crate::operations::{check::CHECK, suggest::SUGGEST};

/// People by what somebody has typed of their names so far, best first.
///
/// Request
///   name     string               ""     words of full names, usernames or e-mail addresses, at
///                                        most 32; blank: everybody, last synchronized first
///   size     number               10     so many profiles at most
///   from     number               0      after so many of the best; from + size at most 10000
///   data     string | string[]    none   paths below `data`, as for `userprofile_get`
///   hint     object               none   who stands higher, if they match; at least one of
///     uids     string | string[]
///     labels   {path: string | string[]}   one path such as "app.team"; one of the values fits
///   fuzziness   "auto" | "auto_last"   "auto"   which words may have typos; see below
///   match       "any" | "all"          "any"    whether one word must match or each of them
///   explain     bool                   false    add to each profile why it stands there
///   required_privileges   object       none     as `privileges` of `userprofile_has_privileges`:
///                                               only people who hold all of them
/// Response
///   {"took":ms, "total":{"value":number,"relation":"eq" | "gte"}, "profiles":[
///    {"uid", "user", "labels", "data", "explain"?}, ...]}
///   `user` as `userprofile_activate` answers it. `total` is of all who match, also if `size` is 0:
///   exact up to 10000 and "gte" beyond. With required_privileges it is of the people found who
///   hold them, and "gte" unless the search came to its end.
///   explain: {"score":number, "hints":number?, "matches":[
///    {"field":"full_name" | "username" | "email", "word":number,
///     "kind":"whole" | "prefix" | "part" | "typo", "range":[start,end]}, ...]}
///   `word` counts the words of `name` from 0. `range` is what to highlight of the field: code
///   points from 0, `end` excluded. "part" is an e-mail address that has a part of what was typed.
/// Status    0, 400 (too many words, a page too far, no such privilege, too), 401, 403, 503
/// Mirrors   POST /_security/profile/_suggest
///
/// The last word of `name`, unless something stands behind it, is the beginning of a word; the
/// others are whole words. Case and accents do not count. A word of 3 to 5 characters may have one
/// typo and a longer one two: a character too many or too few, another one, or two swapped; the
/// last word only if something stands behind it, or with "auto_last", where the beginning may have
/// them. The score is one for each field that matches, or with several words one for each word, and
/// one for each hint that fits. Among equals go first who match a hint, then who match better, then
/// who was synchronized last. Disabled profiles are neither shown nor counted; what was
/// acknowledged is found by the next call. Who has a role that cannot be compared does not hold
/// required_privileges. Reads one snapshot of the store and never waits for a writer.
///
/// from, fuzziness, match, explain, required_privileges and a list as `data` are not
/// Elasticsearch's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_suggest(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&SUGGEST, handle, request, request_len) })
}

/// Check that the index behind `userprofile_suggest` says what the profiles say.
///
/// Request
///   {}
/// Response
///   {"profiles":number, "postings":number, "differences":{"count":number,"details":[string,...]}}
///   how many of each were looked at; `details` are the first 10 differences, in words
/// Status    0 (with differences, too), 400, 401, 403, 503
/// Mirrors   nothing of Elasticsearch: GET /_security/profile/_check
///
/// Works out the whole index anew from the profiles and compares, in one snapshot of the store,
/// which takes its time where there are many people. Writers go on meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn userprofile_check(
    handle: *const userprofile,
    request: *const c_char,
    request_len: usize,
    response: *mut userprofile_json,
) -> i32 {
    // SAFETY: pointers as documented above.
    boundary(response, || unsafe { call(&CHECK, handle, request, request_len) })
}
