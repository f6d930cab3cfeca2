#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dropzone::crypto {

/// What one computation of a slow hash costs. The defaults are OWASP's for Argon2id.
struct PasswordHashCost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;
};

/// A salted Argon2id hash in its usual text form, `$argon2id$v=19$m=19456,t=2,p=1$…$…`. Takes tens
/// of milliseconds and `memory_kib` of memory, by design. Thread-safe.
[[nodiscard]] std::string hash_password(std::string_view password, PasswordHashCost cost = {});

/// The same with a salt of 16 bytes that the caller chooses: whoever has salt and password gets the
/// same hash. Use a random salt unless there is a reason against it.
[[nodiscard]] std::string hash_password_with(std::string_view salt, std::string_view password,
                                             PasswordHashCost cost = {});

/// Whether the text has the form of a hash that verify_password() can check, at a cost of at most
/// 1 GiB and 100 passes.
[[nodiscard]] bool is_password_hash(std::string_view text);

/// Whether the hash was made of this password. As slow as hash_password(). False if the text is
/// not a hash.
[[nodiscard]] bool verify_password(const std::string& hash, std::string_view password);

}  // namespace dropzone::crypto
