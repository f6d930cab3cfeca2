#include "document_fetcher.h"

#include <arpa/inet.h>

#include <memory>
#include <stdexcept>

#include <curl/curl.h>

#include <dropzone/oidc/provider.h>

namespace dropzone::oidc {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

void initialize_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw std::runtime_error("libcurl cannot be initialized");
}

template <auto kFree>
struct FreeBy {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    kFree(pointer);
  }
};
using EasyHandle = std::unique_ptr<CURL, FreeBy<curl_easy_cleanup>>;
using Url = std::unique_ptr<CURLU, FreeBy<curl_url_cleanup>>;
using CurlText = std::unique_ptr<char, FreeBy<curl_free>>;

std::string part_of(const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
  return CurlText(text).get();
}

bool is_loopback(const std::string& host) {
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) == 1) return ntohl(address.s_addr) >> 24 == 127;
  return host == "localhost" || host == "[::1]";
}

Error unusable(std::string_view why) {
  return {ErrorCode::invalid_configuration, std::string(why)};
}

std::size_t receive(char* data, std::size_t, std::size_t size, void* user) {
  auto& body = *static_cast<std::string*>(user);
  if (body.size() + size > kMostBytes) return 0;
  body.append(data, size);
  return size;
}

int look_up(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const DocumentFetcher*>(user)->stopping() ? 1 : 0;
}

Error not_fetched(const std::string& url, const std::string& why) {
  return {ErrorCode::unavailable, url + ": " + why};
}

}  // namespace

Result<void> check_url(std::string_view text) {
  const Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) {
    return unusable("is no URL.");
  }
  const std::string scheme = part_of(url, CURLUPART_SCHEME);
  if (scheme != "https" && !(scheme == "http" && is_loopback(part_of(url, CURLUPART_HOST)))) {
    return unusable("is no https:// URL. Only on a loopback address may it be http://.");
  }
  if (!part_of(url, CURLUPART_USER).empty() || !part_of(url, CURLUPART_PASSWORD).empty() ||
      !part_of(url, CURLUPART_FRAGMENT).empty()) {
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
  initialize_curl();
  const EasyHandle handle(curl_easy_init());
  if (!handle) throw std::bad_alloc();
  CURL* const curl = handle.get();
  std::string body;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  if (!ca_file_.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file_.c_str());
  // What is asked in plain text is on this machine: never behind a proxy.
  if (url.starts_with("http://")) curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &look_up);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);

  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_WRITE_ERROR) return not_fetched(url, "the document has more than 1 MiB.");
  if (code != CURLE_OK) return not_fetched(url, curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return not_fetched(url, "the answer is " + std::to_string(status) + ".");
  return body;
}

}  // namespace dropzone::oidc
