#include "claims.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <dropzone/json/decode_value.h>
#include <dropzone/text/ascii.h>

namespace dropzone::oidc {
namespace {

constexpr std::size_t kClaimsDepth = 20;
constexpr std::size_t kLongestSubject = 255;  // OpenID Connect Core 1.0, section 2.
constexpr double kMicrosASecond = 1e6;
constexpr double kLongestGood = 24.0 * 3'600;  // Seconds; far below what a Timestamp holds.

Error refuse(std::string_view why) { return {ErrorCode::unauthenticated, std::string(why)}; }

std::optional<double> seconds_of(const Value& value) {
  if (value.value_class() == ValueClass::number) return to_double(value);
  return std::nullopt;
}

bool is_sound_subject(std::string_view subject) {
  return !subject.empty() && subject.size() <= kLongestSubject &&
         std::ranges::none_of(subject, is_control);
}

bool is_for(const Value* audience, const std::vector<std::string>& ours) {
  if (audience == nullptr) return false;
  const auto is_ours = [&](const Value& value) {
    return std::ranges::find(ours, text_of(&value)) != ours.end();
  };
  const Array* const several = audience->as_array();
  return several != nullptr ? std::ranges::any_of(*several, is_ours) : is_ours(*audience);
}

/// Whether the time in this claim, if there is one, has come. What is there must be a time.
bool has_come(const Object& claims, std::string_view name, double latest) {
  const Value* const value = claims.find(name);
  if (value == nullptr) return true;
  const auto seconds = seconds_of(*value);
  return seconds && *seconds <= latest;
}

}  // namespace

bool is_bearer_type(std::string_view type) {
  constexpr std::array<std::string_view, 4> kTypes{"", "jwt", "at+jwt", "application/at+jwt"};
  std::string lower(type);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::ranges::find(kTypes, lower) != kTypes.end();
}

Result<VerifiedToken> check_claims(std::string_view text, const Provider& provider, Timestamp now) {
  auto value = json::decode_value(text, kClaimsDepth);
  if (!value || value->as_object() == nullptr) return refuse("The token has no claims.");
  Object& claims = *value->as_object();
  const double skew = static_cast<double>(provider.clock_skew.count()) / 1'000;
  const double seconds = static_cast<double>(now.micros) / kMicrosASecond;

  if (text_of(claims.find("iss")) != provider.issuer) {
    return refuse("The token is of another issuer.");
  }
  if (!is_for(claims.find("aud"), provider.audiences)) {
    return refuse("The token is for another audience.");
  }
  const Value* const expiry = claims.find("exp");
  const auto end = expiry != nullptr ? seconds_of(*expiry) : std::nullopt;
  if (!end) return refuse("The token does not say when it expires.");
  if (*end + skew <= seconds) return refuse("The token has expired.");
  if (!has_come(claims, "nbf", seconds + skew) || !has_come(claims, "iat", seconds + skew)) {
    return refuse("The token is not valid yet.");
  }
  // Its holder must prove possession of the key, which this server does not ask for.
  if (claims.find("cnf") != nullptr)
    return refuse("The token is bound to a key, so it is not a bearer token.");
  const std::string_view subject = text_of(claims.find("sub"));
  if (!is_sound_subject(subject)) return refuse("The token does not say properly whose it is.");

  const double good_until = std::min(*end + skew, seconds + kLongestGood) * kMicrosASecond;
  return VerifiedToken{.subject = std::string(subject),
                       .claims = std::move(claims),
                       .good_until = Timestamp{static_cast<std::int64_t>(good_until)}};
}

}  // namespace dropzone::oidc
