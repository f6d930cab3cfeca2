#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Reads back what to_json() wrote. A port, because reading JSON takes a library; needed by
/// repositories that keep transformed data as text. Thread-safe.
class DocumentDecoder {
 public:
  virtual ~DocumentDecoder() = default;

  /// The object of this text. The strings at these RFC 6901 pointers become timestamps again.
  /// `store_corrupt` if the text is not an object's.
  virtual Result<Object> decode(std::string_view json,
                                std::span<const std::string> timestamps) const = 0;
};

/// The RFC 6901 pointers of an object's timestamps, which a decoder needs to restore them.
[[nodiscard]] std::vector<std::string> timestamp_pointers(const Object& object);

}  // namespace dropzone
