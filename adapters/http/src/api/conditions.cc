#include "api/conditions.h"

#include <algorithm>

namespace dropzone::http {
namespace {

bool contains(const std::vector<std::string>& tags, std::string_view version) {
  return std::find(tags.begin(), tags.end(), version) != tags.end();
}

void parse_tags(std::string_view text, EntityTags& tags) {
  while (!text.empty()) {
    if (text.front() == '*') tags.any = true;
    const bool weak = text.starts_with("W/\"");
    if (weak) text.remove_prefix(2);
    if (text.front() != '"') {
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find('"', 1);
    if (end == std::string_view::npos) return;
    (weak ? tags.weak : tags.versions).emplace_back(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
  }
}

}  // namespace

bool EntityTags::match_strongly(std::string_view version) const {
  return any || contains(versions, version);
}

bool EntityTags::match_weakly(std::string_view version) const {
  return match_strongly(version) || contains(weak, version);
}

std::optional<EntityTags> entity_tags(const Request& request, std::string_view header) {
  const auto values = request.headers.find_all(header);
  if (values.empty()) return std::nullopt;
  EntityTags tags;
  for (const std::string_view value : values) parse_tags(value, tags);
  return tags;
}

std::string etag_of(std::string_view version) { return '"' + std::string(version) + '"'; }

}  // namespace dropzone::http
