/* Roles, privileges, and what handles of users may do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "tap.h"

#define PUT_USER(name, roles) \
  "{\"username\":\"" name "\",\"password\":\"other-horse\",\"roles\":[" roles "]}"

static void must(operation_fn *run, const userprofile *store, const char *request) {
  int32_t status = status_of(run, store, request);
  if (status != USERPROFILE_OK) tap_bail_out("%d for %s", (int)status, request);
}

/* What every user may do, whatever the user's roles. `rest` does what its path says. */
static int is_open_to_all(const char *name) {
  return strcmp(name, "authenticate") == 0 || strcmp(name, "user_has_privileges") == 0 ||
         strcmp(name, "get_user_privileges") == 0;
}

static void samples_succeed_for_the_host(void) {
  const struct named_operation *operation;
  for (operation = operations; operation->name; operation++) {
    userprofile *store = open_filled_store();
    userprofile_json response;
    int32_t status =
        operation->run(store, operation->sample, USERPROFILE_NUL_TERMINATED, &response);
    if (!tap_ok(status == USERPROFILE_OK && answer_is_sound(status, &response),
                "%s: the host may do it", operation->name)) {
      tap_note("have %s", response.data);
    }
    userprofile_json_free(&response);
    userprofile_close(store);
  }
}

/* The same requests by somebody who has no role: each is refused as a whole. */
static void nobody_may_do_nothing(void) {
  const struct named_operation *operation;
  userprofile *store = open_filled_store(), *nobody;
  char *before, *after;
  must(userprofile_put_user, store, PUT_USER("nobody", ""));
  nobody = log_in(store, "nobody");
  before = contents_of(store);
  for (operation = operations; operation->name; operation++) {
    int32_t expected = is_open_to_all(operation->name) ? USERPROFILE_OK : USERPROFILE_FORBIDDEN;
    userprofile_json response;
    int32_t status =
        operation->run(nobody, operation->sample, USERPROFILE_NUL_TERMINATED, &response);
    int passed = status == expected && answer_is_sound(status, &response) &&
                 status_of(operation->run, nobody, operation->sample) == expected;
    if (status == USERPROFILE_FORBIDDEN) {
      passed &= strstr(response.data,
                       "is unauthorized for user [nobody] with effective roles []"
                       ", this action is granted by the cluster privileges [") != NULL;
    }
    if (!tap_ok(passed, "%s: %d without a role", operation->name, (int)expected)) {
      tap_note("have %d %s", (int)status, response.data);
    }
    userprofile_json_free(&response);
  }
  after = contents_of(store);
  tap_ok(strcmp(before, after) == 0, "what was refused changed nothing");
  free(before);
  free(after);
  userprofile_close(nobody);
  userprofile_close(store);
}

static void roles(void) {
  enum { LIMIT = 1024 * 1024 };
  static const char head[] = "{\"name\":\"big\",\"metadata\":{\"k\":\"", tail[] = "\"}}";
  static const char shown[] =
      "{\"r\":{\"cluster\":[\"monitor\"],\"indices\":[],\"applications\":[],\"run_as\":[],"
      "\"metadata\":{},\"transient_metadata\":{\"enabled\":true}}}";
  userprofile *store = open_test_store();
  char *request = malloc(sizeof head + LIMIT + sizeof tail);
  if (!request) tap_bail_out("out of memory");
  expect(userprofile_put_role, store, "{\"name\":\"r\",\"cluster\":[\"monitor\"]}", USERPROFILE_OK,
         "{\"role\":{\"created\":true}}");
  expect(userprofile_put_role, store, "{\"name\":\"r\",\"cluster\":[\"monitor\"]}", USERPROFILE_OK,
         "{\"role\":{\"created\":false}}");
  expect(userprofile_get_role, store, "{\"name\":\"r\"}", USERPROFILE_OK, shown);
  expect(userprofile_get_role, store, "{\"name\":\"r,none\"}", USERPROFILE_OK, shown);
  expect(userprofile_get_role, store, "{\"name\":[\"none\"]}", USERPROFILE_NOT_FOUND, "{}");
  expect(userprofile_put_role, store, "{\"name\":\"superuser\"}", USERPROFILE_BAD_REQUEST,
         "{\"error\":\"$any\",\"status\":400}");
  expect(userprofile_put_role, store, "{\"name\":\"r\",\"cluster\":[\"monitors\"]}",
         USERPROFILE_BAD_REQUEST, "{\"error\":\"$any\",\"status\":400}");
  memcpy(request, head, sizeof head - 1);
  memset(request + sizeof head - 1, 'x', LIMIT);
  memcpy(request + sizeof head - 1 + LIMIT, tail, sizeof tail);
  tap_ok(status_of(userprofile_put_role, store, request) == USERPROFILE_TOO_LARGE,
         "a role of more than 1 MiB is refused");
  expect(userprofile_get_role, store, "{\"name\":\"big\"}", USERPROFILE_NOT_FOUND, "{}");
  expect(userprofile_delete_role, store, "{\"name\":\"superuser\"}", USERPROFILE_BAD_REQUEST,
         "{\"error\":\"$any\",\"status\":400}");
  expect(userprofile_delete_role, store, "{\"name\":\"r\"}", USERPROFILE_OK, "{\"found\":true}");
  expect(userprofile_delete_role, store, "{\"name\":\"r\"}", USERPROFILE_NOT_FOUND,
         "{\"found\":false}");
  free(request);
  userprofile_close(store);
}

static void privileges(void) {
  static const char put[] =
      "{\"privileges\":{\"wiki\":{\"read\":{\"actions\":[\"page:read\"]},\"edit\":{\"actions\":["
      "\"page:*\"]}}}}";
  userprofile *store = open_test_store();
  expect(userprofile_get_privileges, store, "{}", USERPROFILE_OK, "{}");
  expect(userprofile_put_privileges, store, put, USERPROFILE_OK,
         "{\"wiki\":{\"read\":{\"created\":true},\"edit\":{\"created\":true}}}");
  expect(userprofile_put_privileges, store, put, USERPROFILE_OK,
         "{\"wiki\":{\"read\":{\"created\":false},\"edit\":{\"created\":false}}}");
  expect(userprofile_put_privileges, store,
         "{\"privileges\":{\"wiki\":{\"see\":{\"actions\":[\"page:see\"]},\"Bad\":{\"actions\":["
         "\"page:read\"]}}}}",
         USERPROFILE_BAD_REQUEST, "{\"error\":\"$any\",\"status\":400}");
  expect(userprofile_get_privileges, store, "{\"application\":\"w*\",\"name\":[\"edit\",\"none\"]}",
         USERPROFILE_OK,
         "{\"wiki\":{\"edit\":{\"application\":\"wiki\",\"name\":\"edit\",\"actions\":[\"page:*\"],"
         "\"metadata\":{}}}}");
  expect(userprofile_get_privileges, store, "{\"application\":\"wiki\",\"name\":\"see\"}",
         USERPROFILE_NOT_FOUND, "{}");
  expect(userprofile_delete_privileges, store, "{\"application\":\"wiki\",\"name\":\"edit,none\"}",
         USERPROFILE_OK, "{\"wiki\":{\"edit\":{\"found\":true},\"none\":{\"found\":false}}}");
  expect(userprofile_delete_privileges, store, "{\"application\":\"wiki\",\"name\":\"edit\"}",
         USERPROFILE_NOT_FOUND, "{\"wiki\":{\"edit\":{\"found\":false}}}");
  userprofile_close(store);
}

static void checks(void) {
  static const char ask[] =
      "{\"uids\":[\"" FILLED_UID "\",\"u_nobody_0\",\"" FILLED_UID
      "\"],\"privileges\":{\"application\":[{\"application\":\"wiki\",\"privileges\":[\"read\"],"
      "\"resources\":[\"home\"]}]}}";
  static const char missing[] =
      "\"errors\":{\"count\":1,\"details\":{\"u_nobody_0\":{\"type\":\"resource_not_found_exception"
      "\",\"reason\":\"profile document not found\"}}}}";
  static const char ask_oneself[] =
      "{\"cluster\":[\"all\",\"monitor\"],\"index\":[{\"names\":[\"b\",\"a\"],\"privileges\":["
      "\"read"
      "\"]}]}";
  char expected[512];
  userprofile *store = open_filled_store(), *me = log_in(store, "me@example.com");

  snprintf(expected, sizeof expected, "{\"has_privilege_uids\":[],%s", missing);
  expect(userprofile_has_privileges, store, ask, USERPROFILE_OK, expected);
  expect(userprofile_user_has_privileges, me, ask_oneself, USERPROFILE_OK,
         "{\"username\":\"me@example.com\",\"has_all_requested\":false,\"cluster\":{\"all\":false,"
         "\"monitor\":false},\"index\":{\"a\":{\"read\":false},\"b\":{\"read\":false}},"
         "\"application\":{}}");

  /* The profile's roles are those of the last activation, what they allow is what they allow now.
   */
  must(userprofile_put_user, store, PUT_USER("me@example.com", "\"mine\""));
  must(userprofile_activate, store, operations[0].sample);
  must(userprofile_put_role, store,
       "{\"name\":\"mine\",\"cluster\":[\"all\"],\"applications\":[{\"application\":\"wiki\","
       "\"privileges\":[\"read\"],\"resources\":[\"h*\"]}]}");
  snprintf(expected, sizeof expected, "{\"has_privilege_uids\":[\"%s\"],%s", FILLED_UID, missing);
  expect(userprofile_has_privileges, me, ask, USERPROFILE_OK, expected);
  expect(userprofile_get_user_privileges, me, "{}", USERPROFILE_OK,
         "{\"cluster\":[\"all\"],\"global\":[],\"indices\":[],\"applications\":[{\"application\":"
         "\"wiki\",\"privileges\":[\"read\"],\"resources\":[\"h*\"]}],\"run_as\":[]}");
  expect(userprofile_user_has_privileges, me, "{\"user\":\"somebody\",\"cluster\":[\"all\"]}",
         USERPROFILE_BAD_REQUEST, "{\"error\":\"$any\",\"status\":400}");

  /* The very next call of the same handle is refused. */
  must(userprofile_delete_role, store, "{\"name\":\"mine\"}");
  tap_ok(status_of(userprofile_has_privileges, me, ask) == USERPROFILE_FORBIDDEN,
         "a role that is gone allows nothing");
  must(userprofile_disable_user, store, "{\"username\":\"me@example.com\"}");
  tap_ok(status_of(userprofile_authenticate, me, "{}") == USERPROFILE_UNAUTHENTICATED,
         "and a user who is disabled is nobody");
  userprofile_close(me);
  userprofile_close(store);
}

/* A global privilege allows updates below some keys, and nothing beside them. */
static void updates_below_some_keys(void) {
  userprofile *store = open_filled_store(), *wiki;
  char *before, *after;
  must(userprofile_put_role, store,
       "{\"name\":\"writer\",\"global\":{\"profile\":{\"write\":{\"applications\":[\"wiki*\"]}}}}");
  must(userprofile_put_user, store, PUT_USER("wiki", "\"writer\""));
  wiki = log_in(store, "wiki");
  expect(userprofile_update_data, wiki,
         "{\"uid\":\"" FILLED_UID "\",\"labels\":{\"wiki\":1},\"data\":{\"wiki-2\":{\"k\":1}}}",
         USERPROFILE_OK, "{\"acknowledged\":true}");
  before = contents_of(store);
  expect(userprofile_update_data, wiki,
         "{\"uid\":\"" FILLED_UID "\",\"labels\":{\"wiki\":2},\"data\":{\"mail\":{\"k\":1}}}",
         USERPROFILE_FORBIDDEN, "{\"error\":\"$any\",\"status\":403}");
  tap_ok(status_of(userprofile_get, wiki, "{\"uid\":\"" FILLED_UID "\"}") == USERPROFILE_FORBIDDEN,
         "whoever may write need not be allowed to read");
  after = contents_of(store);
  tap_ok(strcmp(before, after) == 0, "a refused update changes no key at all");
  free(before);
  free(after);
  userprofile_close(wiki);
  userprofile_close(store);
}

/* A user whose role allows it acts for others through `rest`, with their privileges. */
static void acting_for_others(void) {
  userprofile *store = open_filled_store(), *hal;
  must(userprofile_put_role, store, "{\"name\":\"helpdesk\",\"run_as\":[\"me@*\"]}");
  must(userprofile_put_user, store, PUT_USER("hal", "\"helpdesk\""));
  hal = log_in(store, "hal");
  expect(userprofile_rest, hal,
         "{\"method\":\"GET\",\"path\":\"/_security/_authenticate\",\"headers\":{"
         "\"ES-Security-RunAs-User\":\"me@example.com\"}}",
         USERPROFILE_OK,
         "{\"username\":\"me@example.com\",\"roles\":[],\"full_name\":null,\"email\":null,"
         "\"metadata\":{},\"enabled\":true,\"authentication_realm\":\"$any\",\"lookup_realm\":"
         "\"$any\",\"authentication_type\":\"realm\"}");
  expect(userprofile_rest, hal,
         "{\"method\":\"GET\",\"path\":\"/_security/_authenticate\",\"headers\":{"
         "\"es-security-runas-user\":\"elastic\"}}",
         USERPROFILE_FORBIDDEN, "{\"error\":\"$any\",\"status\":403}");
  userprofile_close(hal);
  userprofile_close(store);
}

int main(void) {
  samples_succeed_for_the_host();
  nobody_may_do_nothing();
  roles();
  privileges();
  checks();
  updates_below_some_keys();
  acting_for_others();
  return tap_done();
}
