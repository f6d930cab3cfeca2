#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include <dropzone/curl/http_client.h>
#include <dropzone/result.h>

namespace dropzone::oidc {

/// Gets small JSON documents from a server. One thread fetches; others may stop it.
class DocumentFetcher {
 public:
  /// The file names the authorities that are trusted, as PEM; empty: the system's.
  explicit DocumentFetcher(std::string ca_file) : ca_file_(std::move(ca_file)) {}

  /// The body of a 200, at most 1 MiB of it, without redirects. `unavailable` says why there is
  /// none. Precondition: the URL passes check_url().
  Result<std::string> fetch(const std::string& url, std::chrono::milliseconds timeout);

  /// Cancels the fetch that is under way, and all that follow.
  void stop() noexcept { stop_.request_stop(); }

 private:
  const std::string ca_file_;
  std::stop_source stop_;
  std::unique_ptr<curl::HttpClient> client_;  ///< Opened by the first fetch.
};

/// Whether a URL is by https, or by http on a loopback address, and names no user and no fragment.
/// The error's detail says what is wrong, as the second half of a sentence.
Result<void> check_url(std::string_view url);

}  // namespace dropzone::oidc
