#pragma once

#include <dropzone/http/message/request.h>

#include <optional>
#include <string>
#include <string_view>

namespace dropzone::http {

/// Decodes `%XX`, and `+` to a space if asked. Empty if an escape is not whole.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// Fills raw_path, path, segments and query of `request` from its target and method. Takes
/// origin-form, absolute-form of http and https, and `*` for OPTIONS. False if the target is
/// none of these or has a malformed escape; the request is then half filled.
[[nodiscard]] bool parse_target(Request& request);

}  // namespace dropzone::http
