#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/value/value.h>

namespace dropzone {

/// One place at which two values differ.
struct Difference {
  std::string pointer;          ///< RFC 6901.
  std::optional<Value> before;  ///< Nothing if the member is new.
  std::optional<Value> after;   ///< Nothing if the member is gone.
};

/// The first places at which two values differ, as far into objects as both have them; their
/// members' order makes no difference. Arrays are compared as a whole.
[[nodiscard]] std::vector<Difference> find_differences(const Value& before, const Value& after,
                                                       std::size_t most);

/// Appends `[{"pointer", "before"?, "after"?}, ...]`.
void append_differences(std::string& out, const std::vector<Difference>& differences);

/// The first 50 differences as append_differences() writes them: for the audit log.
[[nodiscard]] std::string audited_differences(const Value& before, const Value& after);

}  // namespace dropzone
