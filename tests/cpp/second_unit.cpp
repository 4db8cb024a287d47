// The wrapper in a second translation unit: the program links only if nothing is defined twice.
#include <userprofile.hpp>

std::string type_of_failure(const userprofile::Store &store, const std::string &request);

std::string type_of_failure(const userprofile::Store &store, const std::string &request) {
  try {
    store.get(request);
  } catch (const userprofile::Error &error) {
    return error.type();
  }
  return "";
}
