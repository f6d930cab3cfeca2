#include "entity/data_digest.h"

#include <cstdint>

#include <dropzone/text/hex.h>

namespace dropzone::datastore {
namespace {

std::uint64_t add(std::uint64_t hash, std::string_view bytes) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * kPrime;
  return hash;
}

}  // namespace

std::string data_digest(std::string_view data_json, std::string_view original) {
  constexpr std::uint64_t kBasis = 0xcbf29ce484222325;
  // JSON has no NUL, so that the two cannot be confused.
  constexpr char kSeparator = '\0';
  const std::uint64_t hash = add(add(add(kBasis, data_json), {&kSeparator, 1}), original);
  return hex_of(hash);
}

}  // namespace dropzone::datastore
