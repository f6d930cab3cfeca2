#include <dropzone/value/json_text.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <dropzone/text/hex.h>
#include <dropzone/value/record_id.h>

namespace dropzone {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

constexpr std::array<bool, 256> make_escaped() {
  std::array<bool, 256> escaped{};
  for (std::size_t c = 0; c < 0x20; ++c) escaped[c] = true;
  escaped['"'] = escaped['\\'] = true;
  return escaped;
}
constexpr std::array<bool, 256> kEscaped = make_escaped();

/// Whether none of eight characters is escaped or beyond ASCII: no byte of them is below a space or
/// has its highest bit, and none becomes zero by taking away a quote or a backslash.
bool are_plain(const char* eight) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, eight, sizeof bytes);
  const auto have_zero = [](std::uint64_t word) { return (word - kOnes) & ~word; };
  const std::uint64_t below = (bytes - kOnes * 0x20) & ~bytes;
  const std::uint64_t found =
      bytes | below | have_zero(bytes ^ (kOnes * '"')) | have_zero(bytes ^ (kOnes * '\\'));
  return (found & (kOnes << 7)) == 0;
}

constexpr bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 && !kEscaped[byte];
}

/// Goes on from `i` over plain characters.
std::size_t skip_plain(std::string_view text, std::size_t i) {
  constexpr std::size_t kStep = 8;
  for (; i + kStep <= text.size(); i += kStep) {
    if (!are_plain(text.data() + i)) break;
  }
  while (i < text.size() && is_plain(text[i])) ++i;
  return i;
}

void append_plain(std::string& out, std::string_view text) {
  out += '"';
  out += text;
  out += '"';
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += kHexDigits[static_cast<unsigned char>(c) >> 4];
      out += kHexDigits[c & 0xf];
  }
}

template <typename Number>
void append_number(std::string& out, Number number) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

// These recurse as deep as the value is: kMaxNesting.

void append_array(std::string& out, const Array& array) {
  out += '[';
  bool first = true;
  for (const Value& element : array) {
    if (!first) out += ',';
    first = false;
    append_json(out, element);
  }
  out += ']';
}

struct Appender {
  std::string& out;

  void operator()(Value::Null) const { out += "null"; }
  void operator()(bool boolean) const { out += boolean ? "true" : "false"; }
  void operator()(std::int64_t integer) const { append_number(out, integer); }
  void operator()(std::uint64_t integer) const { append_number(out, integer); }
  void operator()(double number) const { append_number(out, number); }
  void operator()(const std::string& string) const { append_json_string(out, string); }
  void operator()(Timestamp timestamp) const {
    out += '"';
    append_timestamp(out, timestamp);
    out += '"';
  }
  void operator()(const Array& array) const { append_array(out, array); }
  void operator()(const Object& object) const { append_json(out, object); }
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = skip_plain(text, 0); i < text.size(); i = skip_plain(text, i)) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte < 0x80 ? 1 : character_length(text.substr(i));
    if (length > 0 && !kEscaped[byte]) {
      i += length;
      continue;
    }
    out.append(text, plain, i - plain);
    if (length == 0) {
      out += kReplacement;
    } else {
      append_escape(out, text[i]);
    }
    plain = ++i;
  }
  out.append(text, plain);
  out += '"';
}

void append_lossy_json_string(std::string& out, std::string_view bytes) {
  if (skip_plain(bytes, 0) == bytes.size()) return append_plain(out, bytes);
  if (is_utf8(bytes)) return append_json_string(out, bytes);
  std::string ascii(bytes);
  for (char& c : ascii) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  append_json_string(out, ascii);
}

void append_json(std::string& out, const Value& value) {
  std::visit(Appender{out}, value.storage());
}

void append_json(std::string& out, const Object& object) {
  out += '{';
  bool first = true;
  for (const Member& member : object.members()) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, member.name);
    out += ':';
    append_json(out, member.value);
  }
  out += '}';
}

std::string to_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string to_json(const Object& object) {
  std::string out;
  append_json(out, object);
  return out;
}

}  // namespace dropzone
