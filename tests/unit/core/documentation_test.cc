// The manual names what there is.
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

#include <dropzone/kind/field_type.h>

namespace dropzone {
namespace {

std::string manual(const std::string& name) {
  std::ifstream file(DROPZONE_SOURCE_DIR "/docs/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("every type is named in docs/kinds.md") {
  const std::string text = manual("kinds.md");
  for (const std::string_view type : type_names()) {
    CHECK(text.find('`' + std::string(type) + '`') != std::string::npos);
  }
}

}  // namespace dropzone
