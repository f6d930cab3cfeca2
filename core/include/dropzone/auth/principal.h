#pragma once

#include <string>

#include <dropzone/auth/grants.h>

namespace dropzone {

/// Who sent a request, and what they may do.
struct Principal {
  std::string name;
  Grants grants;
  bool by_token = false;  ///< They used an access token instead of lasting credentials.
};

}  // namespace dropzone
