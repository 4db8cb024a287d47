/*
 * Which of these people may do this? A thousand people of a single sign-on, three roles, and a wiki
 * that asks; then a handle that may do only that. docs/access.md explains the rules.
 *
 *     cc who_may.c $(pkg-config --cflags --libs userprofile)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "userprofile.h"

enum { PEOPLE = 1000, UID_SIZE = 64 };

/* Every operation of the library has this one signature. */
typedef int32_t operation(const userprofile *, const char *, size_t, userprofile_json *);

static void explain(const char *words) { printf("\n%s\n", words); }

/* Calls and stops if the status is not the expected one. The caller frees the answer. */
static userprofile_json ask(const userprofile *store, operation *call, const char *request,
                            int32_t expected) {
  userprofile_json answer;
  int32_t status = call(store, request, USERPROFILE_NUL_TERMINATED, &answer);
  if (status != expected) {
    fprintf(stderr, "who_may: %d instead of %d: %s\n", (int)status, (int)expected, answer.data);
    exit(EXIT_FAILURE);
  }
  return answer;
}

static void show(const userprofile *store, operation *call, const char *request, int32_t expected) {
  userprofile_json answer = ask(store, call, request, expected);
  printf("  --> %s\n  <-- %s\n", request, answer.data);
  userprofile_json_free(&answer);
}

/* Takes the uid of a profile. A real program would use its JSON library. */
static void take_uid(char uid[UID_SIZE], const char *profile) {
  const char *start = strstr(profile, "u_");
  size_t len = start ? strcspn(start, "\"") : UID_SIZE;
  if (len >= UID_SIZE) exit(EXIT_FAILURE);
  memcpy(uid, start, len);
  uid[len] = '\0';
}

/* The sign-on has let somebody in, and says so. */
static void arrives(const userprofile *store, int number, const char *role, char uid[UID_SIZE]) {
  char request[512];
  userprofile_json profile;
  snprintf(request, sizeof request,
           "{\"grant_type\":\"authentication\",\"authentication\":{\"username\":\"person%d\","
           "\"roles\":[\"%s\"],\"authentication_realm\":{\"name\":\"sso\",\"type\":\"saml\"}}}",
           number, role);
  profile = ask(store, userprofile_activate, request, USERPROFILE_OK);
  take_uid(uid, profile.data);
  userprofile_json_free(&profile);
}

/* How many of the people may do `privilege` on `resource`, by one call. */
static void count(const userprofile *store, char uids[PEOPLE][UID_SIZE], const char *privilege,
                  const char *resource) {
  char *request = malloc(PEOPLE * (UID_SIZE + 3) + 512), *end = request;
  const char *uid;
  userprofile_json answer;
  int i, may = 0;
  if (!request) exit(EXIT_FAILURE);
  end += sprintf(end,
                 "{\"privileges\":{\"application\":[{\"application\":\"wiki\",\"privileges\":"
                 "[\"%s\"],\"resources\":[\"%s\"]}]},\"uids\":",
                 privilege, resource);
  for (i = 0; i < PEOPLE; i++) end += sprintf(end, "%c\"%s\"", i ? ',' : '[', uids[i]);
  strcpy(end, "]}");
  answer = ask(store, userprofile_has_privileges, request, USERPROFILE_OK);
  for (uid = answer.data; (uid = strstr(uid, "\"u_")) != NULL; uid++) may++;
  printf("  %d of %d may %s %s\n", may, PEOPLE, privilege, resource);
  userprofile_json_free(&answer);
  free(request);
}

static void put(const userprofile *store, operation *call, const char *request) {
  userprofile_json answer = ask(store, call, request, USERPROFILE_OK);
  userprofile_json_free(&answer);
}

int main(void) {
  static const char config[] =
      "{\"path\":\":temporary:\",\"durability\":\"none\",\"realms\":{"
      "\"native\":{\"native1\":{}},\"external\":{\"sso\":{\"type\":\"saml\"}}}}";
  static char uids[PEOPLE][UID_SIZE];
  char request[256];
  userprofile *store, *wiki;
  int i;

  if (userprofile_open(config, USERPROFILE_NUL_TERMINATED, &store, NULL)) return EXIT_FAILURE;

  explain("1. The wiki says what can be done in it, and roles allow that on some of its pages.");
  put(store, userprofile_put_privileges,
      "{\"privileges\":{\"wiki\":{\"read\":{\"actions\":[\"page:read\"]},"
      "\"edit\":{\"actions\":[\"page:read\",\"page:write\"]}}}}");
  put(store, userprofile_put_role,
      "{\"name\":\"reader\",\"applications\":[{\"application\":\"wiki\",\"privileges\":[\"read\"],"
      "\"resources\":[\"*\"]}]}");
  put(store, userprofile_put_role,
      "{\"name\":\"author\",\"applications\":[{\"application\":\"wiki\",\"privileges\":[\"edit\"],"
      "\"resources\":[\"home/*\"]}]}");

  explain("2. A thousand people come. Every tenth is an author, all others are readers.");
  for (i = 0; i < PEOPLE; i++) arrives(store, i, i % 10 ? "reader" : "author", uids[i]);

  explain("3. Which of them may do this?");
  count(store, uids, "read", "home/start");
  count(store, uids, "edit", "home/start");
  count(store, uids, "read", "cellar/wine");
  count(store, uids, "edit", "*");

  explain("4. A role is changed. It counts from the next call on, here and in other processes.");
  put(store, userprofile_put_role,
      "{\"name\":\"author\",\"applications\":[{\"application\":\"wiki\",\"privileges\":[\"edit\"],"
      "\"resources\":[\"*\"]}]}");
  count(store, uids, "edit", "*");

  explain("5. The wiki itself needs a handle that can ask, and can do nothing else.");
  put(store, userprofile_put_role,
      "{\"name\":\"asks\",\"cluster\":[\"cluster:admin/xpack/security/profile/has_privileges\"]}");
  put(store, userprofile_put_user,
      "{\"username\":\"wiki\",\"password\":\"correct horse\",\"roles\":[\"asks\"]}");
  if (userprofile_login(store, "{\"username\":\"wiki\",\"password\":\"correct horse\"}",
                        USERPROFILE_NUL_TERMINATED, &wiki, NULL)) {
    return EXIT_FAILURE;
  }
  count(wiki, uids, "edit", "home/start");
  snprintf(request, sizeof request, "{\"uid\":\"%s\"}", uids[0]);
  show(wiki, userprofile_get, request, USERPROFILE_FORBIDDEN);

  explain("6. It may always ask about itself.");
  show(wiki, userprofile_get_user_privileges, "{}", USERPROFILE_OK);

  userprofile_close(wiki);
  userprofile_close(store);
  return EXIT_SUCCESS;
}
