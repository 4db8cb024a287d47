#define _POSIX_C_SOURCE 200809L
#include "store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

const struct named_operation operations[] = {
    {"activate", userprofile_activate},
    {"get", userprofile_get},
    {"update_data", userprofile_update_data},
    {"enable", userprofile_enable},
    {"disable", userprofile_disable},
    {"put_user", userprofile_put_user},
    {"get_user", userprofile_get_user},
    {"delete_user", userprofile_delete_user},
    {"change_password", userprofile_change_password},
    {"enable_user", userprofile_enable_user},
    {"disable_user", userprofile_disable_user},
    {"get_token", userprofile_get_token},
    {"invalidate_token", userprofile_invalidate_token},
    {"put_role_mapping", userprofile_put_role_mapping},
    {"get_role_mapping", userprofile_get_role_mapping},
    {"delete_role_mapping", userprofile_delete_role_mapping},
    {"authenticate", userprofile_authenticate},
    {"rest", userprofile_rest},
    {NULL, NULL},
};

userprofile *open_test_store(void) {
  userprofile *handle = NULL;
  userprofile_json response;
  int32_t status = userprofile_open(TEST_CONFIG, USERPROFILE_NUL_TERMINATED, &handle, &response);
  if (status != USERPROFILE_OK) tap_bail_out("open answered %d %s", (int)status, response.data);
  userprofile_json_free(&response);
  return handle;
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
  if (status == USERPROFILE_NOT_FOUND &&
      (json_is(document, "{}") || json_is(document, "{\"found\":false}") ||
       json_member(document, "invalidated_tokens", &member))) {
    return 1; /* the forms of get_user, delete_user and invalidate_token, and the like */
  }
  if (json_member(document, "error", &error) && *error.at == '"') {
    return status == USERPROFILE_BAD_REQUEST && is_text(document, "error_description"); /* OAuth2 */
  }
  snprintf(number, sizeof number, "%d", (int)status);
  return json_member(document, "status", &member) && json_is(member, number) &&
         json_member(document, "error", &error) && is_text(error, "type") &&
         is_text(error, "reason") && json_member(error, "root_cause", &causes) &&
         *causes.at == '[' && json_next(&causes, NULL, &cause) && is_text(cause, "type") &&
         is_text(cause, "reason");
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
