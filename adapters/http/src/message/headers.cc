#include <dropzone/http/message/headers.h>

#include <algorithm>

#include <dropzone/expects.h>

namespace dropzone::http {
namespace {

// What most messages have room in.
constexpr std::size_t kUsualBytes = 320;
constexpr std::size_t kUsualFields = 8;

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// To the end whatever it finds, so that the compiler looks at many characters at a time: bearer
// tokens have hundreds.
bool is_field_value(std::string_view text) noexcept {
  unsigned char odd = 0;
  for (const char c : text) odd = static_cast<unsigned char>(odd | (is_field_character(c) ? 0 : 1));
  return odd == 0;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

bool Headers::add_valid(std::string_view name, std::string_view value) {
  if (!is_field_value(value)) return false;
  append(name, value);
  return true;
}

void Headers::add(std::string_view name, std::string_view value) {
  if (is_field_value(value)) return append(name, value);
  std::string plain(value);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return !is_field_character(c); }, ' ');
  append(name, plain);
}

void Headers::append(std::string_view name, std::string_view value) {
  DROPZONE_EXPECTS(!name.empty() && name.find_first_of(" \t\r\n:") == name.npos);
  if (text_.empty()) {
    text_.reserve(kUsualBytes);
    entries_.reserve(kUsualFields);
  }
  entries_.push_back({static_cast<std::uint32_t>(text_.size()),
                      static_cast<std::uint32_t>(name.size()),
                      static_cast<std::uint32_t>(value.size())});
  text_.append(name);
  text_.append(value);
}

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::remove(std::string_view name) {
  std::erase_if(entries_,
                [&](const Entry& entry) { return equals_ignoring_case(field(entry).name, name); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& entry : entries_) {
    const auto found = field(entry);
    if (equals_ignoring_case(found.name, name)) return found.value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::find_all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& entry : entries_) {
    const auto found = field(entry);
    if (equals_ignoring_case(found.name, name)) values.push_back(found.value);
  }
  return values;
}

Headers::Field Headers::field(const Entry& entry) const noexcept {
  const std::string_view text = text_;
  return {text.substr(entry.offset, entry.name_length),
          text.substr(entry.offset + entry.name_length, entry.value_length)};
}

}  // namespace dropzone::http
