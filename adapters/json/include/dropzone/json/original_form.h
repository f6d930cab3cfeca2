#pragma once

#include <cstdint>

namespace dropzone::json {

/// How a record's original is shown.
enum class OriginalForm : std::uint8_t {
  none,  ///< Not at all.
  json,  ///< As the object that it is.
  text,  ///< As a string with the very bytes.
};

}  // namespace dropzone::json
