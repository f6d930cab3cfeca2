#pragma once

#include <bit>
#include <cmath>
#include <random>
#include <string>

#include <dropzone/value/value.h>

namespace dropzone::json {

/// Makes values of every kind from a seed, extremes among them.
class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : random_(seed) {}

  Object object(int depth) {
    Object object;
    for (std::size_t i = random_() % 24; i > 0; --i) object.set(text(), value(depth - 1));
    return object;
  }

  Value value(int depth) {
    switch (random_() % (depth > 0 ? 9 : 7)) {
      case 0: return {};
      case 1: return random_() % 2 == 0;
      case 2: return static_cast<std::int64_t>(random_()) >> (random_() % 64);
      case 3: return finite();
      case 4: return static_cast<double>(random_() % 1'000) / 8;
      case 5: return Timestamp{static_cast<std::int64_t>(random_() % 4'000'000'000'000'000)};
      case 6: return text();
      case 7: return array(depth);
      default: return object(depth);
    }
  }

 private:
  Array array(int depth) {
    Array array;
    for (std::size_t i = random_() % 6; i > 0; --i) array.push_back(value(depth - 1));
    return array;
  }

  double finite() {
    while (true) {
      const double number = std::bit_cast<double>(random_());
      if (std::isfinite(number)) return number;
    }
  }

  std::string text() {
    static constexpr const char* kCharacters[] = {
        "a", "Z",  "0",    " ",    "\"",       "\\",           "/",
        "~", "\n", "\x01", "\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    std::string text;
    for (std::size_t i = random_() % 12; i > 0; --i) {
      text += kCharacters[random_() % std::size(kCharacters)];
    }
    if (random_() % 8 == 0) text += '\0';
    return text;
  }

  std::mt19937_64 random_;
};

}  // namespace dropzone::json
