#pragma once

#include <string>
#include <vector>

#include <dropzone/store/record_copier.h>

namespace dropzone {

/// The names of the two stores in the report of a copy.
struct StoreNames {
  std::string from;
  std::string to;
};

/// A line for each kind, with the count and the checksum of both stores; more if they differ.
/// `left_out` are kinds that were not copied, since they have secrets.
[[nodiscard]] std::string copy_report(const std::vector<KindReport>& reports,
                                      const std::vector<std::string>& left_out,
                                      const StoreNames& stores);

}  // namespace dropzone
