#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// A test in a kind's definition: what its pipeline must make of one record.
struct Example {
  Object original;
  /// The expected record, with its `_id` if that is tested too; nothing if it must be refused.
  std::optional<Object> record;
  /// The expected error. Empty texts are not tested.
  std::string code = {};
  std::string step = {};
};

inline constexpr std::size_t kMaxExamples = 100;

/// Reads `[{"original": {...}, "record": {...}}, {"original": {...}, "error": {"code", "step"}}]`.
/// Faults are `invalid_configuration` with a pointer from the list's start.
Result<std::vector<Example>> parse_examples(const Value& definition);

}  // namespace dropzone
