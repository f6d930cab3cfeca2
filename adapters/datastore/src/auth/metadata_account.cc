#include <chrono>
#include <utility>

#include "auth/credentials.h"

namespace dropzone::datastore {
namespace {

constexpr std::string_view kWhat = "the metadata server";
constexpr int kPings = 3;
constexpr std::chrono::seconds kPingTimeout{1};

// The server refuses requests without it, which a browser cannot make.
constexpr const char* kFlavor = "Metadata-Flavor: Google";

HttpRequest get(const std::string& host, std::string_view path) {
  HttpRequest request;
  request.method = "GET";
  request.url = "http://" + host;
  request.url += path;
  request.headers = {kFlavor};
  return request;
}

class MetadataAccount final : public TokenFetcher {
 public:
  MetadataAccount(HttpTransport& transport, std::string host)
      : transport_(transport), host_(std::move(host)) {}

  Result<AccessToken> fetch(const CallOptions& call) override {
    HttpRequest request = get(host_, "/computeMetadata/v1/instance/service-accounts/default/token");
    request.deadline = call.deadline;
    request.stop = call.stop;
    auto answer = request_text(transport_, std::move(request), kWhat);
    if (!answer) return answer.error();
    return read_token(*std::move(answer), kWhat);
  }

 private:
  HttpTransport& transport_;
  const std::string host_;
};

}  // namespace

std::unique_ptr<TokenFetcher> make_metadata_account(HttpTransport& transport, std::string host) {
  return std::make_unique<MetadataAccount>(transport, std::move(host));
}

bool has_metadata_server(HttpTransport& transport, const std::string& host) {
  for (int i = 0; i < kPings; ++i) {
    HttpRequest request = get(host, "/");
    request.deadline = std::chrono::steady_clock::now() + kPingTimeout;
    const HttpResponse response = transport.send(request);
    if (response.fault == HttpFault::none) return response.header("metadata-flavor") == "Google";
    if (response.fault == HttpFault::not_connected) return false;
  }
  return false;
}

}  // namespace dropzone::datastore
