#include <dropzone/crypto/password_hash.h>

#include <argon2.h>

#include <charconv>
#include <optional>
#include <stdexcept>

#include <dropzone/crypto/random_bytes.h>

namespace dropzone::crypto {
namespace {

constexpr std::uint32_t kLanes = 1;
constexpr std::uint32_t kSaltBytes = 16;
constexpr std::uint32_t kHashBytes = 32;
constexpr std::uint32_t kMaxMemoryKib = 1024 * 1024;
constexpr std::uint32_t kMaxPasses = 100;
constexpr std::string_view kBase64Characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Takes `prefix` and a number off the front of the text.
std::optional<std::uint32_t> take_number(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool has_affordable_cost(std::string_view& text) {
  const auto version = take_number(text, "$argon2id$v=");
  const auto memory = take_number(text, "$m=");
  const auto passes = take_number(text, ",t=");
  const auto lanes = take_number(text, ",p=");
  return version == ARGON2_VERSION_NUMBER && memory && memory <= kMaxMemoryKib && passes &&
         passes <= kMaxPasses && lanes;
}

/// `$SALT$HASH`, each base64 without padding.
bool is_salt_and_hash(std::string_view text) {
  if (!text.starts_with('$')) return false;
  const auto middle = text.find('$', 1);
  if (middle == text.npos || middle == 1 || middle + 1 == text.size()) return false;
  return text.find_first_not_of(kBase64Characters, 1) == middle &&
         text.find_first_not_of(kBase64Characters, middle + 1) == text.npos;
}

}  // namespace

std::string hash_password(std::string_view password, PasswordHashCost cost) {
  return hash_password_with(random_bytes(kSaltBytes), password, cost);
}

std::string hash_password_with(std::string_view salt, std::string_view password,
                               PasswordHashCost cost) {
  const auto salt_bytes = static_cast<std::uint32_t>(salt.size());
  std::string encoded(
      argon2_encodedlen(cost.passes, cost.memory_kib, kLanes, salt_bytes, kHashBytes, Argon2_id),
      '\0');
  const int status =
      argon2id_hash_encoded(cost.passes, cost.memory_kib, kLanes, password.data(), password.size(),
                            salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (status != ARGON2_OK) throw std::runtime_error(argon2_error_message(status));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool is_password_hash(std::string_view text) {
  return has_affordable_cost(text) && is_salt_and_hash(text);
}

bool verify_password(const std::string& hash, std::string_view password) {
  return is_password_hash(hash) &&
         argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

}  // namespace dropzone::crypto
