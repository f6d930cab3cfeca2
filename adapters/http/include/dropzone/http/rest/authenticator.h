#pragma once

#include <optional>
#include <string>

#include <dropzone/http/message/request.h>
#include <dropzone/auth/principal.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// Tells who sent a request. Thread-safe. What he may do is then for the API to decide, by his
/// grants and the table of routes.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  /// Decides at once where it can: credentials that were verified before, or none at all. Nothing
  /// where it takes authenticate()'s slow work. Never blocks.
  virtual std::optional<Result<Principal>> recognise(const Request& request) = 0;

  /// Verifies the credentials, which may take long on purpose (a slow hash). `unauthenticated`
  /// where they are missing or wrong; `rate_limited` where too many are being verified.
  virtual Result<Principal> authenticate(const Request& request) = 0;

  /// Whom a request names that was refused, for the audit: a user or key that there is, or may be.
  /// Empty where it names none. Not believed, never a secret. Never blocks.
  [[nodiscard]] virtual std::string claimed(const Request&) const { return {}; }
};

}  // namespace dropzone::http
