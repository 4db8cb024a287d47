// What the tests of the wrapper share.
#ifndef SUPPORT_HPP
#define SUPPORT_HPP

#include <stdexcept>
#include <string>
#include <userprofile.hpp>

#include "../c/tap.h"

using Error = userprofile::Error;
using Store = userprofile::Store;

/* Cheap hashing, so that what is tested is this library and not argon2. */
inline constexpr const char *hashing =
    R"("password_hashing":{"memory_kib":8,"iterations":1,"parallelism":1}})";
inline const std::string config = std::string(R"({"path":":temporary:",)") + hashing;
inline constexpr const char *put_ana =
    R"({"username":"ana","password":"other-horse","roles":["superuser"]})";
inline constexpr const char *log_in_ana = R"({"username":"ana","password":"other-horse"})";
inline constexpr const char *activate_ana =
    R"({"grant_type":"password","username":"ana","password":"other-horse"})";

inline bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != text.npos;
}

/* The error that `call` throws, or the end of the program. */
template <class Call>
Error failure_of(Call call) {
  try {
    call();
  } catch (const Error &error) {
    return error;
  }
  tap_bail_out("the call did not fail");
  throw std::logic_error("not reached");
}

#endif
