#pragma once

#include <string>
#include <vector>

#include <dropzone/store/record_copier.h>

namespace dropzone::server {

/// What came of the copy of one kind.
struct KindReport {
  std::string kind;
  CopyStats stats = {};
  Tally from = {};
  Tally to = {};
  Differences differences = {};  ///< Where the tallies differ.

  [[nodiscard]] bool same() const { return from == to; }
};

/// How the two stores are called in the report.
struct StoreNames {
  std::string from;
  std::string to;
};

/// A line for each kind, with the count and the checksum of both stores; more where they differ.
[[nodiscard]] std::string report_text(const std::vector<KindReport>& reports,
                                      const std::vector<std::string>& left_out,
                                      const StoreNames& stores);

}  // namespace dropzone::server
