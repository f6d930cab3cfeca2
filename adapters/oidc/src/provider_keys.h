#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>

#include <dropzone/jose/key_set.h>
#include <dropzone/mutex.h>
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

  /// The keys by which to check a token with this header. If its own is not among them,
  /// it may be new: then the call waits for a fetch, if one may be made just now, and if
  /// few wait already. `unavailable` if the provider could not be asked.
  Result<Keys> keys_for(const jose::TokenHeader& header);

 private:
  using Time = std::chrono::steady_clock::time_point;

  void run();
  bool note(Result<jose::KeySet> fetched) DROPZONE_REQUIRES(mutex_);
  bool wait_for_fetch(MutexLock& lock) DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] Keys usable() const DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] bool may_fetch() const DROPZONE_REQUIRES(mutex_);

  const Provider& provider_;
  DocumentFetcher fetcher_;

  Mutex mutex_;
  std::condition_variable wanted_;   ///< A fetch is, or it is over.
  std::condition_variable fetched_;  ///< A fetch has ended.
  Keys keys_ DROPZONE_GUARDED_BY(mutex_);
  Time keys_at_ DROPZONE_GUARDED_BY(mutex_){};
  Time next_fetch_ DROPZONE_GUARDED_BY(mutex_){};
  std::optional<Time> last_fetch_ DROPZONE_GUARDED_BY(mutex_);
  std::optional<Error> error_ DROPZONE_GUARDED_BY(mutex_);  ///< Of the last fetch.
  std::chrono::milliseconds pause_ DROPZONE_GUARDED_BY(mutex_);
  std::uint64_t fetches_ DROPZONE_GUARDED_BY(mutex_) = 0;  ///< That have ended.
  std::size_t waiting_ DROPZONE_GUARDED_BY(mutex_) = 0;
  bool fetching_ DROPZONE_GUARDED_BY(mutex_) = true;
  bool stopping_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dropzone::oidc
