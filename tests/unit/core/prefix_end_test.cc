#include <catch2/catch.hpp>

#include <dropzone/text/prefix_end.h>

namespace dropzone {
namespace {

TEST_CASE("after the texts of a prefix comes its last character's successor") {
  CHECK(prefix_end("ab") == "ac");
  CHECK(prefix_end(std::string_view("a\0", 2)) == "a\x01");
  CHECK(prefix_end("a\x7f") == "a\xC2\x80");
  CHECK(prefix_end("\xDF\xBF") == "\xE0\xA0\x80");
  CHECK(prefix_end("\xEF\xBF\xBF") == "\xF0\x90\x80\x80");
}

TEST_CASE("the successor of a character is not a surrogate, which UTF-8 lacks") {
  CHECK(prefix_end("\xED\x9F\xBF") == "\xEE\x80\x80");
}

TEST_CASE("after the last character comes the successor of the one before") {
  CHECK(prefix_end("a\xF4\x8F\xBF\xBF\xF4\x8F\xBF\xBF") == "b");
  CHECK(prefix_end("\xF4\x8F\xBF\xBF") == std::nullopt);
  CHECK(prefix_end("") == std::nullopt);
}

}  // namespace
}  // namespace dropzone
