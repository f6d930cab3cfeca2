#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dropzone::http::testing {

/// One case of framing_cases.txt, which explains the members.
struct FramingCase {
  std::string section;
  std::string name;
  std::string text;   ///< What is sent, as the file spells it.
  std::string bytes;  ///< The same, spelled out.
  std::vector<int> statuses;
  bool stays_open = false;
  std::optional<std::vector<std::string>> bodies;
  std::string why;
};

/// The body limit that the cases assume.
inline constexpr std::size_t kFramingCasesMaxBody = 1'000'000;

/// Throws std::runtime_error where the file is not as it should be.
[[nodiscard]] std::vector<FramingCase> load_framing_cases();

/// docs/http-conformance.md as it follows from the cases.
[[nodiscard]] std::string conformance_table(const std::vector<FramingCase>& cases);

}  // namespace dropzone::http::testing
