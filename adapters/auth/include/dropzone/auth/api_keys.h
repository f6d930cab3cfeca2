#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/auth/expiring_cache.h>
#include <dropzone/auth/key_service.h>
#include <dropzone/http/message/ip_address.h>
#include <dropzone/http/rest/authenticator.h>
#include <dropzone/json/shared_objects.h>

namespace dropzone::auth {

/// Where the keys are kept.
inline constexpr std::string_view kApiKeysKind = "_dropzone_api_keys";

/// The header that carries a key.
inline constexpr std::string_view kApiKeyHeader = "X-API-Key";

/// Keys for devices and programs, shared by all instances. A key is `dzk_`, 22 characters that name
/// it and 44 that are the secret, of which the store has the SHA-256 alone: 256 random bits need no
/// slow hash. What was read from the store is cached for a few seconds. Thread-safe.
class ApiKeys final : public http::Authenticator, public KeyService {
 public:
  /// All must outlive this object.
  ApiKeys(json::SharedObjects& objects, Clock& clock, IdSource& ids)
      : objects_(objects), clock_(clock), ids_(ids) {}

  std::optional<Result<Principal>> recognise(const http::Request& request) override;
  Result<Principal> authenticate(const http::Request& request) override;
  [[nodiscard]] std::uint64_t revocations() const noexcept override { return cache_.revocations(); }
  /// `key:ID` of a text that has a key's form.
  [[nodiscard]] std::string claimed(const http::Request& request) const override;

  Result<MadeKey> make(const Principal& maker, NewKey key, const CallOptions& options) override;
  Result<std::vector<ApiKey>> list(const CallOptions& options) override;
  Result<bool> revoke(const std::string& id, const CallOptions& options) override;

  /// Looks through one page of the keys behind `after`, and erases those that expired a day ago.
  /// Returns where the next page begins, if there is one. Safe to run in several instances at once.
  Result<std::optional<Position>> sweep(std::optional<Position> after, const CallOptions& options);

 private:
  /// A key as it is checked against.
  struct Known {
    ApiKey key;
    std::string hash;
    std::vector<http::AddressRange> addresses;
  };

  Result<void> keep(const ApiKey& key, std::string hash, const CallOptions& options);
  static Result<Known> read(const json::SharedObjects::Found& found);
  [[nodiscard]] Result<Principal> check(const Known& known, std::string_view secret,
                                        const http::Request& request);

  json::SharedObjects& objects_;
  Clock& clock_;
  IdSource& ids_;
  ExpiringCache<std::shared_ptr<const Known>> cache_;  ///< By their ids.
};

}  // namespace dropzone::auth
