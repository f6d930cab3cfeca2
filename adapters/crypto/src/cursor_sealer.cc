#include <dropzone/crypto/cursor_sealer.h>

#include <cstddef>
#include <utility>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/crypto/position_codec.h>
#include <dropzone/text/base64.h>

namespace dropzone::crypto {
namespace {

// The layout: version, fingerprint of the query, place, seal over all before it.
constexpr char kVersion = 1;
constexpr std::size_t kFingerprintBytes = 8;
constexpr std::size_t kHeadBytes = 1 + kFingerprintBytes;
constexpr std::size_t kSealBytes = 16;

void append_fingerprint(std::string& out, std::string_view query) {
  const Sha256 hash = OpensslDigest().sha256(query);
  out += bytes_of(hash).substr(0, kFingerprintBytes);
}

Error invalid_cursor(const char* detail) { return {ErrorCode::invalid_cursor, detail}; }

}  // namespace

CursorSealer::CursorSealer(std::string_view key) : hash_(key) {}

Result<std::string> CursorSealer::seal(const Position& position, std::string_view query) const {
  std::string bytes;
  bytes += kVersion;
  append_fingerprint(bytes, query);
  append_position(bytes, position);
  const Sha256 hash = hash_(bytes);
  bytes += bytes_of(hash).substr(0, kSealBytes);
  return base64_encode(bytes, Base64::url);
}

Result<Position> CursorSealer::open(std::string_view cursor, std::string_view query) const {
  const auto bytes = base64_decode(cursor, Base64::url);
  if (!bytes || bytes->size() < kHeadBytes + kSealBytes) {
    return invalid_cursor("This is not a cursor. Pass nextCursor of the page before, unchanged.");
  }
  const auto sealed = std::string_view(*bytes).substr(0, bytes->size() - kSealBytes);
  const auto seal = std::string_view(*bytes).substr(sealed.size());
  const Sha256 hash = hash_(sealed);
  if (!equal_in_constant_time(bytes_of(hash).substr(0, kSealBytes), seal)) {
    return invalid_cursor(
        "The cursor was changed, or was made with another key. Pass nextCursor of the page before, "
        "unchanged, or start again without a cursor.");
  }
  std::string expected(1, kVersion);
  append_fingerprint(expected, query);
  if (sealed.substr(0, kHeadBytes) != expected) {
    return invalid_cursor(
        "The cursor is from another query. Keep kind, filter and order as they were from page to "
        "page, or start again without a cursor.");
  }
  auto position = decode_position(sealed.substr(kHeadBytes));
  if (!position) return invalid_cursor("The cursor is from another version of this server.");
  return std::move(*position);
}

}  // namespace dropzone::crypto
