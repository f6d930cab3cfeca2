#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <dropzone/jose/key_set.h>
#include <dropzone/oidc/provider.h>
#include <dropzone/result.h>

#include "document_fetcher.h"

namespace dropzone::oidc {

/// The keys of a provider, which a thread fetches and renews. Thread-safe.
class ProviderKeys {
 public:
  using Keys = std::shared_ptr<const jose::KeySet>;

  /// Begins to fetch at once. The provider must outlive this object.
  explicit ProviderKeys(const Provider& provider);
  ~ProviderKeys();
  ProviderKeys(const ProviderKeys&) = delete;
  ProviderKeys& operator=(const ProviderKeys&) = delete;

  /// The keys by which a token with this header is to be checked. Where its own is not among them
  /// that may be because it is new: then it waits for a fetch, if one may be made just now, and if
  /// few wait already. `unavailable` where the provider could not be asked.
  Result<Keys> keys_for(const jose::TokenHeader& header);

 private:
  using Time = std::chrono::steady_clock::time_point;

  void run();
  bool note(Result<jose::KeySet> fetched);
  bool wait_for_fetch(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] Keys usable() const;
  [[nodiscard]] bool may_fetch() const;

  const Provider& provider_;
  DocumentFetcher fetcher_;

  std::mutex mutex_;
  std::condition_variable wanted_;   ///< A fetch is, or it is over.
  std::condition_variable fetched_;  ///< A fetch has ended.
  Keys keys_;
  Time keys_at_{};
  Time next_fetch_{};
  std::optional<Time> last_fetch_;
  std::optional<Error> error_;  ///< Of the last fetch.
  std::chrono::milliseconds pause_;
  std::uint64_t fetches_ = 0;  ///< That have ended.
  std::size_t waiting_ = 0;
  bool fetching_ = true;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace dropzone::oidc
