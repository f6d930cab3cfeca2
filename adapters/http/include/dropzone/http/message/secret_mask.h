#pragma once

#include <string>
#include <string_view>

namespace dropzone::http {

/// Secrets that a client sent in the wrong place, such as a path: API keys (`dzk_…`),
/// refresh tokens (`dzr_…`) and signed tokens (`eyJ…`), also if some or all of their characters
/// are percent-encoded, once or more often.

[[nodiscard]] bool has_secret(std::string_view text) noexcept;

/// The text with three asterisks in place of all but their prefixes.
[[nodiscard]] std::string without_secrets(std::string_view text);

}  // namespace dropzone::http
