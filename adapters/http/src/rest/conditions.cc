#include "rest/conditions.h"

#include <algorithm>
#include <utility>

namespace dropzone::http {
namespace {

bool contains(const std::vector<std::string>& tags, std::string_view version) {
  return std::find(tags.begin(), tags.end(), version) != tags.end();
}

constexpr bool is_tag_character(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

void skip_blanks(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

/// Takes one entity tag from the front of the text; false if none is there.
bool take_tag(std::string_view& text, EntityTags& tags) {
  const bool weak = text.starts_with("W/");
  std::string_view rest = text.substr(weak ? 2 : 0);
  if (!rest.starts_with('"')) return false;
  const std::size_t end = rest.find('"', 1);
  if (end == std::string_view::npos) return false;
  const auto content = rest.substr(1, end - 1);
  if (!std::all_of(content.begin(), content.end(), is_tag_character)) return false;
  (weak ? tags.weak : tags.versions).emplace_back(content);
  text = rest.substr(end + 1);
  return true;
}

/// `#entity-tag`: empty elements are no fault. Returns what could not be read.
std::string_view take_list(std::string_view text, EntityTags& tags) {
  for (;;) {
    skip_blanks(text);
    if (!text.empty() && text.front() != ',' && !take_tag(text, tags)) return text;
    skip_blanks(text);
    if (text.empty()) return {};
    if (text.front() != ',') return text;
    text.remove_prefix(1);
  }
}

Error malformed(std::string_view header, std::string_view rest) {
  constexpr std::size_t kShown = 40;
  return {ErrorCode::invalid_request,
          std::string(header) + " cannot be read at '" + std::string(rest.substr(0, kShown)) +
              "'. It is * alone, or a list of entity tags in quotes: \"1a\", W/\"2b\"."};
}

}  // namespace

bool EntityTags::match_strongly(std::string_view version) const {
  return any || contains(versions, version);
}

bool EntityTags::match_weakly(std::string_view version) const {
  return match_strongly(version) || contains(weak, version);
}

Result<std::optional<EntityTags>> entity_tags(const Request& request, std::string_view header) {
  const auto values = request.headers.find_all(header);
  if (values.empty()) return std::optional<EntityTags>();
  EntityTags tags;
  if (values.size() == 1 && values.front() == "*") {
    tags.any = true;
    return std::optional(std::move(tags));
  }
  for (const std::string_view value : values) {
    if (const auto rest = take_list(value, tags); !rest.empty()) return malformed(header, rest);
  }
  return std::optional(std::move(tags));
}

std::string etag_of(std::string_view version) { return '"' + std::string(version) + '"'; }

}  // namespace dropzone::http
