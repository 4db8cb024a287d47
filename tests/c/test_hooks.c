/* The host's clock and logger. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "tap.h"

#define UID "u_JNS5b1jabUqFEjE7vQKijr8MqV3sbkyG73jOfwHniKw_0"
#define ACTIVATE "{\"grant_type\":\"password\",\"username\":\"ana\",\"password\":\"other-horse\"}"

static int64_t stored_clock(void *now_ms) { return *(int64_t *)now_ms; }

/* last_synchronized of a fresh activation, -1 if it fails. */
static long long activation_time(const userprofile *store) {
  static const char name[] = "\"last_synchronized\":";
  userprofile_json response;
  long long time = -1;
  if (userprofile_activate(store, ACTIVATE, USERPROFILE_NUL_TERMINATED, &response) ==
      USERPROFILE_OK) {
    time = strtoll(strstr(response.data, name) + strlen(name), NULL, 10);
  }
  userprofile_json_free(&response);
  return time;
}

static void clocks(void) {
  int64_t now_ms = INT64_C(1234567890123);
  userprofile *store = open_test_store(), *user = NULL;
  status_of(userprofile_put_user, store,
            "{\"username\":\"ana\",\"password\":\"other-horse\",\"roles\":[\"superuser\"]}");
  tap_ok(userprofile_set_clock(store, stored_clock, &now_ms) == USERPROFILE_OK, "a clock is set");
  tap_ok(activation_time(store) == now_ms, "the time is the clock's");
  now_ms += 29999;
  tap_ok(activation_time(store) == now_ms - 29999, "a profile younger than 30 s is not rewritten");
  now_ms += 1;
  tap_ok(activation_time(store) == now_ms, "a profile of 30 s is rewritten");

  userprofile_login(store, "{\"username\":\"ana\",\"password\":\"other-horse\"}",
                    USERPROFILE_NUL_TERMINATED, &user, NULL);
  now_ms += 60000;
  tap_ok(activation_time(user) == now_ms, "a login has the clock of its store");
  tap_ok(userprofile_set_clock(user, NULL, NULL) == USERPROFILE_FORBIDDEN &&
             userprofile_set_logger(user, NULL, NULL) == USERPROFILE_FORBIDDEN,
         "a login cannot change clock or logger");
  userprofile_close(user);

  tap_ok(userprofile_set_clock(store, NULL, NULL) == USERPROFILE_OK, "the clock is taken away");
  tap_ok(activation_time(store) > INT64_C(1700000000000), "the time is the system's again");
  userprofile_close(store);
}

struct log {
  int messages;
  int mistakes;
};

static void count_message(void *user_data, int32_t level, const char *message, size_t len) {
  struct log *log = user_data;
  log->messages++;
  log->mistakes += level < USERPROFILE_LOG_ERROR || level > USERPROFILE_LOG_INFO || len == 0 ||
                   memchr(message, '\0', len) != NULL;
}

/* A store that begins with little address space, and says so when it takes more. */
static userprofile *open_small_store(void) {
  static const char config[] =
      "{\"path\":\":temporary:\",\"map_reserve\":\"1mb\"," TEST_HASHING "}";
  userprofile *store = NULL;
  if (userprofile_open(config, USERPROFILE_NUL_TERMINATED, &store, NULL) != USERPROFILE_OK ||
      status_of(userprofile_put_user, store,
                "{\"username\":\"ana\",\"password\":\"other-horse\",\"roles\":[]}") ||
      status_of(userprofile_activate, store, ACTIVATE)) {
    tap_bail_out("a small store cannot be opened and filled");
  }
  return store;
}

/* Writes as many bytes more to the profile as the store had address space at first. */
static int grow(const userprofile *store, const char *name) {
  enum { SIZE = 1024 * 1024 };
  char *request = malloc(SIZE + 256);
  int head, grown;
  if (!request) tap_bail_out("out of memory");
  head = sprintf(request, "{\"uid\":\"" UID "\",\"data\":{\"%s\":\"", name);
  memset(request + head, 'x', SIZE);
  strcpy(request + head + SIZE, "\"}}");
  grown = status_of(userprofile_update_data, store, request) == USERPROFILE_OK;
  free(request);
  return grown;
}

static void loggers(void) {
  struct log log = {0, 0};
  userprofile *store = open_small_store();
  tap_ok(userprofile_set_logger(store, count_message, &log) == USERPROFILE_OK, "a logger is set");
  tap_ok(grow(store, "a") && grow(store, "b") && log.messages > 0,
         "it hears of the store's growth");
  tap_ok(log.mistakes == 0, "messages have a level and text");
  tap_ok(userprofile_set_logger(store, NULL, NULL) == USERPROFILE_OK, "the logger is taken away");
  log.messages = 0;
  tap_ok(grow(store, "c") && grow(store, "d") && grow(store, "e") && log.messages == 0,
         "no message comes after that");
  userprofile_close(store);
}

int main(void) {
  clocks();
  loggers();
  return tap_done();
}
