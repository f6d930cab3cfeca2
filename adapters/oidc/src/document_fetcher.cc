#include "document_fetcher.h"

#include <arpa/inet.h>

#include <utility>

#include <dropzone/curl/url.h>
#include <dropzone/expects.h>
#include <dropzone/oidc/provider.h>

namespace dropzone::oidc {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

bool is_loopback(const std::string& host) {
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) == 1) return ntohl(address.s_addr) >> 24 == 127;
  return host == "localhost" || host == "[::1]";
}

Error unusable(std::string_view why) {
  return {ErrorCode::invalid_configuration, std::string(why)};
}

Error not_fetched(const std::string& url, const std::string& why) {
  return {ErrorCode::unavailable, url + ": " + why};
}

}  // namespace

Result<void> check_url(std::string_view text) {
  const auto url = curl::parse_url(text);
  if (!url) {
    if (url.error().code == ErrorCode::invalid_configuration) return url.error();
    return unusable("is not a URL.");
  }
  if (url->scheme != "https" && !(url->scheme == "http" && is_loopback(url->host))) {
    return unusable("is not an https:// URL. Only a loopback address may be http://.");
  }
  if (!url->user.empty() || !url->password.empty() || !url->fragment.empty()) {
    return unusable("has a user or a fragment in it.");
  }
  return {};
}

Result<void> check_issuer(std::string_view url) {
  if (url.find('?') != url.npos) return unusable("has a query in it, as no issuer has.");
  return check_url(url);
}

Result<std::string> DocumentFetcher::fetch(const std::string& url,
                                           std::chrono::milliseconds timeout) {
  DROPZONE_EXPECTS(check_url(url).has_value());
  if (!client_) {
    auto client = curl::HttpClient::open({.ca_file = ca_file_, .max_response_bytes = kMostBytes});
    if (!client) return std::move(client).error();
    client_ = *std::move(client);
  }
  curl::HttpRequest request;
  request.method = "GET";
  request.url = url;
  request.deadline = std::chrono::steady_clock::now() + timeout;
  request.stop = stop_.get_token();
  curl::HttpResponse response = client_->send(request);
  if (response.fault == curl::HttpFault::too_large) {
    return not_fetched(url, "the document has more than 1 MiB.");
  }
  if (response.fault != curl::HttpFault::none) return not_fetched(url, response.fault_detail);
  if (response.status != 200) {
    return not_fetched(url, "the answer is " + std::to_string(response.status) + ".");
  }
  return std::move(response.body);
}

}  // namespace dropzone::oidc
