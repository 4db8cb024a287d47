/* What suggest finds, in which order and why, and who may ask; and the check of what it searches.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"
#include "tap.h"

enum { FOO, BAR, BAZ, QUX, PEOPLE };

static const char *const full_names[PEOPLE] = {"Very Curious User Foo", "Super Curious Admin Bar",
                                               "Very Anxious User Baz", "Super Anxious Admin Qux"};
static const char *const names[PEOPLE] = {"foo", "bar", "baz", "qux"};
static const char *const roles[PEOPLE] = {"author", "reader", "reader", "author"};

/* The people, the later ones synchronized later, and their uids. */
struct fixture {
  userprofile *store;
  int64_t now_ms;
  char uids[PEOPLE][64];
};

static int64_t stored_clock(void *now_ms) { return *(int64_t *)now_ms; }

static void activate(struct fixture *fixture, int person) {
  char request[512];
  userprofile_json answer;
  json uid = {"", 0};
  snprintf(request, sizeof request,
           "{\"grant_type\":\"authentication\",\"authentication\":{\"username\":\"user_%s\","
           "\"full_name\":\"%s\",\"email\":\"%semail@example.org\",\"roles\":[\"%s\"],"
           "\"authentication_realm\":{\"name\":\"sso\",\"type\":\"saml\"}}}",
           names[person], full_names[person], names[person], roles[person]);
  fixture->now_ms += 60000;
  if (userprofile_activate(fixture->store, request, USERPROFILE_NUL_TERMINATED, &answer) ||
      !json_member(json_text(answer.data), "uid", &uid)) {
    tap_bail_out("user_%s cannot be activated: %s", names[person], answer.data);
  }
  snprintf(fixture->uids[person], sizeof fixture->uids[person], "%.*s", (int)uid.len - 2,
           uid.at + 1);
  userprofile_json_free(&answer);
}

static void set_up(struct fixture *fixture) {
  static const char config[] =
      "{\"path\":\":temporary:\"," TEST_HASHING
      ",\"realms\":{\"native\":{\"native1\":{}},\"external\":{\"sso\":{\"type\":\"saml\"}}}}";
  int person;
  fixture->now_ms = INT64_C(1700000000000);
  if (userprofile_open(config, USERPROFILE_NUL_TERMINATED, &fixture->store, NULL) ||
      userprofile_set_clock(fixture->store, stored_clock, &fixture->now_ms)) {
    tap_bail_out("no store");
  }
  for (person = 0; person < PEOPLE; person++) activate(fixture, person);
}

/* One test: these are the people who are found, in this order ("bar foo"), and so many in all. */
static void finds(const userprofile *store, const char *request, const char *expected, int total) {
  static const char before[] = "\"username\":\"user_";
  char found[256] = "", total_text[64];
  userprofile_json answer;
  const char *at;
  int passed = userprofile_suggest(store, request, USERPROFILE_NUL_TERMINATED, &answer) == 0 &&
               answer_is_sound(USERPROFILE_OK, &answer);
  for (at = answer.data; (at = strstr(at, before)) != NULL; at++) {
    size_t len = strlen(found);
    snprintf(found + len, sizeof found - len, "%s%.3s", len ? " " : "", at + strlen(before));
  }
  snprintf(total_text, sizeof total_text, "\"total\":{\"value\":%d,\"relation\":\"eq\"}", total);
  passed = passed && strcmp(found, expected) == 0 && strstr(answer.data, total_text) != NULL;
  if (!tap_ok(passed, "%s finds %s", request, *expected ? expected : "nobody")) {
    tap_note("have %s", answer.data);
  }
  userprofile_json_free(&answer);
}

static void refuses(const userprofile *store, const char *request, const char *type,
                    const char *reason) {
  char expected[512];
  snprintf(expected, sizeof expected,
           "{\"error\":{\"root_cause\":[{\"type\":\"%s\",\"reason\":\"%s\"}],\"type\":\"%s\","
           "\"reason\":\"%s\"},\"status\":400}",
           type, reason, type, reason);
  expect(userprofile_suggest, store, request, USERPROFILE_BAD_REQUEST, expected);
}

/* The table of Elasticsearch's own test of suggest, and beside it what is only found here. */
static void who_is_found(const struct fixture *fixture) {
  const userprofile *store = fixture->store;
  finds(store, "{}", "qux baz bar foo", 4);
  finds(store, "{\"name\":\" \"}", "qux baz bar foo", 4);
  finds(store, "{\"name\":\"super admin\"}", "qux bar", 2);
  finds(store, "{\"name\":\"admin super\"}", "qux bar", 2);
  finds(store, "{\"name\":\"ver\"}", "baz foo", 2);
  finds(store, "{\"name\":\"user\"}", "baz foo qux bar", 4);
  finds(store, "{\"name\":\"user \"}", "baz foo", 2);
  finds(store, "{\"name\":\"admin very\"}", "qux baz bar foo", 4);
  finds(store, "{\"name\":\"fooem\"}", "foo", 1);
  finds(store, "{\"name\":\"fooemail\"}", "foo", 1);
  finds(store, "{\"name\":\"example.org\"}", "qux baz bar foo", 4);
  finds(store, "{\"name\":\"Kurious One\"}", "bar foo", 2);
  finds(store, "{\"name\":\"supr x\"}", "qux bar", 2);
  finds(store, "{\"name\":\"supr\"}", "", 0);
  finds(store, "{\"name\":\"!!!\"}", "", 0);
  finds(store, "{\"name\":\"supr\",\"fuzziness\":\"AUTO_LAST\"}", "qux bar", 2);
  finds(store, "{\"name\":\"admin very\",\"match\":\"all\"}", "", 0);
  finds(store, "{\"name\":\"user very\",\"match\":\"all\"}", "baz foo", 2);
  finds(store, "{\"name\":\"V\\u00c9RY\"}", "baz foo", 2);
}

static void pages(const struct fixture *fixture) {
  const userprofile *store = fixture->store;
  finds(store, "{\"size\":2}", "qux baz", 4);
  finds(store, "{\"size\":\"2\",\"from\":\"1\"}", "baz bar", 4);
  finds(store, "{\"size\":0}", "", 4);
  finds(store, "{\"from\":4}", "", 4);
  finds(store, "{\"from\":9990,\"size\":10}", "", 4);
  refuses(store, "{\"size\":-1,\"from\":-2}", "action_request_validation_exception",
          "Validation Failed: 1: [size] parameter cannot be negative but was [-1];2: [from] "
          "parameter cannot be negative but was [-2];");
  expect(userprofile_suggest, store, "{\"from\":9991,\"size\":10}", USERPROFILE_BAD_REQUEST,
         "{\"error\":\"$any\",\"status\":400}");
}

static void hints(const struct fixture *fixture) {
  const userprofile *store = fixture->store;
  char request[512];
  snprintf(request, sizeof request, "{\"name\":\"user\",\"hint\":{\"uids\":[\"%s\",\"%s\"]}}",
           fixture->uids[FOO], fixture->uids[BAR]);
  finds(store, request, "foo bar baz qux", 4);
  snprintf(request, sizeof request, "{\"hint\":{\"uids\":\"%s\"}}", fixture->uids[FOO]);
  finds(store, request, "foo qux baz bar", 4);
  snprintf(request, sizeof request,
           "{\"uid\":\"%s\",\"labels\":{\"wiki\":{\"team\":[\"red\",\"blue\"]}}}",
           fixture->uids[BAR]);
  tap_ok(status_of(userprofile_update_data, store, request) == USERPROFILE_OK, "bar has a label");
  finds(store, "{\"name\":\"curious \",\"hint\":{\"labels\":{\"wiki.team\":[\"green\",\"red\"]}}}",
        "bar foo", 2);
  finds(store, "{\"name\":\"very\",\"hint\":{\"labels\":{\"wiki.team\":\"red\"}}}", "baz foo", 2);
  refuses(store, "{\"hint\":{}}", "action_request_validation_exception",
          "Validation Failed: 1: [hint] parameter cannot be empty;");
  refuses(store, "{\"hint\":{\"labels\":{\"team\":1}}}", "parse_exception",
          "[labels] hint supports either string or list of strings as its value");
}

static void privileges(const struct fixture *fixture) {
  static const char question[] =
      "{\"name\":\"user\",\"required_privileges\":{\"application\":[{\"application\":\"wiki\","
      "\"privileges\":[\"page:write\"],\"resources\":[\"home\"]}]}}";
  const userprofile *store = fixture->store;
  finds(store, question, "", 0);
  expect(userprofile_put_role, store,
         "{\"name\":\"author\",\"applications\":[{\"application\":\"wiki\",\"privileges\":["
         "\"page:*\"],\"resources\":[\"*\"]}]}",
         USERPROFILE_OK, "{\"role\":{\"created\":true}}");
  finds(store, question, "foo qux", 2);
  expect(userprofile_suggest, store, "{\"required_privileges\":{\"cluster\":[\"nonsense\"]}}",
         USERPROFILE_BAD_REQUEST, "{\"error\":\"$any\",\"status\":400}");
}

/* Whoever is disabled is not found, and whoever has changed is found as of the last activation. */
static void changes(struct fixture *fixture) {
  const userprofile *store = fixture->store;
  char request[128];
  snprintf(request, sizeof request, "{\"uid\":\"%s\"}", fixture->uids[BAZ]);
  tap_ok(status_of(userprofile_disable, store, request) == USERPROFILE_OK, "baz is disabled");
  finds(store, "{\"name\":\"ver\"}", "foo", 1);
  finds(store, "{}", "qux bar foo", 3);
  tap_ok(status_of(userprofile_enable, store, request) == USERPROFILE_OK, "baz is enabled");
  finds(store, "{\"name\":\"ver\"}", "baz foo", 2);
  activate(fixture, FOO);
  finds(store, "{\"name\":\"ver\"}", "foo baz", 2);
}

static void answers(const struct fixture *fixture) {
  const userprofile *store = fixture->store;
  char expected[1024], request[256];
  snprintf(request, sizeof request, "{\"uid\":\"%s\",\"data\":{\"wiki\":{\"a\":1,\"b\":2}}}",
           fixture->uids[QUX]);
  tap_ok(status_of(userprofile_update_data, store, request) == USERPROFILE_OK, "qux has data");
  snprintf(expected, sizeof expected,
           "{\"took\":\"$any\",\"total\":{\"value\":2,\"relation\":\"eq\"},\"profiles\":[{\"uid\":"
           "\"%s\",\"user\":{\"username\":\"user_qux\",\"roles\":[\"author\"],\"realm_name\":"
           "\"sso\",\"email\":\"quxemail@example.org\",\"full_name\":\"Super Anxious Admin Qux\"},"
           "\"labels\":{},\"data\":{\"wiki\":{\"b\":2}},\"explain\":{\"score\":2,\"hints\":1,"
           "\"matches\":[{\"field\":\"full_name\",\"word\":0,\"kind\":\"typo\",\"range\":[6,13]}]}}"
           "]}",
           fixture->uids[QUX]);
  snprintf(request, sizeof request,
           "{\"name\":\"anxios one\",\"size\":1,\"data\":\"wiki.b\",\"explain\":true,\"hint\":{"
           "\"uids\":[\"%s\"]}}",
           fixture->uids[QUX]);
  expect(userprofile_suggest, store, request, USERPROFILE_OK, expected);
  snprintf(expected, sizeof expected,
           "{\"took\":\"$any\",\"total\":{\"value\":2,\"relation\":\"eq\"},\"profiles\":[{\"uid\":"
           "\"%s\",\"user\":\"$any\",\"labels\":{},\"data\":{},\"explain\":{\"score\":2,"
           "\"matches\":[{\"field\":\"full_name\",\"word\":0,\"kind\":\"whole\",\"range\":[0,5]},"
           "{\"field\":\"full_name\",\"word\":1,\"kind\":\"prefix\",\"range\":[14,16]}]}}]}",
           fixture->uids[QUX]);
  expect(userprofile_suggest, store, "{\"name\":\"super ad\",\"size\":1,\"explain\":true}",
         USERPROFILE_OK, expected);
}

static void refusals(const struct fixture *fixture) {
  const userprofile *store = fixture->store;
  char request[256] = "{\"name\":\"";
  int word;
  refuses(store, "{\"fuzziness\":\"2\"}", "illegal_argument_exception",
          "[fuzziness] must be one of [auto, auto_last] but was [2]");
  refuses(store, "{\"match\":\"ALL OF THEM\"}", "illegal_argument_exception",
          "[match] must be one of [any, all] but was [ALL OF THEM]");
  for (word = 0; word < 33; word++) strcat(request, "a ");
  strcat(request, "\"}");
  refuses(store, request, "illegal_argument_exception",
          "[name] has [33] words, more than the limit of [32]");
}

/* A role that may ask for people, and nothing else. */
static void who_may_ask(const struct fixture *fixture) {
  const userprofile *store = fixture->store;
  userprofile *wiki;
  if (status_of(userprofile_put_role, store,
                "{\"name\":\"asks\",\"cluster\":["
                "\"cluster:admin/xpack/security/profile/suggest\"]}") ||
      status_of(userprofile_put_user, store,
                "{\"username\":\"wiki\",\"password\":\"other-horse\",\"roles\":[\"asks\"]}")) {
    tap_bail_out("no user wiki");
  }
  wiki = log_in(store, "wiki");
  finds(wiki, "{\"name\":\"fooem\"}", "foo", 1);
  tap_ok(status_of(userprofile_check, wiki, "{}") == USERPROFILE_FORBIDDEN, "wiki may not check");
  userprofile_close(wiki);
}

static void the_index_is_sound(const struct fixture *fixture) {
  expect(userprofile_check, fixture->store, "{}", USERPROFILE_OK,
         "{\"profiles\":4,\"postings\":\"$any\",\"differences\":{\"count\":0,\"details\":[]}}");
}

int main(void) {
  struct fixture fixture;
  set_up(&fixture);
  who_is_found(&fixture);
  pages(&fixture);
  hints(&fixture);
  privileges(&fixture);
  answers(&fixture);
  changes(&fixture);
  refusals(&fixture);
  who_may_ask(&fixture);
  the_index_is_sound(&fixture);
  userprofile_close(fixture.store);
  return tap_done();
}
