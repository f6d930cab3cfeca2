#pragma once

#include <cstddef>

namespace dropzone {

/// The greatest depth of any value: levels of objects and arrays, the outermost being the first.
/// Everything that makes values keeps to it (decoders of bodies and of stored data, steps,
/// definitions), so that what recurses over a value (destroying, copying, comparing and writing it)
/// needs a bounded stack. Operators may set less: RecordLimits::max_depth.
inline constexpr std::size_t kMaxNesting = 200;

/// The longest name of a field, with its dots, and its most parts. No value is deeper than the
/// latter.
inline constexpr std::size_t kMaxPathBytes = 1'500;
inline constexpr std::size_t kMaxPathParts = kMaxNesting;

/// The limits of a record while steps change it.
struct RecordLimits {
  std::size_t max_depth = 20;  ///< Levels. At most kMaxNesting.
  /// The memory of all that steps make of one record, in bytes: see Extent. What they
  /// make and remove again counts, too, so this bounds their work.
  std::size_t max_made_bytes = std::size_t{32} << 20;
};

/// The limits of a kind's definition.
struct DefinitionLimits {
  std::size_t max_steps;
};
/// For those that an operator deploys.
inline constexpr DefinitionLimits kDeployedDefinition{.max_steps = 1'000};
inline constexpr std::size_t kMaxDeployedDefinitionBytes = std::size_t{1} << 20;
/// For those in a request.
inline constexpr DefinitionLimits kInlineDefinition{.max_steps = 100};
inline constexpr std::size_t kMaxInlineDefinitionBytes = std::size_t{64} << 10;

/// Names in one step's list, fields whose types are declared, indexes, and fields of one index.
inline constexpr std::size_t kMaxStepFields = 1'000;
inline constexpr std::size_t kMaxDeclaredFields = 1'000;
inline constexpr std::size_t kMaxIndexes = 200;
inline constexpr std::size_t kMaxIndexFields = 20;

/// Fields of which something can be known from the steps.
inline constexpr std::size_t kMaxKnownFields = 1'000;

}  // namespace dropzone
