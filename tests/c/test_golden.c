/* Replays the golden cases: `test_golden [DIRECTORY]`, tests/golden unless given. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "tap.h"

enum { MAX_HANDLES = 16, HOST = 0 };

struct replay {
  int64_t now_ms;
  int handles;
  json names[MAX_HANDLES];
  userprofile *opened[MAX_HANDLES];
};

static int64_t replayed_clock(void *user_data) { return ((struct replay *)user_data)->now_ms; }

static char *print(const char *format, json first, json second) {
  int size = snprintf(NULL, 0, format, (int)first.len, first.at, (int)second.len, second.at);
  char *text = malloc((size_t)size + 1);
  if (!text) tap_bail_out("out of memory");
  sprintf(text, format, (int)first.len, first.at, (int)second.len, second.at);
  return text;
}

/* open's config: what every case starts with, then what this one adds. */
static char *config_of(json members) {
  json hashing = json_text("," TEST_HASHING), ignored;
  if (json_member(members, "password_hashing", &ignored)) hashing.len = 0;
  if (members.len > 2) {
    json inner = {members.at + 1, members.len - 2};
    return print("{\"path\":\":temporary:\"%.*s,%.*s}", hashing, inner);
  }
  return print("{\"path\":\":temporary:\"%.*s%.*s}", hashing, json_text(""));
}

static int open_store(struct replay *replay, json config) {
  char *text = config_of(config);
  userprofile_json response;
  int32_t status =
      userprofile_open(text, USERPROFILE_NUL_TERMINATED, &replay->opened[HOST], &response);
  if (status != USERPROFILE_OK) tap_note("open %s answered %s", text, response.data);
  userprofile_json_free(&response);
  free(text);
  replay->now_ms = INT64_C(1700000000000);
  replay->names[HOST] = json_text("\"host\"");
  replay->handles = 1;
  return status == USERPROFILE_OK &&
         userprofile_set_clock(replay->opened[HOST], replayed_clock, replay) == USERPROFILE_OK;
}

static userprofile *handle_named(const struct replay *replay, json name) {
  int i;
  for (i = replay->handles - 1; i >= 0; i--) {
    if (replay->names[i].len == name.len && memcmp(replay->names[i].at, name.at, name.len) == 0) {
      return replay->opened[i];
    }
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

/* The bytes to send; `owned` is what the caller frees afterwards. */
static json request_of(json step, char **owned) {
  json value, bytes = {NULL, 0};
  *owned = NULL;
  if (json_member(step, "request", &value)) return value;
  if (json_member(step, "request_text", &value)) bytes = json_unescaped(value);
  if (json_member(step, "request_base64", &value)) bytes = json_base64(value);
  *owned = (char *)bytes.at;
  return bytes;
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

static int replay_call(struct replay *replay, json step) {
  json expected_status, expected;
  char *owned;
  json request = request_of(step, &owned);
  userprofile_json response = {NULL, 0};
  char status[16];
  int passed = 0;
  snprintf(status, sizeof status, "%d", (int)send_request(replay, step, request, &response));
  if (!json_member(step, "status", &expected_status) || !json_member(step, "response", &expected)) {
    tap_note("the step lacks a status or a response");
  } else if (response.data) {
    json actual = json_stripped(json_text(response.data));
    passed = json_is(expected_status, status) && json_matches(expected, actual);
    if (!passed) {
      tap_note("sent %.*s", (int)request.len, request.at);
      tap_note("want %.*s %.*s", (int)expected_status.len, expected_status.at, (int)expected.len,
               expected.at);
      tap_note("have %s %s", status, actual.at);
    }
    free((void *)actual.at);
  }
  userprofile_json_free(&response);
  free(owned);
  return passed;
}

static int replay_step(struct replay *replay, json step) {
  static const char *const of_clock[] = {"clock", NULL};
  static const char *const of_call[] = {"call",    "login",        "on",
                                        "request", "request_text", "request_base64",
                                        "status",  "response",     NULL};
  json clock;
  if (json_member(step, "clock", &clock)) {
    replay->now_ms = strtoll(clock.at, NULL, 10);
    return has_only(step, of_clock);
  }
  return has_only(step, of_call) && replay_call(replay, step);
}

static int replay_case(json golden) {
  static const char *const known[] = {"name", "from", "config", "steps", NULL};
  struct replay replay = {0};
  json config = json_text("{}"), steps, step;
  int count = 0, passed = has_only(golden, known);
  json_member(golden, "config", &config);
  if (!json_member(golden, "steps", &steps)) {
    tap_note("a case needs steps");
    return 0;
  }
  passed = passed && open_store(&replay, config);
  while (passed && json_next(&steps, NULL, &step)) {
    count++;
    passed = replay_step(&replay, step);
    if (!passed) tap_note("in step %d: %.*s", count, (int)step.len, step.at);
  }
  while (replay.handles > 0) userprofile_close(replay.opened[--replay.handles]);
  return passed && count > 0;
}

static char *read_file(const char *path, size_t *len) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  long size = 0;
  if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0) {
    tap_bail_out("cannot read %s", path);
  }
  rewind(file);
  text = malloc((size_t)size + 1);
  if (!text || fread(text, 1, (size_t)size, file) != (size_t)size) {
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
