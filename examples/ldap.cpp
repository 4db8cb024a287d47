/*
 * People of an LDAP directory with profiles in libuserprofile: a realm that this program answers by
 * binding to the directory as the person who logs in. `tests/run ldap` runs it; otherwise
 *
 *   c++ -std=c++17 ldap.cpp $(pkg-config --cflags --libs userprofile ldap lber nlohmann_json)
 *   USERPROFILE_LDAP_URL=ldap://127.0.0.1:389 USERPROFILE_LDAP_BASE=dc=example,dc=org ./a.out
 *
 * Passwords travel as they are: across a network, use ldaps:// or ldap_start_tls_s.
 */
#include <ldap.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <userprofile.hpp>
#include <vector>

using nlohmann::json;
using Store = userprofile::Store;

/* A value for a DN (RFC 4514) or a filter (RFC 4515): in both, \XX stands for any byte. */
std::string escaped(std::string_view value) {
  constexpr char hex[] = "0123456789ABCDEF";
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (plain.find(c) != plain.npos) {
      text += c;
    } else {
      text.append({'\\', hex[byte >> 4], hex[byte & 0xF]});
    }
  }
  return text;
}

/* The directory said no, or nothing. */
class LdapError : public std::runtime_error {
 public:
  explicit LdapError(int code) : std::runtime_error(ldap_err2string(code)), code_(code) {}

  /* Whether it said that these credentials are nobody's. */
  bool is_refusal() const {
    return code_ == LDAP_INVALID_CREDENTIALS || code_ == LDAP_INAPPROPRIATE_AUTH ||
           code_ == LDAP_NO_SUCH_OBJECT;
  }

 private:
  int code_;
};

void check(int code) {
  if (code != LDAP_SUCCESS) throw LdapError(code);
}

struct Entry {
  std::string dn;
  std::optional<std::string> cn, mail;
};

class Connection {
 public:
  explicit Connection(const std::string &url) {
    LDAP *ldap = nullptr;
    check(ldap_initialize(&ldap, url.c_str()));
    ldap_.reset(ldap);
    const int version = LDAP_VERSION3;
    const timeval patience = {5, 0};
    ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    ldap_set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &patience);
    ldap_set_option(ldap, LDAP_OPT_TIMEOUT, &patience);
  }

  void bind(const std::string &dn, std::string password) {
    berval secret = {password.size(), password.data()};
    check(ldap_sasl_bind_s(ldap_.get(), dn.c_str(), LDAP_SASL_SIMPLE, &secret, nullptr, nullptr,
                           nullptr));
  }

  std::vector<Entry> search(const std::string &base, int scope, const std::string &filter) {
    std::string cn = "cn", mail = "mail";
    char *attributes[] = {cn.data(), mail.data(), nullptr};
    LDAPMessage *found = nullptr;
    const int code = ldap_search_ext_s(ldap_.get(), base.c_str(), scope, filter.c_str(), attributes,
                                       0, nullptr, nullptr, nullptr, LDAP_NO_LIMIT, &found);
    const std::unique_ptr<LDAPMessage, int (*)(LDAPMessage *)> result(found, ldap_msgfree);
    check(code);
    std::vector<Entry> entries;
    for (LDAPMessage *entry = ldap_first_entry(ldap_.get(), found); entry;
         entry = ldap_next_entry(ldap_.get(), entry)) {
      entries.push_back({dn_of(entry), value_of(entry, "cn"), value_of(entry, "mail")});
    }
    return entries;
  }

 private:
  std::string dn_of(LDAPMessage *entry) {
    const std::unique_ptr<char, void (*)(char *)> dn(ldap_get_dn(ldap_.get(), entry),
                                                     [](char *text) { ldap_memfree(text); });
    return dn.get();
  }

  /* The attribute's first value. */
  std::optional<std::string> value_of(LDAPMessage *entry, const char *attribute) {
    const std::unique_ptr<berval *, void (*)(berval **)> values(
        ldap_get_values_len(ldap_.get(), entry, attribute), ldap_value_free_len);
    if (!values) return {};
    const berval &first = **values;
    return std::string(first.bv_val, first.bv_len);
  }

  struct Unbind {
    void operator()(LDAP *ldap) const { ldap_unbind_ext_s(ldap, nullptr, nullptr); }
  };
  std::unique_ptr<LDAP, Unbind> ldap_;
};

struct Directory {
  std::string url;
  std::string base;

  /* Whose the credentials are; nothing if they are nobody's. Any other trouble is thrown. */
  std::optional<std::string> authenticate(std::string_view text) const {
    const json credentials = json::parse(text);
    const std::string name = credentials.value("username", "");
    const std::string password = credentials.value("password", "");
    // Without a password a bind is anonymous: it succeeds, and proves nothing.
    if (name.empty() || password.empty()) return {};
    try {
      Connection connection(url);
      const std::string person = "uid=" + escaped(name) + ",ou=people," + base;
      connection.bind(person, password);
      const Entry entry = connection.search(person, LDAP_SCOPE_BASE, "(objectClass=*)").at(0);
      json user = {{"username", name}, {"dn", entry.dn}, {"groups", json::array()}};
      if (entry.cn) user["full_name"] = *entry.cn;
      if (entry.mail) user["email"] = *entry.mail;
      const std::string member = "(member=" + escaped(entry.dn) + ")";
      for (const Entry &group :
           connection.search("ou=groups," + base, LDAP_SCOPE_SUBTREE, member)) {
        user["groups"].push_back(group.dn);
      }
      return user.dump();
    } catch (const LdapError &error) {
      if (error.is_refusal()) return {};
      throw;
    }
  }
};

void expect(bool is_so, const std::string &what) {
  if (!is_so) throw std::logic_error("not so: " + what);
}

std::string password_of(const std::string &name, const std::string &password) {
  return json{{"grant_type", "password"}, {"username", name}, {"password", password}}.dump();
}

json activate(const Store &store, const std::string &name, const std::string &password) {
  return json::parse(store.activate(password_of(name, password)));
}

template <class Call>
void expect_refusal(Call call, const std::string &what) {
  try {
    call();
  } catch (const userprofile::Error &error) {
    return expect(error.status() == USERPROFILE_UNAUTHENTICATED, error.what());
  }
  expect(false, what + " is refused");
}

void log_everybody_in(const Store &store) {
  const json ana_of_ldap = {{"username", "ana"},          {"roles", {"editor"}},
                            {"realm_name", "ldap1"},      {"realm_domain", "people"},
                            {"full_name", "Ana Example"}, {"email", "ana@example.org"}};
  const json ana = activate(store, "ana", "ldap-ana-1");
  expect(ana["user"] == ana_of_ldap, ana.dump());

  const json by_native = activate(store, "ana", "native-ana-1");
  expect(by_native["user"]["realm_name"] == "native1", by_native.dump());
  expect(by_native["uid"] == ana["uid"], "one person has one uid over two passwords");

  const json token = json::parse(store.get_token(password_of("ana", "ldap-ana-1")));
  const json grant = {{"grant_type", "access_token"}, {"access_token", token["access_token"]}};
  const json by_token = json::parse(store.activate(grant.dump()));
  expect(by_token["user"] == ana_of_ldap, by_token.dump());
  expect(by_token["uid"] == ana["uid"], "one person has one uid over password and token");

  const json zoe = activate(store, "zo\u00eb", "ldap-stra\u00dfe-2");
  const json zoe_of_ldap = {{"username", "zo\u00eb"},
                            {"roles", json::array()},
                            {"realm_name", "ldap1"},
                            {"realm_domain", "people"},
                            {"full_name", "Zo\u00eb Gr\u00fc\u00dfe"}};
  expect(zoe["user"] == zoe_of_ldap, zoe.dump());
  expect(zoe["uid"] != ana["uid"], "two persons have two uids");
}

void refuse_others(const Store &store) {
  const std::pair<const char *, const char *> wrong[] = {{"ana", "wrong-password"},
                                                         {"dan", "any"},
                                                         {"nobody", "any"},
                                                         {"ana,ou=people", "ldap-ana-1"}};
  for (const auto &[name, password] : wrong) {
    expect_refusal([&, n = name, p = password] { activate(store, n, p); }, name);
  }
  const json empty_password_of_ana = {{"method", "GET"},
                                      {"path", "/_security/_authenticate"},
                                      {"headers", {{"authorization", "Basic YW5hOg=="}}}};
  expect_refusal([&] { store.rest(empty_password_of_ana.dump()); }, "the empty password");
}

std::string from_environment(const char *name) {
  const char *value = std::getenv(name);
  if (!value) throw std::runtime_error(std::string(name) + " is needed");
  return value;
}

int main() try {
  const Directory directory{from_environment("USERPROFILE_LDAP_URL"),
                            from_environment("USERPROFILE_LDAP_BASE")};
  auto store = Store::open(R"({
    "path": ":temporary:",
    "realms": {"native": {"native1": {"order": 0}},
               "external": {"ldap1": {"order": 1, "type": "ldap"}}},
    "domains": {"people": {"realms": ["native1", "ldap1"]}}})");
  store.set_logger([](userprofile::LogLevel, std::string_view message) {
    std::cerr << "ldap: " << message << "\n";
  });
  store.set_authenticator("ldap1", [&directory](std::string_view credentials) {
    return directory.authenticate(credentials);
  });
  const json editors = {
      {"name", "editors"},
      {"roles", {"editor"}},
      {"rules", {{"field", {{"groups", "cn=editors,ou=groups," + directory.base}}}}}};
  store.put_role_mapping(editors.dump());
  store.put_user(R"({"username":"ana","password":"native-ana-1","roles":[]})");
  log_everybody_in(store);
  refuse_others(store);
  std::cout << "ok\n";
} catch (const std::exception &failure) {
  std::cerr << "ldap: " << failure.what() << "\n";
  return EXIT_FAILURE;
}
