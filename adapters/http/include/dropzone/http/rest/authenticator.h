#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <dropzone/auth/principal.h>
#include <dropzone/http/message/request.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// Finds out who sent a request. Thread-safe. The API decides what they may do, by
/// their grants and the table of routes.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  /// Decides at once if it can: credentials that were verified before, or none at all. Nothing
  /// if it takes authenticate()'s slow work. Never blocks.
  virtual std::optional<Result<Principal>> recognise(const Request& request) = 0;

  /// A number that grows whenever somebody who is recognised may have lost a permission, before
  /// that is confirmed to anybody. Never blocks.
  [[nodiscard]] virtual std::uint64_t revocations() const noexcept = 0;

  /// Verifies the credentials, which may take long on purpose (a slow hash). `unauthenticated`
  /// if they are missing or wrong; `rate_limited` if too many are being verified.
  virtual Result<Principal> authenticate(const Request& request) = 0;

  /// Identity claimed by a rejected request, for the audit log; empty if it claims none.
  /// Unverified; never a secret. Never blocks.
  [[nodiscard]] virtual std::string claimed(const Request&) const { return {}; }
};

}  // namespace dropzone::http
