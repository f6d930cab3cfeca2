#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/kind/kind.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/value/digest.h>
#include <dropzone/value/limits.h>

namespace dropzone {

/// An example of a kind that its pipeline does not fulfil.
struct FailedExample {
  std::size_t index = 0;  ///< In the definition's list.
  std::string expected;   ///< JSON text: the record, or `{"error": {"code", "step"}}`.
  std::string got;        ///< The actual result, in the same form.
  std::vector<TransformResult::Stage> trace;
};

/// Runs a kind's examples, and returns the first that fails. Records are compared by value, the
/// order of their members left out; a timestamp is its text. `_id` is compared if the example has
/// it.
[[nodiscard]] std::optional<FailedExample> find_failed_example(const Kind& kind,
                                                               const Digest& digest,
                                                               const RecordLimits& limits = {});

/// `example_failed`: says which example it is, what it expects and the actual result.
[[nodiscard]] Error example_error(const FailedExample& failed);

}  // namespace dropzone
