#pragma once

#include <string>
#include <string_view>

#include <dropzone/value/value.h>

namespace dropzone::jose {

/// The text that a member of this name is; empty where there is none, or it is something else.
[[nodiscard]] inline std::string_view text_of(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value != nullptr && value->as_string() != nullptr ? std::string_view(*value->as_string())
                                                           : std::string_view();
}

}  // namespace dropzone::jose
