// userprofile.hpp: what it adds to the C interface. What the operations answer is tested in C.
#include <stdlib.h>

#include <array>
#include <filesystem>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

#include "support.hpp"

std::string type_of_failure(const userprofile::Store &store, const std::string &request);
void authenticators();
void roles_and_checks();

namespace {

std::optional<std::string> nobody(std::string_view) { return {}; }

/* A user `ana` with a profile, and its uid. */
std::string fill(const Store &store) {
  store.put_user(put_ana);
  const std::string profile = store.activate(activate_ana);
  const std::size_t start = profile.find("u_");
  return profile.substr(start, profile.find('"', start) - start);
}

void types() {
  static_assert(std::is_nothrow_move_constructible_v<Store>);
  static_assert(std::is_nothrow_move_assignable_v<Store>);
  static_assert(!std::is_copy_constructible_v<Store>);
  static_assert(!std::is_copy_assignable_v<Store>);
  static_assert(!std::is_default_constructible_v<Store>);
  static_assert(std::is_base_of_v<std::runtime_error, Error>);
  static_assert(std::is_nothrow_copy_constructible_v<Error>);
  tap_ok(true, "stores move and do not copy; errors copy without throwing");
  tap_ok(std::string(userprofile_version()) == USERPROFILE_VERSION, "C is there beside C++");
}

void operations() {
  const auto store = Store::open(config);
  tap_ok(contains(store.answer(), R"("read_only":false)"), "open answers what it opened");
  tap_ok(store.put_user(put_ana) == R"({"created":true})", "put_user");
  tap_ok(contains(store.get_user(), R"("ana")"), "get_user of everybody");
  tap_ok(contains(store.get_user(R"({"username":"ana"})"), R"("ana")"), "get_user");
  const std::string uid = fill(store);
  const std::string just_uid = R"({"uid":")" + uid + R"("})";
  const std::string acknowledged = R"({"acknowledged":true})";
  tap_ok(contains(store.activate(activate_ana), uid), "activate");
  tap_ok(store.update_data(R"({"uid":")" + uid + R"(","data":{"app1":{"k":1}}})") == acknowledged,
         "update_data");
  tap_ok(
      contains(store.get(R"({"uid":")" + uid + R"(","data":"*"})"), R"("data":{"app1":{"k":1}})"),
      "get");
  tap_ok(contains(store.suggest(R"({"name":"an","explain":true})"),
                  R"("explain":{"score":1,"matches":[{"field":"username","word":0,"kind":"prefix",)"
                  R"("range":[0,2]}]})"),
         "suggest");
  tap_ok(contains(store.suggest(), uid), "suggest of everybody");
  tap_ok(store.disable(just_uid) == acknowledged, "disable");
  tap_ok(contains(store.get(just_uid), R"("enabled":false)"), "the profile is disabled");
  tap_ok(contains(store.suggest(), R"("profiles":[])"), "and not suggested");
  tap_ok(contains(store.check(), R"({"profiles":1,)") &&
             contains(store.check(), R"("differences":{"count":0,"details":[]})"),
         "check");
  tap_ok(store.enable(just_uid) == acknowledged, "enable");
  tap_ok(contains(store.get(just_uid), R"("enabled":true)"), "the profile is enabled");
  tap_ok(contains(store.authenticate(), R"("username")"), "authenticate");
  tap_ok(store.change_password(R"({"username":"ana","password":"new-horse"})") == "{}",
         "change_password");
  tap_ok(failure_of([&] { store.login(log_in_ana); }).status() == USERPROFILE_UNAUTHENTICATED,
         "the old password is void");
  tap_ok(store.disable_user(R"({"username":"ana"})") == "{}", "disable_user");
  tap_ok(failure_of([&] {
           store.login(R"({"username":"ana","password":"new-horse"})");
         }).status() == USERPROFILE_UNAUTHENTICATED,
         "a disabled user cannot log in");
  tap_ok(store.enable_user(R"({"username":"ana"})") == "{}", "enable_user");
  const auto ana = store.login(R"({"username":"ana","password":"new-horse"})");
  tap_ok(contains(ana.answer(), R"("username":"ana")"), "login answers who it is");
  tap_ok(contains(ana.authenticate(), R"("username":"ana")"), "a login acts as the user");
  tap_ok(
      contains(store.rest(R"({"method":"GET","path":"/_security/profile/)" + uid + R"("})"), uid),
      "rest");
  tap_ok(store.delete_user(R"({"username":"ana"})") == R"({"found":true})", "delete_user");
}

/* The string member of an answer. */
std::string member(const std::string &answer, const std::string &name) {
  const std::string before = "\"" + name + "\":\"";
  const std::size_t start = answer.find(before) + before.size();
  return answer.substr(start, answer.find('"', start) - start);
}

void tokens() {
  const auto store = Store::open(config);
  const std::string uid = fill(store);
  const std::string pair = store.get_token(activate_ana);
  const std::string access = member(pair, "access_token");
  tap_ok(contains(store.login(R"({"access_token":")" + access + R"("})").answer(),
                  R"("authentication_type":"token")"),
         "get_token gives a token to log in with");
  tap_ok(
      member(store.activate(R"({"grant_type":"access_token","access_token":")" + access + R"("})"),
             "uid") == uid,
      "or to activate with");
  tap_ok(contains(store.get_token(R"({"grant_type":"refresh_token","refresh_token":")" +
                                  member(pair, "refresh_token") + R"("})"),
                  R"("access_token")"),
         "get_token refreshes it");
  tap_ok(contains(store.invalidate_token(R"({"token":")" + access + R"("})"),
                  R"("invalidated_tokens":1)"),
         "invalidate_token");
  const auto refused = failure_of(
      [&] { store.get_token(R"({"grant_type":"refresh_token","refresh_token":"none"})"); });
  tap_ok(refused.status() == USERPROFILE_BAD_REQUEST && refused.type() == "invalid_grant" &&
             refused.reason() == "could not refresh the requested token",
         "a refusal in OAuth2's form: %s", refused.what());
}

void role_mappings() {
  const auto store = Store::open(config);
  tap_ok(store.put_role_mapping(
             R"({"name":"m","roles":["r"],"rules":{"field":{"username":"ana"}}})") ==
             R"({"role_mapping":{"created":true}})",
         "put_role_mapping");
  tap_ok(contains(store.get_role_mapping(), R"({"m":{)"), "get_role_mapping of all");
  tap_ok(contains(store.get_role_mapping(R"({"name":"m"})"), R"({"m":{)"), "get_role_mapping");
  tap_ok(store.delete_role_mapping(R"({"name":"m"})") == R"({"found":true})",
         "delete_role_mapping");
}

void failures() {
  auto store = Store::open(config);
  const auto missing =
      failure_of([&] { store.update_data(R"({"uid":"u_nobody_0","data":{"a":{}}})"); });
  tap_ok(missing.status() == USERPROFILE_NOT_FOUND, "the status is the error's");
  tap_ok(missing.type() == "document_missing_exception", "the type is the error's");
  tap_ok(missing.reason() == "[profile_u_nobody_0]: document missing", "the reason is the error's");
  tap_ok(contains(missing.body(), R"("root_cause")"), "the body is the whole answer");
  tap_ok(std::string(missing.what()) ==
             "404 document_missing_exception: [profile_u_nobody_0]: document missing",
         "what() says it all: %s", missing.what());
  const auto not_found = failure_of([&] { store.delete_user(R"({"username":"nobody"})"); });
  tap_ok(not_found.status() == USERPROFILE_NOT_FOUND && not_found.type().empty() &&
             not_found.reason().empty() && not_found.body() == R"({"found":false})",
         "a body of another form is kept");
  tap_ok(std::string(not_found.what()) == R"(404: {"found":false})", "and shown by what()");
  tap_ok(type_of_failure(store, R"({"uid":)").find("exception") != std::string::npos,
         "an error is caught in another translation unit");
  tap_ok(failure_of([] { Store::open("{}"); }).status() == USERPROFILE_BAD_REQUEST, "open throws");
  const auto moved = std::move(store);
  tap_ok(failure_of([&] { store.get("{}"); }).status() == USERPROFILE_BAD_REQUEST &&
             failure_of([&] { store.login("{}"); }).status() == USERPROFILE_BAD_REQUEST &&
             failure_of([&] { store.set_clock({}); }).status() == USERPROFILE_BAD_REQUEST &&
             failure_of([&] { store.set_logger({}); }).status() == USERPROFILE_BAD_REQUEST &&
             failure_of([&] { store.set_authenticator("ldap1", nobody); }).status() ==
                 USERPROFILE_BAD_REQUEST,
         "calls on a moved-from store throw");
}

struct Sample {
  const char *what;
  const char *body;
  const char *type;
  const char *reason;
};

void error_documents() {
  static const std::array<Sample, 16> samples = {{
      {"plain", R"({"error":{"root_cause":[],"type":"t","reason":"r"},"status":400})", "t", "r"},
      {"decoys before the error",
       R"({"x":"\"error\":{","y":{"error":{"type":"no"}},"z":[{"type":"no"},["}"]],)"
       R"("n":-1.5e3,"error":{"root_cause":[{"type":"no","reason":"no"}],"type":"t","reason":"r"}})",
       "t", "r"},
      {"white space", " {\n \"error\" : {\t\"type\" : \"t\" , \"reason\" : \"r\" } } ", "t", "r"},
      {"short escapes", R"({"error":{"type":"a\"\\\/b","reason":"\b\f\n\r\t"}})", "a\"\\/b",
       "\b\f\n\r\t"},
      {"unicode escapes", R"({"error":{"type":"\u0041\u00e9","reason":"\u20AC\ud83d\ude00"}})",
       "A\xC3\xA9", "\xE2\x82\xAC\xF0\x9F\x98\x80"},
      {"escaped member names", R"({"\u0065rror":{"typ\u0065":"t","reason":"r"}})", "t", "r"},
      {"the OAuth2 form", R"({"error":"invalid_grant","error_description":"token expired"})",
       "invalid_grant", "token expired"},
      {"no reason", R"({"error":{"type":"t"}})", "t", ""},
      {"other types", R"({"error":{"type":5,"reason":null}})", "", ""},
      {"another form", R"({"found":false})", "", ""},
      {"no members", "{}", "", ""},
      {"an array", R"([{"error":{"type":"no"}}])", "", ""},
      {"nothing", "", "", ""},
      {"cut off in a string", R"({"error":{"type":"t","reason":"r)", "t", "r"},
      {"cut off in an escape", R"({"error":{"type":"t","reason":"\u00)", "t", nullptr},
      {"cut off in a value", R"({"a":[[{)", "", ""},
  }};
  for (const Sample &sample : samples) {
    const Error error(400, sample.body);
    tap_ok(error.type() == sample.type && (!sample.reason || error.reason() == sample.reason) &&
               error.body() == sample.body,
           "an error document: %s", sample.what);
  }
}

/* Activates where nothing is skipped, and answers whether the profile is of `time`. */
bool activates_at(const Store &store, const std::string &uid, const char *time) {
  store.disable(R"({"uid":")" + uid + R"("})");
  return contains(store.activate(activate_ana), std::string(R"("last_synchronized":)") + time);
}

void clocks() {
  auto store = Store::open(config);
  std::int64_t now = 1234567890123;
  store.set_clock([&now] { return now; });
  const std::string uid = fill(store);
  tap_ok(activates_at(store, uid, "1234567890123"), "a lambda is the clock");

  store.set_clock([] { return std::int64_t{1333333333333}; });
  tap_ok(activates_at(store, uid, "1333333333333"), "a clock is replaced");
  store.set_clock([]() -> std::int64_t { throw std::runtime_error("broken clock"); });
  tap_ok(!activates_at(store, uid, "1333333333333"), "a clock that throws is the system's");
  store.set_clock({});
  tap_ok(!activates_at(store, uid, "1333333333333"), "a clock is taken away");

  auto owned = std::make_shared<std::int64_t>(1444444444444);
  store.set_clock([owned] { return *owned; });
  auto ana = store.login(log_in_ana);
  tap_ok(failure_of([&] { ana.set_clock({}); }).status() == USERPROFILE_FORBIDDEN,
         "the clock is the host's to set");
  {
    const auto gone = std::move(store);
  }
  tap_ok(activates_at(ana, uid, "1444444444444"), "the clock outlives the handle it was set on");
  {
    const auto gone = std::move(ana);
  }
  tap_ok(owned.use_count() == 1, "and goes with the last handle");
}

/* A folder that goes with the test. */
struct Folder {
  std::filesystem::path path;
  Folder() : path(std::filesystem::temp_directory_path() / "userprofile-test-XXXXXX") {
    std::string name = path.string();
    if (!mkdtemp(name.data())) tap_bail_out("no temporary folder");
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

void loggers() {
  const Folder folder;
  // With so little address space every megabyte more is worth a message.
  const std::string small =
      R"({"path":")" + folder.path.string() + R"(","map_reserve":"1mb",)" + hashing;
  auto store = Store::open(small);
  const auto other = Store::open(small);
  const std::string uid = fill(store);
  const auto grow = [&](const char *name) {
    other.update_data(R"({"uid":")" + uid + R"(","data":{")" + name + R"(":")" +
                      std::string(std::size_t{1} << 20, 'x') + R"("}})");
  };

  auto messages = std::make_shared<int>(0);
  store.set_logger(
      [messages](userprofile::LogLevel, std::string_view text) { *messages += !text.empty(); });
  grow("a");
  grow("b");
  tap_ok(*messages > 0, "a lambda is the logger");
  int calls = 0;
  store.set_logger([&calls](userprofile::LogLevel, std::string_view) {
    ++calls;
    throw std::runtime_error("broken logger");
  });
  tap_ok(messages.use_count() == 1, "a logger is replaced");
  grow("c");
  grow("d");
  grow("e");
  tap_ok(calls > 0, "what a logger throws is dropped");
  store.set_logger([messages](userprofile::LogLevel, std::string_view) { ++*messages; });
  *messages = 0;
  {
    const auto gone = std::move(store);
  }
  tap_ok(messages.use_count() == 1, "a logger goes with its store");
  grow("f");
  grow("g");
  grow("h");
  tap_ok(*messages == 0, "and the other handles go on without it");
}

void moves() {
  auto first = Store::open(config);
  first.set_clock([] { return std::int64_t{1111111111111}; });
  auto second = Store::open(config);
  second.set_clock([] { return std::int64_t{1222222222222}; });
  fill(second);
  first = std::move(second);  // closes the first store, and then drops its clock
  tap_ok(contains(first.activate(activate_ana), "1222222222222"),
         "assigning moves the store and its clock");
  second = Store::open(config);
  tap_ok(contains(second.authenticate(), "username"), "a moved-from store is assigned to");
}

void threads() {
  auto store = Store::open(config);
  const std::string uid = fill(store);
  std::array<int, 4> failed{};
  std::vector<std::thread> workers;
  for (std::size_t worker = 0; worker < failed.size(); ++worker) {
    workers.emplace_back([&store, &uid, &failed, worker] {
      try {
        for (int round = 0; round < 20; ++round) {
          const std::string part =
              R"("app)" + std::to_string(worker) + R"(":)" + std::to_string(round);
          store.update_data(R"({"uid":")" + uid + R"(","data":{)" + part + "}}");
          if (!contains(store.get(R"({"uid":")" + uid + R"(","data":"*"})"), part)) {
            ++failed[worker];
          }
        }
      } catch (const Error &) {
        ++failed[worker];
      }
    });
  }
  for (auto &worker : workers) worker.join();
  tap_ok(failed == std::array<int, 4>{}, "threads share a store");
}

}  // namespace

int main() {
  types();
  operations();
  tokens();
  role_mappings();
  failures();
  error_documents();
  clocks();
  loggers();
  moves();
  threads();
  authenticators();
  roles_and_checks();
  return tap_done();
}
