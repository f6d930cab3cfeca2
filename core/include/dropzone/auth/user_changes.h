#pragma once

#include <string>
#include <vector>

namespace dropzone {

/// How one table of users differs from the previous one, by name; `changed` have another password
/// or other roles.
struct UserChanges {
  std::vector<std::string> added;
  std::vector<std::string> changed;
  std::vector<std::string> removed;
  /// Those of the changed and removed whose old password is no longer valid.
  std::vector<std::string> invalidated;
};

}  // namespace dropzone
