#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/curl/http_client.h>
#include <dropzone/result.h>

namespace dropzone::google_auth {

/// A token that Google's APIs take, until then.
struct AccessToken {
  std::string token;
  std::chrono::steady_clock::time_point expires_at;
};

/// Gets a new access token from whoever gives them. Thread-safe.
class TokenFetcher {
 public:
  virtual ~TokenFetcher() = default;
  /// `unavailable` if it may go well later, `invalid_configuration` if it will not. No error
  /// contains a secret.
  virtual Result<AccessToken> fetch(const CallOptions& call) = 0;
};

/// What tokens are asked for.
inline constexpr std::string_view kScope = "https://www.googleapis.com/auth/cloud-platform";

using FormFields = std::vector<std::pair<std::string_view, std::string>>;

/// Posts a form to an OAuth 2.0 token endpoint and reads the token of its answer. Repeats it a few
/// times if the endpoint is unavailable.
Result<AccessToken> request_token(curl::HttpClient& client, const std::string& url,
                                  const FormFields& fields, const CallOptions& call);

/// Sends a request until it is answered by 200, a few times if the server is unavailable. `what`
/// names the server in errors: "the token endpoint".
Result<std::string> request_text(curl::HttpClient& client, curl::HttpRequest request,
                                 std::string_view what);

/// Reads `{"access_token", "expires_in"}`.
Result<AccessToken> read_token(std::string_view answer, std::string_view what);

}  // namespace dropzone::google_auth
