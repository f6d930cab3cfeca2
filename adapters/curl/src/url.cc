#include <dropzone/curl/url.h>

#include <memory>

#include "libcurl.h"

namespace dropzone::curl {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const noexcept { libcurl().url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const noexcept { libcurl().free(text); }
};

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (libcurl().url_get(url, part, &text, 0) != CURLUE_OK) return {};
  return std::unique_ptr<char, FreeText>(text).get();
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  if (auto loaded = load(); !loaded) return std::move(loaded).error();
  const std::unique_ptr<CURLU, FreeUrl> url(libcurl().url());
  if (!url ||
      libcurl().url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) {
    return Error{ErrorCode::invalid_request, "This is not a URL."};
  }
  return Url{.scheme = part_of(url.get(), CURLUPART_SCHEME),
             .user = part_of(url.get(), CURLUPART_USER),
             .password = part_of(url.get(), CURLUPART_PASSWORD),
             .host = part_of(url.get(), CURLUPART_HOST),
             .fragment = part_of(url.get(), CURLUPART_FRAGMENT)};
}

}  // namespace dropzone::curl
