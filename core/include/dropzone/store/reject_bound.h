#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <dropzone/call/call_options.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

namespace dropzone {

/// Keeps no more than so many rejects of each kind: erases those that were received the longest
/// ago. Thread-safe, on all instances over the same store.
class RejectBound {
 public:
  /// The repository must outlive it.
  RejectBound(RecordRepository& repository, std::int64_t most)
      : repository_(repository), most_(most) {}

  struct Trimmed {
    std::size_t erased = 0;
    bool is_within = true;  ///< Else there are more to be erased.
  };
  /// Erases some of those of a kind that are too many, at most 500. One that is refused again
  /// meanwhile stays. Failures of the repository are passed on.
  Result<Trimmed> trim(const std::string& kind, const CallOptions& options) const;

 private:
  RecordRepository& repository_;
  const std::int64_t most_;
};

}  // namespace dropzone
