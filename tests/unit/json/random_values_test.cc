#include <catch2/catch.hpp>

#include <dropzone/json/document_decoder.h>

#include "random_value.h"
#include "records.h"
#include "support/random_seed.h"

namespace dropzone::json {
namespace {

constexpr int kRounds = 2'000;

}  // namespace

TEST_CASE("what is written as JSON is read back as the same object") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  RandomValues random(seed);
  const JsonDocumentDecoder decoder;
  for (int i = 0; i < kRounds; ++i) {
    const Object object = random.object(4);
    const std::string text = to_json(object);
    const auto decoded = decoder.decode(text, timestamp_pointers(object));
    INFO(text);
    REQUIRE(decoded);
    REQUIRE(*decoded == object);
  }
}

TEST_CASE("reading records in an array, on lines or alone makes no difference") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  RandomValues random(seed);
  std::vector<std::string> texts;
  for (int i = 0; i < kRounds; ++i) texts.push_back(to_json(random.object(3)));
  std::string array;
  std::string lines;
  for (const std::string& text : texts) {
    array += (array.empty() ? "[ " : " ,\n") + text;
    lines += text + "\r\n";
  }
  const auto of_array = records_of(array + "]");
  const auto of_lines = decode_ndjson(lines, {});
  REQUIRE(of_lines);
  REQUIRE(of_array.size() == texts.size());
  REQUIRE(of_lines->size() == texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    INFO(texts[i]);
    REQUIRE(of_array[i].original == texts[i]);
    REQUIRE((*of_lines)[i].original == texts[i]);
    REQUIRE(to_json(*of_array[i].object) == texts[i]);
    REQUIRE(to_json(*(*of_lines)[i].object) == texts[i]);
    REQUIRE(object_of(texts[i]) == texts[i]);
  }
}

}  // namespace dropzone::json
