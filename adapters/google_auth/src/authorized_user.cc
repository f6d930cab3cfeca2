#include <utility>

#include <dropzone/curl/http_client.h>

#include "accounts.h"

namespace dropzone::google_auth {
namespace {

constexpr const char* kTokenUrl = "https://oauth2.googleapis.com/token";

class AuthorizedUser final : public TokenFetcher {
 public:
  AuthorizedUser(curl::HttpClient& client, std::string url, std::string client_id,
                 std::string client_secret, std::string refresh_token)
      : client_(client),
        url_(std::move(url)),
        client_id_(std::move(client_id)),
        client_secret_(std::move(client_secret)),
        refresh_token_(std::move(refresh_token)) {}

  Result<AccessToken> fetch(const CallOptions& call) override {
    return request_token(client_, url_,
                         {{"grant_type", "refresh_token"},
                          {"client_id", client_id_},
                          {"client_secret", client_secret_},
                          {"refresh_token", refresh_token_}},
                         call);
  }

 private:
  curl::HttpClient& client_;
  const std::string url_;
  const std::string client_id_;
  const std::string client_secret_;
  const std::string refresh_token_;
};

}  // namespace

Result<std::unique_ptr<TokenFetcher>> make_authorized_user(curl::HttpClient& client,
                                                           const Object& file) {
  std::string url = kTokenUrl;
  if (file.find("token_uri")) {
    DROPZONE_TRY(url, required_url(file, "token_uri"));
  }
  DROPZONE_TRY(std::string client_id, required_text(file, "client_id"));
  DROPZONE_TRY(std::string client_secret, required_text(file, "client_secret"));
  DROPZONE_TRY(std::string refresh_token, required_text(file, "refresh_token"));
  return std::make_unique<AuthorizedUser>(client, std::move(url), std::move(client_id),
                                          std::move(client_secret), std::move(refresh_token));
}

}  // namespace dropzone::google_auth
