#include <chrono>
#include <utility>

#include <dropzone/curl/http_client.h>

#include "accounts.h"

namespace dropzone::google_auth {
namespace {

constexpr std::string_view kWhat = "the metadata server";
constexpr int kPings = 3;
constexpr std::chrono::seconds kPingTimeout{1};

// The server refuses requests without it, which a browser cannot make.
constexpr const char* kFlavor = "Metadata-Flavor: Google";

curl::HttpRequest get(const std::string& host, std::string_view path) {
  curl::HttpRequest request;
  request.method = "GET";
  request.url = "http://" + host;
  request.url += path;
  request.headers = {kFlavor};
  return request;
}

class MetadataAccount final : public TokenFetcher {
 public:
  MetadataAccount(curl::HttpClient& client, std::string host)
      : client_(client), host_(std::move(host)) {}

  Result<AccessToken> fetch(const CallOptions& call) override {
    curl::HttpRequest request =
        get(host_, "/computeMetadata/v1/instance/service-accounts/default/token");
    request.deadline = call.deadline;
    request.stop = call.stop;
    auto answer = request_text(client_, std::move(request), kWhat);
    if (!answer) return answer.error();
    return read_token(*answer, kWhat);
  }

 private:
  curl::HttpClient& client_;
  const std::string host_;
};

}  // namespace

std::unique_ptr<TokenFetcher> make_metadata_account(curl::HttpClient& client, std::string host) {
  return std::make_unique<MetadataAccount>(client, std::move(host));
}

bool has_metadata_server(curl::HttpClient& client, const std::string& host) {
  for (int i = 0; i < kPings; ++i) {
    curl::HttpRequest request = get(host, "/");
    request.deadline = std::chrono::steady_clock::now() + kPingTimeout;
    const curl::HttpResponse response = client.send(request);
    if (response.fault == curl::HttpFault::none)
      return response.header("metadata-flavor") == "Google";
    if (response.fault == curl::HttpFault::not_connected) return false;
  }
  return false;
}

}  // namespace dropzone::google_auth
