// The manual names what there is.
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include <dropzone/kind/step.h>

namespace dropzone {
namespace {

std::string manual(const std::string& name) {
  std::ifstream file(DROPZONE_SOURCE_DIR "/docs/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The names in backticks that follow `before` in the text.
std::set<std::string> names_after(const std::string& text, const std::string& before) {
  std::set<std::string> names;
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
    at += before.size();
    names.insert(text.substr(at, text.find('`', at) - at));
  }
  return names;
}

}  // namespace

TEST_CASE("every registered step, and no other, has a section and a row in docs/steps.md") {
  const auto registry = StepRegistry::with_core_steps();
  const auto registered = registry.names();
  const std::set<std::string> names(registered.begin(), registered.end());
  const std::string text = manual("steps.md");
  CHECK(names_after(text, "\n## `") == names);
  CHECK(names_after(text, "\n| [`") == names);
}

TEST_CASE("every type is named in docs/kinds.md") {
  const std::string text = manual("kinds.md");
  for (const std::string_view type : type_names()) {
    CHECK(text.find('`' + std::string(type) + '`') != std::string::npos);
  }
}

}  // namespace dropzone
