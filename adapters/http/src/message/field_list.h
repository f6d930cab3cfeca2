#pragma once

#include <algorithm>
#include <string_view>

#include <dropzone/text/trimmed.h>

namespace dropzone::http {

/// Takes the next element from the front of a list such as "gzip;q=0.5, br", without the white
/// space around it.
[[nodiscard]] inline std::string_view next_piece(std::string_view& rest, char separator) noexcept {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto piece = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

/// The weight (RFC 9110, section 12.4.2) among the parameters of a list's element, in thousandths:
/// 1000 if there is none, -1 if it is malformed.
[[nodiscard]] int weight_of(std::string_view parameters) noexcept;

}  // namespace dropzone::http
