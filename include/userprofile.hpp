/*
 * libuserprofile for C++17 and newer: user profiles with Elasticsearch's semantics inside any
 * program. Header only; link the C library (`pkg-config --cflags --libs userprofile`, or the CMake
 * target `userprofile::userprofile`).
 *
 *     auto store = userprofile::Store::open(R"({"path":"/var/lib/app/profiles"})");
 *     store.put_user(R"({"username":"ana","password":"correct horse","roles":["editor"]})");
 *     std::string profile = store.activate(
 *         R"({"grant_type":"password","username":"ana","password":"correct horse"})");
 *     try {
 *       store.update_data(R"({"uid":"u_nobody_0","data":{"app1":{"theme":"dark"}}})");
 *     } catch (const userprofile::Error &error) {
 *       // error.status() == 404, error.type() == "document_missing_exception"
 *     }
 *
 * Conventions
 *   Text        Requests and answers are JSON in UTF-8. userprofile.h documents the members of each
 *               request and the shape of each answer; they are the same here.
 *   Failures    A call returns the success document or throws userprofile::Error. A failed call has
 *               changed nothing.
 *   Ownership   Everything is owned by values; there is nothing to free or to close by hand.
 *   Threads     Any number of threads may call the const methods and set_authenticator of one Store
 *               at once. Moving, assigning, set_clock and set_logger want the Store to themselves.
 *   Fork        In a child made by fork() every call throws an Error of status 503.
 */
#ifndef USERPROFILE_HPP
#define USERPROFILE_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "userprofile.h"

/*
 * C owns the global name `userprofile` (the opaque handle), so C++ cannot have a namespace of that
 * name beside it. The struct itself is the scope instead: userprofile::Store, userprofile::Error.
 * It has no objects on this side of the boundary.
 */
struct userprofile {
  userprofile() = delete;
  ~userprofile() = delete;

  /** What a failed call answered. Copying it does not throw. */
  class Error : public std::runtime_error {
   public:
    /** Reads type and reason out of `body`, which may be of any form. */
    Error(int status, std::string body) : Error(status, Parsed(body), std::move(body)) {}

    /** The HTTP status that Elasticsearch answers for the same failure: one of USERPROFILE_*. */
    int status() const noexcept { return detail_->status; }

    /** Elasticsearch's name of the failure ("document_missing_exception"); empty if not given. */
    const std::string &type() const noexcept { return detail_->parsed.type; }

    /** The reason in words; empty if not given. */
    const std::string &reason() const noexcept { return detail_->parsed.reason; }

    /** The whole answer: an error document, or the API's own form, such as {"found":false}. */
    const std::string &body() const noexcept { return detail_->body; }

   private:
    struct Parsed {
      std::string type;
      std::string reason;

      explicit Parsed(const std::string &body) {
        const JsonReader document(body);
        const JsonReader error = document.member("error");
        if (error.is_string()) {  // the OAuth2 form: {"error":"...","error_description":"..."}
          type = error.string();
          reason = document.member("error_description").string();
        } else {
          type = error.member("type").string();
          reason = error.member("reason").string();
        }
      }
    };

    struct Detail {
      int status;
      Parsed parsed;
      std::string body;
    };

    Error(int status, Parsed parsed, std::string &&body)
        : std::runtime_error(describe(status, parsed, body)),
          detail_(
              std::make_shared<const Detail>(Detail{status, std::move(parsed), std::move(body)})) {}

    static std::string describe(int status, const Parsed &parsed, const std::string &body) {
      const std::string number = std::to_string(status);
      if (parsed.type.empty()) return number + ": " + body;
      return number + " " + parsed.type + ": " + parsed.reason;
    }

    std::shared_ptr<const Detail> detail_;
  };

  /** How serious a message to the logger is. */
  enum class LogLevel : std::int32_t {
    error = USERPROFILE_LOG_ERROR,
    warn = USERPROFILE_LOG_WARN,
    info = USERPROFILE_LOG_INFO,
  };

  /** Answers the time in milliseconds since 1970. Any thread that uses the store may call it. */
  using Clock = std::function<std::int64_t()>;

  /** Takes one message, which is gone after the call. Any thread that uses the store may call it.
   */
  using Logger = std::function<void(LogLevel level, std::string_view message)>;

  /**
   * Takes credentials as JSON and answers whose they are, a user as JSON, or nothing, which
   * declines them. What it throws is a failure, whose what() the logger hears. Credentials and user
   * have the members that userprofile_set_authenticator documents. It may call the Store.
   */
  using Authenticator = std::function<std::optional<std::string>(std::string_view credentials)>;

  /**
   * A handle on a profile store: the host's own (open), which may do everything, or a user's
   * (login), whose every call is checked against that user's privileges. The store is closed with
   * its last handle. Movable, not copyable. A Store that was moved from can be assigned or
   * destroyed; calls on it throw an Error of status 400.
   */
  class Store {
   public:
    /**
     * Opens the store of `config`, and makes it if it is not there. Only `path` is required;
     * ":temporary:" is a private store that is removed with its last handle. 400, 503.
     */
    static Store open(std::string_view config) {
      return Store(std::make_shared<Hooks>(), [&](::userprofile **handle, userprofile_json *json) {
        return userprofile_open(config.data(), config.size(), handle, json);
      });
    }

    /**
     * A further handle on the same store, for the user who has these credentials:
     * {"username","password"} or {"access_token","client_authentication"?}, or for the anonymous
     * user: {}. It may outlive this Store, and shares its clock, logger and authenticators. 401.
     */
    Store login(std::string_view request) const {
      return Store(
          handle_.get_deleter().hooks, [&](::userprofile **handle, userprofile_json *json) {
            return userprofile_login(c_handle(), request.data(), request.size(), handle, json);
          });
    }

    /** What open or login answered: {"path","format","read_only"}, or the user as authenticate. */
    const std::string &answer() const noexcept { return answer_; }

    /**
     * Creates or refreshes the profile of the user whose credentials these are, and answers it:
     * {"grant_type":"password","username","password"}, or
     * {"grant_type":"access_token","access_token","client_authentication"?}, or on the host's
     * handle {"grant_type":"authentication","authentication":{...}}. 400, 401.
     */
    std::string activate(std::string_view request) const {
      return run(userprofile_activate, request);
    }

    /**
     * Profiles by uid: {"uid","data"?} -> {"profiles":[...],"errors":{...}?}. A uid that is not
     * there is an entry of `errors`, not a failure. `data` names what to return below data. 400.
     */
    std::string get(std::string_view request) const { return run(userprofile_get, request); }

    /**
     * People by what somebody types of their names, username or e-mail, best first: {"name"?,
     * "size"?,"from"?,"data"?,"hint"?,"fuzziness"?,"match"?,"required_privileges"?,"explain"?} ->
     * {"took","total":{"value","relation"},"profiles":[{"uid","user","labels","data"},...]}. 400.
     */
    std::string suggest(std::string_view request = {}) const {
      return run(userprofile_suggest, request);
    }

    /**
     * Merges into labels and data: {"uid","labels"?,"data"?,"if_seq_no"?,"if_primary_term"?} ->
     * {"acknowledged":true}. 400, 404, 409 if the profile has another version, 413.
     */
    std::string update_data(std::string_view request) const {
      return run(userprofile_update_data, request);
    }

    /** Shows the profile to searches again: {"uid"} -> {"acknowledged":true}. 400, 404. */
    std::string enable(std::string_view request) const { return run(userprofile_enable, request); }

    /** Hides the profile until enable or the next activate: {"uid"} -> as enable. 400, 404. */
    std::string disable(std::string_view request) const {
      return run(userprofile_disable, request);
    }

    /**
     * Creates or replaces a native user: {"username","password" or "password_hash","roles",
     * "full_name"?,"email"?,"metadata"?,"enabled"?} -> {"created":bool}. Without a password an
     * existing user keeps the old one. 400.
     */
    std::string put_user(std::string_view request) const {
      return run(userprofile_put_user, request);
    }

    /**
     * Native users: {"username"?,"with_profile_uid"?} -> a map from name to user, of all users
     * without `username`. 404 with the body {} if none of the names exists.
     */
    std::string get_user(std::string_view request = {}) const {
      return run(userprofile_get_user, request);
    }

    /** Deletes a native user, whose profile stays: {"username"} -> {"found":true}. 404. */
    std::string delete_user(std::string_view request) const {
      return run(userprofile_delete_user, request);
    }

    /**
     * {"username"?,"password" or "password_hash"} -> {}. Without `username` the password of the
     * user whose handle this is. 400.
     */
    std::string change_password(std::string_view request) const {
      return run(userprofile_change_password, request);
    }

    /** Lets the native user log in again: {"username"} -> {}. 400. */
    std::string enable_user(std::string_view request) const {
      return run(userprofile_enable_user, request);
    }

    /** Keeps the native user from logging in: {"username"} -> {}. 400. */
    std::string disable_user(std::string_view request) const {
      return run(userprofile_disable_user, request);
    }

    /**
     * An access token for a user: {"grant_type","username"?,"password"?,"refresh_token"?,
     * "scope"?} -> {"access_token","type":"Bearer","expires_in","refresh_token"?,"scope"?,
     * "authentication"}. A refusal has OAuth2's form: its type is "invalid_grant" or the like. 400,
     * 401 for a wrong password.
     */
    std::string get_token(std::string_view request) const {
      return run(userprofile_get_token, request);
    }

    /**
     * Ends tokens: {"token"}, {"refresh_token"}, or those of {"realm_name"?,"username"?} ->
     * {"invalidated_tokens","previously_invalidated_tokens","error_count"}. 400, 404 if there are
     * none.
     */
    std::string invalidate_token(std::string_view request) const {
      return run(userprofile_invalidate_token, request);
    }

    /**
     * Creates or replaces a role: {"name","cluster"?,"indices"?,"applications"?,"global"?,
     * "run_as"?,"metadata"?,"description"?,...} -> {"role":{"created":bool}}. 400, 413.
     */
    std::string put_role(std::string_view request) const {
      return run(userprofile_put_role, request);
    }

    /**
     * Roles, built-in ones among them: {"name"?} -> a map from name to role, of all roles without
     * `name`. 404 with the body {} if none of the names exists.
     */
    std::string get_role(std::string_view request = {}) const {
      return run(userprofile_get_role, request);
    }

    /** Deletes a role: {"name"} -> {"found":true}. 400 for a built-in one, 404. */
    std::string delete_role(std::string_view request) const {
      return run(userprofile_delete_role, request);
    }

    /**
     * Creates or replaces application privileges:
     * {"privileges":{application:{name:{"actions","metadata"?},...},...}} ->
     * {application:{name:{"created":bool},...},...}. 400, 413.
     */
    std::string put_privileges(std::string_view request) const {
      return run(userprofile_put_privileges, request);
    }

    /**
     * Application privileges: {"application"?,"name"?} -> a map from application and name to
     * privilege. 404 with the body {} if there are none of those asked for.
     */
    std::string get_privileges(std::string_view request = {}) const {
      return run(userprofile_get_privileges, request);
    }

    /**
     * Deletes application privileges: {"application","name"} ->
     * {application:{name:{"found":bool},...}}. 400, 404 if none was there.
     */
    std::string delete_privileges(std::string_view request) const {
      return run(userprofile_delete_privileges, request);
    }

    /**
     * Which of these people may do this: {"uids","privileges":{"cluster"?,"index"?,"application"?}}
     * -> {"has_privilege_uids","errors"?}. 400.
     */
    std::string has_privileges(std::string_view request) const {
      return run(userprofile_has_privileges, request);
    }

    /**
     * Which of these privileges the caller holds: {"cluster"?,"index"?,"application"?} ->
     * {"username","has_all_requested","cluster","index","application"}. 400.
     */
    std::string user_has_privileges(std::string_view request) const {
      return run(userprofile_user_has_privileges, request);
    }

    /**
     * Everything that the caller's roles grant:
     * {"cluster","global","indices","applications","run_as",...}.
     */
    std::string get_user_privileges(std::string_view request = {}) const {
      return run(userprofile_get_user_privileges, request);
    }

    /**
     * Gives roles to users of jwt, file and external realms: {"name","roles" or "role_templates",
     * "rules","enabled"?,"metadata"?} -> {"role_mapping":{"created":bool}}. 400.
     */
    std::string put_role_mapping(std::string_view request) const {
      return run(userprofile_put_role_mapping, request);
    }

    /**
     * Role mappings: {"name"?} -> a map from name to mapping, of all mappings without `name`. 404
     * with the body {} if none of the names exists.
     */
    std::string get_role_mapping(std::string_view request = {}) const {
      return run(userprofile_get_role_mapping, request);
    }

    /** Deletes a role mapping: {"name"} -> {"found":true}. 404. */
    std::string delete_role_mapping(std::string_view request) const {
      return run(userprofile_delete_role_mapping, request);
    }

    /**
     * Compares all that suggest searches with the profiles:
     * {"profiles","postings","differences":{"count","details"}}. It reads the whole store.
     */
    std::string check(std::string_view request = {}) const {
      return run(userprofile_check, request);
    }

    /** Who this handle acts as: {"username","roles",...,"authentication_type"}. */
    std::string authenticate(std::string_view request = {}) const {
      return run(userprofile_authenticate, request);
    }

    /**
     * Any of the above by method and path: {"method","path","headers"?,"body"?} -> the body of
     * Elasticsearch's answer. 400 for an unknown route, 405 for a wrong method.
     */
    std::string rest(std::string_view request) const { return run(userprofile_rest, request); }

    /**
     * Replaces the system clock by `now_ms`, for this Store and those that logged in through it; an
     * empty function brings the system clock back. If the function throws, that call uses the
     * system clock. 403 on a login's Store.
     */
    void set_clock(Clock now_ms) {
      const auto callback = now_ms ? Hooks::now_ms : nullptr;
      throw_unless_ok(userprofile_set_clock(handle_.get(), callback, &hooks()));
      hooks().clock.set(std::move(now_ms));
    }

    /**
     * Sends what happens to the store to `log` until this Store is destroyed; an empty function
     * ends that. A store has one logger in a process, the last one set. What the function throws is
     * dropped. 403 on a login's Store.
     */
    void set_logger(Logger log) {
      const auto callback = log ? Hooks::log : nullptr;
      throw_unless_ok(userprofile_set_logger(handle_.get(), callback, &hooks()));
      hooks().logger.set(std::move(log));
    }

    /**
     * Has `authenticate` answer for an external realm of the configuration, in the place of what
     * answered before; an empty function declines all. Threads that log in call it, several at
     * once. It is destroyed when nothing can call it any more: it was replaced, or the last Store
     * of this open() is gone, and no call of it is under way. 400 for an unknown realm, 403 on a
     * login's Store.
     */
    void set_authenticator(std::string_view realm, Authenticator authenticate) {
      auto owned =
          authenticate ? std::make_unique<Authenticator>(std::move(authenticate)) : nullptr;
      const auto callback = owned ? call_authenticator : nullptr;
      Answer answer;
      // The library has the function from here on, even if it refuses it.
      answer.text_unless_failed(
          userprofile_set_authenticator(handle_.get(), realm.data(), realm.size(), callback,
                                        owned.release(), delete_authenticator, answer.out()));
    }

    /** The C handle, for calls that this class lacks. It stays this Store's: do not close it. */
    const ::userprofile *c_handle() const noexcept { return handle_.get(); }

   private:
    using Operation = std::int32_t(const ::userprofile *, const char *, std::size_t,
                                   userprofile_json *);

    /** A function that may be replaced while other threads call the old one. */
    template <class Function>
    class Slot {
     public:
      void set(Function function) {
        auto next = function ? std::make_shared<const Function>(std::move(function)) : nullptr;
        const std::lock_guard<std::mutex> lock(mutex_);
        current_.swap(next);
      }
      std::shared_ptr<const Function> get() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return current_;
      }

     private:
      mutable std::mutex mutex_;
      std::shared_ptr<const Function> current_;
    };

    /** The host's functions, shared by a Store and those that logged in through it. */
    struct Hooks {
      Slot<Clock> clock;
      Slot<Logger> logger;

      /* Nothing may be thrown through the C frames that call these two. */
      static std::int64_t now_ms(void *hooks) noexcept {
        try {
          if (const auto clock = static_cast<Hooks *>(hooks)->clock.get()) return (*clock)();
        } catch (...) {
        }
        using namespace std::chrono;
        return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
      }

      static void log(void *hooks, std::int32_t level, const char *text, std::size_t len) noexcept {
        try {
          const auto logger = static_cast<Hooks *>(hooks)->logger.get();
          if (logger) (*logger)(LogLevel{level}, {text, len});
        } catch (...) {
        }
      }
    };

    /** Closes a handle, and keeps what the handle may call until it is closed. */
    struct Close {
      std::shared_ptr<Hooks> hooks;
      void operator()(::userprofile *handle) const noexcept {
        // Whoever else has the store open must not log through hooks that are gone.
        if (hooks->logger.get()) userprofile_set_logger(handle, nullptr, nullptr);
        userprofile_close(handle);
      }
    };

    /* Nothing may be thrown through the C frames that call this. */
    static std::int32_t call_authenticator(void *authenticator, const char *credentials,
                                           std::size_t len, userprofile_answer *answer) noexcept {
      const auto fail = [answer](std::string_view reason) {
        userprofile_answer_with(answer, reason.data(), reason.size());
        return 1;
      };
      try {
        const auto &function = *static_cast<const Authenticator *>(authenticator);
        const auto user = function({credentials, len});
        if (user) userprofile_answer_with(answer, user->data(), user->size());
        return 0;
      } catch (const std::exception &failure) {
        return fail(failure.what());
      } catch (...) {
        return fail("something was thrown that is no std::exception");
      }
    }

    static void delete_authenticator(void *authenticator) noexcept {
      delete static_cast<Authenticator *>(authenticator);
    }

    /** An answer of the library, freed whatever happens to it. */
    class Answer {
     public:
      Answer() = default;
      Answer(const Answer &) = delete;
      Answer &operator=(const Answer &) = delete;
      ~Answer() { userprofile_json_free(&json_); }

      userprofile_json *out() noexcept { return &json_; }

      std::string text_unless_failed(std::int32_t status) const {
        std::string text(json_.data ? json_.data : "", json_.len);
        if (status != USERPROFILE_OK) throw Error(status, std::move(text));
        return text;
      }

     private:
      userprofile_json json_{};
    };

    template <class Open>
    Store(std::shared_ptr<Hooks> hooks, Open open) : handle_(nullptr, Close{std::move(hooks)}) {
      Answer answer;
      ::userprofile *handle = nullptr;
      const std::int32_t status = open(&handle, answer.out());
      handle_.reset(handle);
      answer_ = answer.text_unless_failed(status);
    }

    std::string run(Operation *operation, std::string_view request) const {
      Answer answer;
      return answer.text_unless_failed(
          operation(handle_.get(), request.data(), request.size(), answer.out()));
    }

    Hooks &hooks() const {
      if (!handle_) throw Error(USERPROFILE_BAD_REQUEST, "{}");
      return *handle_.get_deleter().hooks;
    }

    static void throw_unless_ok(std::int32_t status) {
      if (status != USERPROFILE_OK) throw Error(status, "{}");
    }

    std::unique_ptr<::userprofile, Close> handle_;
    std::string answer_;
  };

 private:
  /**
   * Finds strings in a JSON document. It reads no further than the text goes and takes whatever
   * is not there for an empty value.
   */
  class JsonReader {
   public:
    explicit JsonReader(std::string_view text) : text_(text) { skip_space(); }

    bool is_string() const { return at('"'); }

    /** The value of a member of the object here. */
    JsonReader member(std::string_view name) const {
      JsonReader reader = *this;
      if (!reader.take('{')) return JsonReader({});
      while (reader.is_string()) {
        const bool found = reader.take_string() == name;
        reader.take(':');
        if (found) return reader;
        reader.skip_value();
        reader.take(',');
      }
      return JsonReader({});
    }

    /** The string here, unescaped. */
    std::string string() const { return JsonReader(*this).take_string(); }

   private:
    bool at(char c) const { return !text_.empty() && text_.front() == c; }

    void skip_space() {
      const std::size_t start = text_.find_first_not_of(" \t\r\n");
      text_.remove_prefix(start == text_.npos ? text_.size() : start);
    }

    /** Takes `c` and the space after it. */
    bool take(char c) {
      if (!at(c)) return false;
      text_.remove_prefix(1);
      skip_space();
      return true;
    }

    void skip_value() {
      int depth = 0;
      do {
        if (at('"')) {
          take_string();
        } else if (take('{') || take('[')) {
          ++depth;
        } else if (take('}') || take(']')) {
          --depth;
        } else if (!text_.empty()) {
          take(text_.front());
        }
      } while (!text_.empty() && (depth > 0 || !(at(',') || at('}') || at(']'))));
    }

    std::string take_string() {
      std::string value;
      if (!at('"')) return value;
      text_.remove_prefix(1);
      while (!text_.empty() && !at('"')) value += take_character();
      take('"');
      return value;
    }

    /** One character of a string; what is escaped as \uXXXX comes back as UTF-8. */
    std::string take_character() {
      const char c = take_byte();
      if (c != '\\') return {c};
      switch (const char escaped = take_byte()) {
        case 'b': return "\b";
        case 'f': return "\f";
        case 'n': return "\n";
        case 'r': return "\r";
        case 't': return "\t";
        case 'u': return utf8(take_code_point());
        default: return {escaped};
      }
    }

    char take_byte() {
      if (text_.empty()) return '\0';
      const char c = text_.front();
      text_.remove_prefix(1);
      return c;
    }

    char32_t take_code_point() {
      const char32_t high = take_hex();
      if (high < 0xD800 || high > 0xDBFF || text_.substr(0, 2) != "\\u") return high;
      text_.remove_prefix(2);
      return 0x10000 + ((high - 0xD800) << 10) + ((take_hex() - 0xDC00) & 0x3FF);
    }

    char32_t take_hex() {
      char32_t value = 0;
      for (int i = 0; i < 4; ++i) {
        const char c = take_byte();
        const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        value = value << 4 | static_cast<char32_t>(digit & 0xF);
      }
      return value;
    }

    static std::string utf8(char32_t c) {
      const auto tail = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3F)); };
      if (c < 0x80) return {static_cast<char>(c)};
      if (c < 0x800) return {static_cast<char>(0xC0 | c >> 6), tail(0)};
      if (c < 0x10000) return {static_cast<char>(0xE0 | c >> 12), tail(6), tail(0)};
      return {static_cast<char>(0xF0 | c >> 18), tail(12), tail(6), tail(0)};
    }

    std::string_view text_;
  };
};

#endif
