#include <dropzone/http/rest/embedded_assets.h>

#include <algorithm>
#include <string>

#include "message/content_coding.h"
#include "rest/conditions.h"

namespace dropzone::http {
namespace {

constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

bool is_current(const std::optional<EntityTags>& known, std::string_view etag) {
  return known && known->match_weakly(etag.substr(3, etag.size() - 4));  // of W/"…"
}

}  // namespace

const Asset* find_asset(std::string_view path) noexcept {
  const auto found = std::ranges::find(assets(), path, &Asset::path);
  return found == assets().end() ? nullptr : &*found;
}

Result<Response> asset_response(const Asset& asset, const Request& request) {
  const auto known = entity_tags(request, "If-None-Match");
  if (!known) return known.error();
  const bool compressed = !asset.gzip.empty() && accepts_gzip(request.headers);
  Response response;
  if (is_current(*known, asset.etag)) {
    response.status = 304;
  } else {
    const std::string_view bytes = compressed ? asset.gzip : asset.bytes;
    response = make_response(200, asset.content_type, std::string(bytes));
    if (compressed) response.headers.set("Content-Encoding", "gzip");
  }
  if (compressed) response.headers.set("Vary", "Accept-Encoding");
  response.headers.set("ETag", asset.etag);
  response.headers.set("Cache-Control", asset.immutable ? kForEver : "no-cache");
  response.headers.set("Content-Security-Policy", kContentSecurityPolicy);
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace dropzone::http
