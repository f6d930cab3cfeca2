#pragma once

#include <string>
#include <string_view>

namespace dropzone::process {

/// Who runs this process, as far as the system knows. `before_sudo` is what sudo left in the
/// environment variable SUDO_USER; empty if it did not.
[[nodiscard]] std::string operator_name(std::string_view before_sudo);

}  // namespace dropzone::process
