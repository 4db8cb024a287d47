/* Replays the golden cases, whose format is in tests/golden/README.md: `test_golden [DIRECTORY]`,
 * tests/golden unless given. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "tap.h"

enum { MAX_HANDLES = 16, HOST = 0, MAX_KEPT = 16 };

struct replay {
  const char *path;
  int64_t now_ms;
  int handles;
  json names[MAX_HANDLES];
  userprofile *opened[MAX_HANDLES];
  int kept;
  json kept_names[MAX_KEPT];
  json kept_strings[MAX_KEPT]; /* without quotes, as they were written; `at` is owned */
};

static int64_t replayed_clock(void *user_data) { return ((struct replay *)user_data)->now_ms; }

static char *allocate(size_t size) {
  char *memory = malloc(size);
  if (!memory) tap_bail_out("out of memory");
  return memory;
}

static json within_quotes(json string) {
  json content = {string.at + 1, string.len - 2};
  return content;
}

static int equal(json one, json other) {
  return one.len == other.len && memcmp(one.at, other.at, one.len) == 0;
}

/* open's config: what every case starts with, then what this one adds. */
static char *config_of(const struct replay *replay, json members) {
  static const char format[] = "{\"path\":\"%s\"%s%s%.*s}";
  const char *comma = members.len > 2 ? "," : "";
  json ignored, inner = within_quotes(members);
  const char *hashing = json_member(members, "password_hashing", &ignored) ? "" : "," TEST_HASHING;
  size_t size = sizeof format + strlen(replay->path) + sizeof TEST_HASHING + members.len;
  char *config = allocate(size);
  snprintf(config, size, format, replay->path, hashing, comma, (int)inner.len, inner.at);
  return config;
}

/* Opens the store, whose host's handle is then the only one. The caller frees `response`. */
static int32_t open_store(struct replay *replay, json config, userprofile_json *response) {
  char *text = config_of(replay, config);
  int32_t status =
      userprofile_open(text, USERPROFILE_NUL_TERMINATED, &replay->opened[HOST], response);
  free(text);
  if (status != USERPROFILE_OK) return status;
  replay->names[HOST] = json_text("\"host\"");
  replay->handles = 1;
  return userprofile_set_clock(replay->opened[HOST], replayed_clock, replay);
}

static void close_handles(struct replay *replay) {
  while (replay->handles > 0) userprofile_close(replay->opened[--replay->handles]);
}

static userprofile *handle_named(const struct replay *replay, json name) {
  int i;
  for (i = replay->handles - 1; i >= 0; i--) {
    if (equal(replay->names[i], name)) return replay->opened[i];
  }
  tap_note("no handle is named %.*s", (int)name.len, name.at);
  return NULL;
}

static operation_fn *operation_named(json name) {
  const struct named_operation *entry = operations;
  while (entry->name && !json_is_string(name, entry->name)) entry++;
  if (!entry->name) tap_note("no operation is named %.*s", (int)name.len, name.at);
  return entry->run;
}

static int has_only(json object, const char *const *known) {
  json name, value;
  while (json_next(&object, &name, &value)) {
    const char *const *word = known;
    while (*word && !json_is_string(name, *word)) word++;
    if (!*word) {
      tap_note("unknown member %.*s", (int)name.len, name.at);
      return 0;
    }
  }
  return 1;
}

static const json *string_kept_as(const struct replay *replay, json name) {
  int i;
  for (i = replay->kept - 1; i >= 0; i--) {
    if (equal(replay->kept_names[i], name)) return &replay->kept_strings[i];
  }
  return NULL;
}

static void append(json *text, const char *bytes, size_t len) {
  char *grown = realloc((char *)text->at, text->len + len + 1);
  if (!grown) tap_bail_out("out of memory");
  memcpy(grown + text->len, bytes, len);
  text->at = grown;
  text->len += len;
}

/* Writes the text with each ${NAME} replaced by what was kept under that name; 0 if nothing was.
 * The caller frees `filled->at` either way. */
static int fill(const struct replay *replay, json text, json *filled) {
  const char *at = text.at, *end = text.at + text.len;
  filled->at = NULL;
  filled->len = 0;
  for (;;) {
    const char *reference = at;
    const json *kept = NULL;
    while (reference < end && strncmp(reference, "${", 2) != 0) reference++;
    append(filled, at, (size_t)(reference - at));
    if (reference == end) return 1;
    at = memchr(reference, '}', (size_t)(end - reference));
    if (at) {
      json name = {reference + 2, (size_t)(at - reference - 2)};
      kept = string_kept_as(replay, name);
      at++;
    }
    if (!kept) {
      tap_note("nothing is kept as %.*s", (int)(end - reference), reference);
      return 0;
    }
    append(filled, kept->at, kept->len);
  }
}

/* The bytes to send; the caller frees `request->at`. */
static int request_of(const struct replay *replay, json step, json *request) {
  json value, filled;
  int found = 1;
  request->at = NULL;
  request->len = 0;
  if (json_member(step, "request", &value)) return fill(replay, value, request);
  if (json_member(step, "request_base64", &value)) *request = json_base64(value);
  if (json_member(step, "request_text", &value)) {
    found = fill(replay, value, &filled);
    if (found) *request = json_unescaped(filled);
    free((char *)filled.at);
  }
  return found;
}

/* Keeps the strings of the answer that `keep`, a map from name to path, asks for. */
static int keep_strings(struct replay *replay, json keep, json answer) {
  json name, path, key;
  while (json_next(&keep, &name, &path)) {
    json value = answer, *kept = &replay->kept_strings[replay->kept];
    int found = 1;
    if (replay->kept == MAX_KEPT) tap_bail_out("more than %d kept strings", MAX_KEPT);
    while (found && json_next(&path, NULL, &key)) {
      json member = json_unescaped(key);
      found = json_member(value, member.at, &value);
      free((char *)member.at);
    }
    if (!found || *value.at != '"') {
      tap_note("no string to keep as %.*s", (int)name.len, name.at);
      return 0;
    }
    replay->kept_names[replay->kept++] = within_quotes(name);
    kept->at = NULL;
    kept->len = 0;
    append(kept, value.at + 1, value.len - 2);
  }
  return 1;
}

static int32_t send_request(struct replay *replay, json step, json request,
                            userprofile_json *response) {
  json name = replay->names[HOST];
  userprofile *handle;
  operation_fn *run;
  json_member(step, "on", &name);
  handle = handle_named(replay, name);
  if (json_member(step, "login", &name)) {
    userprofile *user = NULL;
    int32_t status = userprofile_login(handle, request.at, request.len, &user, response);
    if (status == USERPROFILE_OK) {
      if (replay->handles == MAX_HANDLES) tap_bail_out("more than %d handles", MAX_HANDLES);
      replay->names[replay->handles] = name;
      replay->opened[replay->handles++] = user;
    }
    return status;
  }
  if (!json_member(step, "call", &name) || !(run = operation_named(name))) return -1;
  return run(handle, request.at, request.len, response);
}

/* Whether this is what the step expects of the answer to `asked`. */
static int is_expected(const struct replay *replay, json step, json asked, int32_t status,
                       json answer) {
  json expected_status, response, expected;
  char number[16];
  int passed = 0;
  snprintf(number, sizeof number, "%d", (int)status);
  if (!json_member(step, "status", &expected_status) || !json_member(step, "response", &response)) {
    tap_note("the step lacks a status or a response");
    return 0;
  }
  if (fill(replay, response, &expected)) {
    passed = json_is(expected_status, number) && json_matches(expected, answer);
    if (!passed) {
      tap_note("sent %.*s", (int)asked.len, asked.at);
      tap_note("want %.*s %.*s", (int)expected_status.len, expected_status.at, (int)expected.len,
               expected.at);
      tap_note("have %s %.*s", number, (int)answer.len, answer.at);
    }
  }
  free((char *)expected.at);
  return passed;
}

static int replay_call(struct replay *replay, json step) {
  json request, answer, keep = json_text("{}");
  userprofile_json response = {NULL, 0};
  int passed = request_of(replay, step, &request);
  if (passed) {
    int32_t status = send_request(replay, step, request, &response);
    answer = json_stripped(json_text(response.data ? response.data : ""));
    json_member(step, "keep", &keep);
    passed =
        is_expected(replay, step, request, status, answer) && keep_strings(replay, keep, answer);
    free((char *)answer.at);
  }
  userprofile_json_free(&response);
  free((char *)request.at);
  return passed;
}

static int replay_reopen(struct replay *replay, json step, json config) {
  json answer, ignored;
  userprofile_json response;
  int32_t status;
  int passed;
  close_handles(replay);
  status = open_store(replay, config, &response);
  answer = json_stripped(json_text(response.data));
  passed = (status == USERPROFILE_OK && !json_member(step, "status", &ignored)) ||
           is_expected(replay, step, config, status, answer);
  free((char *)answer.at);
  userprofile_json_free(&response);
  return passed;
}

static int replay_step(struct replay *replay, json step) {
  static const char *const of_clock[] = {"clock", NULL};
  static const char *const of_reopen[] = {"reopen", "status", "response", NULL};
  static const char *const of_call[] = {"call",           "login",  "on",       "request",
                                        "request_text",   "status", "response", "keep",
                                        "request_base64", NULL};
  json value;
  if (json_member(step, "clock", &value)) {
    replay->now_ms = strtoll(value.at, NULL, 10);
    return has_only(step, of_clock);
  }
  if (json_member(step, "reopen", &value)) {
    return has_only(step, of_reopen) && replay_reopen(replay, step, value);
  }
  return has_only(step, of_call) && replay_call(replay, step);
}

static int reopens(json steps) {
  json step, ignored;
  while (json_next(&steps, NULL, &step)) {
    if (json_member(step, "reopen", &ignored)) return 1;
  }
  return 0;
}

static int replay_steps(struct replay *replay, json config, json steps) {
  userprofile_json response;
  json step;
  int count = 0, passed = open_store(replay, config, &response) == USERPROFILE_OK;
  if (!passed) tap_note("open answered %s", response.data);
  userprofile_json_free(&response);
  while (passed && json_next(&steps, NULL, &step)) {
    count++;
    passed = replay_step(replay, step);
    if (!passed) tap_note("in step %d: %.*s", count, (int)step.len, step.at);
  }
  return passed && count > 0;
}

static int replay_case(json golden) {
  static const char *const known[] = {"name", "from", "config", "steps", NULL};
  struct replay replay = {0};
  char folder[] = "/tmp/userprofile-test-XXXXXX";
  json config = json_text("{}"), steps;
  int passed;
  if (!has_only(golden, known) || !json_member(golden, "steps", &steps)) {
    tap_note("a case needs steps");
    return 0;
  }
  json_member(golden, "config", &config);
  replay.path = ":temporary:";
  replay.now_ms = INT64_C(1700000000000);
  if (reopens(steps)) {
    if (!mkdtemp(folder)) tap_bail_out("no temporary folder");
    replay.path = folder;
  }
  passed = replay_steps(&replay, config, steps);
  close_handles(&replay);
  while (replay.kept > 0) free((char *)replay.kept_strings[--replay.kept].at);
  if (replay.path == folder) remove_folder(folder);
  return passed;
}

static char *read_file(const char *path, size_t *len) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  long size = 0;
  if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0) {
    tap_bail_out("cannot read %s", path);
  }
  rewind(file);
  text = allocate((size_t)size + 1);
  if (fread(text, 1, (size_t)size, file) != (size_t)size) {
    tap_bail_out("cannot read %s", path);
  }
  fclose(file);
  *len = (size_t)size;
  return text;
}

static void replay_file(const char *directory, const char *name) {
  char path[4096];
  json text, golden;
  char *content;
  snprintf(path, sizeof path, "%s/%s", directory, name);
  content = read_file(path, &text.len);
  text.at = content;
  if (!json_valid(text)) {
    tap_ok(0, "%s is not valid JSON", name);
  } else {
    golden = json_stripped(text);
    tap_ok(replay_case(golden), "%s", name);
    free((void *)golden.at);
  }
  free(content);
}

static int is_golden(const struct dirent *entry) {
  size_t len = strlen(entry->d_name);
  return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

int main(int argc, char **argv) {
  const char *directory = argc > 1 ? argv[1] : "tests/golden";
  struct dirent **files;
  int i, count = scandir(directory, &files, is_golden, alphasort);
  if (count < 1) tap_bail_out("no golden case in %s", directory);
  for (i = 0; i < count; i++) {
    replay_file(directory, files[i]->d_name);
    free(files[i]);
  }
  free(files);
  return tap_done();
}
