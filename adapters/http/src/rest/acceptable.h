#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <dropzone/http/message/headers.h>

namespace dropzone::http {

/// The first of these media types that a request's Accept takes (RFC 9110, section 12.5.1), and the
/// one of the highest weight; nothing if it takes none of them. Without the header all are taken.
/// Parameters of a range other than the weight are passed over, and so is a malformed weight.
[[nodiscard]] std::optional<std::string_view> acceptable_type(
    const Headers& headers, std::span<const std::string_view> types);

}  // namespace dropzone::http
