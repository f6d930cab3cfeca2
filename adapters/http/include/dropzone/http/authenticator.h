#pragma once

#include <optional>
#include <string>

#include <dropzone/http/request.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// What a request wants to do; roles grant these.
enum class Access : std::uint8_t {
  open,    ///< Needs no credentials.
  read,    ///< Look at records, kinds, rejects.
  write,   ///< Store and change records.
  remove,  ///< Delete records and rejects.
  admin,   ///< Look at the server itself.
};

/// Who sent a request.
struct Principal {
  std::string name;
};

/// Tells who sent a request. Thread-safe.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  /// Decides at once where it can: credentials that were verified before, or none at all. Nothing
  /// where it takes authenticate()'s slow work. Never blocks.
  virtual std::optional<Result<Principal>> recognise(const Request& request) = 0;

  /// Verifies the credentials, which may take long on purpose (a slow hash). `unauthenticated`
  /// where they are missing or wrong; `rate_limited` where too many are being verified.
  virtual Result<Principal> authenticate(const Request& request) = 0;

  /// Whether the principal may do this with this kind (empty: with no kind in particular).
  /// `forbidden` where not.
  virtual Result<void> authorise(const Principal& principal, Access access,
                                 std::string_view kind) = 0;
};

}  // namespace dropzone::http
