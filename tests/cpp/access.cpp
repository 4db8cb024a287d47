// The wrapper's methods for roles, privileges and checks.
#include "support.hpp"

void roles_and_checks();

namespace {

constexpr const char *found = R"({"found":true})";

void roles() {
  const auto store = Store::open(config);
  tap_ok(store.put_role(R"({"name":"r","cluster":["monitor"]})") == R"({"role":{"created":true}})",
         "put_role");
  tap_ok(contains(store.get_role(), R"("superuser":{)") && contains(store.get_role(), R"("r":{)"),
         "get_role of all");
  tap_ok(contains(store.get_role(R"({"name":"r"})"), R"({"r":{"cluster":["monitor"])"), "get_role");
  tap_ok(store.delete_role(R"({"name":"r"})") == found, "delete_role");
  const auto missing = failure_of([&] { store.get_role(R"({"name":"r"})"); });
  tap_ok(missing.status() == USERPROFILE_NOT_FOUND && missing.body() == "{}",
         "get_role of what is not there");
}

void privileges() {
  const auto store = Store::open(config);
  tap_ok(store.put_privileges(R"({"privileges":{"wiki":{"edit":{"actions":["page:write"]}}}})") ==
             R"({"wiki":{"edit":{"created":true}}})",
         "put_privileges");
  tap_ok(contains(store.get_privileges(), R"({"wiki":{"edit":{)"), "get_privileges of all");
  const std::string edit = R"({"application":"wiki","name":"edit"})";
  tap_ok(contains(store.get_privileges(edit), R"("actions":["page:write"])"), "get_privileges");
  tap_ok(store.delete_privileges(edit) == R"({"wiki":{"edit":{"found":true}}})",
         "delete_privileges");
  const auto missing = failure_of([&] { store.delete_privileges(edit); });
  tap_ok(missing.status() == USERPROFILE_NOT_FOUND && missing.type().empty() &&
             missing.body() == R"({"wiki":{"edit":{"found":false}}})",
         "delete_privileges of what is not there");
}

void checks() {
  const auto store = Store::open(config);
  store.put_role(R"({"name":"editor_of_a","cluster":["read_security"],"applications":[)"
                 R"({"application":"wiki","privileges":["page:*"],"resources":["a*"]}]})");
  store.put_user(R"({"username":"ana","password":"other-horse","roles":["editor_of_a"]})");
  const std::string profile = store.activate(activate_ana);
  const std::size_t start = profile.find("u_");
  const std::string uid = profile.substr(start, profile.find('"', start) - start);
  const auto ask = [&](const std::string &resource) {
    return R"({"uids":[")" + uid + R"("],"privileges":{"application":[{"application":"wiki",)" +
           R"("privileges":["page:write"],"resources":[")" + resource + R"("]}]}})";
  };
  tap_ok(store.has_privileges(ask("a1")) == R"({"has_privilege_uids":[")" + uid + R"("]})",
         "has_privileges: yes");
  tap_ok(store.has_privileges(ask("b1")) == R"({"has_privilege_uids":[]})", "has_privileges: no");

  const auto ana = store.login(log_in_ana);
  tap_ok(ana.user_has_privileges(R"({"cluster":["read_security","all"]})") ==
             R"({"username":"ana","has_all_requested":false,"cluster":{"read_security":true,)"
             R"("all":false},"index":{},"application":{}})",
         "user_has_privileges");
  tap_ok(contains(ana.get_user_privileges(), R"("cluster":["read_security"])"),
         "get_user_privileges");
  tap_ok(contains(ana.get_role(), R"("superuser":{)"), "a login does what its roles allow");
  const auto refused = failure_of([&] { ana.delete_role(R"({"name":"editor_of_a"})"); });
  tap_ok(refused.status() == USERPROFILE_FORBIDDEN && refused.type() == "security_exception" &&
             contains(refused.reason(), "with effective roles [editor_of_a]"),
         "and nothing else: %s", refused.what());
  store.delete_role(R"({"name":"editor_of_a"})");
  tap_ok(failure_of([&] { ana.get_role(); }).status() == USERPROFILE_FORBIDDEN,
         "a role that is gone allows nothing");
}

}  // namespace

void roles_and_checks() {
  roles();
  privileges();
  checks();
}
