#include <dropzone/crypto/position_codec.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <dropzone/expects.h>

namespace dropzone::crypto {
namespace {

// The layout: the number of sort values, each as a tag and its content, then the id. Numbers are
// little-endian base-128 (lengths, integers by zigzag) or 8 bytes (doubles).
enum class Tag : std::uint8_t {
  null,
  boolean_false,
  boolean_true,
  integer,
  real,
  string,
  timestamp,
  unsigned_integer,
};

void append_unsigned(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

void append_signed(std::string& out, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  append_unsigned(out, bits << 1 ^ (number < 0 ? ~std::uint64_t{0} : 0));
}

void append_text(std::string& out, std::string_view text) {
  append_unsigned(out, text.size());
  out += text;
}

struct ScalarAppender {
  std::string& out;

  void tag(Tag tag) const { out += static_cast<char>(tag); }

  void operator()(Value::Null) const { tag(Tag::null); }
  void operator()(bool boolean) const { tag(boolean ? Tag::boolean_true : Tag::boolean_false); }
  void operator()(std::int64_t integer) const { tag(Tag::integer), append_signed(out, integer); }
  void operator()(std::uint64_t integer) const {
    tag(Tag::unsigned_integer), append_unsigned(out, integer);
  }
  void operator()(double number) const {
    tag(Tag::real);
    const auto bits = std::bit_cast<std::uint64_t>(number);
    for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(bits >> shift & 0xff);
  }
  void operator()(const std::string& text) const { tag(Tag::string), append_text(out, text); }
  void operator()(Timestamp moment) const {
    tag(Tag::timestamp), append_signed(out, moment.micros);
  }
  void operator()(const Array&) const { throw std::logic_error("an array is not a sort value"); }
  void operator()(const Object&) const { throw std::logic_error("an object is not a sort value"); }
};

/// Takes values off the front of the bytes; nothing if they do not begin with one.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  std::optional<std::uint64_t> take_unsigned() {
    std::uint64_t number = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) return std::nullopt;
      number |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return number;
    }
    return std::nullopt;
  }

  std::optional<std::int64_t> take_signed() {
    const auto bits = take_unsigned();
    if (!bits) return std::nullopt;
    return static_cast<std::int64_t>(*bits >> 1 ^ ((*bits & 1) != 0 ? ~std::uint64_t{0} : 0));
  }

  std::optional<std::string_view> take_bytes(std::size_t count) {
    if (count > rest_.size()) return std::nullopt;
    const auto bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  std::optional<std::string_view> take_text() {
    const auto length = take_unsigned();
    return length ? take_bytes(*length) : std::nullopt;
  }

  std::optional<Value> take_scalar() {
    const auto tag = take_bytes(1);
    if (!tag) return std::nullopt;
    switch (static_cast<Tag>(tag->front())) {
      case Tag::null: return Value();
      case Tag::boolean_false: return Value(false);
      case Tag::boolean_true: return Value(true);
      case Tag::integer:
        if (const auto integer = take_signed()) return Value(*integer);
        return std::nullopt;
      case Tag::real: return take_real();
      case Tag::string:
        if (const auto text = take_text()) return Value(*text);
        return std::nullopt;
      case Tag::timestamp: return take_timestamp();
      case Tag::unsigned_integer:
        if (const auto integer = take_unsigned()) return Value(*integer);
        return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  std::optional<Value> take_real() {
    const auto bytes = take_bytes(8);
    if (!bytes) return std::nullopt;
    std::uint64_t bits = 0;
    for (std::size_t i = 8; i-- > 0;) bits = bits << 8 | static_cast<std::uint8_t>((*bytes)[i]);
    const auto number = std::bit_cast<double>(bits);
    if (!std::isfinite(number)) return std::nullopt;
    return Value(number);
  }

  std::optional<Value> take_timestamp() {
    const auto micros = take_signed();
    if (!micros || *micros < kEarliestTimestamp.micros || *micros > kLatestTimestamp.micros) {
      return std::nullopt;
    }
    return Value(Timestamp{*micros});
  }

  std::string_view rest_;
};

}  // namespace

void append_position(std::string& out, const Position& position) {
  DROPZONE_EXPECTS(std::ranges::all_of(position.sort_values, &Value::is_scalar));
  append_unsigned(out, position.sort_values.size());
  for (const Value& value : position.sort_values) std::visit(ScalarAppender{out}, value.storage());
  append_text(out, position.id);
}

std::optional<Position> decode_position(std::string_view bytes) {
  Reader reader(bytes);
  const auto count = reader.take_unsigned();
  if (!count || *count > bytes.size()) return std::nullopt;  // Each value takes a byte at least.
  Position position;
  position.sort_values.reserve(*count);
  for (std::uint64_t i = 0; i < *count; ++i) {
    auto value = reader.take_scalar();
    if (!value) return std::nullopt;
    position.sort_values.push_back(std::move(*value));
  }
  const auto id = reader.take_text();
  if (!id || !reader.at_end()) return std::nullopt;
  position.id = *id;
  return position;
}

}  // namespace dropzone::crypto
