/*
 * People of an LDAP directory with profiles in libuserprofile: a realm that this program answers by
 * binding to the directory as the person who logs in. `tests/run ldap` runs it; otherwise
 *
 *   cc ldap.c $(pkg-config --cflags --libs userprofile ldap lber jansson)
 *   USERPROFILE_LDAP_URL=ldap://127.0.0.1:389 USERPROFILE_LDAP_BASE=dc=example,dc=org ./a.out
 *
 * Passwords travel as they are: across a network, use ldaps:// or ldap_start_tls_s.
 */
#define _GNU_SOURCE /* asprintf */
#include <ctype.h>
#include <jansson.h>
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <userprofile.h>

struct directory {
  const char *url;
  const char *base;
};

static void stop(const char *what) {
  fprintf(stderr, "ldap: %s\n", what);
  exit(EXIT_FAILURE);
}

static void *or_stop(void *memory) {
  if (!memory) stop("out of memory");
  return memory;
}

/* A value for a DN (RFC 4514) or a filter (RFC 4515): in both, \XX stands for any byte. */
static char *escaped(const char *value) {
  char *text = or_stop(malloc(3 * strlen(value) + 1)), *end = text;
  for (; *value; value++) {
    unsigned char byte = (unsigned char)*value;
    end += sprintf(end, byte < 0x80 && isalnum(byte) ? "%c" : "\\%02X", byte);
  }
  *end = '\0';
  return text;
}

/* "before" value "after", with the value escaped. */
static char *around(const char *before, const char *value, const char *after) {
  char *middle = escaped(value), *text;
  if (asprintf(&text, "%s%s%s", before, middle, after) < 0) stop("out of memory");
  free(middle);
  return text;
}

static int connect_to(const struct directory *directory, LDAP **ldap) {
  static const int version = LDAP_VERSION3;
  static const struct timeval patience = {5, 0};
  int code = ldap_initialize(ldap, directory->url);
  if (code == LDAP_SUCCESS) {
    ldap_set_option(*ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(*ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    ldap_set_option(*ldap, LDAP_OPT_NETWORK_TIMEOUT, &patience);
    ldap_set_option(*ldap, LDAP_OPT_TIMEOUT, &patience);
  }
  return code;
}

static int bind_as(LDAP *ldap, const char *dn, const char *password) {
  struct berval secret = {strlen(password), (char *)password};
  return ldap_sasl_bind_s(ldap, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
}

static int search(LDAP *ldap, const char *base, int scope, const char *filter,
                  LDAPMessage **result) {
  static char *attributes[] = {"cn", "mail", NULL};
  return ldap_search_ext_s(ldap, base, scope, filter, attributes, 0, NULL, NULL, NULL,
                           LDAP_NO_LIMIT, result);
}

/* The attribute's first value, NULL if there is none. */
static json_t *value_of(LDAP *ldap, LDAPMessage *entry, const char *attribute) {
  struct berval **values = ldap_get_values_len(ldap, entry, attribute);
  json_t *value = values ? json_stringn(values[0]->bv_val, values[0]->bv_len) : NULL;
  ldap_value_free_len(values);
  return value;
}

static json_t *dn_of(LDAP *ldap, LDAPMessage *entry) {
  char *dn = ldap_get_dn(ldap, entry);
  json_t *text = json_string(dn);
  ldap_memfree(dn);
  return text;
}

/* The groups below ou=groups that have this member. */
static int read_groups(LDAP *ldap, const char *base, const char *member, json_t *groups) {
  char *below, *filter = around("(member=", member, ")");
  LDAPMessage *result = NULL, *entry;
  int code;
  if (asprintf(&below, "ou=groups,%s", base) < 0) stop("out of memory");
  code = search(ldap, below, LDAP_SCOPE_SUBTREE, filter, &result);
  for (entry = ldap_first_entry(ldap, result); entry; entry = ldap_next_entry(ldap, entry)) {
    json_array_append_new(groups, dn_of(ldap, entry));
  }
  ldap_msgfree(result);
  free(filter);
  free(below);
  return code;
}

/* Adds to `user` what the directory knows of the person, who may read it. */
static int read_person(LDAP *ldap, const char *base, const char *dn, json_t *user) {
  json_t *groups = json_array();
  LDAPMessage *result = NULL, *entry;
  int code = search(ldap, dn, LDAP_SCOPE_BASE, "(objectClass=*)", &result);
  json_object_set_new(user, "groups", groups);
  if ((entry = ldap_first_entry(ldap, result))) {
    json_object_set_new(user, "full_name", value_of(ldap, entry, "cn"));
    json_object_set_new(user, "email", value_of(ldap, entry, "mail"));
    json_object_set_new(user, "dn", dn_of(ldap, entry));
    code = read_groups(ldap, base, json_string_value(json_object_get(user, "dn")), groups);
  }
  ldap_msgfree(result);
  return code;
}

/* What the directory says of a name and a password: a code of LDAP's, and the user if it is 0. */
static int ask_directory(const struct directory *directory, const char *name, const char *password,
                         json_t *user) {
  char *below, *dn;
  LDAP *ldap = NULL;
  int code = connect_to(directory, &ldap);
  if (asprintf(&below, ",ou=people,%s", directory->base) < 0) stop("out of memory");
  dn = around("uid=", name, below);
  if (code == LDAP_SUCCESS) code = bind_as(ldap, dn, password);
  if (code == LDAP_SUCCESS) code = read_person(ldap, directory->base, dn, user);
  if (ldap) ldap_unbind_ext_s(ldap, NULL, NULL);
  free(dn);
  free(below);
  return code;
}

/* Answers whose the credentials are; nothing if they are nobody's. */
static int32_t authenticate(void *user_data, const char *text, size_t len,
                            userprofile_answer *answer) {
  const char *name = "", *password = "";
  json_t *credentials = json_loadb(text, len, 0, NULL), *user = json_object();
  int code = LDAP_INVALID_CREDENTIALS;
  json_unpack(credentials, "{s?s, s?s}", "username", &name, "password", &password);
  /* Without a password a bind is anonymous: it succeeds, and proves nothing. */
  if (*name && *password) code = ask_directory(user_data, name, password, user);
  if (code == LDAP_SUCCESS) {
    char *document;
    json_object_set_new(user, "username", json_string(name));
    document = or_stop(json_dumps(user, 0));
    userprofile_answer_with(answer, document, strlen(document));
    free(document);
  }
  json_decref(user);
  json_decref(credentials);
  switch (code) {
    case LDAP_SUCCESS:
    case LDAP_INVALID_CREDENTIALS:
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_NO_SUCH_OBJECT: return 0;
    default: /* the directory is down, or refuses to say: that is no answer about the password */
      userprofile_answer_with(answer, ldap_err2string(code), USERPROFILE_NUL_TERMINATED);
      return 1;
  }
}

static void log_message(void *user_data, int32_t level, const char *message, size_t len) {
  (void)user_data;
  fprintf(stderr, "ldap: [%d] %.*s\n", (int)level, (int)len, message);
}

typedef int32_t operation(const userprofile *, const char *, size_t, userprofile_json *);

/* Calls with a request that it frees, and stops unless the status is the expected one. */
static json_t *call(const userprofile *store, operation *run, json_t *request, int32_t expected) {
  char *text = or_stop(json_dumps(request, 0));
  userprofile_json response;
  int32_t status = run(store, text, USERPROFILE_NUL_TERMINATED, &response);
  json_t *answer = json_loadb(response.data, response.len, 0, NULL);
  if (status != expected) stop(response.data);
  userprofile_json_free(&response);
  free(text);
  json_decref(request);
  return or_stop(answer);
}

static void must(const userprofile *store, operation *run, json_t *request) {
  json_decref(call(store, run, request, USERPROFILE_OK));
}

static json_t *password_of(const char *name, const char *password) {
  return json_pack("{s:s, s:s, s:s}", "grant_type", "password", "username", name, "password",
                   password);
}

/* Stops unless the profile is of this user, given as the profile shows it. Frees the user. */
static void expect_user(json_t *profile, json_t *user) {
  json_t *shown = json_object_get(profile, "user");
  if (!json_equal(shown, user)) stop(or_stop(json_dumps(shown, 0)));
  json_decref(user);
}

static void expect_uid(json_t *profile, json_t *other, int same) {
  if (json_equal(json_object_get(profile, "uid"), json_object_get(other, "uid")) != same) {
    stop(same ? "one person has two uids" : "two persons have one uid");
  }
}

static json_t *ana_of_ldap(void) {
  return json_pack("{s:s, s:[s], s:s, s:s, s:s, s:s}", "username", "ana", "roles", "editor",
                   "realm_name", "ldap1", "realm_domain", "people", "email", "ana@example.org",
                   "full_name", "Ana Example");
}

/* One person, one uid: with the directory's password, with ours, and with a token. */
static void log_ana_in(const userprofile *store) {
  json_t *by_ldap, *by_native, *token, *by_token;
  by_ldap = call(store, userprofile_activate, password_of("ana", "ldap-ana-1"), USERPROFILE_OK);
  expect_user(by_ldap, ana_of_ldap());
  by_native = call(store, userprofile_activate, password_of("ana", "native-ana-1"), USERPROFILE_OK);
  expect_user(by_native, json_pack("{s:s, s:[], s:s, s:s}", "username", "ana", "roles",
                                   "realm_name", "native1", "realm_domain", "people"));
  expect_uid(by_native, by_ldap, 1);
  token = call(store, userprofile_get_token, password_of("ana", "ldap-ana-1"), USERPROFILE_OK);
  by_token = call(store, userprofile_activate,
                  json_pack("{s:s, s:O}", "grant_type", "access_token", "access_token",
                            json_object_get(token, "access_token")),
                  USERPROFILE_OK);
  expect_user(by_token, ana_of_ldap());
  expect_uid(by_token, by_ldap, 1);
  json_decref(by_token);
  json_decref(token);
  json_decref(by_native);
  json_decref(by_ldap);
}

#define ZOE "zo\xC3\xAB"

static void log_zoe_in(const userprofile *store) {
  json_t *ana, *zoe;
  ana = call(store, userprofile_activate, password_of("ana", "ldap-ana-1"), USERPROFILE_OK);
  zoe = call(store, userprofile_activate,
             password_of(ZOE,
                         "ldap-stra\xC3\x9F"
                         "e-2"),
             USERPROFILE_OK);
  expect_user(zoe, json_pack("{s:s, s:[], s:s, s:s, s:s}", "username", ZOE, "roles", "realm_name",
                             "ldap1", "realm_domain", "people", "full_name",
                             "Zo\xC3\xAB Gr\xC3\xBC\xC3\x9F"
                             "e"));
  expect_uid(zoe, ana, 0);
  json_decref(zoe);
  json_decref(ana);
}

static void refuse_others(const userprofile *store) {
  static const char *const wrong[][2] = {{"ana", "wrong-password"},
                                         {"dan", "any"},
                                         {"nobody", "any"},
                                         {"ana,ou=people", "ldap-ana-1"}};
  size_t i;
  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    json_decref(call(store, userprofile_activate, password_of(wrong[i][0], wrong[i][1]),
                     USERPROFILE_UNAUTHENTICATED));
  }
  json_decref(call(
      store, userprofile_rest,
      json_pack("{s:s, s:s, s:{s:s}}", "method", "GET", "path", "/_security/_authenticate",
                "headers", "authorization", "Basic YW5hOg=="), /* ana, and the empty password */
      USERPROFILE_UNAUTHENTICATED));
}

static const char config[] =
    "{\"path\":\":temporary:\","
    " \"realms\":{\"native\":{\"native1\":{\"order\":0}},"
    "             \"external\":{\"ldap1\":{\"order\":1,\"type\":\"ldap\"}}},"
    " \"domains\":{\"people\":{\"realms\":[\"native1\",\"ldap1\"]}}}";

int main(void) {
  struct directory directory;
  userprofile *store;
  char *editors;
  directory.url = getenv("USERPROFILE_LDAP_URL");
  directory.base = getenv("USERPROFILE_LDAP_BASE");
  if (!directory.url || !directory.base) {
    stop("USERPROFILE_LDAP_URL and USERPROFILE_LDAP_BASE are needed");
  }
  if (userprofile_open(config, USERPROFILE_NUL_TERMINATED, &store, NULL)) stop("cannot open");
  userprofile_set_logger(store, log_message, NULL);
  if (userprofile_set_authenticator(store, "ldap1", USERPROFILE_NUL_TERMINATED, authenticate,
                                    &directory, NULL, NULL)) {
    stop("cannot register");
  }
  if (asprintf(&editors, "cn=editors,ou=groups,%s", directory.base) < 0) stop("out of memory");
  must(store, userprofile_put_role_mapping,
       json_pack("{s:s, s:[s], s:{s:{s:s}}}", "name", "editors", "roles", "editor", "rules",
                 "field", "groups", editors));
  must(store, userprofile_put_user,
       json_pack("{s:s, s:s, s:[]}", "username", "ana", "password", "native-ana-1", "roles"));
  log_ana_in(store);
  log_zoe_in(store);
  refuse_others(store);
  free(editors);
  userprofile_close(store);
  puts("ok");
  return EXIT_SUCCESS;
}
