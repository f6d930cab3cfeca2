#include <chrono>
#include <utility>

#include <dropzone/curl/http_client.h>
#include <dropzone/jose/rsa_key.h>
#include <dropzone/value/json_text.h>

#include "accounts.h"
#include "json_members.h"
#include "unusable.h"

namespace dropzone::google_auth {
namespace {

constexpr std::chrono::seconds kAssertionLife{3'600};

/// Signs an assertion with its own key and exchanges it for a token (RFC 7523).
class ServiceAccount final : public TokenFetcher {
 public:
  ServiceAccount(curl::HttpClient& client, std::string url, std::string email, jose::RsaKey key)
      : client_(client), url_(std::move(url)), email_(std::move(email)), key_(std::move(key)) {}

  Result<AccessToken> fetch(const CallOptions& call) override {
    auto assertion = key_.sign(claims(), "JWT");
    if (!assertion) return unusable("its \"private_key\" cannot sign");
    return request_token(client_, url_,
                         {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
                          {"assertion", *std::move(assertion)}},
                         call);
  }

 private:
  [[nodiscard]] std::string claims() const {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    return to_json(Object{{"iss", Value(email_)},
                          {"scope", Value(kScope)},
                          {"aud", Value(url_)},
                          {"iat", Value(std::int64_t{now.count()})},
                          {"exp", Value(std::int64_t{(now + kAssertionLife).count()})}});
  }

  curl::HttpClient& client_;
  const std::string url_;
  const std::string email_;
  const jose::RsaKey key_;
};

}  // namespace

Result<std::unique_ptr<TokenFetcher>> make_service_account(curl::HttpClient& client,
                                                           const Object& file) {
  DROPZONE_TRY(std::string url, required_url(file, "token_uri"));
  DROPZONE_TRY(std::string email, required_text(file, "client_email"));
  DROPZONE_TRY(const std::string key, required_text(file, "private_key"));
  auto private_key = jose::RsaKey::read(key, std::string(text_member(file, "private_key_id")));
  if (!private_key) {
    return unusable("its \"private_key\" " + private_key.error().detail);
  }
  return std::make_unique<ServiceAccount>(client, std::move(url), std::move(email),
                                          *std::move(private_key));
}

}  // namespace dropzone::google_auth
