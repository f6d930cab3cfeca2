#pragma once

#include <string>

#include <dropzone/call/call_options.h>
#include <dropzone/result.h>

namespace dropzone::google_auth {

/// The credentials of calls to Google. Thread-safe.
class TokenSource {
 public:
  virtual ~TokenSource() = default;

  /// An OAuth 2.0 access token with some validity left. `unavailable` if none can be
  /// had just now, `invalid_configuration` if the credentials are refused. Never in a log. Waits
  /// until the call is over at most.
  virtual Result<std::string> token(const CallOptions& call) = 0;

  /// The server refused this token: do not return it again.
  virtual void refuse(const std::string& token) = 0;

  /// The project that pays for the calls, or an empty text.
  [[nodiscard]] virtual std::string quota_project() const = 0;
};

}  // namespace dropzone::google_auth
