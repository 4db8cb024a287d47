#define _POSIX_C_SOURCE 200809L
#include "store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

const struct named_operation operations[] = {
    {"activate", userprofile_activate,
     "{\"grant_type\":\"password\",\"username\":\"me@example.com\",\"password\":\"other-horse\"}"},
    {"get", userprofile_get, "{\"uid\":[\"" FILLED_UID "\"],\"data\":\"app1.key1,app2\"}"},
    {"suggest", userprofile_suggest,
     "{\"name\":\"me "
     "exampel\",\"size\":5,\"from\":\"0\",\"data\":[\"app1.key1\",\"app2\"],\"hint\":{"
     "\"uids\":[\"" FILLED_UID
     "\"],\"labels\":{\"l\":[\"x\"]}},\"fuzziness\":\"auto_last\",\"match\":"
     "\"any\",\"explain\":true,\"required_privileges\":{\"cluster\":[\"monitor\"]}}"},
    {"has_privileges", userprofile_has_privileges,
     "{\"uids\":[\"" FILLED_UID "\"],\"privileges\":{\"cluster\":[\"monitor\"],\"index\":[{"
     "\"names\":[\"logs-*\"],\"privileges\":[\"read\"],\"allow_restricted_indices\":true}],"
     "\"application\":[{\"application\":\"wiki\",\"privileges\":[\"read\"],\"resources\":[\"/a+/\"]"
     "}]}}"},
    {"update_data", userprofile_update_data,
     "{\"uid\":\"" FILLED_UID "\",\"labels\":{\"l\":\"\\u00e9\"},\"data\":{\"app1\":{\"key1\":[1,"
     "2.5e3,true,null,\"x\"]}},\"if_seq_no\":1,\"if_primary_term\":1,\"refresh\":\"wait_for\"}"},
    {"enable", userprofile_enable, "{\"uid\":\"" FILLED_UID "\",\"refresh\":\"true\"}"},
    {"disable", userprofile_disable, "{\"uid\":\"" FILLED_UID "\",\"refresh\":\"false\"}"},
    {"put_user", userprofile_put_user,
     "{\"username\":\"new\",\"password\":\"some-horse\",\"roles\":[\"r\"],\"full_name\":\"N\","
     "\"email\":\"n@example.com\",\"metadata\":{\"k\":1},\"enabled\":false}"},
    {"get_user", userprofile_get_user,
     "{\"username\":[\"me@example.com\"],\"with_profile_uid\":true}"},
    {"delete_user", userprofile_delete_user, "{\"username\":\"me@example.com\"}"},
    {"change_password", userprofile_change_password,
     "{\"username\":\"me@example.com\",\"password\":\"third-horse\"}"},
    {"enable_user", userprofile_enable_user, "{\"username\":\"me@example.com\"}"},
    {"disable_user", userprofile_disable_user, "{\"username\":\"me@example.com\"}"},
    {"get_token", userprofile_get_token,
     "{\"grant_type\":\"password\",\"username\":\"me@example.com\",\"password\":\"other-horse\","
     "\"scope\":\"all\"}"},
    {"invalidate_token", userprofile_invalidate_token,
     "{\"realm_name\":\"default_native\",\"username\":\"me@example.com\"}"},
    {"put_role_mapping", userprofile_put_role_mapping,
     "{\"name\":\"new\",\"roles\":[\"r\"],\"rules\":{\"all\":[{\"field\":{\"username\":[\"a*\","
     "\"/b+/\"]}},{\"except\":{\"field\":{\"metadata.n\":1}}}]},\"enabled\":false,\"metadata\":"
     "{\"k\":[1]},\"refresh\":\"true\"}"},
    {"get_role_mapping", userprofile_get_role_mapping, "{\"name\":[\"mine\"]}"},
    {"delete_role_mapping", userprofile_delete_role_mapping,
     "{\"name\":\"mine\",\"refresh\":\"false\"}"},
    {"put_role", userprofile_put_role,
     "{\"name\":\"new\",\"cluster\":[\"monitor\"],\"indices\":[{\"names\":\"logs-*\","
     "\"privileges\":"
     "[\"read\"],\"field_security\":{\"grant\":[\"*\"],\"except\":[\"f\"]},\"query\":{\"q\":{}}}],"
     "\"applications\":[{\"application\":\"wiki\",\"privileges\":[\"read\"],\"resources\":[\"*\"]}]"
     ","
     "\"global\":{\"profile\":{\"write\":{\"applications\":[\"app*\"]}}},\"run_as\":[\"/a+/\"],"
     "\"metadata\":{\"k\":1},\"description\":\"d\",\"refresh\":\"true\"}"},
    {"get_role", userprofile_get_role, "{\"name\":[\"mine\"]}"},
    {"delete_role", userprofile_delete_role, "{\"name\":\"mine\",\"refresh\":\"false\"}"},
    {"put_privileges", userprofile_put_privileges,
     "{\"privileges\":{\"wiki\":{\"edit\":{\"actions\":[\"page:write\"],\"metadata\":{\"k\":1},"
     "\"application\":\"wiki\",\"name\":\"edit\"}}},\"refresh\":\"true\"}"},
    {"get_privileges", userprofile_get_privileges,
     "{\"application\":\"wiki\",\"name\":[\"read\"]}"},
    {"delete_privileges", userprofile_delete_privileges,
     "{\"application\":\"wiki\",\"name\":\"read\",\"refresh\":\"false\"}"},
    {"user_has_privileges", userprofile_user_has_privileges,
     "{\"cluster\":[\"monitor\"],\"index\":[{\"names\":[\"/a+/\"],\"privileges\":[\"read\"]}],"
     "\"application\":[{\"application\":\"wiki\",\"privileges\":[\"a:b\"],\"resources\":[\"c\"]}]"
     "}"},
    {"get_user_privileges", userprofile_get_user_privileges, "{ }"},
    {"check", userprofile_check, "{ }"},
    {"authenticate", userprofile_authenticate, "{ }"},
    {"rest", userprofile_rest,
     "{\"method\":\"PUT\",\"path\":\"/_security/profile/" FILLED_UID
     "/_disable\",\"headers\":{\"x\":\"y\"},\"body\":null}"},
    {NULL, NULL, NULL},
};

userprofile *open_test_store(void) {
  userprofile *handle = NULL;
  userprofile_json response;
  int32_t status = userprofile_open(TEST_CONFIG, USERPROFILE_NUL_TERMINATED, &handle, &response);
  if (status != USERPROFILE_OK) tap_bail_out("open answered %d %s", (int)status, response.data);
  userprofile_json_free(&response);
  return handle;
}

userprofile *open_filled_store(void) {
  userprofile *store = open_test_store();
  if (status_of(userprofile_put_user, store,
                "{\"username\":\"me@example.com\",\"password\":\"other-horse\",\"roles\":[]}") ||
      status_of(userprofile_activate, store,
                "{\"grant_type\":\"password\",\"username\":\"me@example.com\","
                "\"password\":\"other-horse\"}") ||
      status_of(userprofile_update_data, store,
                "{\"uid\":\"" FILLED_UID "\",\"data\":{\"app1\":{\"key1\":1}}}") ||
      status_of(userprofile_put_role_mapping, store,
                "{\"name\":\"mine\",\"roles\":[\"r\"],\"rules\":{\"field\":{\"dn\":null}}}") ||
      status_of(userprofile_put_role, store, "{\"name\":\"mine\",\"cluster\":[\"monitor\"]}") ||
      status_of(userprofile_put_privileges, store,
                "{\"privileges\":{\"wiki\":{\"read\":{\"actions\":[\"page:read\"]}}}}") ||
      status_of(userprofile_get_token, store,
                "{\"grant_type\":\"password\",\"username\":\"me@example.com\","
                "\"password\":\"other-horse\"}")) {
    tap_bail_out("the store cannot be filled");
  }
  return store;
}

char *contents_of(const userprofile *store) {
  static const struct {
    operation_fn *run;
    const char *request;
  } reads[] = {
      {userprofile_get, "{\"uid\":\"" FILLED_UID "\",\"data\":\"*\"}"},
      {userprofile_get_user, "{}"},
      {userprofile_get_role_mapping, "{}"},
      {userprofile_get_role, "{}"},
      {userprofile_get_privileges, "{}"},
  };
  char *text = NULL;
  size_t i, len = 0;
  for (i = 0; i < sizeof reads / sizeof *reads; i++) {
    userprofile_json answer;
    reads[i].run(store, reads[i].request, USERPROFILE_NUL_TERMINATED, &answer);
    text = realloc(text, len + answer.len + 1);
    if (!text) tap_bail_out("out of memory");
    memcpy(text + len, answer.data, answer.len + 1);
    len += answer.len;
    userprofile_json_free(&answer);
  }
  return text;
}

userprofile *log_in(const userprofile *store, const char *username) {
  char request[256];
  userprofile *user = NULL;
  snprintf(request, sizeof request, "{\"username\":\"%s\",\"password\":\"other-horse\"}", username);
  if (userprofile_login(store, request, USERPROFILE_NUL_TERMINATED, &user, NULL)) {
    tap_bail_out("%s cannot log in", username);
  }
  return user;
}

int32_t status_of(operation_fn *run, const userprofile *handle, const char *request) {
  return run(handle, request, USERPROFILE_NUL_TERMINATED, NULL);
}

int32_t log_in_and_out(const userprofile *handle, const char *request, size_t len,
                       userprofile_json *response) {
  userprofile *user = NULL;
  int32_t status = userprofile_login(handle, request, len, &user, response);
  userprofile_close(user);
  return status;
}

void remove_folder(const char *path) {
  DIR *folder = opendir(path);
  const struct dirent *entry;
  char file[4096];
  while (folder && (entry = readdir(folder))) {
    snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
    unlink(file); /* which . and .. refuse */
  }
  if (folder) closedir(folder);
  if (rmdir(path) != 0) tap_note("%s could not be removed", path);
}

int expect(operation_fn *run, const userprofile *handle, const char *request, int32_t status,
           const char *expected) {
  userprofile_json response = {NULL, 0};
  int32_t actual = run(handle, request, USERPROFILE_NUL_TERMINATED, &response);
  int passed = actual == status && answer_is_sound(actual, &response);
  if (passed) {
    json stripped = json_stripped(json_text(response.data));
    passed = json_matches(json_text(expected), stripped);
    free((void *)stripped.at);
  }
  if (!tap_ok(passed, "%d for %.100s", (int)status, request)) {
    tap_note("want %d %s", (int)status, expected);
    tap_note("have %d %s", (int)actual, response.data ? response.data : "(null)");
  }
  userprofile_json_free(&response);
  return passed;
}

/* A string that says something. */
static int is_text(json object, const char *name) {
  json value;
  return json_member(object, name, &value) && *value.at == '"' && value.len > 2;
}

static int is_error_document(json document, int32_t status) {
  char number[16];
  json error, causes, cause, member;
  if (!json_member(document, "error", &error)) {
    return status == USERPROFILE_NOT_FOUND; /* what was looked for, in the form of its API */
  }
  if (*error.at == '"') {
    return status == USERPROFILE_BAD_REQUEST && is_text(document, "error_description"); /* OAuth2 */
  }
  snprintf(number, sizeof number, "%d", (int)status);
  return json_member(document, "status", &member) && json_is(member, number) &&
         is_text(error, "type") && is_text(error, "reason") &&
         json_member(error, "root_cause", &causes) && *causes.at == '[' &&
         json_next(&causes, NULL, &cause) && is_text(cause, "type") && is_text(cause, "reason");
}

int answer_is_sound(int32_t status, const userprofile_json *response) {
  json text, stripped;
  int sound;
  if (!response->data) {
    tap_note("status %d without an answer", (int)status);
    return 0;
  }
  if (response->data[response->len] != '\0' || strlen(response->data) != response->len) {
    tap_note("the answer's length and its NUL disagree");
    return 0;
  }
  text.at = response->data;
  text.len = response->len;
  if (!json_valid(text)) {
    tap_note("not JSON: %s", text.at);
    return 0;
  }
  stripped = json_stripped(text);
  sound = status == USERPROFILE_OK || is_error_document(stripped, status);
  free((void *)stripped.at);
  if (!sound) tap_note("not an error document of status %d: %s", (int)status, text.at);
  return sound;
}
