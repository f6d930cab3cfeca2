#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

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

  /// Breaks off what is under way within a second, and all that follows.
  void stop() noexcept { stopping_ = true; }

  [[nodiscard]] bool stopping() const noexcept { return stopping_; }

 private:
  const std::string ca_file_;
  std::atomic<bool> stopping_ = false;
};

/// Whether a URL is by https, or by http on a loopback address, and names no user and no fragment.
/// The error's detail says what is wrong, as the second half of a sentence.
Result<void> check_url(std::string_view url);

}  // namespace dropzone::oidc
