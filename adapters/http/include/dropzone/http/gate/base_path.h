#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/http/message/handler.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// Serves an inner handler under a prefix of paths, for proxies that do not rewrite paths:
/// "/dz/store" becomes "/store" to the inner handler. Paths without the prefix pass as they are, so
/// that probes and proxies that cut it off work, too. A problem's `instance` is the path as
/// received.
class BasePathHandler final : public Handler {
 public:
  /// The segments of "/dz" or "/apps/dz"; none of "" and "/". `invalid_configuration` if it does
  /// not begin with a slash, or has an empty segment, "." or "..", or a character that would have
  /// to be escaped.
  [[nodiscard]] static Result<std::vector<std::string>> parse(std::string_view path);

  /// The inner handler must outlive this one.
  BasePathHandler(Handler& inner, std::vector<std::string> prefix)
      : inner_(inner), prefix_(std::move(prefix)) {}

  void handle(Request&& request, Responder&& respond) override;
  void begin_burst() noexcept override { inner_.begin_burst(); }
  void end_burst() noexcept override { inner_.end_burst(); }
  [[nodiscard]] bool takes_heads() const noexcept override { return inner_.takes_heads(); }

 private:
  Handler& inner_;
  const std::vector<std::string> prefix_;
};

}  // namespace dropzone::http
