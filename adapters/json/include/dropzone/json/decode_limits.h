#pragma once

#include <cstddef>

namespace dropzone::json {

/// What a body may ask of the server.
struct DecodeLimits {
  /// Levels of objects and arrays within a record, the record itself being the first.
  std::size_t max_depth = 20;
  std::size_t max_records = 10'000;
};

}  // namespace dropzone::json
