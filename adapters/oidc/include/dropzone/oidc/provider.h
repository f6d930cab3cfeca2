#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>

namespace dropzone::oidc {

/// An OpenID Connect provider, and the conditions under which its tokens are accepted.
struct Provider {
  /// As its configuration and its tokens spell it; see check_issuer().
  std::string issuer;
  std::vector<std::string> audiences;  ///< A token is for one of these.
  std::chrono::milliseconds clock_skew{60'000};
  std::string ca_file;  ///< PEM file of certificate authorities; empty: the system's.

  /// Notified when its keys cannot be fetched any more, and why, and when they can again. Called by
  /// a thread of the verifier's own.
  std::function<void(const Result<void>&)> on_change = [](const Result<void>&) {};

  /// When its keys are fetched, which the defaults say for all but tests.
  struct Timing {
    std::chrono::milliseconds refresh{300'000};   ///< After a fetch that went well.
    std::chrono::milliseconds retry{1'000};       ///< After one that failed, doubled each time …
    std::chrono::milliseconds max_retry{60'000};  ///< … up to this.
    /// At the earliest after whatever fetch, on account of a token whose key is unknown.
    std::chrono::milliseconds unknown_key{10'000};
    std::chrono::milliseconds fetch{5'000};  ///< As long as a document may take.
    /// As long as a token with an unknown key waits for a fetch.
    std::chrono::milliseconds patience{2'000};
    /// Cached keys older than this are discarded.
    std::chrono::milliseconds stale{24 * 3'600'000};
  } timing;
};

/// Whether keys may be asked for under this URL: by https, or by http on this machine's loopback
/// addresses, and without user, query and fragment. `invalid_configuration` says what is wrong.
[[nodiscard]] Result<void> check_issuer(std::string_view url);

}  // namespace dropzone::oidc
