#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/kind/kind.h>
#include <dropzone/mutex.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

namespace dropzone {

/// A field that a query expects records to have, with values of a class if it says which.
struct Expectation {
  FieldPath field;
  std::optional<ValueClass> value_class;
  std::string pointer;  ///< Where it is in the query.
};

/// What a filter expects. `pointer` is where the filter is.
[[nodiscard]] std::vector<Expectation> expectations_of(const Filter& filter,
                                                       const std::string& pointer = {});

/// Reports, for a query that found nothing, whether it named fields that no record has: most often
/// a misspelt name. It remembers the fields that records had, so that asking the same again
/// costs nothing. Thread-safe.
class AbsentFields {
 public:
  struct Finding {
    std::string pointer;
    std::string detail;
  };

  /// Must outlive it.
  explicit AbsentFields(RecordRepository& repository) : repository_(repository) {}

  /// The first few expectations that no record of the kind fulfils. Those on fields whose type is
  /// known are ignored, as is everything if the kind has no records or a look fails or takes
  /// too long. Fails only if a look does in a call that may not wait, which is to be repeated.
  Result<std::vector<Finding>> find(const Kind& kind, const std::vector<Expectation>& expectations,
                                    const CallOptions& options);

 private:
  Result<bool> any(const std::string& kind, Filter filter, const CallOptions& options);
  Result<std::optional<std::string>> fault_of(const Kind& kind, const Expectation& expectation,
                                              const CallOptions& options);

  RecordRepository& repository_;
  Mutex mutex_;
  /// Kind, field and class.
  std::set<std::tuple<std::string, FieldPath, std::optional<ValueClass>>> seen_
      DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone
