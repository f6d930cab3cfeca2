#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <dropzone/error.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// The lists in a job's report, which is kept within kMaxReportBytes.
class ReportLists {
 public:
  /// The report must outlive it, and nobody else changes it meanwhile.
  explicit ReportLists(Object& report) : report_(report) {}

  /// Appends to the list of this name, which exists, unless it has `most` entries or the report is
  /// full.
  void append(std::string_view name, std::size_t most, Object entry);

 private:
  Object& report_;
  std::optional<std::size_t> bytes_;  ///< Of the report as JSON, once they are known.
};

/// Entries of a list of what was refused.
inline constexpr std::size_t kMaxRefusedListed = 1'000;

/// Such an entry: `{"code", "step"?, "pointer"?}` after the member that says what was refused.
[[nodiscard]] Object refused_entry(Member what, const Error& error);

}  // namespace dropzone
