/* Many threads on one handle: readers, writers, and writers of the same profile. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "tap.h"

enum { THREADS = 8, ROUNDS = 25 };

#define SHARED "u_jCpH07240wlqZHn1Pqw7ckKR218cMWERAPZ1vlU3Mp0_0"
#define LOG_IN "\"username\":\"me@example.com\",\"password\":\"other-horse\""

struct worker {
  pthread_t thread;
  const userprofile *store;
  int number;
  int failures;
};

/* Calls, and counts as a failure of `worker` what does not answer `status` soundly. */
static userprofile_json ask(struct worker *worker, operation_fn *run, const char *request,
                            int32_t status) {
  userprofile_json response = {NULL, 0};
  int32_t actual = run(worker->store, request, USERPROFILE_NUL_TERMINATED, &response);
  worker->failures += actual != status || !response.data || response.data[response.len] != '\0' ||
                      !json_valid(json_text(response.data));
  return response;
}

static void must(struct worker *worker, operation_fn *run, const char *request) {
  userprofile_json response = ask(worker, run, request, USERPROFILE_OK);
  userprofile_json_free(&response);
}

/* Writes to a profile of its own and to its own part of the shared one, and reads them back. */
static void *write_and_read(void *argument) {
  struct worker *worker = argument;
  char request[512], expected[128];
  int round;
  for (round = 1; round <= ROUNDS; round++) {
    userprofile_json response;
    snprintf(request, sizeof request,
             "{\"uid\":\"" SHARED "\",\"data\":{\"app%d\":{\"round\":%d}}}", worker->number, round);
    must(worker, userprofile_update_data, request);
    snprintf(request, sizeof request, "{\"uid\":\"" SHARED "\",\"data\":\"app%d\"}",
             worker->number);
    snprintf(expected, sizeof expected, "\"data\":{\"app%d\":{\"round\":%d}}", worker->number,
             round);
    response = ask(worker, userprofile_get, request, USERPROFILE_OK);
    worker->failures += !response.data || !strstr(response.data, expected);
    userprofile_json_free(&response);
  }
  return NULL;
}

/* Activates one and the same user, and logs in and out. */
static void *activate_and_log_in(void *argument) {
  struct worker *worker = argument;
  int round;
  for (round = 0; round < ROUNDS; round++) {
    userprofile *user = NULL;
    must(worker, userprofile_activate, "{\"grant_type\":\"password\"," LOG_IN "}");
    worker->failures += userprofile_login(worker->store, "{" LOG_IN "}", USERPROFILE_NUL_TERMINATED,
                                          &user, NULL) != USERPROFILE_OK;
    worker->failures += status_of(userprofile_authenticate, user, "{}") != USERPROFILE_OK;
    userprofile_close(user);
  }
  return NULL;
}

/* Copies the string member of an answer, with its quotes. */
static void copy_member(char *to, size_t size, const userprofile_json *answer, const char *name) {
  json value = {"", 0};
  if (answer->data) json_member(json_text(answer->data), name, &value);
  snprintf(to, size, "%.*s", (int)value.len, value.at);
}

/* Gets tokens, uses them, refreshes them, and ends them. */
static void *use_tokens(void *argument) {
  struct worker *worker = argument;
  char access[256], refresh[256], request[512];
  int round;
  for (round = 0; round < ROUNDS; round++) {
    userprofile *user = NULL;
    userprofile_json tokens = ask(worker, userprofile_get_token,
                                  "{\"grant_type\":\"password\"," LOG_IN "}", USERPROFILE_OK);
    copy_member(access, sizeof access, &tokens, "access_token");
    copy_member(refresh, sizeof refresh, &tokens, "refresh_token");
    userprofile_json_free(&tokens);
    snprintf(request, sizeof request, "{\"access_token\":%s}", access);
    worker->failures += userprofile_login(worker->store, request, USERPROFILE_NUL_TERMINATED, &user,
                                          NULL) != USERPROFILE_OK;
    snprintf(request, sizeof request, "{\"grant_type\":\"refresh_token\",\"refresh_token\":%s}",
             refresh);
    must(worker, userprofile_get_token, request);
    snprintf(request, sizeof request, "{\"token\":%s}", access);
    must(worker, userprofile_invalidate_token, request);
    worker->failures +=
        status_of(userprofile_authenticate, user, "{}") != USERPROFILE_UNAUTHENTICATED;
    userprofile_close(user);
  }
  return NULL;
}

/* Puts, reads and deletes a role mapping of its own. */
static void *map_roles(void *argument) {
  struct worker *worker = argument;
  char put[256], name[64];
  int round;
  snprintf(name, sizeof name, "{\"name\":\"mapping%d\"}", worker->number);
  snprintf(put, sizeof put,
           "{\"name\":\"mapping%d\",\"roles\":[\"r\"],\"rules\":{\"field\":{\"username\":\"*\"}}}",
           worker->number);
  for (round = 0; round < ROUNDS; round++) {
    must(worker, userprofile_put_role_mapping, put);
    must(worker, userprofile_get_role_mapping, name);
    must(worker, userprofile_delete_role_mapping, name);
  }
  return NULL;
}

/* So many are found by `name`. */
static void must_find(struct worker *worker, const char *name, int count) {
  char request[128], expected[128];
  userprofile_json people;
  snprintf(request, sizeof request, "{\"name\":\"%s\"}", name);
  snprintf(expected, sizeof expected, "\"total\":{\"value\":%d,\"relation\":\"eq\"}", count);
  people = ask(worker, userprofile_suggest, request, USERPROFILE_OK);
  worker->failures += !people.data || !strstr(people.data, expected);
  userprofile_json_free(&people);
}

/* Renames a user of its own, who is found by the new name at once, and by the old one no more. */
static void *rename_and_find(void *argument) {
  struct worker *worker = argument;
  char user[256], activation[256], name[32], before[32] = "nobody";
  int round;
  snprintf(activation, sizeof activation,
           "{\"grant_type\":\"password\",\"username\":\"person%d\",\"password\":\"other-horse\"}",
           worker->number);
  for (round = 0; round < ROUNDS; round++) {
    snprintf(name, sizeof name, "w%dr%d", worker->number, round);
    snprintf(user, sizeof user,
             "{\"username\":\"person%d\",\"password\":\"other-horse\",\"roles\":[],"
             "\"full_name\":\"Round %s\"}",
             worker->number, name);
    must(worker, userprofile_put_user, user);
    must(worker, userprofile_activate, activation);
    must_find(worker, name, 1);
    must_find(worker, before, 0);
    strcpy(before, name);
  }
  return NULL;
}

static char shared_refresh_token[256];
static char refreshed[THREADS][256];

static void *refresh_the_same(void *argument) {
  struct worker *worker = argument;
  char request[512];
  userprofile_json tokens;
  snprintf(request, sizeof request, "{\"grant_type\":\"refresh_token\",\"refresh_token\":%s}",
           shared_refresh_token);
  tokens = ask(worker, userprofile_get_token, request, USERPROFILE_OK);
  copy_member(refreshed[worker->number], sizeof *refreshed, &tokens, "access_token");
  userprofile_json_free(&tokens);
  return NULL;
}

/* The number after the first `name` in the text. */
static long number_after(const char *text, const char *name) {
  const char *at = text ? strstr(text, name) : NULL;
  return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

/* Counts one up by reading, and writing only if nobody wrote in between. */
static int count_up(struct worker *worker) {
  char request[512];
  userprofile_json read =
      ask(worker, userprofile_get, "{\"uid\":\"" SHARED "\",\"data\":\"counter\"}", USERPROFILE_OK);
  long count = number_after(read.data, "\"n\":");
  long seq_no = number_after(read.data, "\"_seq_no\":");
  long term = number_after(read.data, "\"_primary_term\":");
  int32_t status;
  userprofile_json_free(&read);
  snprintf(request, sizeof request,
           "{\"uid\":\"" SHARED
           "\",\"data\":{\"counter\":{\"n\":%ld}},\"if_seq_no\":%ld,"
           "\"if_primary_term\":%ld}",
           count + 1, seq_no, term);
  status = status_of(userprofile_update_data, worker->store, request);
  worker->failures += status != USERPROFILE_OK && status != USERPROFILE_CONFLICT;
  return status == USERPROFILE_OK;
}

static void *count(void *argument) {
  struct worker *worker = argument;
  int counted = 0;
  while (counted < ROUNDS && worker->failures == 0) counted += count_up(worker);
  return NULL;
}

static int run_in_threads(const userprofile *store, void *(*work)(void *)) {
  struct worker workers[THREADS];
  int i, failures = 0;
  for (i = 0; i < THREADS; i++) {
    workers[i].store = store;
    workers[i].number = i;
    workers[i].failures = 0;
    if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) tap_bail_out("no threads");
  }
  for (i = 0; i < THREADS; i++) {
    pthread_join(workers[i].thread, NULL);
    failures += workers[i].failures;
  }
  return failures;
}

static void check_every_write(const userprofile *store) {
  char request[128], expected[128];
  int i, missing = 0;
  for (i = 0; i < THREADS; i++) {
    userprofile_json response;
    snprintf(request, sizeof request, "{\"uid\":\"" SHARED "\",\"data\":\"app%d\"}", i);
    snprintf(expected, sizeof expected, "{\"app%d\":{\"round\":%d}}", i, ROUNDS);
    userprofile_get(store, request, USERPROFILE_NUL_TERMINATED, &response);
    missing += !strstr(response.data, expected);
    userprofile_json_free(&response);
  }
  tap_ok(missing == 0, "every thread's last write is there");
}

static void check_counter(const userprofile *store) {
  userprofile_json response;
  userprofile_get(store, "{\"uid\":\"" SHARED "\",\"data\":\"counter\"}",
                  USERPROFILE_NUL_TERMINATED, &response);
  tap_ok(number_after(response.data, "\"n\":") == THREADS * ROUNDS,
         "a counter under if_seq_no loses no step: %s", response.data);
  userprofile_json_free(&response);
}

static void check_one_refresh(const userprofile *store) {
  userprofile_json tokens;
  int i, others = 0;
  userprofile_get_token(store, "{\"grant_type\":\"password\"," LOG_IN "}",
                        USERPROFILE_NUL_TERMINATED, &tokens);
  copy_member(shared_refresh_token, sizeof shared_refresh_token, &tokens, "refresh_token");
  userprofile_json_free(&tokens);
  tap_ok(run_in_threads(store, refresh_the_same) == 0, "%d threads refresh one token", THREADS);
  for (i = 1; i < THREADS; i++) others += strcmp(refreshed[0], refreshed[i]) != 0;
  tap_ok(others == 0 && *refreshed[0] == '"', "and get the same new one");
}

/* The store goes with its last handle, whichever thread closes it. */
static void *close_it(void *handle) {
  userprofile_close(handle);
  return NULL;
}

static void close_from_threads(userprofile *store) {
  pthread_t threads[THREADS];
  int i, failures = 0;
  for (i = 0; i < THREADS; i++) {
    userprofile *user = NULL;
    failures += userprofile_login(store, "{" LOG_IN "}", USERPROFILE_NUL_TERMINATED, &user, NULL);
    if (pthread_create(&threads[i], NULL, close_it, user)) tap_bail_out("no threads");
  }
  userprofile_close(store);
  for (i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  tap_ok(failures == 0, "handles are closed by threads that did not open them");
}

int main(void) {
  userprofile *store = open_test_store();
  if (status_of(userprofile_put_user, store, "{" LOG_IN ",\"roles\":[\"superuser\"]}") ||
      status_of(userprofile_activate, store, "{\"grant_type\":\"password\"," LOG_IN "}") ||
      status_of(userprofile_update_data, store,
                "{\"uid\":\"" SHARED "\",\"data\":{\"counter\":{\"n\":0}}}")) {
    tap_bail_out("the store cannot be filled");
  }
  tap_ok(run_in_threads(store, write_and_read) == 0, "%d threads write and read", THREADS);
  check_every_write(store);
  tap_ok(run_in_threads(store, activate_and_log_in) == 0, "%d threads activate and log in",
         THREADS);
  tap_ok(run_in_threads(store, count) == 0, "%d threads write under if_seq_no", THREADS);
  check_counter(store);
  tap_ok(run_in_threads(store, use_tokens) == 0, "%d threads get and end tokens", THREADS);
  check_one_refresh(store);
  tap_ok(run_in_threads(store, map_roles) == 0, "%d threads map roles", THREADS);
  tap_ok(run_in_threads(store, rename_and_find) == 0, "%d threads rename and find", THREADS);
  expect(userprofile_check, store, "{}", USERPROFILE_OK,
         "{\"profiles\":9,\"postings\":\"$any\",\"differences\":{\"count\":0,\"details\":[]}}");
  close_from_threads(store);
  return tap_done();
}
