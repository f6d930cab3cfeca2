#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/http/message/ip_address.h>
#include <dropzone/http/message/request.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// Keeps pages of other sites from changing anything through a browser that has a user's password.
/// Such a browser names the origin of a request in `Sec-Fetch-Site`, and in `Origin`. Requests
/// without these are not from pages. Safe methods (GET, HEAD, OPTIONS) pass.
/// Thread-safe.
class CrossSiteGuard {
 public:
  /// `origins` are those whose pages may call the server, each as is_origin() wants it. Of
  /// `proxies` the host that they name in `X-Forwarded-Host` is trusted.
  CrossSiteGuard(std::vector<std::string> origins, std::vector<AddressRange> proxies)
      : origins_(std::move(origins)), proxies_(std::move(proxies)) {}

  /// `forbidden` if the request comes from a page that may not send it. The request has the
  /// peer's own address still.
  [[nodiscard]] std::optional<Error> refusal(const Request& request) const;

 private:
  [[nodiscard]] bool allows(std::string_view origin) const;
  [[nodiscard]] bool is_own(std::string_view origin, const Request& request) const;

  const std::vector<std::string> origins_;
  const std::vector<AddressRange> proxies_;
};

}  // namespace dropzone::http
