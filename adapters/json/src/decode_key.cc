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

Result<KeyRequest> decode_key(std::string_view body) {
  const auto object = decode_request(body, kMaxKeyDepth, nullptr);
  if (!object) return object.error();
  RequestMembers members(*object);
  members.allow(kNames);
  KeyRequest request{.name = members.string("name").value_or(""),
                     .roles = members.string("roles").value_or(""),
                     .expires_in = members.positive("expiresIn"),
                     .addresses = members.strings("addresses"),
                     .certificate = members.string("certificate").value_or("")};
  if (request.name.empty() || request.name.size() > kLongestName) {
    members.refuse("name", "Name the key, in 200 bytes at most: for whom it is.");
  }
  if (request.expires_in.value_or(0) > kLongestLife) {
    members.refuse("expiresIn", "A key lives for ten years at most.");
  }
  if (!request.certificate.empty() &&
      (request.certificate.size() != kFingerprintDigits ||
       request.certificate.find_first_not_of(kHexDigits) != std::string::npos)) {
    members.refuse("certificate",
                   "Write the SHA-256 fingerprint as 64 hex digits in lower case, without colons.");
  }
  if (members.fault()) return *members.fault();
  return request;
}

}  // namespace dropzone::json
