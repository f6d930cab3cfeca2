#include <dropzone/value/json_text.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace dropzone {
namespace {

std::string lossy(std::string_view text) {
  std::string out = ">";
  append_lossy_json_string(out, text);
  return out;
}

}  // namespace

TEST_CASE("a log shows a character the same wherever it stands in a text") {
  const std::vector<std::pair<std::string, std::string>> characters = {
      {"\"", "\\\""}, {"\\", "\\\\"}, {"\x1f", "\\u001f"}, {"\x7f", "\x7f"},
      {"ä", "ä"},     {"😀", "😀"},     {"ä\"", "ä\\\""},    {"\xff", "?"}};
  for (const auto& [character, written] : characters) {
    for (std::size_t before = 0; before < 20; ++before) {
      for (std::size_t after = 0; after < 20; ++after) {
        const std::string front(before, 'a');
        const std::string back(after, 'b');
        REQUIRE(lossy(front + character + back) == ">\"" + front + written + back + "\"");
      }
    }
  }
}

TEST_CASE("of a text that is not UTF-8, a log shows question marks in place of all but ASCII") {
  CHECK(lossy("12345678\xff") == ">\"12345678?\"");
  CHECK(lossy("ä\"\xff") == ">\"??\\\"?\"");
  CHECK(lossy("") == ">\"\"");
}

}  // namespace dropzone
