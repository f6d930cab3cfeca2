#pragma once

#include <string>
#include <utility>

#include <dropzone/error.h>

namespace dropzone::google_auth {

/// Credentials that the operator has to mend: `invalid_configuration`.
[[nodiscard]] inline Error unusable(std::string detail) {
  return {ErrorCode::invalid_configuration, std::move(detail)};
}

}  // namespace dropzone::google_auth
