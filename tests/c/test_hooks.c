/* The host's clock and logger. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "tap.h"

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

static void loggers(void) {
  struct log log = {0, 0};
  userprofile *store = open_test_store();
  tap_ok(userprofile_set_logger(store, count_message, &log) == USERPROFILE_OK, "a logger is set");
  status_of(userprofile_authenticate, store, "{}");
  tap_ok(userprofile_set_logger(store, NULL, NULL) == USERPROFILE_OK, "the logger is taken away");
  log.messages = 0;
  status_of(userprofile_authenticate, store, "{}");
  userprofile_close(store);
  tap_ok(log.messages == 0, "no message comes after that");
  tap_ok(log.mistakes == 0, "messages have a level and text");
}

int main(void) {
  clocks();
  loggers();
  return tap_done();
}
