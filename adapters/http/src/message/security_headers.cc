#include "message/security_headers.h"

#include <string_view>
#include <utility>

namespace dropzone::http {

void add_security_headers(Headers& headers) {
  const std::pair<std::string_view, std::string_view> protection[] = {
      {"Cache-Control", headers.contains("ETag") ? "private, no-cache" : "no-store"},
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"X-Content-Type-Options", "nosniff"},
  };
  for (const auto& [name, value] : protection) {
    if (!headers.contains(name)) headers.add(name, value);
  }
}

}  // namespace dropzone::http
