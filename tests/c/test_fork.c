/* After fork() the child gets a 503 from every call and may close and exit; the parent goes on. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store.h"
#include "tap.h"

enum { CHILDREN_IN_THE_MIDST = 20, PATIENCE_SECONDS = 120 };

static userprofile *store;

/* What a child does with the store that it inherited; its exit code is the number of mistakes. */
typedef int child_fn(void);

static int run_child(child_fn *child, void (*leave)(int)) {
  int status;
  pid_t pid = fork();
  if (pid < 0) tap_bail_out("cannot fork");
  if (pid == 0) {
    alarm(PATIENCE_SECONDS); /* a child that hangs is killed and so fails */
    leave(child());
  }
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) tap_note("the child was killed by signal %d", WTERMSIG(status));
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int64_t fixed_clock(void *user_data) { return *(int64_t *)user_data; }

static void no_log(void *user_data, int32_t level, const char *message, size_t len) {
  (void)user_data, (void)level, (void)message, (void)len;
}

static int32_t nobody(void *user_data, const char *credentials, size_t len,
                      userprofile_answer *answer) {
  (void)user_data, (void)credentials, (void)len, (void)answer;
  return 0;
}

static void count_up(void *count) { ++*(int *)count; }

static int every_call_is_unavailable(void) {
  const struct named_operation *operation;
  userprofile *user = store;
  userprofile_json response;
  int64_t now = 0;
  int mistakes = 0, releases = 0;
  for (operation = operations; operation->name; operation++) {
    int32_t status = operation->run(store, "{}", 2, &response);
    if (status != USERPROFILE_UNAVAILABLE || !answer_is_sound(status, &response)) {
      tap_note("%s answered %d", operation->name, (int)status);
      mistakes++;
    }
    userprofile_json_free(&response);
  }
  mistakes += userprofile_login(store, "{\"username\":\"a\",\"password\":\"b\"}",
                                USERPROFILE_NUL_TERMINATED, &user, NULL) != USERPROFILE_UNAVAILABLE;
  mistakes += user != NULL;
  mistakes += userprofile_set_clock(store, fixed_clock, &now) != USERPROFILE_UNAVAILABLE;
  mistakes += userprofile_set_logger(store, no_log, NULL) != USERPROFILE_UNAVAILABLE;
  mistakes += userprofile_set_authenticator(store, "ldap1", 5, nobody, &releases, count_up, NULL) !=
              USERPROFILE_UNAVAILABLE;
  mistakes += releases != 1;
  return mistakes;
}

static int close_inherited(void) {
  userprofile_close(store);
  return 0;
}

static int one_call(void) {
  return status_of(userprofile_get, store, "{\"uid\":\"u_a_0\"}") != USERPROFILE_UNAVAILABLE;
}

/* What a child opens itself is its own. */
static int open_anew(void) {
  userprofile *own = open_test_store();
  int mistakes = status_of(userprofile_get, own, "{\"uid\":\"u_a_0\"}") != USERPROFILE_OK;
  mistakes += one_call();
  userprofile_close(own);
  return mistakes;
}

static int do_nothing(void) { return 0; }

static int parent_goes_on(const char *username) {
  char request[256];
  snprintf(request, sizeof request, "{\"username\":\"%s\",\"password\":\"abcdef\",\"roles\":[]}",
           username);
  return status_of(userprofile_put_user, store, request) == USERPROFILE_OK &&
         status_of(userprofile_get, store, "{\"uid\":\"u_a_0\"}") == USERPROFILE_OK;
}

static int stop;
static pthread_mutex_t stop_lock = PTHREAD_MUTEX_INITIALIZER;

static int is_stopped(void) {
  int stopped;
  pthread_mutex_lock(&stop_lock);
  stopped = stop;
  pthread_mutex_unlock(&stop_lock);
  return stopped;
}

/* Reads and writes until told to stop; answers NULL if all went well. */
static void *keep_busy(void *username) {
  while (!is_stopped()) {
    if (!parent_goes_on(username)) return username;
  }
  return NULL;
}

/* What other threads had in hand at the fork is lost to the child, and no leak of its own making;
 * another program takes its place, as it does in most children. */
static void become_true(int mistakes) {
  if (mistakes == 0) execlp("true", "true", (char *)NULL);
  _exit(EXIT_FAILURE);
}

/* GCC's address sanitizer has an allocator whose own locks another thread may hold at the fork, and
 * then hangs the child whatever the library does. */
#ifdef __SANITIZE_ADDRESS__
enum { ALLOCATOR_SURVIVES_FORK = 0 };
#else
enum { ALLOCATOR_SURVIVES_FORK = 1 };
#endif

/* A fork may come while other threads hold any lock of the library. */
static void fork_in_the_midst(void) {
  static char names[2][8] = {"busy1", "busy2"};
  pthread_t threads[2];
  void *results[2];
  int i, failures = 0;
  for (i = 0; i < 2; i++) {
    if (pthread_create(&threads[i], NULL, keep_busy, names[i])) tap_bail_out("no threads");
  }
  for (i = 0; i < CHILDREN_IN_THE_MIDST; i++) failures += !run_child(one_call, become_true);
  pthread_mutex_lock(&stop_lock);
  stop = 1;
  pthread_mutex_unlock(&stop_lock);
  for (i = 0; i < 2; i++) pthread_join(threads[i], &results[i]);
  tap_ok(failures == 0, "%d children of busy threads get a 503", CHILDREN_IN_THE_MIDST);
  tap_ok(!results[0] && !results[1], "the busy threads never noticed");
}

int main(void) {
  store = open_test_store();
  tap_ok(run_child(every_call_is_unavailable, _exit), "every call of a child answers 503");
  tap_ok(parent_goes_on("first"), "the parent goes on");
  tap_ok(run_child(close_inherited, exit), "a child may close the handle and exit");
  tap_ok(parent_goes_on("second"), "the parent goes on");
  tap_ok(run_child(open_anew, exit), "a child may open a store of its own");
  tap_ok(run_child(do_nothing, exit), "a child may exit without closing");
  tap_ok(parent_goes_on("third"), "the parent goes on");
  if (ALLOCATOR_SURVIVES_FORK) fork_in_the_midst();
  tap_ok(parent_goes_on("fourth"), "the parent goes on");
  expect(userprofile_get_user, store, "{\"username\":\"first,second,third,fourth\"}",
         USERPROFILE_OK,
         "{\"first\":\"$any\",\"second\":\"$any\",\"third\":\"$any\",\"fourth\":\"$any\"}");
  userprofile_close(store);
  return tap_done();
}
