/*
 * A tour of libuserprofile: one person, from account to profile, in a store that is gone
 * afterwards. `make quickstart` builds and runs it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "userprofile.h"

/* Every operation of the library has this one signature. */
typedef int32_t operation(const userprofile *, const char *, size_t, userprofile_json *);

static void explain(const char *words) { printf("\n%s\n", words); }

/* Shows a request and its answer, and stops the tour if the status is not the expected one. */
static void show(const char *name, const char *request, int32_t status, int32_t expected,
                 const userprofile_json *answer) {
  printf("  --> %s %s\n  <-- ", name, request);
  if (status != USERPROFILE_OK) printf("(%d) ", (int)status);
  printf("%s\n", answer->data);
  if (status != expected) {
    fprintf(stderr, "quickstart: expected status %d\n", (int)expected);
    exit(EXIT_FAILURE);
  }
}

/* The pattern of every call: send JSON, look at the status, use the answer, free it. */
static void ask(const userprofile *store, const char *name, operation *call, const char *request,
                int32_t expected) {
  userprofile_json answer;
  int32_t status = call(store, request, USERPROFILE_NUL_TERMINATED, &answer);
  show(name, request, status, expected, &answer);
  userprofile_json_free(&answer);
}

/* Takes the text between `before` and `after`. A real program would use its JSON library. */
static void take(char *to, size_t size, const char *json, const char *before, const char *after) {
  const char *start = strstr(json, before);
  const char *end = start ? strstr(start + strlen(before), after) : NULL;
  int len = end ? (int)(end - start - strlen(before)) : 0;
  snprintf(to, size, "%.*s", len, start ? start + strlen(before) : "");
}

int main(void) {
  static const char config[] = "{\"path\":\":temporary:\"}";
  static const char credentials[] =
      "{\"grant_type\":\"password\",\"username\":\"ana\",\"password\":\"correct horse\"}";
  userprofile *store;
  userprofile_json answer;
  char uid[128], seq_no[32], request[512];
  int32_t status;

  printf("libuserprofile %s: user profiles in your own process.\n", userprofile_version());

  explain("1. Open a store. A real one is a directory; this one vanishes when it is closed.");
  status = userprofile_open(config, USERPROFILE_NUL_TERMINATED, &store, &answer);
  show("open", config, status, USERPROFILE_OK, &answer);
  userprofile_json_free(&answer);

  explain("2. Create an account for Ana. Only a slow hash of her password is kept.");
  ask(store, "put_user", userprofile_put_user,
      "{\"username\":\"ana\",\"password\":\"correct horse\",\"roles\":[\"editor\"],"
      "\"full_name\":\"Ana Costa\",\"email\":\"ana@example.com\"}",
      USERPROFILE_OK);

  explain("3. She logs in, which activates her profile. Its uid is hers for good, so keep that.");
  status = userprofile_activate(store, credentials, USERPROFILE_NUL_TERMINATED, &answer);
  show("activate", credentials, status, USERPROFILE_OK, &answer);
  take(uid, sizeof uid, answer.data, "\"uid\":\"", "\"");
  take(seq_no, sizeof seq_no, answer.data, "\"_seq_no\":", "}");
  userprofile_json_free(&answer);

  explain("4. Programs keep what they like in it, each under a name of its own.");
  snprintf(request, sizeof request,
           "{\"uid\":\"%s\",\"data\":{\"wiki\":{\"theme\":\"dark\",\"font\":12}}}", uid);
  ask(store, "update_data", userprofile_update_data, request, USERPROFILE_OK);

  explain("5. A second update is merged into the first: the theme changes, the font stays.");
  snprintf(request, sizeof request,
           "{\"uid\":\"%s\",\"labels\":{\"wiki\":\"beta\"},"
           "\"data\":{\"wiki\":{\"theme\":\"light\"},\"mail\":{\"unread\":3}}}",
           uid);
  ask(store, "update_data", userprofile_update_data, request, USERPROFILE_OK);

  explain("6. Read it all back...");
  snprintf(request, sizeof request, "{\"uid\":\"%s\",\"data\":\"*\"}", uid);
  ask(store, "get", userprofile_get, request, USERPROFILE_OK);

  explain("   ...or only what you need. Somebody unknown is a line of the answer, not a failure.");
  snprintf(request, sizeof request, "{\"uid\":[\"%s\",\"u_nobody_0\"],\"data\":\"wiki.theme\"}",
           uid);
  ask(store, "get", userprofile_get, request, USERPROFILE_OK);

  explain("7. Two writers meet: this one still believes in the version of step 3, and is told.");
  snprintf(request, sizeof request,
           "{\"uid\":\"%s\",\"data\":{\"mail\":{\"unread\":0}},"
           "\"if_seq_no\":%s,\"if_primary_term\":1}",
           uid, seq_no);
  ask(store, "update_data", userprofile_update_data, request, USERPROFILE_CONFLICT);

  explain("8. Ana leaves for a while: her profile is disabled, and nothing of it is lost.");
  snprintf(request, sizeof request, "{\"uid\":\"%s\"}", uid);
  ask(store, "disable", userprofile_disable, request, USERPROFILE_OK);
  ask(store, "get", userprofile_get, request, USERPROFILE_OK);

  explain("9. She is back.");
  ask(store, "enable", userprofile_enable, request, USERPROFILE_OK);
  ask(store, "get", userprofile_get, request, USERPROFILE_OK);

  userprofile_close(store);
  explain("That was the main job. include/userprofile.h tells the rest.");
  return EXIT_SUCCESS;
}
