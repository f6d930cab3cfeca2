#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/http/message/request.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// What If-Match or If-None-Match lists (RFC 9110, section 13.1).
struct EntityTags {
  bool any = false;                   ///< "*"
  std::vector<std::string> versions;  ///< The strong tags' contents.
  std::vector<std::string> weak;      ///< The weak ones': If-None-Match heeds them, If-Match not.

  [[nodiscard]] bool match_strongly(std::string_view version) const;
  [[nodiscard]] bool match_weakly(std::string_view version) const;
  /// Whether it is by a weak tag alone that they name this version.
  [[nodiscard]] bool name_it_weakly(std::string_view version) const {
    return match_weakly(version) && !match_strongly(version);
  }
};

/// The tags of a header; nothing if the request has no such header. `invalid_request` if it
/// is neither "*" alone nor a list of entity tags.
[[nodiscard]] Result<std::optional<EntityTags>> entity_tags(const Request& request,
                                                            std::string_view header);

/// A version as an ETag: in quotes.
[[nodiscard]] std::string etag_of(std::string_view version);

}  // namespace dropzone::http
