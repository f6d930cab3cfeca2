#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include <dropzone/crypto/position_codec.h>

#include "support/random_seed.h"

namespace dropzone::crypto {
namespace {

std::string encode(const Position& position) {
  std::string bytes;
  append_position(bytes, position);
  return bytes;
}

Position some_position() {
  using Integers = std::numeric_limits<std::int64_t>;
  using Reals = std::numeric_limits<double>;
  return {.sort_values = {Value(),
                          true,
                          false,
                          0,
                          -1,
                          63,
                          64,
                          Integers::min(),
                          Integers::max(),
                          (std::int64_t{1} << 53) + 1,
                          0.1,
                          -2.5e-300,
                          Reals::max(),
                          Reals::denorm_min(),
                          "",
                          "tail\0\xff",
                          std::string(100'000, 'x'),
                          kEarliestTimestamp,
                          kLatestTimestamp,
                          std::numeric_limits<std::uint64_t>::max(),
                          Timestamp{-1}},
          .id = "2019-Ω"};
}

TEST_CASE("a position comes back as it was, whatever its sort values") {
  CHECK(decode_position(encode(some_position())) == some_position());
  CHECK(decode_position(encode({})) == Position{});
}

TEST_CASE("a position without sort values takes one byte more than its id and length") {
  CHECK(encode({.sort_values = {}, .id = "nine long"}).size() == 11);
}

TEST_CASE("bytes that end early or go on are no position") {
  Position position = some_position();
  position.sort_values[16] = "short";
  const std::string bytes = encode(position);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CHECK_FALSE(decode_position(std::string_view(bytes).substr(0, length)));
  }
  CHECK_FALSE(decode_position(bytes + '\0'));
}

TEST_CASE("bytes that stand for no scalar are no position") {
  const std::string infinity("\x01\x04\0\0\0\0\0\0\xf0\x7f\0", 11);
  const std::string not_a_number("\x01\x04\x01\0\0\0\0\0\xf0\x7f\0", 11);
  const std::string unknown_tag("\x01\x08\0", 3);
  const std::string after_year_9999("\x01\x06\xff\xff\xff\xff\xff\xff\xff\xff\x7f\0", 12);
  const std::string number_of_65_bits("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\0", 11);
  const std::string huge_count("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\0", 11);
  const std::string huge_length("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
  for (const auto& bytes : {infinity, not_a_number, unknown_tag, after_year_9999, number_of_65_bits,
                            huge_count, huge_length}) {
    CHECK_FALSE(decode_position(bytes));
  }
}

TEST_CASE("random bytes either are no position or are read whole") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  std::mt19937 random(seed);
  std::size_t positions = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 3 == 0 ? random() : random() % 8);
    const auto position = decode_position(bytes);
    if (!position) continue;
    ++positions;
    CHECK(decode_position(encode(*position)) == position);
  }
  CHECK(positions > 100);
}

}  // namespace
}  // namespace dropzone::crypto
