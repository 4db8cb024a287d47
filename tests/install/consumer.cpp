// What a C++ program sees of an installed library: the wrapper, and that it answers.
#include <iostream>
#include <userprofile.hpp>

int main() {
  const auto store = userprofile::Store::open(R"({"path":":temporary:"})");
  std::cout << userprofile_version() << ' ' << store.answer() << '\n';
}
