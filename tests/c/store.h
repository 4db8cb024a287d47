/* What every program here needs of the library: the list of operations, a store to try them on,
 * and what any answer must look like. */
#ifndef STORE_H
#define STORE_H

#include "json.h"
#include "userprofile.h"

/* Cheap hashing, so that what is tested is this library and not argon2. */
#define TEST_HASHING "\"password_hashing\":{\"memory_kib\":8,\"iterations\":1,\"parallelism\":1}"
#define TEST_CONFIG "{\"path\":\":temporary:\"," TEST_HASHING "}"

typedef int32_t operation_fn(const userprofile *, const char *, size_t, userprofile_json *);

struct named_operation {
  const char *name;
  operation_fn *run;
  const char *sample; /* succeeds on a filled store, and changes something if it can */
};

/* Every operation of userprofile.h; the last entry is {NULL, NULL, NULL}. */
extern const struct named_operation operations[];

/* A fresh store, or the end of the program. */
userprofile *open_test_store(void);

/* A store with what the samples are about: the profile FILLED_UID and a token of the user
 * me@example.com, the role mapping and the role `mine`, and the privilege `read` of the application
 * `wiki`. */
userprofile *open_filled_store(void);

#define FILLED_UID "u_jCpH07240wlqZHn1Pqw7ckKR218cMWERAPZ1vlU3Mp0_0"

/* Everything in a filled store that the samples may change, as text. The caller frees it. */
char *contents_of(const userprofile *store);

/* Logs in with password "other-horse", or ends the program. */
userprofile *log_in(const userprofile *store, const char *username);

/* Calls with a NUL-terminated request and frees the answer. */
int32_t status_of(operation_fn *run, const userprofile *handle, const char *request);

/* Logs in, and closes the user's handle at once; `login` with the signature of an operation. */
int32_t log_in_and_out(const userprofile *handle, const char *request, size_t len,
                       userprofile_json *response);

/* Removes a store, which is a folder of files only. */
void remove_folder(const char *path);

/* One test: the call returns `status`, and `expected` ("$any" matches anything) is what it answers.
 */
int expect(operation_fn *run, const userprofile *handle, const char *request, int32_t status,
           const char *expected);

/* One test without a line of its own: `response` is well formed, ends in a NUL, and is an error
 * document if `status` says so. Explains what is wrong with it. */
int answer_is_sound(int32_t status, const userprofile_json *response);

#endif
