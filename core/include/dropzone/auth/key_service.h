#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/auth/principal.h>
#include <dropzone/call/call_options.h>
#include <dropzone/result.h>
#include <dropzone/value/timestamp.h>

namespace dropzone {

/// Parameters of a new API key.
struct NewKey {
  std::string name;  ///< For people.
  Grants grants;
  std::optional<std::chrono::seconds> lifetime;  ///< None: until it is revoked.
  std::vector<std::string> addresses;            ///< CIDR ranges; empty: from everywhere.
  std::string certificate;                       ///< A client's SHA-256 fingerprint; empty: any.
};

/// A key as it may be shown: without the secret, of which only a hash is kept.
struct ApiKey {
  std::string id;
  std::string name;
  Grants grants;
  Timestamp created_at;
  std::string created_by;
  std::optional<Timestamp> expires_at;
  std::vector<std::string> addresses;
  std::string certificate;
};

/// Manages keys for devices and programs. Thread-safe; failures are those of the store.
class KeyService {
 public:
  virtual ~KeyService() = default;

  struct MadeKey {
    ApiKey key;
    std::string secret;  ///< The text that requests carry. This is the only time that it is known.
  };
  /// `forbidden` if the key would have more grants than its maker; `invalid_request` if an address
  /// is malformed.
  virtual Result<MadeKey> make(const Principal& maker, NewKey key, const CallOptions& options) = 0;

  /// All keys, by id, the expired ones too.
  virtual Result<std::vector<ApiKey>> list(const CallOptions& options) = 0;

  /// Whether there was such a key. Effective at once on this instance, on others within five
  /// seconds.
  virtual Result<bool> revoke(const std::string& id, const CallOptions& options) = 0;
};

}  // namespace dropzone
