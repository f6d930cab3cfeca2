#pragma once

#include <dropzone/http/message/request.h>
#include <dropzone/http/message/response.h>

#include <span>
#include <string_view>

namespace dropzone::http {

/// A file that is part of the executable: a page, one of its scripts, styles and pictures, or the
/// specification. All text lives as long as the process.
struct Asset {
  std::string_view path;          ///< Its path in the server, such as "/swagger/site.css".
  std::string_view content_type;  ///< With charset, if it is text.
  std::string_view bytes;
  std::string_view gzip;   ///< The same, compressed; empty if that would not be smaller.
  std::string_view etag;   ///< Weak, in quotes: the same for both forms.
  bool immutable = false;  ///< The path has a hash of the bytes: browsers need never ask again.
};

/// What the pages may load: their own files from this server and nothing else, no inline script.
/// The pictures in Swagger UI's style sheet are data: URLs. Its parts set styles by script only,
/// which needs no permission.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Every asset: "/", "/favicon.ico", "/console", "/console/…", "/swagger", "/swagger/…",
/// "/openapi.yaml", "/openapi.json" and "/openapi-3.2.json". The links of the pages are relative,
/// so that they work behind a proxy that serves them under a prefix.
[[nodiscard]] std::span<const Asset> assets() noexcept;

/// The asset at this path (of a request, decoded), or nullptr.
[[nodiscard]] const Asset* find_asset(std::string_view path) noexcept;

/// The answer to a GET or HEAD of an asset: 200, compressed if the client accepts that, or 304
/// if `If-None-Match` has its ETag.
[[nodiscard]] Result<Response> asset_response(const Asset& asset, const Request& request);

}  // namespace dropzone::http
