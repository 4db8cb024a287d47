/* Hostile input: nothing crashes, nothing is half done, and every answer is a valid document. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "tap.h"

static userprofile *store;

/* Sends exactly `len` bytes with nothing readable behind them, so that valgrind and the address
 * sanitizer see a read too many. The status, or -1 if the answer is not sound. */
static int32_t send_bytes(operation_fn *run, const char *bytes, size_t len) {
  char *request = malloc(len ? len : 1);
  userprofile_json response = {NULL, 0};
  int32_t status;
  if (!request) tap_bail_out("out of memory");
  memcpy(request, bytes, len);
  status = run(store, request, len, &response);
  if (!answer_is_sound(status, &response)) status = -1;
  userprofile_json_free(&response);
  free(request);
  return status;
}

/* Whether the request gets `status`; explains if not. */
static int answers(operation_fn *run, const char *bytes, size_t len, int32_t status) {
  int32_t actual = send_bytes(run, bytes, len);
  if (actual == status) return 1;
  tap_note("want %d have %d for %.*s", (int)status, (int)actual, len > 300 ? 300 : (int)len, bytes);
  return 0;
}

static int refused(operation_fn *run, const char *request) {
  return answers(run, request, strlen(request), USERPROFILE_BAD_REQUEST);
}

static void null_handles(const struct named_operation *operation) {
  const char *request = operation->sample;
  userprofile_json response = {NULL, 0};
  int32_t status = operation->run(NULL, request, strlen(request), &response);
  tap_ok(status == USERPROFILE_BAD_REQUEST && answer_is_sound(status, &response) &&
             operation->run(NULL, NULL, 0, NULL) == USERPROFILE_BAD_REQUEST,
         "%s: a NULL handle is refused", operation->name);
  userprofile_json_free(&response);
}

/* NULL with 0 is {}; NULL with any other length is not. No memory can be as long as the last two of
 * these, and nobody sends as much as the first: nothing of it is read. */
static void pointers_and_lengths(const struct named_operation *operation) {
  static const size_t impossible[] = {(size_t)-1 / 2, (size_t)-1 / 2 + 1, (size_t)-2};
  operation_fn *run = operation->run;
  int32_t empty = send_bytes(run, "{}", 2);
  userprofile_json response;
  int passed = empty >= 0;
  size_t i;

  passed &= run(store, NULL, 0, NULL) == empty;
  passed &= status_of(run, store, "{}") == empty;
  passed &= answers(run, " \n{\t}\r ", 7, empty);
  tap_ok(passed, "%s: NULL and 0 is the empty request", operation->name);

  passed = run(store, NULL, 1, NULL) == USERPROFILE_BAD_REQUEST;
  passed &= run(store, NULL, USERPROFILE_NUL_TERMINATED, NULL) == USERPROFILE_BAD_REQUEST;
  for (i = 0; i < sizeof impossible / sizeof *impossible; i++) {
    int32_t status = run(store, NULL, impossible[i], &response);
    passed &= status == USERPROFILE_BAD_REQUEST && answer_is_sound(status, &response);
    userprofile_json_free(&response);
    status = run(store, "{}", impossible[i], &response);
    passed &= status == (i == 0 ? USERPROFILE_TOO_LARGE : USERPROFILE_BAD_REQUEST) &&
              answer_is_sound(status, &response);
    userprofile_json_free(&response);
  }
  tap_ok(passed, "%s: a length without its memory is refused", operation->name);
}

static void truncations(const struct named_operation *operation) {
  const char *request = operation->sample;
  size_t len;
  int passed = 1;
  for (len = 1; len < strlen(request); len++) {
    passed &= answers(operation->run, request, len, USERPROFILE_BAD_REQUEST);
  }
  tap_ok(passed, "%s: a request cut off anywhere is refused", operation->name);
}

/* Each byte of a good request replaced by one that cannot stand in JSON or in UTF-8. */
static void corruptions(const struct named_operation *operation) {
  static const char bad[] = {'\0', '\x01', '\x80', '\xC0', '\xFF'};
  const char *sample = operation->sample;
  size_t len = strlen(sample), i, b;
  char *request = malloc(len + 1);
  int passed = 1;
  if (!request) tap_bail_out("out of memory");
  for (i = 0; i < len; i++) {
    for (b = 0; b < sizeof bad; b++) {
      memcpy(request, sample, len);
      request[i] = bad[b];
      passed &= answers(operation->run, request, len, USERPROFILE_BAD_REQUEST);
    }
  }
  free(request);
  tap_ok(passed, "%s: a byte that is not JSON or not UTF-8 is refused anywhere", operation->name);
}

static void not_quite_json(const struct named_operation *operation) {
  static const char *const requests[] = {"[]",
                                         "null",
                                         "true",
                                         "1",
                                         "\"{}\"",
                                         "{} {}",
                                         "{}x",
                                         "{},",
                                         "{,}",
                                         "{\"uid\"}",
                                         "{uid:1}",
                                         "{'uid':1}",
                                         "\xEF\xBB\xBF{}",
                                         "{\"uid\":01}",
                                         "{\"uid\":+1}",
                                         "{\"uid\":.5}",
                                         "{\"uid\":1.}",
                                         "{\"uid\":NaN}",
                                         "{\"uid\":tru}",
                                         "{\"uid\":\"\\x\"}",
                                         "{\"uid\":\"\\u12\"}",
                                         "{\"uid\":\"\\ud800\"}",
                                         "{\"uid\":\"\\udc00\\ud800\"}",
                                         "{\"uid\":\"a\nb\"}",
                                         "{\"uid\":\"\xED\xA0\x80\"}",
                                         "{\"uid\":\"\xC0\xAF\"}",
                                         "{\"uid\":\"\xF4\x90\x80\x80\"}",
                                         "/**/{}",
                                         "{\"uid\":[\"a\",]}",
                                         "{\"uid\":[\"a\"}",
                                         "{\"username\":{]}}"};
  size_t i;
  int passed = 1;
  for (i = 0; i < sizeof requests / sizeof *requests; i++) {
    passed &= refused(operation->run, requests[i]);
  }
  tap_ok(passed, "%s: what is almost JSON, or no object, is refused", operation->name);
}

static void unknown_members(const struct named_operation *operation) {
  json sample = json_stripped(json_text(operation->sample));
  char request[1024];
  userprofile_json response;
  int32_t status;
  snprintf(request, sizeof request, "{\"frobnicate\":1%s%s", sample.len > 2 ? "," : "",
           sample.at + 1);
  free((void *)sample.at);
  status = operation->run(store, request, strlen(request), &response);
  if (!tap_ok(status == USERPROFILE_BAD_REQUEST && answer_is_sound(status, &response) &&
                  strstr(response.data, "[frobnicate]") != NULL,
              "%s: an unknown member is named", operation->name)) {
    tap_note("have %s", response.data);
  }
  userprofile_json_free(&response);
}

static void deep_nesting(const struct named_operation *operation) {
  enum { DEPTH = 200000 };
  static const char *const before[] = {"",
                                       "{\"data\":",
                                       "{\"metadata\":{\"a\":",
                                       "{\"body\":",
                                       "{\"rules\":",
                                       "{\"privileges\":",
                                       "{\"indices\":[{\"query\":"};
  static const char *const brackets[] = {"[", "{\"a\":"};
  char *request = malloc(DEPTH * 5 + 64);
  size_t i, b;
  int passed = 1;
  if (!request) tap_bail_out("out of memory");
  for (i = 0; i < sizeof before / sizeof *before; i++) {
    for (b = 0; b < 2; b++) {
      size_t width = strlen(brackets[b]), start = strlen(before[i]), level;
      memcpy(request, before[i], start);
      for (level = 0; level < DEPTH; level++) {
        memcpy(request + start + level * width, brackets[b], width);
      }
      passed &= answers(operation->run, request, start + DEPTH * width, USERPROFILE_BAD_REQUEST);
    }
  }
  free(request);
  tap_ok(passed, "%s: bottomless nesting is refused", operation->name);
}

/* Every member of the sample, in turn, as every type. Some are legal (an email may be null), so the
 * status may be 0 or one of the refusals, but never a 500; the store here is thrown away. */
static void wrong_types(const struct named_operation *operation) {
  static const char *const values[] = {"null", "true",        "-1",        "1e400",
                                       "\"\"", "\"\\u0000\"", "[]",        "[[]]",
                                       "{}",   "[null]",      "{\"\":{}}", "18446744073709551616",
                                       "1.5"};
  json whole = json_text(operation->sample), sample = json_stripped(whole);
  json rest = sample, name, value;
  int passed = 1;
  while (json_next(&rest, &name, &value)) {
    size_t i, head = (size_t)(value.at - sample.at), tail = sample.len - head - value.len;
    for (i = 0; i < sizeof values / sizeof *values; i++) {
      size_t len = strlen(values[i]);
      char *request = malloc(head + len + tail);
      int32_t status;
      if (!request) tap_bail_out("out of memory");
      memcpy(request, sample.at, head);
      memcpy(request + head, values[i], len);
      memcpy(request + head + len, value.at + value.len, tail);
      status = send_bytes(operation->run, request, head + len + tail);
      if (status < 0 || status >= USERPROFILE_INTERNAL) {
        tap_note("have %d for %.*s", (int)status, (int)(head + len + tail), request);
        passed = 0;
      }
      free(request);
    }
  }
  free((void *)sample.at);
  tap_ok(passed, "%s: members of any type get a sound answer", operation->name);
}

static void repeated_keys(void) {
  static const struct {
    operation_fn *run;
    const char *request;
  } cases[] = {
      {userprofile_get, "{\"uid\":\"a\",\"uid\":\"b\"}"},
      {userprofile_get, "{\"uid\":\"a\",\"\\u0075id\":\"b\"}"},
      {userprofile_update_data, "{\"uid\":\"" FILLED_UID "\",\"data\":{\"a\":1,\"a\":2}}"},
      {userprofile_update_data,
       "{\"uid\":\"" FILLED_UID "\",\"data\":{\"a\":{\"k\":1,\"\\u006b\":1}}}"},
      {userprofile_update_data,
       "{\"uid\":\"" FILLED_UID "\",\"data\":{\"a\":[{\"k\":1,\"k\":1}]}}"},
      {userprofile_update_data, "{\"uid\":\"" FILLED_UID "\",\"labels\":{\"a\":1,\"a\":1}}"},
      {userprofile_put_user,
       "{\"username\":\"dup\",\"password\":\"abcdef\",\"roles\":[],\"metadata\":{\"a\":1,\"a\":1}"
       "}"},
      {userprofile_get_token, "{\"grant_type\":\"password\",\"grant_type\":\"password\"}"},
      {userprofile_put_role_mapping,
       "{\"name\":\"dup\",\"roles\":[\"r\"],\"rules\":{\"field\":{\"dn\":\"a\",\"dn\":\"a\"}}}"},
      {userprofile_put_role, "{\"name\":\"dup\",\"cluster\":[],\"cluster\":[\"all\"]}"},
      {userprofile_put_role,
       "{\"name\":\"dup\",\"indices\":[{\"names\":\"a\",\"names\":\"*\",\"privileges\":[\"read\"]}]"
       "}"},
      {userprofile_put_privileges,
       "{\"privileges\":{\"app\":{\"p\":{\"actions\":[\"a:b\"]},\"p\":{\"actions\":[\"*\"]}}}}"},
      {userprofile_has_privileges,
       "{\"uids\":[\"a\"],\"privileges\":{\"cluster\":[\"all\"],\"cluster\":[]}}"},
      {userprofile_rest, "{\"method\":\"GET\",\"path\":\"/_security/user\",\"method\":\"GET\"}"},
      {userprofile_rest, "{\"method\":\"PUT\",\"path\":\"/_security/profile/" FILLED_UID
                         "/_data\",\"body\":{\"data\":{\"a\":1,\"a\":2}}}"},
  };
  size_t i;
  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    tap_ok(refused(cases[i].run, cases[i].request), "a repeated key is refused: %.90s",
           cases[i].request);
  }
}

static void oversized_requests(const struct named_operation *operation) {
  enum { LIMIT = 100 * 1024 * 1024 };
  char *request = malloc(LIMIT + 1);
  if (!request) tap_bail_out("out of memory");
  memset(request, ' ', LIMIT + 1);
  memcpy(request, "{}", 2);
  tap_ok(operation->run(store, request, LIMIT + 1, NULL) == USERPROFILE_TOO_LARGE,
         "%s: more than 100 MB is refused", operation->name);
  free(request);
}

/* A profile may hold 10 MB of JSON; one byte too many changes nothing. */
static void oversized_profiles(void) {
  enum { LIMIT = 10 * 1024 * 1024 };
  static const char head[] = "{\"uid\":\"" FILLED_UID "\",\"data\":{\"big\":\"";
  static const char tail[] = "\"}}";
  char *request = malloc(sizeof head + LIMIT + sizeof tail), *before = contents_of(store), *after;
  if (!request) tap_bail_out("out of memory");
  memcpy(request, head, sizeof head - 1);
  memset(request + sizeof head - 1, 'x', LIMIT);
  memcpy(request + sizeof head - 1 + LIMIT, tail, sizeof tail);
  tap_ok(status_of(userprofile_update_data, store, request) == USERPROFILE_TOO_LARGE,
         "a profile of more than 10 MB is refused");
  after = contents_of(store);
  tap_ok(strcmp(before, after) == 0, "and nothing of it is kept");
  free(request);
  free(before);
  free(after);
}

/* An embedded NUL ends a request only where the caller asks for it. */
static void embedded_nul(void) {
  static const char request[] = "{}\0garbage";
  tap_ok(answers(userprofile_authenticate, request, sizeof request - 1, USERPROFILE_BAD_REQUEST),
         "a NUL within the length is refused");
  tap_ok(status_of(userprofile_authenticate, store, request) == USERPROFILE_OK,
         "a NUL ends a request of no length");
}

static void hostile_hooks(void) {
  tap_ok(userprofile_set_clock(NULL, NULL, NULL) == USERPROFILE_BAD_REQUEST,
         "set_clock: a NULL handle is refused");
  tap_ok(userprofile_set_logger(NULL, NULL, NULL) == USERPROFILE_BAD_REQUEST,
         "set_logger: a NULL handle is refused");
}

/* open and login take a request like the operations, and a place for the handle besides. */
static int32_t open_and_close(const userprofile *unused, const char *config, size_t len,
                              userprofile_json *response) {
  userprofile *handle = NULL;
  int32_t status = userprofile_open(config, len, &handle, response);
  (void)unused;
  userprofile_close(handle);
  return status;
}

static const struct named_operation entrances[] = {
    {"open", open_and_close, TEST_CONFIG},
    {"login", log_in_and_out, "{\"username\":\"me@example.com\",\"password\":\"other-horse\"}"}};

static void hostile_stores(void) {
  static const char *const configs[] = {
      "{\"path\":\"\"}",
      "{\"path\":\"/nonexistent/\\u0000/store\"}",
      "{\"path\":\"/dev/null\"}",
      "{\"path\":\"/dev/null/store\"}",
      "{\"path\":\":temporary:\",\"durability\":\"some\"}",
      "{\"path\":\":temporary:\",\"max_size\":\"lots\"}",
      "{\"path\":\":temporary:\",\"max_readers\":-1}",
      "{\"path\":\":temporary:\",\"realms\":{\"native\":{\"a\":{\"order\":\"first\"}}}}",
      "{\"path\":\":temporary:\",\"password_hashing\":{\"memory_kib\":0}}",
  };
  size_t i;
  for (i = 0; i < sizeof configs / sizeof *configs; i++) {
    int32_t status = send_bytes(open_and_close, configs[i], strlen(configs[i]));
    tap_ok(status == USERPROFILE_BAD_REQUEST || status == USERPROFILE_UNAVAILABLE,
           "open is refused with %d: %s", (int)status, configs[i]);
  }
}

static void syntax(const struct named_operation *operation) {
  not_quite_json(operation);
  unknown_members(operation);
  pointers_and_lengths(operation);
  deep_nesting(operation);
  truncations(operation);
  corruptions(operation);
  oversized_requests(operation);
}

int main(void) {
  const struct named_operation *operation;
  char *before, *after;
  size_t i;
  store = open_filled_store();
  before = contents_of(store);
  for (operation = operations; operation->name; operation++) {
    null_handles(operation);
    syntax(operation);
  }
  for (i = 0; i < sizeof entrances / sizeof *entrances; i++) syntax(&entrances[i]);
  tap_ok(log_in_and_out(NULL, "{}", 2, NULL) == USERPROFILE_BAD_REQUEST,
         "login: a NULL handle is refused");
  repeated_keys();
  embedded_nul();
  hostile_hooks();
  hostile_stores();
  oversized_profiles();
  after = contents_of(store);
  if (!tap_ok(strcmp(before, after) == 0, "what was refused left no trace")) {
    tap_note("before %s", before);
    tap_note("after  %s", after);
  }
  free(before);
  free(after);
  for (operation = operations; operation->name; operation++) wrong_types(operation);
  userprofile_close(store);
  return tap_done();
}
