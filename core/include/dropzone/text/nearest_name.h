#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dropzone {

/// The candidate that a mistyped name most likely meant, or an empty view if none is near.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            std::span<const std::string_view> candidates);

/// ` Did you mean "limit"?`, or an empty text if no candidate is near.
[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       std::span<const std::string_view> candidates);
[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       const std::vector<std::string>& candidates);

/// The same, but if no candidate is near, it lists all of them: ` Known steps: "copy", "keep".`
[[nodiscard]] std::string did_you_mean_one_of(std::string_view name,
                                              std::span<const std::string_view> candidates,
                                              std::string_view what);

}  // namespace dropzone
