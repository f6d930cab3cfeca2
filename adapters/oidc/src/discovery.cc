#include "discovery.h"

#include <dropzone/json/decode_value.h>

namespace dropzone::oidc {
namespace {

constexpr std::string_view kConfiguration = "/.well-known/openid-configuration";
constexpr std::size_t kConfigurationDepth = 16;

Error unusable_document(const std::string& url, const std::string& why) {
  return {ErrorCode::unavailable, url + ": " + why};
}

/// The address of the provider's keys, as it says.
Result<std::string> key_url(DocumentFetcher& fetcher, const std::string& issuer,
                            std::chrono::milliseconds timeout) {
  std::string url = issuer;
  if (url.ends_with('/')) url.pop_back();
  url += kConfiguration;
  const auto text = fetcher.fetch(url, timeout);
  if (!text) return text.error();
  const auto value = json::decode_value(*text, kConfigurationDepth);
  if (!value || value->as_object() == nullptr)
    return unusable_document(url, "this is not a JSON object.");
  const std::string named(text_of(value->as_object()->find("issuer")));
  if (named != issuer) return unusable_document(url, "the issuer there is \"" + named + "\".");
  std::string keys(text_of(value->as_object()->find("jwks_uri")));
  if (auto usable = check_url(keys); !usable) {
    return unusable_document(url, "the jwks_uri " + usable.error().detail);
  }
  return keys;
}

}  // namespace

Result<jose::KeySet> discover_keys(DocumentFetcher& fetcher, const std::string& issuer,
                                   std::chrono::milliseconds timeout) {
  const auto url = key_url(fetcher, issuer, timeout);
  if (!url) return url.error();
  const auto text = fetcher.fetch(*url, timeout);
  if (!text) return text.error();
  auto keys = jose::KeySet::read(*text);
  if (!keys) return unusable_document(*url, keys.error().detail);
  return keys;
}

}  // namespace dropzone::oidc
