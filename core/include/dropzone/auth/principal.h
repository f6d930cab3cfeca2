#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <dropzone/auth/grants.h>
#include <dropzone/value/timestamp.h>

namespace dropzone {

/// What somebody used to prove who they are.
enum class Credential : std::uint8_t {
  password,
  api_key,
  access_token,    ///< One that this server issued.
  provider_token,  ///< One of the OpenID Connect provider.
};

/// Who sent a request, and what they may do.
struct Principal {
  std::string name;
  Grants grants;
  Credential credential = Credential::password;
  std::optional<Timestamp> expires_at = std::nullopt;  ///< If the credential ends some time.

  /// Whether the credential is short-lived, so that no new one may be made from it.
  [[nodiscard]] bool by_token() const noexcept {
    return credential == Credential::access_token || credential == Credential::provider_token;
  }
  [[nodiscard]] bool has_expired(Timestamp now) const noexcept {
    return expires_at && expires_at->micros <= now.micros;
  }
};

}  // namespace dropzone
