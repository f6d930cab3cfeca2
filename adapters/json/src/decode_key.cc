#include <dropzone/json/decode_key.h>

#include <array>
#include <utility>

#include <dropzone/text/hex.h>

#include "request_members.h"

namespace dropzone::json {
namespace {

constexpr std::size_t kMaxKeyDepth = 4;
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestLife = std::size_t{10} * 366 * 24 * 3'600;
constexpr std::size_t kFingerprintDigits = 64;
constexpr std::array<std::string_view, 5> kNames{"name", "roles", "expiresIn", "addresses",
                                                 "certificate"};

}  // namespace

Result<NewKey> decode_key(std::string_view body) {
  DROPZONE_TRY(const Object object, decode_request(body, kMaxKeyDepth, nullptr));
  RequestMembers members(object);
  members.allow(kNames);
  NewKey key{.name = members.string("name").value_or(""),
             .grants = {},
             .lifetime = {},
             .addresses = members.strings("addresses"),
             .certificate = members.string("certificate").value_or("")};
  const std::string roles = members.string("roles").value_or("");
  const auto seconds = members.positive("expiresIn");
  if (key.name.empty() || key.name.size() > kLongestName) {
    members.refuse("name", "Give the key a name of at most 200 bytes that says who has it.");
  }
  if (seconds && *seconds > kLongestLife) {
    members.refuse("expiresIn", "A key lives for ten years at most.");
  }
  if (!key.certificate.empty() &&
      (key.certificate.size() != kFingerprintDigits ||
       key.certificate.find_first_not_of(kHexDigits) != std::string::npos)) {
    members.refuse("certificate",
                   "Write the SHA-256 fingerprint as 64 hex digits in lower case, without colons.");
  }
  if (members.fault()) return *members.fault();
  if (seconds) key.lifetime = std::chrono::seconds(*seconds);
  auto grants = Grants::parse(roles);
  if (!grants) {
    grants.error().pointer = "/roles";
    return std::move(grants).error();
  }
  key.grants = *std::move(grants);
  return key;
}

}  // namespace dropzone::json
