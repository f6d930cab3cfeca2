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

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::add(std::string_view name, std::string_view value) {
  DROPZONE_EXPECTS(!name.empty() && name.find_first_of(" \t\r\n:") == name.npos);
  if (text_.empty()) {
    text_.reserve(kUsualBytes);
    entries_.reserve(kUsualFields);
  }
  entries_.push_back({static_cast<std::uint32_t>(text_.size()),
                      static_cast<std::uint32_t>(name.size()),
                      static_cast<std::uint32_t>(value.size())});
  text_.append(name);
  const auto start = text_.size();
  text_.append(value);
  std::replace_if(
      text_.begin() + static_cast<std::ptrdiff_t>(start), text_.end(),
      [](char c) { return !is_field_character(c); }, ' ');
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
