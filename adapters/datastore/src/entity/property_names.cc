#include "entity/property_names.h"

#include <array>
#include <utility>

#include "rpc/keys.h"

namespace dropzone::datastore {
namespace {

// What may be written with `%`, and what it is written as. No other use of `%` means anything, so
// "100%" and "a%20b" stay as they are.
constexpr std::array<std::pair<char, std::string_view>, 5> kEscapes{
    {{'%', "%25"}, {'.', "%2E"}, {'_', "%5F"}, {'[', "%5B"}, {'{', "%7B"}}};

constexpr std::string_view kEmptyName = "%";

char escaped_at(std::string_view text) {
  for (const auto& [c, escape] : kEscapes) {
    if (text.starts_with(escape)) return c;
  }
  return '\0';
}

std::string_view escape_of(char c) {
  for (const auto& [candidate, escape] : kEscapes) {
    if (candidate == c) return escape;
  }
  return {};
}

bool is_ours(std::string_view name, bool top_level) {
  if (name == kArrayWrapper || name == kTextWrapper) return true;
  return top_level && (name == kOriginalProperty || name == kMetaProperty || name == "_id");
}

}  // namespace

std::string property_name(std::string_view member_name, bool top_level) {
  if (member_name.empty()) return std::string(kEmptyName);
  if (member_name == kEmptyName) return std::string(escape_of('%'));
  std::string name;
  name.reserve(member_name.size());
  const bool escape_first = is_reserved(member_name) || is_ours(member_name, top_level);
  for (std::size_t i = 0; i < member_name.size(); ++i) {
    const char c = member_name[i];
    if ((i == 0 && escape_first) || c == '.' || escaped_at(member_name.substr(i)) != '\0') {
      name += escape_of(c);
    } else {
      name += c;
    }
  }
  return name;
}

std::string member_name(std::string_view property_name) {
  if (property_name == kEmptyName) return {};
  std::string name;
  name.reserve(property_name.size());
  while (!property_name.empty()) {
    const char escaped = escaped_at(property_name);
    name += escaped != '\0' ? escaped : property_name.front();
    property_name.remove_prefix(escaped != '\0' ? escape_of(escaped).size() : 1);
  }
  return name;
}

std::string property_path(const FieldPath& field) {
  std::string path;
  for (const std::string& part : field.parts()) {
    if (!path.empty()) path += '.';
    path += property_name(part, path.empty());
  }
  return path;
}

std::string_view field_mark(std::string_view property_path) {
  if (property_path.size() <= kMaxIndexedStringBytes) return property_path;
  std::size_t end = kMaxIndexedStringBytes;
  // Not within a character: its further bytes are 10xxxxxx.
  while ((static_cast<unsigned char>(property_path[end]) & 0xC0) == 0x80) --end;
  return property_path.substr(0, end);
}

}  // namespace dropzone::datastore
