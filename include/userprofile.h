/*
 * libuserprofile: Elasticsearch's user profiles inside any program, without a server.
 *
 *   userprofile *store;
 *   userprofile_json answer;
 *   if (userprofile_open("{\"path\":\"profiles\"}", USERPROFILE_NUL_TERMINATED, &store, &answer)) {
 *       fprintf(stderr, "%s\n", answer.data);       // every failure explains itself in JSON
 *   }
 *   userprofile_json_free(&answer);                  // every answer is freed once, always
 *   ...
 *   userprofile_close(store);
 *
 * Results. A function returns 0, or the HTTP status that Elasticsearch answers for the same failure,
 *   and fills `response` either way: with the success document, or with
 *   {"error":{"root_cause":[{"type","reason"}],"type":string,"reason":string},"status":number}.
 *   Some failures have a form of their own, which their function names. `response` may be NULL, and
 *   need not be initialized. It is NUL-terminated, and freed with userprofile_json_free.
 * Requests are one JSON object in UTF-8 as pointer and length: the named arguments of the method of
 *   Elasticsearch's official clients, where path, query and body are one flat set. NULL with 0 is
 *   {}; USERPROFILE_NUL_TERMINATED stands for strlen. Nothing is kept after the call. 400 names what
 *   is wrong and where: not UTF-8, not JSON, a key twice, a member of the wrong type or unknown, deeper
 *   than 128 levels. More than 100 MB is a 413. A call that fails has changed nothing.
 * Threads. Handles may be used from any number of threads at once. Readers never wait; writers that
 *   wait at the same time share one commit. There are no threads of the library's own.
 * Processes. Any number may use one store at once. After fork() the child opens its own handle:
 *   those of the parent answer 503 there.
 * Durability. What was acknowledged is on disk and survives kill -9 and a power cut, unless
 *   `durability` says otherwise. What was acknowledged is visible to every later call.
 * Times are milliseconds since 1970 UTC.
 *
 * This file is generated from the doc comments in src/ffi.
 */


#ifndef USERPROFILE_H
#define USERPROFILE_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header; compare with userprofile_version(). */
#define USERPROFILE_VERSION_MAJOR 0
#define USERPROFILE_VERSION_MINOR 1
#define USERPROFILE_VERSION_PATCH 0
#define USERPROFILE_VERSION "0.1.0"

/* As a length: the text ends with a NUL. */
#define USERPROFILE_NUL_TERMINATED ((size_t)-1)

/**
 * Success. Every other status is the HTTP status that Elasticsearch answers for the same failure.
 */
#define USERPROFILE_OK 0

/**
 * The request, or an argument, is not what the function takes.
 */
#define USERPROFILE_BAD_REQUEST 400

/**
 * The credentials are wrong, or their user is disabled or gone.
 */
#define USERPROFILE_UNAUTHENTICATED 401

/**
 * The user of the handle may not do this, or the store is open read-only.
 */
#define USERPROFILE_FORBIDDEN 403

/**
 * The profile or user does not exist.
 */
#define USERPROFILE_NOT_FOUND 404

/**
 * The profile is not at the version that `if_seq_no` and `if_primary_term` ask for.
 */
#define USERPROFILE_CONFLICT 409

/**
 * The request or the profile is over its limit.
 */
#define USERPROFILE_TOO_LARGE 413

/**
 * A state that cannot be resolved, or a defect of the library.
 */
#define USERPROFILE_INTERNAL 500

/**
 * The store cannot serve this call now: disk full, `max_size` reached, process forked. Nothing
 * was changed.
 */
#define USERPROFILE_UNAVAILABLE 503

/**
 * A write failed or the store is in danger.
 */
#define USERPROFILE_LOG_ERROR 1

/**
 * The store got over something unusual, such as a process that was killed.
 */
#define USERPROFILE_LOG_WARN 2

/**
 * Something rare and ordinary happened, such as growth.
 */
#define USERPROFILE_LOG_INFO 3

/**
 * An open store, seen with the privileges of one caller: everything for the handle of
 * `userprofile_open`, those of a user for a handle of `userprofile_login`.
 *
 * Safe to use from any number of threads at once. Closed once, with `userprofile_close`, after
 * every call on it has returned.
 */
typedef struct userprofile userprofile;

/**
 * What an authenticator answers with. It is valid during one call of the authenticator.
 */
typedef struct userprofile_answer userprofile_answer;

/**
 * A JSON document that a function has filled. The caller owns it and frees it once with
 * `userprofile_json_free`, after failures as after successes.
 */
typedef struct userprofile_json {
  /**
   * UTF-8 text, followed by a NUL that `len` does not count.
   */
  char *data;
  /**
   * How many bytes the text has.
   */
  size_t len;
} userprofile_json;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library that is loaded, such as `"0.1.0"`; compare with
 * `USERPROFILE_VERSION`, which is that of this header.
 *
 * A static string: never NULL, never freed.
 */
const char *userprofile_version(void);

/**
 * Free a response and clear it to `{NULL, 0}`.
 *
 * NULL and a cleared response are fine, so freeing twice through the same struct is harmless.
 * Never pass `data` to `free`: the library may have another allocator than the program.
 */
void userprofile_json_free(struct userprofile_json *json);

/**
 * Open a store, or create it.
 *
 * Config
 *   path         string   required   a directory, created if the one above it exists; or
 *                                    ":temporary:", a private store that is removed on close
 *   read_only    bool     false      refuse changes with 403
 *   create       bool     true       false: fail if there is no store at `path`
 *   durability   string   "full"     "full": on disk before a call returns; "relaxed": a power
 *                                    cut may lose the last commits; "none": for bulk loads, a
 *                                    power cut may damage the store
 *   max_size     size     "1tb"      the most that the store may take on disk; at least "1mb"
 *   map_reserve  size     "1tb"      address space taken at open; less where it is scarce
 *   max_readers  number   1024       readers of all processes at once; the first opener decides
 *   realms       object   one native realm "default_native"
 *                {TYPE:{NAME:{"order":number,"enabled":bool, ...}}}, asked by order
 *     native     users of the store           cache.ttl, cache.max_users
 *     file       users in Elasticsearch's     files.users, files.users_roles, cache.ttl,
 *                files, read when they change cache.max_users
 *     jwt        JSON Web Tokens              Elasticsearch's settings of JWT realms; also
 *                                             pkc_jwkset, hmac_jwkset_path,
 *                                             client_authentication.shared_secret_path
 *     external   users whom the host          type: "ldap", ...; see
 *                authenticates                userprofile_set_authenticator
 *   domains      object   none    {NAME:{"realms":[...],
 *                "uid_generation":{"literal_username":bool,"suffix":string}}}: realms whose users
 *                of one name are one person
 *   anonymous    object   {"username":"_anonymous","roles":[]}: with roles, a login without
 *                credentials is this user
 *   token.timeout                time     "20m"    life of an access token, 1s to 1h
 *   password_hashing            object   {"algorithm":"argon2id","memory_kib":19456,
 *                                         "iterations":2,"parallelism":1}
 *   profile.max_size            size     "10mb"   labels and data of one profile
 *   A size is a number of bytes or a string such as "10mb", a time a string such as "20m".
 *   Settings may be nested or dotted, with or without "xpack.security.authc." in front.
 * Response
 *   {"path":string, "format":number, "read_only":bool}
 * Status    0, 400 (config, path, newer format), 500 (damaged store), 503
 * Mirrors   the settings of elasticsearch.yml
 *
 * On success `*handle` is the host's own handle, which may do everything; on failure it is NULL.
 * A process may open a path several times and several processes may; they all see one store.
 * A handle opened before fork() is refused with 503 in the child, which may open its own.
 * `handle` must not be NULL. The caller frees `response`, which may be NULL.
 */
int32_t userprofile_open(const char *config,
                         size_t config_len,
                         struct userprofile **handle,
                         struct userprofile_json *response);

/**
 * Authenticate a user and get a handle with that user's privileges.
 *
 * Request
 *   username, password      string   of a native, file or external user; or
 *   access_token            string   what `userprofile_get_token` answered, or a JWT
 *   client_authentication   {"scheme":"SharedSecret","value":string}   optional, with a JWT
 *   Nothing at all is the anonymous user, if anonymous access is on.
 * Response
 *   what `userprofile_authenticate` answers for the user
 * Status    0, 400, 401, 503
 * Mirrors   the Authorization header of a request
 *
 * Every call on the new handle is checked against what the user may do at that moment: a user who
 * is deleted or disabled, a token that is invalidated or expires, get 401 from the next call on.
 * Of an external user counts what the authenticator answered here. What a call needs is what its
 * refusal, a 403, lists; the role "superuser" may do everything.
 * On failure `*restricted` is NULL. The new handle is closed on its own, before or after `handle`.
 */
int32_t userprofile_login(const struct userprofile *handle,
                          const char *request,
                          size_t request_len,
                          struct userprofile **restricted,
                          struct userprofile_json *response);

/**
 * Close a handle. The store is closed with the last of its handles.
 *
 * NULL is fine. No call on this handle may be under way, and none may follow. A second close soon
 * after does nothing; debug builds report it on stderr.
 */
void userprofile_close(struct userprofile *handle);

/**
 * Replace the clock of a store's handles, for tests.
 *
 * `now_ms` answers milliseconds since 1970 UTC; NULL brings the system's clock back. It decides
 * `last_synchronized`, the 30 seconds within which an unchanged activation writes nothing, and
 * what expires. It is called with `user_data`, from any thread, perhaps several at once; it must
 * not call the library, throw or longjmp, and must stay valid until it is replaced or the last
 * handle is closed. It applies to the handle of `userprofile_open` and to those that logged in
 * through it.
 *
 * Status    0, 400 (NULL or closed handle), 403 (a restricted handle)
 */
int32_t userprofile_set_clock(struct userprofile *handle,
                              int64_t (*now_ms)(void *user_data),
                              void *user_data);

/**
 * Be told of rare events of a store: readers of killed processes cleared, growth, disk full.
 *
 * `log` gets a level (USERPROFILE_LOG_ERROR, _WARN, _INFO) and one line of UTF-8 text of
 * `message_len` bytes without a NUL, which is valid during the call; NULL ends it. It never gets
 * secrets or profiles. The same rules as for `userprofile_set_clock` apply to it and to
 * `user_data`. There is one logger for a store in a process: the last one set.
 *
 * Status    0, 400 (NULL or closed handle), 403 (a restricted handle)
 */
int32_t userprofile_set_logger(struct userprofile *handle,
                               void (*log)(void *user_data,
                                           int32_t level,
                                           const char *message,
                                           size_t message_len),
                               void *user_data);

/**
 * Answer from within an authenticator: with a user, or with why it fails.
 *
 * `text` of `text_len` bytes, or NUL-terminated if that is (size_t)-1, is copied; of several
 * calls the last one counts. See `userprofile_set_authenticator`.
 */
void userprofile_answer_with(struct userprofile_answer *answer,
                             const char *text,
                             size_t text_len);

/**
 * Let the host program authenticate the users of an external realm: LDAP, SAML, its own SSO.
 *
 * Realm
 *   the name of an enabled realm below "external" in the configuration of the store
 * Authenticate
 *   gets `user_data` and credentials as JSON, NUL-terminated besides their length:
 *     {"realm":{"name","type"}, "username":string, "password":string}, or
 *     {"realm":{"name","type"}, "access_token":string,
 *      "client_authentication":{"scheme","value"}?}
 *   and does one of three things:
 *     knows the user:  userprofile_answer_with(answer, USER), returns 0
 *     does not:        returns 0 without an answer; the next realm is asked, and at last it is 401
 *     fails:           userprofile_answer_with(answer, REASON) or nothing, returns anything else;
 *                      the reason goes to the logger and the next realm is asked
 *   USER is {"username"?, "roles"?, "full_name"?, "email"?, "metadata"?, "groups"?, "dn"?};
 *   username is by default the one in the credentials and required for an access_token; groups
 *   and dn serve role mappings. An answer that is no such object is a failure.
 *   NULL: the realm has no authenticator any more.
 * Response
 *   {}
 * Status    0, 400 (no such realm), 403 (a restricted handle)
 *
 * `authenticate` is called on the thread of the call that needs it, perhaps on several at once,
 * while the library holds no lock and no transaction. It may call the library, also on the same
 * handle; there the realm whose authenticator runs on that thread is passed over. It must not
 * throw or longjmp. An empty password is never passed on, since a directory would take it for an
 * anonymous bind. Passwords that it has accepted are not remembered: it is asked each time.
 * `release` may be NULL; it is called with `user_data` exactly once, when the function has been
 * replaced, removed or refused, or the last handle of the store closed, and no call of it is
 * under way any more, from whichever thread. The caller frees `response`, which may be NULL.
 */
int32_t userprofile_set_authenticator(struct userprofile *handle,
                                      const char *realm,
                                      size_t realm_len,
                                      int32_t (*authenticate)(void *user_data,
                                                              const char *credentials,
                                                              size_t credentials_len,
                                                              struct userprofile_answer *answer),
                                      void *user_data,
                                      void (*release)(void *user_data),
                                      struct userprofile_json *response);

/**
 * Create or refresh the profile of the user whose credentials are in the request.
 *
 * Request
 *   grant_type      string   required   "password", "access_token", or "authentication"
 *   username        string   with "password"
 *   password        string   with "password"
 *   access_token    string   with "access_token": what `userprofile_get_token` answered, a JWT
 *                            that a jwt realm accepts, or what an authenticator knows
 *   client_authentication    {"scheme":"SharedSecret","value":string}   only with a JWT
 *   authentication  object   with "authentication": a user whom the host has authenticated itself,
 *                            in the shape that `userprofile_authenticate` answers: username and
 *                            authentication_realm {"name","type"} required; roles, full_name,
 *                            email, metadata, authentication_type; lookup_realm for a user who
 *                            runs as another one. Only on the host's own handle, and only for
 *                            realms of the configuration.
 * Response
 *   {"uid":string, "enabled":true, "last_synchronized":ms, "user":{"username","roles",
 *    "realm_name","realm_domain"?,"email"?,"full_name"?}, "labels":object, "data":{},
 *    "_doc":{"_primary_term":number,"_seq_no":number}}
 * Status    0, 400, 401 (credentials), 403, 500 (more than ten users of one name; a user with two
 *           profiles because realms were joined later; no literal username), 503
 * Mirrors   POST /_security/profile/_activate
 *
 * A person keeps one uid for good, in all realms of one security domain. An unchanged profile that was activated less than 30 seconds
 * ago is answered without a write; a disabled one is enabled again. Never a version conflict,
 * however many activations run at once.
 */
int32_t userprofile_activate(const struct userprofile *handle,
                             const char *request,
                             size_t request_len,
                             struct userprofile_json *response);

/**
 * Read profiles by uid.
 *
 * Request
 *   uid    string | string[]   required   one uid, several, or a comma list
 *   data   string | string[]   optional   paths below `data` to return: "*", "app1", "app1.key1",
 *                                         "app*", "**.key1"; "\\." is a dot in a name; default none
 * Response
 *   {"profiles":[...], "errors":{"count":n,"details":{uid:{"type","reason"}}}?}  in request order;
 *   profiles as `userprofile_activate` answers them. A uid that is not there is an entry of
 *   `errors`, not a failure.
 * Status    0, 400, 401, 403, 503
 * Mirrors   GET /_security/profile/{uid}
 *
 * Reads one snapshot of the store and never waits for a writer.
 */
int32_t userprofile_get(const struct userprofile *handle,
                        const char *request,
                        size_t request_len,
                        struct userprofile_json *response);

/**
 * Merge labels and data into a profile.
 *
 * Request
 *   uid              string   required
 *   labels           object   optional   searchable; at most 20 objects deep
 *   data             object   optional   any JSON; kept byte for byte, white space aside
 *   if_seq_no        number   optional   only if the profile is at this `_seq_no` ...
 *   if_primary_term  number   optional   ... and this `_primary_term`; both or none
 *   refresh          "true" | "false" | "wait_for"   checked; every change is visible at once
 * Response
 *   {"acknowledged":true}
 * Status    0, 400, 401, 403, 404 (no such profile), 409 (another version), 413 (profile too
 *           large; one that shrinks is always taken), 503
 * Mirrors   PUT /_security/profile/{uid}/_data
 *
 * Objects merge member by member; anything else, null and arrays too, replaces what was there. At
 * least one key is needed; the top-level keys name applications: no dot, no underscore in front.
 * A change that changes nothing is not written and takes no `_seq_no`.
 */
int32_t userprofile_update_data(const struct userprofile *handle,
                                const char *request,
                                size_t request_len,
                                struct userprofile_json *response);

/**
 * Enable a profile.
 *
 * Request
 *   uid       string   required
 *   refresh   "true" | "false" | "wait_for"   checked
 * Response
 *   {"acknowledged":true}, also when it was enabled before
 * Status    0, 400, 401, 403, 404, 503
 * Mirrors   PUT /_security/profile/{uid}/_enable
 */
int32_t userprofile_enable(const struct userprofile *handle,
                           const char *request,
                           size_t request_len,
                           struct userprofile_json *response);

/**
 * Disable a profile: it is still read and updated, but no longer suggested. The next activation
 * of its user enables it again.
 *
 * Request
 *   uid       string   required
 *   refresh   "true" | "false" | "wait_for"   checked
 * Response
 *   {"acknowledged":true}, also when it was disabled before
 * Status    0, 400, 401, 403, 404, 503
 * Mirrors   PUT /_security/profile/{uid}/_disable
 */
int32_t userprofile_disable(const struct userprofile *handle,
                            const char *request,
                            size_t request_len,
                            struct userprofile_json *response);

/**
 * Create or replace a native user.
 *
 * Request
 *   username        string          required   1 to 507 printable ASCII characters
 *   password        string          at least 6 characters; or password_hash; a user who exists
 *                                   keeps the old one without either
 *   password_hash   string          argon2id ("$argon2id$..."), bcrypt ("$2a$...") or PBKDF2
 *                                   ("{PBKDF2}...", "{PBKDF2_STRETCH}...")
 *   roles           string[]        required, may be empty; a comma list too
 *   full_name       string | null   optional
 *   email           string | null   optional
 *   metadata        object          optional   no key with an underscore in front
 *   enabled         bool            true
 *   refresh         "true" | "false" | "wait_for"   checked
 * Response
 *   {"created":bool}
 * Status    0, 400, 401, 403, 503
 * Mirrors   PUT /_security/user/{username}
 *
 * The whole user is replaced, except for a password that is not given. Profiles follow with the
 * next activation.
 */
int32_t userprofile_put_user(const struct userprofile *handle,
                             const char *request,
                             size_t request_len,
                             struct userprofile_json *response);

/**
 * Read native users.
 *
 * Request
 *   username           string | string[]   optional   names or comma lists; all users without it
 *   with_profile_uid   bool                false      add the uid of each user's profile, if any
 * Response
 *   {name:{"username","roles","full_name"|null,"email"|null,"metadata","enabled",
 *    "profile_uid"?}, ...}
 * Status    0, 400, 401, 403, 404 with {} (names given, none exists), 503
 * Mirrors   GET /_security/user/{username}
 */
int32_t userprofile_get_user(const struct userprofile *handle,
                             const char *request,
                             size_t request_len,
                             struct userprofile_json *response);

/**
 * Delete a native user. The user's profile stays.
 *
 * Request
 *   username   string   required
 *   refresh    "true" | "false" | "wait_for"   checked
 * Response
 *   {"found":true}
 * Status    0, 400, 401, 403, 404 with {"found":false}, 503
 * Mirrors   DELETE /_security/user/{username}
 */
int32_t userprofile_delete_user(const struct userprofile *handle,
                                const char *request,
                                size_t request_len,
                                struct userprofile_json *response);

/**
 * Give a user another password. The old one is void from the next call on, in every process.
 *
 * Request
 *   username        string   required on the host's own handle; otherwise default oneself
 *   password        string   at least 6 characters; or password_hash
 *   password_hash   string   as for `userprofile_put_user`
 *   refresh         "true" | "false" | "wait_for"   checked
 * Response
 *   {}
 * Status    0, 400 (no such user, too), 401, 403, 503
 * Mirrors   PUT /_security/user/{username}/_password
 *
 * The built-in user "elastic", a superuser, exists once it has been given a password here.
 */
int32_t userprofile_change_password(const struct userprofile *handle,
                                    const char *request,
                                    size_t request_len,
                                    struct userprofile_json *response);

/**
 * Let a user authenticate again.
 *
 * Request
 *   username   string   required
 *   refresh    "true" | "false" | "wait_for"   checked
 * Response
 *   {}
 * Status    0, 400 (no such user, too), 401, 403, 503
 * Mirrors   PUT /_security/user/{username}/_enable
 */
int32_t userprofile_enable_user(const struct userprofile *handle,
                                const char *request,
                                size_t request_len,
                                struct userprofile_json *response);

/**
 * Keep a user from authenticating; handles of the user get 401 from the next call on.
 *
 * Request
 *   username   string   required
 *   refresh    "true" | "false" | "wait_for"   checked
 * Response
 *   {}
 * Status    0, 400 (no such user, too), 401, 403, 503
 * Mirrors   PUT /_security/user/{username}/_disable
 */
int32_t userprofile_disable_user(const struct userprofile *handle,
                                 const char *request,
                                 size_t request_len,
                                 struct userprofile_json *response);

/**
 * Say who the caller is.
 *
 * Request
 *   {}
 * Response
 *   {"username", "roles", "full_name"|null, "email"|null, "metadata", "enabled":true,
 *    "authentication_realm":{"name","type","domain"?}, "lookup_realm":{"name","type","domain"?},
 *    "authentication_type"}; the host's own handle is the user "_host"
 * Status    0, 400, 401 (the user is gone or disabled), 503
 * Mirrors   GET /_security/_authenticate
 */
int32_t userprofile_authenticate(const struct userprofile *handle,
                                 const char *request,
                                 size_t request_len,
                                 struct userprofile_json *response);

/**
 * Run any operation by method and path, as a client of Elasticsearch would.
 *
 * Request
 *   method    string            required   "GET", "PUT", "POST", "DELETE"
 *   path      string            required   with query: "/_security/profile/u_1,u_2?data=*";
 *                                          percent-encoding is undone
 *   headers   {name: string}    optional   "authorization": "Basic ..." or "Bearer ..." (an access
 *                                          token or a JWT) acts as that user, and otherwise this
 *                                          handle acts; "es-client-authentication":
 *                                          "SharedSecret ..." goes with a JWT; others are ignored
 *   body      object            optional   the JSON body
 * Response
 *   the body of the answer
 * Status    0 for 200, else the HTTP status: as the operation says, 400 (unknown route), 401, 405
 *           (known path, other method)
 * Mirrors   HTTP
 *
 * The grant "authentication" of `userprofile_activate` is refused here.
 */
int32_t userprofile_rest(const struct userprofile *handle,
                         const char *request,
                         size_t request_len,
                         struct userprofile_json *response);

/**
 * People by what somebody has typed of their names so far, best first.
 *
 * Request
 *   name     string               ""     words of full names, usernames or e-mail addresses, at
 *                                        most 32; blank: everybody, last synchronized first
 *   size     number               10     so many profiles at most
 *   from     number               0      after so many of the best; from + size at most 10000
 *   data     string | string[]    none   paths below `data`, as for `userprofile_get`
 *   hint     object               none   who stands higher, if they match; at least one of
 *     uids     string | string[]
 *     labels   {path: string | string[]}   one path such as "app.team"; one of the values fits
 *   fuzziness   "auto" | "auto_last"   "auto"   which words may have typos; see below
 *   match       "any" | "all"          "any"    whether one word must match or each of them
 *   explain     bool                   false    add to each profile why it stands there
 *   required_privileges   object       none     as `privileges` of `userprofile_has_privileges`:
 *                                               only people who hold all of them
 * Response
 *   {"took":ms, "total":{"value":number,"relation":"eq" | "gte"}, "profiles":[
 *    {"uid", "user", "labels", "data", "explain"?}, ...]}
 *   `user` as `userprofile_activate` answers it. `total` is of all who match, also if `size` is 0:
 *   exact up to 10000 and "gte" beyond. With required_privileges it is of the people found who
 *   hold them, and "gte" unless the search came to its end.
 *   explain: {"score":number, "hints":number?, "matches":[
 *    {"field":"full_name" | "username" | "email", "word":number,
 *     "kind":"whole" | "prefix" | "part" | "typo", "range":[start,end]}, ...]}
 *   `word` counts the words of `name` from 0. `range` is what to highlight of the field: code
 *   points from 0, `end` excluded. "part" is an e-mail address that has a part of what was typed.
 * Status    0, 400 (too many words, a page too far, no such privilege, too), 401, 403, 503
 * Mirrors   POST /_security/profile/_suggest
 *
 * The last word of `name`, unless something stands behind it, is the beginning of a word; the
 * others are whole words. Case and accents do not count. A word of 3 to 5 characters may have one
 * typo and a longer one two: a character too many or too few, another one, or two swapped; the
 * last word only if something stands behind it, or with "auto_last", where the beginning may have
 * them. The score is one for each field that matches, or with several words one for each word, and
 * one for each hint that fits. Among equals go first who match a hint, then who match better, then
 * who was synchronized last. Disabled profiles are neither shown nor counted; what was
 * acknowledged is found by the next call. Who has a role that cannot be compared does not hold
 * required_privileges. Reads one snapshot of the store and never waits for a writer.
 *
 * from, fuzziness, match, explain, required_privileges and a list as `data` are not
 * Elasticsearch's.
 */
int32_t userprofile_suggest(const struct userprofile *handle,
                            const char *request,
                            size_t request_len,
                            struct userprofile_json *response);

/**
 * Check that the index behind `userprofile_suggest` says what the profiles say.
 *
 * Request
 *   {}
 * Response
 *   {"profiles":number, "postings":number, "differences":{"count":number,"details":[string,...]}}
 *   how many of each were looked at; `details` are the first 10 differences, in words
 * Status    0 (with differences, too), 400, 401, 403, 503
 * Mirrors   nothing of Elasticsearch: GET /_security/profile/_check
 *
 * Works out the whole index anew from the profiles and compares, in one snapshot of the store,
 * which takes its time where there are many people. Writers go on meanwhile.
 */
int32_t userprofile_check(const struct userprofile *handle,
                          const char *request,
                          size_t request_len,
                          struct userprofile_json *response);

/**
 * Get an access token that stands for a user: by password, for the caller, or by a refresh token.
 *
 * Request
 *   grant_type      string   required   "password", "client_credentials" (the user of a handle of
 *                                       `userprofile_login`, or of a REST request), "refresh_token"
 *   username        string   with "password"
 *   password        string   with "password"
 *   refresh_token   string   with "refresh_token"
 *   scope           string   optional   every token has the scope "full"
 *   kerberos_ticket string   with "_kerberos", which nobody can answer: a 401
 * Response
 *   {"access_token":string, "type":"Bearer", "expires_in":seconds, "refresh_token":string?,
 *    "scope":"full"?, "authentication":object}  `authentication` as `userprofile_authenticate`
 *   answers it; `refresh_token` not with "client_credentials"; `scope` if it was to be another
 * Status    0, 400, 401 (credentials), 403, 503
 * Mirrors   POST /_security/oauth2/token
 *
 * Invalid requests and refresh tokens are refused in the form of OAuth2:
 * {"error":"invalid_request"|"unsupported_grant_type"|"invalid_grant", "error_description":string}.
 * A token keeps what the user was when it was made. An access token lives as long as the setting
 * `token.timeout` says. A refresh token lives 24 hours, is only for who asked for it, and is good
 * once: for 30 seconds it gives the same new tokens again, then nothing.
 * The store keeps only hashes of tokens.
 */
int32_t userprofile_get_token(const struct userprofile *handle,
                              const char *request,
                              size_t request_len,
                              struct userprofile_json *response);

/**
 * Invalidate one token, or all tokens of a user, of a realm, or of a user of a realm.
 *
 * Request
 *   token           string   this access token; its refresh token stays good
 *   refresh_token   string   this refresh token; its access token stays good
 *   realm_name      string   all tokens of users of this realm ...
 *   username        string   ... of this user; with both, of this user of this realm
 * Response
 *   {"invalidated_tokens":n, "previously_invalidated_tokens":n, "error_count":0}  access and
 *   refresh tokens count one each
 * Status    0, 400, 401, 403, 404 (no such tokens; the response says so too), 503
 * Mirrors   DELETE /_security/oauth2/token
 *
 * Exactly one of `token`, `refresh_token`, or `realm_name` and/or `username`. Tokens of many users
 * are invalidated in several transactions, and those made meanwhile are left.
 */
int32_t userprofile_invalidate_token(const struct userprofile *handle,
                                     const char *request,
                                     size_t request_len,
                                     struct userprofile_json *response);

/**
 * Create or replace a role: what those may do who have it.
 *
 * Request
 *   name             string     required   1 to 507 printable ASCII characters, none of them a space
 *                               at either end; no built-in role
 *   cluster          string[]   cluster privileges, such as "manage_security"
 *   indices          [{"names":string | string[], "privileges":string[],
 *                      "field_security":{"grant":string[],"except":string[]?}?,
 *                      "query":string | object?, "allow_restricted_indices":bool?}]
 *                               also called index; the last is false if it is not there
 *   applications     [{"application":string, "privileges":string[], "resources":string[]}]
 *                               also called application; an application may end in "*", a
 *                               privilege is the name of one or a pattern of actions
 *   global           {"application":{"manage":{"applications":string[]}}?,
 *                     "profile":{"write":{"applications":string[]}}?,
 *                     "role":{"manage":{"indices":[{"names":string[],"privileges":string[]}]}}?}
 *                               changing the privileges of these applications; updating these keys
 *                               of labels and data; the third is only kept
 *   run_as           string[]   whom its users may act for
 *   remote_indices   as indices, each with "clusters":string[]; only kept
 *   remote_cluster   [{"privileges":string[],"clusters":string[]}]   only kept
 *   metadata         object     no key with an underscore in front
 *   description      string     at most 1000 characters
 *   transient_metadata, type    ignored
 *   refresh          "true" | "false" | "wait_for"   checked
 * Response
 *   {"role":{"created":bool}}
 * Status    0, 400, 401, 403, 413 (more than 1 MiB), 503
 * Mirrors   PUT /_security/role/{name}
 *
 * What is not given is empty: nothing is kept of a role that is replaced. Whoever has the role has
 * it as it is now from the next call on. Names of indices, resources, users and applications in
 * `global` are patterns: "*" is any text, "?" any character, and one between slashes is a regular
 * expression in Lucene's syntax. Patterns that are too complex together are a 400.
 */
int32_t userprofile_put_role(const struct userprofile *handle,
                             const char *request,
                             size_t request_len,
                             struct userprofile_json *response);

/**
 * Read roles, Elasticsearch's built-in ones among them.
 *
 * Request
 *   name   string | string[]   optional   names or comma lists; all roles without it
 * Response
 *   {name:{"cluster","global"?,"indices","applications","run_as","metadata",
 *    "transient_metadata":{"enabled":true},"remote_indices"?,"remote_cluster"?,"description"?},
 *    ...}  by name; a query that was given as an object is shown as its text
 * Status    0, 400, 401, 403, 404 with {} (names given, none exists), 503
 * Mirrors   GET /_security/role/{name}
 */
int32_t userprofile_get_role(const struct userprofile *handle,
                             const char *request,
                             size_t request_len,
                             struct userprofile_json *response);

/**
 * Delete a role. Users keep its name, which then allows nothing.
 *
 * Request
 *   name      string   required
 *   refresh   "true" | "false" | "wait_for"   checked
 * Response
 *   {"found":true}
 * Status    0, 400 (a built-in role, too), 401, 403, 404 with {"found":false}, 503
 * Mirrors   DELETE /_security/role/{name}
 */
int32_t userprofile_delete_role(const struct userprofile *handle,
                                const char *request,
                                size_t request_len,
                                struct userprofile_json *response);

/**
 * Create or replace application privileges: names for sets of an application's actions, to be used
 * in roles and in checks of privileges.
 *
 * Request
 *   privileges   {application:{name:{"actions":string[], "metadata":object?,
 *                                    "application":string?, "name":string?},...},...}
 *                         required   `application` and `name` may repeat their keys
 *   refresh      "true" | "false" | "wait_for"   checked
 * Response
 *   {application:{name:{"created":bool},...},...}  in request order
 * Status    0, 400, 401, 403, 413 (one of more than 1 MiB), 503
 * Mirrors   PUT /_security/privilege, whose body is what `privileges` is here
 *
 * An application's name is a lower-case letter with letters and digits behind it, at least three
 * together; after a first "-" or "_" come any characters that the name of a file may have. A
 * privilege's name is a lower-case letter with letters, digits, "_", "-" and "." behind it. An action
 * is printable ASCII without spaces, with one of "/", "*" and ":" in it; "*" stands for any text.
 * No key of `metadata` has an underscore in front.
 */
int32_t userprofile_put_privileges(const struct userprofile *handle,
                                   const char *request,
                                   size_t request_len,
                                   struct userprofile_json *response);

/**
 * Read application privileges.
 *
 * Request
 *   application   string              optional   a name, or the beginning of names and "*"
 *   name          string | string[]   optional   names or comma lists
 * Response
 *   {application:{name:{"application","name","actions","metadata"},...},...}  by application and
 *   name
 * Status    0, 400, 401, 403, 404 with {} (either was given, and there is no such privilege), 503
 * Mirrors   GET /_security/privilege/{application}/{name}
 */
int32_t userprofile_get_privileges(const struct userprofile *handle,
                                   const char *request,
                                   size_t request_len,
                                   struct userprofile_json *response);

/**
 * Delete application privileges. Roles keep their names, which then stand for no actions.
 *
 * Request
 *   application   string              required
 *   name          string | string[]   required   names or comma lists
 *   refresh       "true" | "false" | "wait_for"   checked
 * Response
 *   {application:{name:{"found":bool},...}}  by name
 * Status    0, 400, 401, 403, 404 (with the response: none was found), 503
 * Mirrors   DELETE /_security/privilege/{application}/{name}
 */
int32_t userprofile_delete_privileges(const struct userprofile *handle,
                                      const char *request,
                                      size_t request_len,
                                      struct userprofile_json *response);

/**
 * Which of these people may do this: the profiles whose users hold all of some privileges.
 *
 * Request
 *   uids         string | string[]   required   each counts once
 *   privileges   object              required   at least one of
 *     cluster       string[]   names of cluster privileges, or actions
 *     index         [{"names":string | string[], "privileges":string[],
 *                     "allow_restricted_indices":bool?}]
 *     application   [{"application":string, "privileges":string[], "resources":string[]}]
 *                              `applications` is the same
 * Response
 *   {"has_privilege_uids":[uid,...], "errors":{"count":n,"details":{uid:{type,reason}}}?}
 *   in request order; a uid that is not there is an entry of `errors`, and one that is disabled is
 *   left out
 * Status    0, 400, 401, 403, 503
 * Mirrors   POST /_security/profile/_has_privileges
 *
 * A user has the roles of the last activation, which mean what they mean now. Names of indices and
 * resources may be patterns ("logs-*", "/logs-<1-12>/"): all that they match must be covered. Indices
 * that belong to Elasticsearch, such as ".security", count only where
 * `allow_restricted_indices` is true or the name is such an index. A privilege that does not exist
 * is an entry of `errors` for each uid; patterns that are too complex are a 400. Everything is read
 * from one snapshot of the store, and each role is looked at once.
 */
int32_t userprofile_has_privileges(const struct userprofile *handle,
                                   const char *request,
                                   size_t request_len,
                                   struct userprofile_json *response);

/**
 * Which of these privileges the caller holds.
 *
 * Request
 *   cluster, index, application   as in `privileges` of userprofile_has_privileges; one of them
 *                                 at least
 *   user   string   optional   the caller's own name
 * Response
 *   {"username":string, "has_all_requested":bool, "cluster":{privilege:bool,...},
 *    "index":{name:{privilege:bool,...},...},
 *    "application":{application:{resource:{privilege:bool,...},...},...}}
 * Status    0, 400, 401, 503
 * Mirrors   POST /_security/user/_has_privileges
 *
 * Every user may ask. The host's own handle is the user "_host" with the role "superuser".
 */
int32_t userprofile_user_has_privileges(const struct userprofile *handle,
                                        const char *request,
                                        size_t request_len,
                                        struct userprofile_json *response);

/**
 * Everything that the caller's roles grant.
 *
 * Request
 *   {}
 * Response
 *   {"cluster":[privilege,...], "global":[{...},...],
 *    "indices":[{"names","privileges","field_security":[...]?,"query":[...]?,
 *                "allow_restricted_indices"},...],
 *    "applications":[{"application","privileges","resources"},...], "run_as":[username,...],
 *    "remote_indices":[...]?, "remote_cluster":[...]?}
 *   entries as they stand in the roles, each once
 * Status    0, 400, 401, 503
 * Mirrors   GET /_security/user/_privileges
 *
 * Every user may ask. The host's own handle is the user "_host" with the role "superuser".
 */
int32_t userprofile_get_user_privileges(const struct userprofile *handle,
                                        const char *request,
                                        size_t request_len,
                                        struct userprofile_json *response);

/**
 * Create or replace a role mapping: a rule, and the roles of those for whom it holds.
 *
 * Request
 *   name             string     required   1 to 499 bytes
 *   roles            string[]   a comma list too; or role_templates, not both
 *   role_templates   [{"template":{"source":string} | string, "format":"string" | "json"}]
 *                               static ones: the source is a role or, with the format "json", the
 *                               JSON of a role or of a list; "string" is the default
 *   rules            object     required; one of
 *                                 {"field":{name:value}}      the field is this value, or one of
 *                                                             these if it is a list
 *                                 {"any":[rule,...]}   {"all":[rule,...]}
 *                                 {"except":rule}             directly within "all"
 *   enabled          bool       true
 *   metadata         object     optional   no key with an underscore in front
 *   refresh          "true" | "false" | "wait_for"   checked
 * Response
 *   {"role_mapping":{"created":bool}}
 * Status    0, 400, 401, 403, 413 (more than 1 MiB), 503
 * Mirrors   PUT /_security/role_mapping/{name}
 *
 * Fields are username, dn, groups, realm.name and metadata.NAME, where the name may lead into
 * objects by dots; null is the value of any other and of what a user does not have. A string with
 * "*" in it is a wildcard pattern, and one between slashes a regular expression in Lucene's syntax;
 * both match whole values. dn and groups are compared as distinguished names if they are such, and
 * otherwise without regard to case. A list that a user has is matched by one of its elements.
 * Patterns that are too complex together are a 400.
 */
int32_t userprofile_put_role_mapping(const struct userprofile *handle,
                                     const char *request,
                                     size_t request_len,
                                     struct userprofile_json *response);

/**
 * Read role mappings.
 *
 * Request
 *   name   string | string[]   optional   names or comma lists; all mappings without it
 * Response
 *   {name:{"enabled","roles" or "role_templates","rules","metadata"}, ...}  by name; rules and
 *   templates as they were given
 * Status    0, 400, 401, 403, 404 with {} (names given, none exists), 503
 * Mirrors   GET /_security/role_mapping/{name}
 */
int32_t userprofile_get_role_mapping(const struct userprofile *handle,
                                     const char *request,
                                     size_t request_len,
                                     struct userprofile_json *response);

/**
 * Delete a role mapping.
 *
 * Request
 *   name      string   required
 *   refresh   "true" | "false" | "wait_for"   checked
 * Response
 *   {"found":true}
 * Status    0, 400, 401, 403, 404 with {"found":false}, 503
 * Mirrors   DELETE /_security/role_mapping/{name}
 */
int32_t userprofile_delete_role_mapping(const struct userprofile *handle,
                                        const char *request,
                                        size_t request_len,
                                        struct userprofile_json *response);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* USERPROFILE_H */
