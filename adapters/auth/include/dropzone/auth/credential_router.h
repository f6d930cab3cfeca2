#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <dropzone/http/rest/authenticator.h>
#include <dropzone/store/clock.h>

namespace dropzone::auth {

/// Finds out what sort of credentials a request has, and passes them to their authenticator.
/// Two sorts in one request are `ambiguous_credentials`: choosing one would be a guess.
///
/// Caches with each connection the principal that was recognised last, for a second: a request with
/// the same credentials costs a comparison. A revocation on this instance ends that at once.
class CredentialRouter final : public http::Authenticator {
 public:
  /// Together with kStoreCacheTtl it bounds how long a revocation by another instance takes.
  static constexpr std::chrono::seconds kRecognised{1};

  /// Each must outlive this object.
  CredentialRouter(http::Authenticator& passwords, http::Authenticator& keys,
                   http::Authenticator& tokens, Clock& clock,
                   std::chrono::steady_clock::duration recognised = kRecognised)
      : passwords_(passwords),
        keys_(keys),
        tokens_(tokens),
        clock_(clock),
        recognised_for_(recognised) {}

  std::optional<Result<Principal>> recognise(const http::Request& request) override;
  Result<Principal> authenticate(const http::Request& request) override;
  [[nodiscard]] std::uint64_t revocations() const noexcept override;
  [[nodiscard]] std::string claimed(const http::Request& request) const override;

 private:
  struct Sent;

  [[nodiscard]] http::Authenticator& of(const Sent& sent) const;
  [[nodiscard]] bool is_still(const http::Recognition& last, const http::Request& request,
                              const Sent& sent, const http::Authenticator& authenticator) const;

  http::Authenticator& passwords_;
  http::Authenticator& keys_;
  http::Authenticator& tokens_;
  Clock& clock_;
  const std::chrono::steady_clock::duration recognised_for_;
};

}  // namespace dropzone::auth
