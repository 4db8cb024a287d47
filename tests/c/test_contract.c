/* The promises of userprofile.h that hold for every call: versions, ownership, NULL. */
#include <stdio.h>
#include <string.h>

#include "store.h"
#include "tap.h"

static void versions_agree(void) {
  char version[64];
  snprintf(version, sizeof version, "%d.%d.%d", USERPROFILE_VERSION_MAJOR,
           USERPROFILE_VERSION_MINOR, USERPROFILE_VERSION_PATCH);
  tap_ok(strcmp(version, USERPROFILE_VERSION) == 0, "the header's version macros agree");
  tap_ok(strcmp(userprofile_version(), USERPROFILE_VERSION) == 0,
         "the library is of the header's version");
}

static void answers_may_be_freed_twice(void) {
  userprofile *handle = open_test_store();
  userprofile_json response = {NULL, 0};
  userprofile_authenticate(handle, NULL, 0, &response);
  userprofile_json_free(&response);
  tap_ok(response.data == NULL && response.len == 0, "json_free clears the answer");
  userprofile_json_free(&response);
  userprofile_json_free(NULL);
  tap_ok(1, "json_free takes {NULL, 0} and NULL");
  userprofile_close(handle);
  userprofile_close(NULL);
  tap_ok(1, "close takes NULL");
}

/* What stood in `response` before is overwritten, not freed: callers need not initialise it. */
static void answers_need_no_initialising(void) {
  userprofile *handle = open_test_store();
  userprofile_json response;
  memset(&response, 0x5A, sizeof response);
  tap_ok(userprofile_authenticate(handle, NULL, 0, &response) == USERPROFILE_OK &&
             answer_is_sound(USERPROFILE_OK, &response),
         "a response that was never initialised is filled");
  userprofile_json_free(&response);
  userprofile_close(handle);
}

static void handles_are_null_after_failure(void) {
  static const char credentials[] = "{\"username\":\"nobody\",\"password\":\"wrong-one\"}";
  userprofile *store = open_test_store();
  userprofile *handle = store;
  userprofile_json response;
  int32_t status =
      userprofile_login(store, credentials, USERPROFILE_NUL_TERMINATED, &handle, &response);
  tap_ok(
      status == USERPROFILE_UNAUTHENTICATED && handle == NULL && answer_is_sound(status, &response),
      "a login that failed leaves NULL");
  userprofile_json_free(&response);

  handle = store;
  status = userprofile_open("{\"path\":5}", USERPROFILE_NUL_TERMINATED, &handle, &response);
  tap_ok(status == USERPROFILE_BAD_REQUEST && handle == NULL && answer_is_sound(status, &response),
         "an open that failed leaves NULL");
  userprofile_json_free(&response);
  userprofile_close(store);
}

static void responses_may_be_unwanted(void) {
  const struct named_operation *operation;
  userprofile *store = open_test_store();
  userprofile *handle = NULL;
  for (operation = operations; operation->name; operation++) {
    userprofile_json response;
    int32_t status = operation->run(store, "{\"x\":0}", 7, NULL);
    int32_t again = operation->run(store, "{\"x\":0}", 7, &response);
    tap_ok(
        status == again && status == USERPROFILE_BAD_REQUEST && strstr(response.data, "x") != NULL,
        "%s: the same status without a response", operation->name);
    userprofile_json_free(&response);
  }
  tap_ok(userprofile_open(TEST_CONFIG, USERPROFILE_NUL_TERMINATED, &handle, NULL) == USERPROFILE_OK,
         "open without a response");
  userprofile_close(handle);
  tap_ok(userprofile_open(TEST_CONFIG, USERPROFILE_NUL_TERMINATED, NULL, NULL) ==
             USERPROFILE_BAD_REQUEST,
         "open without a place for the handle is refused");
  tap_ok(userprofile_login(store, "{}", 2, NULL, NULL) == USERPROFILE_BAD_REQUEST,
         "login without a place for the handle is refused");
  userprofile_close(store);
}

/* The store lives as long as any of its handles. */
static void logins_outlive_the_first_handle(void) {
  userprofile *store = open_test_store();
  userprofile *user = NULL;
  expect(userprofile_put_user, store,
         "{\"username\":\"ana\",\"password\":\"correct-horse\",\"roles\":[\"superuser\"]}",
         USERPROFILE_OK, "{\"created\":true}");
  tap_ok(userprofile_login(store, "{\"username\":\"ana\",\"password\":\"correct-horse\"}",
                           USERPROFILE_NUL_TERMINATED, &user, NULL) == USERPROFILE_OK,
         "a user logs in");
  userprofile_close(store);
  expect(userprofile_authenticate, user, "{}", USERPROFILE_OK,
         "{\"username\":\"ana\",\"roles\":[\"superuser\"],\"full_name\":null,\"email\":null,"
         "\"metadata\":{},\"enabled\":true,\"authentication_realm\":\"$any\","
         "\"lookup_realm\":\"$any\",\"authentication_type\":\"realm\"}");
  userprofile_close(user);
}

int main(void) {
  versions_agree();
  answers_may_be_freed_twice();
  answers_need_no_initialising();
  handles_are_null_after_failure();
  responses_may_be_unwanted();
  logins_outlive_the_first_handle();
  return tap_done();
}
