#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <dropzone/store/record_repository.h>

namespace dropzone::durability {

inline constexpr int kAtomicBatch = 7;  ///< Records in each atomic batch.

/// What a storm has been promised, over any number of rounds: each line that a storm prints is one
/// promise. "single ID", "batch ID" for the atomic batch of ID-0, ID-1, …, and "counter ID N" for a
/// record whose data and original are N or, if the storm was cut off after it had sent more,
/// larger.
class Ledger {
 public:
  void add(std::string_view line);

  [[nodiscard]] std::size_t promises() const noexcept {
    return singles_.size() + batches_.size() + counters_.size();
  }

  /// What is not as promised, or is there by halves; empty if nothing.
  [[nodiscard]] std::string check(RecordRepository& repository) const;

 private:
  std::set<std::string> singles_;
  std::set<std::string> batches_;
  std::map<std::string, std::int64_t> counters_;
};

}  // namespace dropzone::durability
