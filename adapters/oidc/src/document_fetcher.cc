#include "document_fetcher.h"

#include <arpa/inet.h>

#include <memory>

#include <curl/curl.h>

#include <dropzone/curl/library.h>
#include <dropzone/oidc/provider.h>

namespace dropzone::oidc {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

/// libcurl's functions.
struct Libcurl {
  decltype(&curl_easy_cleanup) easy_cleanup = curl::symbol("curl_easy_cleanup");
  decltype(&curl_easy_getinfo) easy_getinfo = curl::symbol("curl_easy_getinfo");
  decltype(&curl_easy_init) easy_init = curl::symbol("curl_easy_init");
  decltype(&curl_easy_perform) easy_perform = curl::symbol("curl_easy_perform");
  decltype(&curl_easy_setopt) easy_setopt = curl::symbol("curl_easy_setopt");
  decltype(&curl_easy_strerror) easy_strerror = curl::symbol("curl_easy_strerror");
  decltype(&curl_free) free = curl::symbol("curl_free");
  decltype(&curl_url) url = curl::symbol("curl_url");
  decltype(&curl_url_cleanup) url_cleanup = curl::symbol("curl_url_cleanup");
  decltype(&curl_url_get) url_get = curl::symbol("curl_url_get");
  decltype(&curl_url_set) url_set = curl::symbol("curl_url_set");
};

const Libcurl& libcurl() {
  static const Libcurl functions;
  return functions;
}

template <auto Libcurl::*kFree>
struct FreeBy {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    (libcurl().*kFree)(pointer);
  }
};
using EasyHandle = std::unique_ptr<CURL, FreeBy<&Libcurl::easy_cleanup>>;
using Url = std::unique_ptr<CURLU, FreeBy<&Libcurl::url_cleanup>>;
using CurlText = std::unique_ptr<char, FreeBy<&Libcurl::free>>;

std::string part_of(const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (libcurl().url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
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
  if (auto loaded = curl::load(); !loaded) return loaded;
  const Url url(libcurl().url());
  if (!url ||
      libcurl().url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) {
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
  const EasyHandle handle(libcurl().easy_init());
  if (!handle) throw std::bad_alloc();
  CURL* const curl = handle.get();
  const auto set = libcurl().easy_setopt;
  std::string body;
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  if (!ca_file_.empty()) set(curl, CURLOPT_CAINFO, ca_file_.c_str());
  // What is asked in plain text is on this machine: never behind a proxy.
  if (url.starts_with("http://")) set(curl, CURLOPT_PROXY, "");
  set(curl, CURLOPT_WRITEFUNCTION, &receive);
  set(curl, CURLOPT_WRITEDATA, &body);
  set(curl, CURLOPT_NOPROGRESS, 0L);
  set(curl, CURLOPT_XFERINFOFUNCTION, &look_up);
  set(curl, CURLOPT_XFERINFODATA, this);

  const CURLcode code = libcurl().easy_perform(curl);
  if (code == CURLE_WRITE_ERROR) return not_fetched(url, "the document has more than 1 MiB.");
  if (code != CURLE_OK) return not_fetched(url, libcurl().easy_strerror(code));
  long status = 0;
  libcurl().easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return not_fetched(url, "the answer is " + std::to_string(status) + ".");
  return body;
}

}  // namespace dropzone::oidc
