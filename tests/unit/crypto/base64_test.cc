#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <utility>

#include <dropzone/text/base64.h>

namespace dropzone {
namespace {

TEST_CASE("base64 text is as in RFC 4648, both ways") {
  const std::pair<std::string_view, std::string_view> examples[] = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"},
                                                                    {"\xfb\xff", "+/8="}};
  for (const auto& [bytes, text] : examples) {
    CHECK(base64_encode(bytes, Base64::standard) == text);
    CHECK(base64_decode(text, Base64::standard) == bytes);
  }
}

TEST_CASE("base64 for URLs has another alphabet and no padding") {
  CHECK(base64_encode("\xfb\xff", Base64::url) == "-_8");
  CHECK(base64_decode("-_8", Base64::url) == "\xfb\xff");
  CHECK_FALSE(base64_decode("-_8=", Base64::url));
  CHECK_FALSE(base64_decode("+/8", Base64::url));
  CHECK_FALSE(base64_decode("-_8=", Base64::standard));
}

TEST_CASE("every byte survives base64") {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  for (const auto form : {Base64::standard, Base64::url}) {
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
      const auto part = bytes.substr(0, length);
      CHECK(base64_decode(base64_encode(part, form), form) == part);
    }
  }
}

TEST_CASE("text that no bytes encode to is not decoded") {
  for (const std::string_view text :
       {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zm9v=", "Zh==", "Zm9=", "Zm9v\n", " Zm9v",
        "Zm 9v==", "Z\xc3\xa9==", "Zg==Zg=="}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decode(text, Base64::standard));
  }
  for (const std::string_view text : {"Z", "Zm9vZ", "Zh", "Zm9"}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decode(text, Base64::url));
  }
}

}  // namespace
}  // namespace dropzone
