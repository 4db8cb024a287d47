// Realms that the host answers: what the wrapper adds to C, which is exceptions and lifetimes.
#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "support.hpp"

void authenticators();

namespace {

using Reply = std::optional<std::string>;

const std::string realms =
    config.substr(0, config.size() - 1) +
    R"(,"realms":{"native":{"native1":{}},"external":{"ldap1":{"order":0,"type":"ldap"}}}})";

bool is_refused(const Store &store) {
  return failure_of([&] { store.login(log_in_ana); }).status() == USERPROFILE_UNAUTHENTICATED;
}

void replies() {
  auto store = Store::open(realms);
  std::string asked;
  store.set_authenticator("ldap1", [&asked](std::string_view credentials) -> Reply {
    asked = credentials;
    return R"({"roles":["editor"]})";
  });
  tap_ok(contains(store.login(log_in_ana).answer(), R"("roles":["editor"])"),
         "a lambda is an authenticator");
  tap_ok(
      asked ==
          R"({"realm":{"name":"ldap1","type":"ldap"},"username":"ana","password":"other-horse"})",
      "it is asked with the credentials: %s", asked.c_str());
  store.set_authenticator("ldap1", [](std::string_view) { return std::nullopt; });
  tap_ok(is_refused(store), "it may decline");
  store.set_authenticator("ldap1", [](std::string_view) { return Reply("{}"); });
  tap_ok(contains(store.login(log_in_ana).answer(), R"("name":"ldap1")"), "it may be replaced");
  store.set_authenticator("ldap1", {});
  tap_ok(is_refused(store), "it may be taken away");
}

void exceptions() {
  auto store = Store::open(realms);
  std::string log;
  store.set_logger([&log](userprofile::LogLevel, std::string_view text) { log += text; });
  const auto refused = [&](const userprofile::Authenticator &authenticator) {
    log.clear();
    store.set_authenticator("ldap1", authenticator);
    return is_refused(store);
  };
  bool passed =
      refused([](std::string_view) -> Reply { throw std::runtime_error("the directory is down"); });
  tap_ok(passed && contains(log, "the directory is down"), "what() is logged: %s", log.c_str());
  passed = refused([](std::string_view) -> Reply { throw 5; });
  tap_ok(passed && contains(log, "no std::exception"), "anything may be thrown: %s", log.c_str());
  passed = refused([](std::string_view) { return Reply("not a user"); });
  tap_ok(passed && contains(log, "ldap1") && !contains(log, "other-horse"),
         "what is no user is a failure: %s", log.c_str());
}

/* An authenticator that owns `token`, so that its use count tells whether the function is there. */
userprofile::Authenticator owner_of(std::shared_ptr<int> token) {
  return [token = std::move(token)](std::string_view) {
    ++*token;
    return Reply("{}");
  };
}

void lifetimes() {
  auto store = Store::open(realms);
  const auto token = std::make_shared<int>(0);
  store.set_authenticator("ldap1", owner_of(token));
  tap_ok(token.use_count() == 2, "the function is kept");
  store.set_authenticator("ldap1", owner_of(token));
  tap_ok(token.use_count() == 2, "and destroyed when it is replaced");
  const auto unknown = failure_of([&] { store.set_authenticator("ldap2", owner_of(token)); });
  tap_ok(unknown.status() == USERPROFILE_BAD_REQUEST &&
             unknown.reason() == "unknown realm [ldap2]" && token.use_count() == 2,
         "and when it is refused: %s", unknown.what());
  {
    auto ana = store.login(log_in_ana);
    tap_ok(failure_of([&] { ana.set_authenticator("ldap1", owner_of(token)); }).status() ==
                   USERPROFILE_FORBIDDEN &&
               token.use_count() == 2,
           "a login's store takes none");
    const auto gone = std::move(store);
    tap_ok(token.use_count() == 2, "a store that is moved keeps it");
    store = std::move(ana);
  }
  tap_ok(token.use_count() == 2, "and so does a login");
  store.login(log_in_ana);
  tap_ok(*token == 2, "which still asks it");
  store = Store::open(realms);
  tap_ok(token.use_count() == 1, "it goes with the last of them");
  store.set_authenticator("ldap1", owner_of(token));
  store.set_authenticator("ldap1", nullptr);
  tap_ok(token.use_count() == 1, "or when it is taken away");
}

void re_entry() {
  auto store = Store::open(realms);
  bool refused = false;
  store.set_authenticator("ldap1", [&](std::string_view) {
    refused = is_refused(store);
    store.put_user(put_ana);
    store.set_authenticator("ldap1", {});  // this function, which lives until it returns
    return Reply(contains(store.login(log_in_ana).answer(), "native1") ? "{}" : "no user");
  });
  tap_ok(contains(store.login(log_in_ana).answer(), "ldap1") && refused,
         "an authenticator uses the store and replaces itself");
  tap_ok(contains(store.login(log_in_ana).answer(), "native1"), "and is gone");
}

void replaced_while_it_runs() {
  auto store = Store::open(realms);
  const auto token = std::make_shared<int>(0);
  std::promise<void> inside, leave;
  store.set_authenticator("ldap1", [token, &inside, &leave](std::string_view) {
    inside.set_value();
    leave.get_future().wait();
    return Reply(R"({"username":"old"})");
  });
  auto old = std::async(std::launch::async, [&] { return store.login(log_in_ana).answer(); });
  inside.get_future().wait();
  store.set_authenticator("ldap1", [](std::string_view) { return Reply(R"({"username":"new"})"); });
  tap_ok(contains(store.login(log_in_ana).answer(), R"("new")") && token.use_count() == 2,
         "a function that runs is replaced, and lives on");
  leave.set_value();
  tap_ok(contains(old.get(), R"("old")") && token.use_count() == 1, "until it has answered");
}

void many_at_once() {
  constexpr int at_once = 32;
  auto store = Store::open(realms);
  std::atomic<int> missing{at_once}, mistakes{0};
  std::promise<void> all_inside;
  const auto everybody = all_inside.get_future().share();
  store.set_authenticator("ldap1", [&](std::string_view) {
    if (--missing == 0) all_inside.set_value();
    everybody.wait();
    return Reply("{}");
  });
  std::vector<std::thread> workers;
  for (int worker = 0; worker < at_once; ++worker) {
    workers.emplace_back([&store, &mistakes, name = "user" + std::to_string(worker)] {
      try {
        const auto user = store.login(R"({"username":")" + name + R"(","password":"any-horse"})");
        mistakes += !contains(user.authenticate(), "\"" + name + "\"");
      } catch (const Error &) {
        ++mistakes;
      }
    });
  }
  for (auto &worker : workers) worker.join();
  tap_ok(mistakes == 0, "%d threads log in at once", at_once);
}

}  // namespace

void authenticators() {
  replies();
  exceptions();
  lifetimes();
  re_entry();
  replaced_while_it_runs();
  many_at_once();
}
