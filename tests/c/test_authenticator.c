/* Realms that the host answers: who is asked, what an answer makes of it, which threads may do what
 * meanwhile, and when the host gets its context back. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store.h"
#include "tap.h"

enum { PATIENCE_SECONDS = 300, AT_ONCE = 32 };

#define CONFIG                                                            \
  "{\"path\":\":temporary:\"," TEST_HASHING                               \
  ",\"realms\":{\"native\":{\"native1\":{\"order\":0}},\"external\":{"    \
  "\"ldap1\":{\"order\":1,\"type\":\"ldap\"},\"sso1\":{\"order\":2},"     \
  "\"gone1\":{\"order\":3,\"enabled\":false}}},\"domains\":{\"people\":{" \
  "\"realms\":[\"native1\",\"ldap1\"]}}}"

#define PASSWORD "0penSesame-of-ana"
#define LOG_IN "{\"username\":\"ana\",\"password\":\"" PASSWORD "\"}"
#define ACTIVATE "{\"grant_type\":\"password\",\"username\":\"ana\",\"password\":\"" PASSWORD "\"}"
#define LDAP1 "{\"name\":\"ldap1\",\"type\":\"ldap\",\"domain\":\"people\"}"
#define SSO1 "{\"name\":\"sso1\",\"type\":\"external\"}"
#define NATIVE1 "{\"name\":\"native1\",\"type\":\"native\",\"domain\":\"people\"}"

/* What `authenticate` says of a user of whom only the name, the roles and the realm are known. */
#define USER_OF(type, name, roles, realm)                                                 \
  "{\"username\":\"" name "\",\"roles\":" roles                                           \
  ",\"full_name\":null,\"email\":null,\"metadata\":{},\"enabled\":true,\"authentication_" \
  "realm\":" realm ",\"lookup_realm\":" realm ",\"authentication_type\":\"" type "\"}"
#define USER(name, roles, realm) USER_OF("realm", name, roles, realm)
#define ANY "\"$any\""

/* A host that answers what it was told, and remembers what it was asked. */
struct host {
  const char *answer; /* NULL: none */
  int32_t result;
  int calls;
  int releases;
  pthread_t thread;
  char credentials[1024];
};

static int32_t answer_as_told(void *user_data, const char *credentials, size_t len,
                              userprofile_answer *answer) {
  struct host *host = user_data;
  host->calls++;
  host->thread = pthread_self();
  snprintf(host->credentials, sizeof host->credentials, "%s", credentials);
  if (strlen(credentials) != len) snprintf(host->credentials, 32, "length %lu", (unsigned long)len);
  if (host->answer) userprofile_answer_with(answer, host->answer, strlen(host->answer));
  return host->result;
}

static void count_release(void *user_data) { ((struct host *)user_data)->releases++; }

static int32_t set(userprofile *store, const char *realm, struct host *host) {
  return userprofile_set_authenticator(store, realm, USERPROFILE_NUL_TERMINATED, answer_as_told,
                                       host, count_release, NULL);
}

static int32_t unset(userprofile *store, const char *realm) {
  return userprofile_set_authenticator(store, realm, USERPROFILE_NUL_TERMINATED, NULL, NULL, NULL,
                                       NULL);
}

static userprofile *open_realms(void) {
  userprofile *store = NULL;
  userprofile_json response;
  if (userprofile_open(CONFIG, USERPROFILE_NUL_TERMINATED, &store, &response) != USERPROFILE_OK) {
    tap_bail_out("open answered %s", response.data);
  }
  userprofile_json_free(&response);
  return store;
}

static userprofile *logged_in(const userprofile *store, const char *request) {
  userprofile *user = NULL;
  userprofile_json response;
  if (userprofile_login(store, request, USERPROFILE_NUL_TERMINATED, &user, &response) !=
      USERPROFILE_OK) {
    tap_bail_out("login answered %s", response.data);
  }
  userprofile_json_free(&response);
  return user;
}

static void expect_text(const char *have, const char *want, const char *what) {
  if (!tap_ok(strcmp(have, want) == 0, "%s", what)) {
    tap_note("want %s", want);
    tap_note("have %s", have);
  }
}

/* Messages of the logger. */
struct log {
  size_t len;
  char text[8192];
};

static void keep_message(void *user_data, int32_t level, const char *message, size_t len) {
  struct log *log = user_data;
  (void)level;
  log->len += (size_t)snprintf(log->text + log->len, sizeof log->text - log->len, "%.*s; ",
                               (int)len, message);
  if (log->len >= sizeof log->text) tap_bail_out("too many messages");
}

static void answers(void) {
  struct host host = {NULL, 0, 0, 0, 0, ""};
  userprofile_json response;
  userprofile *store = open_realms();
  host.answer = "{\"roles\":[\"b\",\"a\"]}";
  tap_ok(userprofile_set_authenticator(store, "ldap1...", 5, answer_as_told, &host, count_release,
                                       &response) == USERPROFILE_OK &&
             strcmp(response.data, "{}") == 0,
         "an authenticator is registered");
  userprofile_json_free(&response);
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[\"b\",\"a\"]", LDAP1));
  expect_text(host.credentials,
              "{\"realm\":{\"name\":\"ldap1\",\"type\":\"ldap\"},\"username\":\"ana\","
              "\"password\":\"" PASSWORD "\"}",
              "it is asked with the realm and the credentials");
  tap_ok(pthread_equal(host.thread, pthread_self()), "on the thread that logs in");
  host.answer = "{}";
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", LDAP1));
  host.answer = " { \"username\" : \"a.smith\" , \"roles\" : [ ] } ";
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("a.smith", "[]", LDAP1));
  host.answer =
      "{\"full_name\":\"Ana "
      "\\u00c1lvarez\",\"email\":\"ana@example.org\",\"metadata\":{\"n\":1.50},"
      "\"groups\":[\"cn=staff,dc=example\"],\"dn\":\"uid=ana,dc=example\"}";
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK,
         "{\"username\":\"ana\",\"roles\":[],\"full_name\":" ANY
         ",\"email\":\"ana@example.org\",\"metadata\":{\"n\":1.50},\"enabled\":true,"
         "\"authentication_realm\":" LDAP1 ",\"lookup_realm\":" LDAP1
         ",\"authentication_type\":\"realm\"}");
  tap_ok(host.calls == 4, "it is asked every time: nothing is cached");
  host.answer = NULL;
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_UNAUTHENTICATED, ANY);
  tap_ok(host.calls == 5, "it may decline");
  userprofile_close(store);
}

static int32_t answer_twice(void *user_data, const char *credentials, size_t len,
                            userprofile_answer *answer) {
  char text[] = "{\"username\":\"first\"}";
  (void)user_data, (void)credentials, (void)len;
  userprofile_answer_with(answer, text, USERPROFILE_NUL_TERMINATED);
  memcpy(text, "{\"username\":\"later\"}", sizeof text);
  userprofile_answer_with(answer, text, sizeof text - 1);
  memset(text, 'x', sizeof text);
  return 0;
}

static void the_last_answer_counts(void) {
  userprofile *store = open_realms();
  userprofile_set_authenticator(store, "ldap1", 5, answer_twice, NULL, NULL, NULL);
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("later", "[]", LDAP1));
  userprofile_answer_with(NULL, "{}", 2);
  tap_ok(1, "answer_with takes NULL for an answer");
  userprofile_close(store);
}

/* What is a failure, and is logged as one; the next realm is asked all the same. */
static void failures(void) {
  static const char *const bad_answers[] = {
      "",
      "null",
      "[]",
      "\"ana\"",
      "{",
      "{}{}",
      "\xFF",
      "{\"username\":5}",
      "{\"username\":\"\"}",
      "{\"roles\":[5]}",
      "{\"roles\":{}}",
      "{\"metadata\":[]}",
      "{\"full_name\":true}",
      "{\"email\":[]}",
      "{\"groups\":5}",
      "{\"dn\":{}}",
      "{\"username\":\"a\",\"username\":\"b\"}",
  };
  struct host ldap = {NULL, 7, 0, 0, 0, ""}, sso = {"{}", 0, 0, 0, 0, ""};
  struct log log = {0, ""};
  size_t i;
  userprofile *store = open_realms();
  userprofile_set_logger(store, keep_message, &log);
  set(store, "ldap1", &ldap);
  ldap.answer = "the directory is down";
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_UNAUTHENTICATED, ANY);
  tap_ok(strstr(log.text, "ldap1") && strstr(log.text, "the directory is down"),
         "the logger hears why it failed: %s", log.text);
  log.len = 0;
  ldap.answer = NULL;
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_UNAUTHENTICATED, ANY);
  tap_ok(strstr(log.text, "ldap1") != NULL, "or only that it failed: %s", log.text);

  set(store, "sso1", &sso);
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", SSO1));
  ldap.result = 0;
  for (i = 0; i < sizeof bad_answers / sizeof *bad_answers; i++) {
    log.len = 0;
    *log.text = '\0';
    ldap.answer = bad_answers[i];
    expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", SSO1));
    tap_ok(strstr(log.text, "ldap1") && !strstr(log.text, PASSWORD), "no user: %s, logged as %s",
           bad_answers[i], log.text);
  }
  userprofile_close(store);
}

static void the_chain(void) {
  struct host ldap = {"{}", 0, 0, 0, 0, ""}, sso = {"{}", 0, 0, 0, 0, ""};
  userprofile *store = open_realms();
  set(store, "ldap1", &ldap);
  set(store, "sso1", &sso);
  expect(userprofile_put_user, store,
         "{\"username\":\"ana\",\"password\":\"native-secret\",\"roles\":[\"r\"]}", USERPROFILE_OK,
         "{\"created\":true}");
  expect(log_in_and_out, store, "{\"username\":\"ana\",\"password\":\"native-secret\"}",
         USERPROFILE_OK, USER("ana", "[\"r\"]", NATIVE1));
  tap_ok(ldap.calls == 0, "a realm in front is asked first");
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", LDAP1));
  tap_ok(ldap.calls == 1 && sso.calls == 0, "a wrong password goes on to the next realm");
  ldap.answer = NULL;
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", SSO1));
  tap_ok(ldap.calls == 2 && sso.calls == 1, "what one declines goes on to the next realm");
  unset(store, "ldap1");
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", SSO1));
  sso.calls = 0;
  status_of(userprofile_change_password, store,
            "{\"username\":\"elastic\",\"password\":\"of-elastic\"}");
  expect(log_in_and_out, store, "{\"username\":\"elastic\",\"password\":\"of-nobody\"}",
         USERPROFILE_UNAUTHENTICATED, ANY);
  tap_ok(sso.calls == 0, "a wrong password of a reserved user ends the chain");
  userprofile_close(store);
}

/* Base64url of {"alg":"HS256"}, {"sub":"sue"} and some bytes: of the form of a JWT. */
#define JWT "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzdWUifQ.c2lnbmF0dXJl"
#define SUE(type) USER_OF(type, "sue", "[]", LDAP1)

static void access_tokens(void) {
  struct host host = {"{\"username\":\"sue\"}", 0, 0, 0, 0, ""};
  struct log log = {0, ""};
  userprofile *store = open_realms();
  set(store, "ldap1", &host);
  expect(log_in_and_out, store, "{\"access_token\":\"of-the-host\"}", USERPROFILE_OK, SUE("realm"));
  expect_text(host.credentials,
              "{\"realm\":{\"name\":\"ldap1\",\"type\":\"ldap\"},\"access_token\":\"of-the-host\"}",
              "a token that nobody else knows is the host's");
  expect(log_in_and_out, store,
         "{\"access_token\":\"" JWT "\",\"client_authentication\":{\"value\":\"client-secret\"}}",
         USERPROFILE_OK, SUE("realm"));
  expect_text(host.credentials,
              "{\"realm\":{\"name\":\"ldap1\",\"type\":\"ldap\"},\"access_token\":\"" JWT
              "\",\"client_authentication\":{\"scheme\":\"SharedSecret\",\"value\":"
              "\"client-secret\"}}",
              "a JWT comes with its client's secret");
  expect(userprofile_rest, store,
         "{\"method\":\"GET\",\"path\":\"/_security/_authenticate\",\"headers\":{\"authorization\":"
         "\"Bearer of-the-host\"}}",
         USERPROFILE_OK, SUE("realm"));
  expect(userprofile_activate, store,
         "{\"grant_type\":\"access_token\",\"access_token\":\"of-the-host\"}", USERPROFILE_OK,
         "{\"uid\":" ANY ",\"enabled\":true,\"last_synchronized\":" ANY
         ",\"user\":{\"username\":\"sue\",\"roles\":[],\"realm_name\":\"ldap1\",\"realm_domain\":"
         "\"people\"},\"labels\":{},\"data\":{},\"_doc\":" ANY "}");
  userprofile_set_logger(store, keep_message, &log);
  host.answer = "{}";
  expect(log_in_and_out, store, "{\"access_token\":\"of-the-host\"}", USERPROFILE_UNAUTHENTICATED,
         ANY);
  tap_ok(strstr(log.text, "ldap1") && !strstr(log.text, "of-the-host"),
         "a token's user needs a name: %s", log.text);
  userprofile_close(store);
}

#define ANA_UID "u_JNS5b1jabUqFEjE7vQKijr8MqV3sbkyG73jOfwHniKw_0"
#define ANA_PROFILE                                                                               \
  "{\"uid\":\"" ANA_UID "\",\"enabled\":true,\"last_synchronized\":" ANY                          \
  ",\"user\":{\"username\":\"ana\",\"roles\":[\"viewer\",\"editor\"],\"realm_name\":\"ldap1\","   \
  "\"realm_domain\":"                                                                             \
  "\"people\",\"email\":\"ana@example.org\",\"full_name\":\"Ana\"},\"labels\":{},\"data\":{},\"_" \
  "doc\":" ANY "}"

/* Roles by mapping, one profile over password and token, and handles that need nobody any more. */
static void the_whole_way(void) {
  struct host host = {NULL, 0, 0, 0, 0, ""};
  char request[512];
  userprofile_json response;
  json token;
  userprofile *user, *store = open_realms();
  host.answer =
      "{\"full_name\":\"Ana\",\"email\":\"ana@example.org\",\"roles\":[\"viewer\"],\"groups\":["
      "\"cn=staff,dc=example\",\"cn=editors,dc=example\"]}";
  set(store, "ldap1", &host);
  expect(userprofile_put_role_mapping, store,
         "{\"name\":\"editors\",\"roles\":[\"editor\"],\"rules\":{\"field\":{\"groups\":"
         "\"cn=editors,dc=example\"}}}",
         USERPROFILE_OK, "{\"role_mapping\":{\"created\":true}}");
  expect(userprofile_activate, store, ACTIVATE, USERPROFILE_OK, ANA_PROFILE);
  user = logged_in(store, LOG_IN);
  if (userprofile_get_token(store, ACTIVATE, USERPROFILE_NUL_TERMINATED, &response) !=
          USERPROFILE_OK ||
      !json_member(json_text(response.data), "access_token", &token)) {
    tap_bail_out("get_token answered %s", response.data);
  }
  snprintf(request, sizeof request, "{\"grant_type\":\"access_token\",\"access_token\":%.*s}",
           (int)token.len, token.at);
  userprofile_json_free(&response);
  unset(store, "ldap1");
  expect(userprofile_activate, store, request, USERPROFILE_OK, ANA_PROFILE);
  tap_ok(host.calls == 3, "a token is checked without its realm");
  expect(userprofile_authenticate, user, "{}", USERPROFILE_OK,
         "{\"username\":\"ana\",\"roles\":[\"viewer\",\"editor\"],\"full_name\":\"Ana\",\"email\":"
         "\"ana@example.org\",\"metadata\":{},\"enabled\":true,\"authentication_realm\":" LDAP1
         ",\"lookup_realm\":" LDAP1 ",\"authentication_type\":\"realm\"}");
  tap_ok(status_of(userprofile_get_user, user, "{}") == USERPROFILE_FORBIDDEN,
         "its user has no more rights than the roles give");
  userprofile_close(user);
  userprofile_close(store);
}

static void refusals(void) {
  static const char *const unknown[] = {"nobody", "", "native1", "gone1", "ldap", "LDAP1"};
  static const char null_char[] = {'l', 'd', 'a', 'p', '\0'};
  struct host host = {"{}", 0, 0, 0, 0, ""};
  userprofile_json response;
  int32_t status;
  size_t i;
  userprofile *user, *store = open_realms();
  for (i = 0; i < sizeof unknown / sizeof *unknown; i++) {
    char reason[64];
    snprintf(reason, sizeof reason, "\"unknown realm [%s]\"", unknown[i]);
    status = userprofile_set_authenticator(store, unknown[i], USERPROFILE_NUL_TERMINATED,
                                           answer_as_told, &host, count_release, &response);
    tap_ok(status == USERPROFILE_BAD_REQUEST && answer_is_sound(status, &response) &&
               strstr(response.data, reason),
           "no external realm: %s", response.data);
    userprofile_json_free(&response);
    tap_ok(host.releases == (int)i + 1, "the context is given back");
  }
  host.releases = 0;
  status = userprofile_set_authenticator(store, "\xFF", 1, answer_as_told, &host, count_release,
                                         &response);
  tap_ok(
      status == USERPROFILE_BAD_REQUEST && answer_is_sound(status, &response) && host.releases == 1,
      "a name that is not UTF-8");
  userprofile_json_free(&response);
  tap_ok(userprofile_set_authenticator(store, null_char, sizeof null_char, answer_as_told, &host,
                                       count_release, NULL) == USERPROFILE_BAD_REQUEST &&
             host.releases == 2,
         "a name with a NUL in it");
  tap_ok(userprofile_set_authenticator(store, NULL, 5, answer_as_told, &host, count_release,
                                       NULL) == USERPROFILE_BAD_REQUEST &&
             host.releases == 3,
         "NULL for a name");
  tap_ok(set(NULL, "ldap1", &host) == USERPROFILE_BAD_REQUEST && host.releases == 4,
         "NULL for a handle");

  status_of(userprofile_put_user, store,
            "{\"username\":\"ana\",\"password\":\"" PASSWORD "\",\"roles\":[\"superuser\"]}");
  user = logged_in(store, LOG_IN);
  tap_ok(set(user, "ldap1", &host) == USERPROFILE_FORBIDDEN && host.releases == 5,
         "a user's handle, whatever the user may do");
  tap_ok(host.calls == 0, "none of them was ever called");
  userprofile_close(user);
  userprofile_close(store);
}

/* The context is given back exactly once, and not before its time. */
static void releases(void) {
  struct host first = {"{}", 0, 0, 0, 0, ""}, second = first, third = first, other = first;
  userprofile *user, *again, *store = open_realms();
  set(store, "ldap1", &first);
  set(store, "sso1", &other);
  tap_ok(set(store, "ldap1", &second) == USERPROFILE_OK && first.releases == 1,
         "an authenticator is replaced");
  tap_ok(set(store, "nobody", &third) == USERPROFILE_BAD_REQUEST && second.releases == 0,
         "a failure replaces nothing");
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", LDAP1));
  tap_ok(first.calls == 0 && second.calls == 1, "the new one is asked");
  tap_ok(unset(store, "ldap1") == USERPROFILE_OK && second.releases == 1, "NULL takes it away");
  tap_ok(unset(store, "ldap1") == USERPROFILE_OK && second.releases == 1, "also if there is none");
  tap_ok(other.releases == 0, "the other realm keeps its own");
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", SSO1));

  tap_ok(set(store, "ldap1", &second) == USERPROFILE_OK && second.releases == 1,
         "a context may come back");
  user = logged_in(store, LOG_IN);
  again = logged_in(user, LOG_IN);
  userprofile_close(store);
  userprofile_close(user);
  tap_ok(second.releases == 1 && other.releases == 0, "a handle is left that may ask them");
  expect(log_in_and_out, again, LOG_IN, USERPROFILE_OK, USER("ana", "[]", LDAP1));
  userprofile_close(again);
  tap_ok(second.releases == 2 && other.releases == 1, "they go with the last handle");
  tap_ok(first.releases == 1 && third.releases == 1, "and nothing is released twice");
}

/* Two opens of one store are two hosts. */
static void each_open_is_a_host(void) {
  char path[] = "/tmp/userprofile-test-XXXXXX", config[1024];
  struct host here = {"{\"username\":\"here\"}", 0, 0, 0, 0, ""}, there = here;
  userprofile *one = NULL, *other = NULL;
  if (!mkdtemp(path)) tap_bail_out("no temporary folder");
  snprintf(config, sizeof config, "{\"path\":\"%s\"%s", path, strstr(CONFIG, "," TEST_HASHING));
  if (userprofile_open(config, USERPROFILE_NUL_TERMINATED, &one, NULL) ||
      userprofile_open(config, USERPROFILE_NUL_TERMINATED, &other, NULL)) {
    tap_bail_out("cannot open %s twice", config);
  }
  there.answer = "{\"username\":\"there\"}";
  set(one, "ldap1", &here);
  set(other, "ldap1", &there);
  expect(log_in_and_out, one, LOG_IN, USERPROFILE_OK, USER("here", "[]", LDAP1));
  expect(log_in_and_out, other, LOG_IN, USERPROFILE_OK, USER("there", "[]", LDAP1));
  userprofile_close(one);
  tap_ok(here.releases == 1 && there.releases == 0, "each goes with its own handles");
  userprofile_close(other);
  tap_ok(there.releases == 1, "and so does the other");
  remove_folder(path);
}

/* A host that calls the library while it is asked. */
struct guest {
  userprofile *store;
  int calls;
  int32_t put, nested, other, set;
};

static int32_t call_back(void *user_data, const char *credentials, size_t len,
                         userprofile_answer *answer) {
  struct guest *guest = user_data;
  (void)credentials, (void)len;
  guest->calls++;
  guest->put = status_of(userprofile_put_user, guest->store,
                         "{\"username\":\"kim\",\"password\":\"of-kim\",\"roles\":[]}");
  guest->nested = status_of(log_in_and_out, guest->store, LOG_IN);
  guest->other =
      status_of(log_in_and_out, guest->store, "{\"username\":\"kim\",\"password\":\"of-kim\"}");
  userprofile_answer_with(answer, "{}", 2);
  return 0;
}

static void re_entry(void) {
  struct guest ldap = {NULL, 0, -1, -1, -1, -1}, sso = ldap;
  userprofile *store = open_realms();
  ldap.store = sso.store = store;
  userprofile_set_authenticator(store, "ldap1", 5, call_back, &ldap, NULL, NULL);
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", LDAP1));
  tap_ok(ldap.calls == 1 && ldap.put == USERPROFILE_OK, "an authenticator may write to the store");
  tap_ok(ldap.nested == USERPROFILE_UNAUTHENTICATED, "its own realm is not asked meanwhile");
  tap_ok(ldap.other == USERPROFILE_OK, "the other realms are");

  userprofile_set_authenticator(store, "sso1", 4, call_back, &sso, NULL, NULL);
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", LDAP1));
  tap_ok(ldap.calls == 2 && ldap.nested == USERPROFILE_OK, "another external realm, too");
  tap_ok(sso.calls == 1 && sso.nested == USERPROFILE_UNAUTHENTICATED,
         "and there both are passed over");
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", LDAP1));
  tap_ok(ldap.calls == 3, "afterwards all are asked again");
  userprofile_close(store);
}

/* A host that puts a new function in its own place and then asks for its realm. */
static int32_t replace_and_ask(void *user_data, const char *credentials, size_t len,
                               userprofile_answer *answer) {
  struct guest *guest = user_data;
  (void)credentials, (void)len;
  guest->calls++;
  guest->set =
      userprofile_set_authenticator(guest->store, "ldap1", 5, replace_and_ask, guest, NULL, NULL);
  guest->nested = status_of(log_in_and_out, guest->store, LOG_IN);
  userprofile_answer_with(answer, "{}", 2);
  return 0;
}

static void a_new_function_of_the_realm_is_passed_over(void) {
  struct guest guest = {NULL, 0, -1, -1, -1, -1};
  guest.store = open_realms();
  userprofile_set_authenticator(guest.store, "ldap1", 5, replace_and_ask, &guest, NULL, NULL);
  expect(log_in_and_out, guest.store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", LDAP1));
  tap_ok(guest.calls == 1 && guest.set == USERPROFILE_OK, "the realm is not asked meanwhile");
  tap_ok(guest.nested == USERPROFILE_UNAUTHENTICATED, "whatever function it has by then");
  userprofile_close(guest.store);
}

/* A host that is replaced while it is asked, by itself or by another thread. */
struct guard {
  userprofile *store;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int inside, may_leave, releases;
};

static void guard_init(struct guard *guard, userprofile *store) {
  memset(guard, 0, sizeof *guard);
  guard->store = store;
  pthread_mutex_init(&guard->lock, NULL);
  pthread_cond_init(&guard->changed, NULL);
}

static void raise_flag(struct guard *guard, int *flag) {
  pthread_mutex_lock(&guard->lock);
  *flag += 1;
  pthread_cond_broadcast(&guard->changed);
  pthread_mutex_unlock(&guard->lock);
}

static void await_flag(struct guard *guard, const int *flag) {
  pthread_mutex_lock(&guard->lock);
  while (!*flag) pthread_cond_wait(&guard->changed, &guard->lock);
  pthread_mutex_unlock(&guard->lock);
}

static int releases_of(struct guard *guard) {
  int releases;
  pthread_mutex_lock(&guard->lock);
  releases = guard->releases;
  pthread_mutex_unlock(&guard->lock);
  return releases;
}

static void release_guard(void *user_data) {
  struct guard *guard = user_data;
  raise_flag(guard, &guard->releases);
}

static int32_t remove_oneself(void *user_data, const char *credentials, size_t len,
                              userprofile_answer *answer) {
  struct guard *guard = user_data;
  (void)credentials, (void)len;
  guard->inside = unset(guard->store, "ldap1") == USERPROFILE_OK && releases_of(guard) == 0;
  userprofile_answer_with(answer, "{}", 2);
  return 0;
}

static void removed_by_itself(void) {
  struct guard guard;
  userprofile *store = open_realms();
  guard_init(&guard, store);
  userprofile_set_authenticator(store, "ldap1", 5, remove_oneself, &guard, release_guard, NULL);
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("ana", "[]", LDAP1));
  tap_ok(guard.inside, "an authenticator may remove itself, and lives until it returns");
  tap_ok(guard.releases == 1, "then it is released");
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_UNAUTHENTICATED, ANY);
  userprofile_close(store);
  tap_ok(guard.releases == 1, "and not again");
}

static int32_t stay(void *user_data, const char *credentials, size_t len,
                    userprofile_answer *answer) {
  struct guard *guard = user_data;
  (void)credentials, (void)len;
  raise_flag(guard, &guard->inside);
  await_flag(guard, &guard->may_leave);
  userprofile_answer_with(answer, "{\"username\":\"old\"}", USERPROFILE_NUL_TERMINATED);
  return 0;
}

static void *log_in_as_old(void *store) {
  userprofile *user = logged_in(store, LOG_IN);
  int known =
      expect(userprofile_authenticate, user, "{}", USERPROFILE_OK, USER("old", "[]", LDAP1));
  userprofile_close(user);
  return known ? store : NULL;
}

static void replaced_while_it_runs(void) {
  struct guard guard;
  struct host host = {"{\"username\":\"new\"}", 0, 0, 0, 0, ""};
  pthread_t thread;
  void *known;
  userprofile *store = open_realms();
  guard_init(&guard, store);
  userprofile_set_authenticator(store, "ldap1", 5, stay, &guard, release_guard, NULL);
  if (pthread_create(&thread, NULL, log_in_as_old, store)) tap_bail_out("no threads");
  await_flag(&guard, &guard.inside);
  tap_ok(set(store, "ldap1", &host) == USERPROFILE_OK, "it is replaced while it runs");
  expect(log_in_and_out, store, LOG_IN, USERPROFILE_OK, USER("new", "[]", LDAP1));
  tap_ok(releases_of(&guard) == 0, "but not released while it runs");
  raise_flag(&guard, &guard.may_leave);
  pthread_join(thread, &known);
  tap_ok(known && releases_of(&guard) == 1, "its answer counts, and then it is released");
  userprofile_close(store);
  tap_ok(host.releases == 1 && releases_of(&guard) == 1, "each once");
}

/* As many callers as ever are in the authenticator at the same time, or nobody gets out of it. */
static pthread_barrier_t all_inside;

static int32_t wait_for_all(void *user_data, const char *credentials, size_t len,
                            userprofile_answer *answer) {
  (void)user_data, (void)credentials, (void)len;
  pthread_barrier_wait(&all_inside);
  userprofile_answer_with(answer, "{\"roles\":[\"r\"]}", USERPROFILE_NUL_TERMINATED);
  return 0;
}

struct caller {
  pthread_t thread;
  const userprofile *store;
  int number;
  int mistakes;
};

static void *log_in_and_activate(void *argument) {
  struct caller *caller = argument;
  char request[128], username[32];
  userprofile *user = NULL;
  userprofile_json response = {NULL, 0};
  snprintf(username, sizeof username, "\"username\":\"user%d\"", caller->number);
  snprintf(request, sizeof request, "{%s,\"password\":\"" PASSWORD "\"}", username);
  caller->mistakes += userprofile_login(caller->store, request, USERPROFILE_NUL_TERMINATED, &user,
                                        &response) != USERPROFILE_OK;
  caller->mistakes += !response.data || !strstr(response.data, username);
  caller->mistakes += status_of(userprofile_authenticate, user, "{}") != USERPROFILE_OK;
  userprofile_json_free(&response);
  userprofile_close(user);
  snprintf(request, sizeof request,
           "{\"grant_type\":\"password\",%s,\"password\":\"" PASSWORD "\"}", username);
  caller->mistakes += userprofile_activate(caller->store, request, USERPROFILE_NUL_TERMINATED,
                                           &response) != USERPROFILE_OK;
  caller->mistakes += !response.data || !strstr(response.data, username);
  userprofile_json_free(&response);
  return NULL;
}

static void many_at_once(void) {
  struct caller callers[AT_ONCE];
  int i, mistakes = 0;
  userprofile *store = open_realms();
  pthread_barrier_init(&all_inside, NULL, AT_ONCE);
  userprofile_set_authenticator(store, "ldap1", 5, wait_for_all, NULL, NULL, NULL);
  for (i = 0; i < AT_ONCE; i++) {
    callers[i].store = store;
    callers[i].number = i;
    callers[i].mistakes = 0;
    if (pthread_create(&callers[i].thread, NULL, log_in_and_activate, &callers[i])) {
      tap_bail_out("no threads");
    }
  }
  for (i = 0; i < AT_ONCE; i++) {
    pthread_join(callers[i].thread, NULL);
    mistakes += callers[i].mistakes;
  }
  tap_ok(mistakes == 0, "%d threads log in and activate at once", AT_ONCE);
  pthread_barrier_destroy(&all_inside);
  userprofile_close(store);
}

int main(void) {
  alarm(PATIENCE_SECONDS); /* what waits for ever is killed and so fails */
  answers();
  the_last_answer_counts();
  failures();
  the_chain();
  access_tokens();
  the_whole_way();
  refusals();
  releases();
  each_open_is_a_host();
  re_entry();
  a_new_function_of_the_realm_is_passed_over();
  removed_by_itself();
  replaced_while_it_runs();
  many_at_once();
  return tap_done();
}
