#include <dropzone/process/operator_name.h>

#include <pwd.h>
#include <unistd.h>

namespace dropzone::process {

std::string operator_name(std::string_view before_sudo) {
  if (!before_sudo.empty()) return std::string(before_sudo);
  const passwd* const entry = ::getpwuid(::getuid());
  return entry != nullptr ? std::string(entry->pw_name) : std::to_string(::getuid());
}

}  // namespace dropzone::process
