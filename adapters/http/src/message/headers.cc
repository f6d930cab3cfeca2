#include <dropzone/http/message/headers.h>

#include <algorithm>

#include <dropzone/expects.h>

namespace dropzone::http {
namespace {

// What most messages have room in.
constexpr std::size_t kUsualBytes = 352;
constexpr std::size_t kUsualFields = 8;

constexpr std::string_view kSeparator = ": ";
constexpr std::string_view kLineEnd = "\r\n";

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
  text_.append(name).append(kSeparator).append(value).append(kLineEnd);
}

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::remove(std::string_view name) {
  std::erase_if(entries_,
                [&](const Entry& entry) { return equals_ignoring_case(field(entry).name, name); });
}

const Headers::Entry* Headers::find_entry(std::string_view name) const noexcept {
  for (const Entry& entry : entries_) {
    if (entry.name_length == name.size() && equals_ignoring_case(field(entry).name, name)) {
      return &entry;
    }
  }
  return nullptr;
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  const Entry* const found = find_entry(name);
  return found == nullptr ? std::nullopt : std::optional(field(*found).value);
}

std::vector<std::string_view> Headers::find_all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& entry : entries_) {
    const auto found = field(entry);
    if (equals_ignoring_case(found.name, name)) values.push_back(found.value);
  }
  return values;
}

std::string_view Headers::line(std::size_t index) const noexcept {
  const Entry& entry = entries_[index];
  return {text_.data() + entry.offset,
          entry.name_length + kSeparator.size() + entry.value_length + kLineEnd.size()};
}

Headers::Field Headers::field(const Entry& entry) const noexcept {
  const char* const name = text_.data() + entry.offset;
  return {{name, entry.name_length},
          {name + entry.name_length + kSeparator.size(), entry.value_length}};
}

}  // namespace dropzone::http
