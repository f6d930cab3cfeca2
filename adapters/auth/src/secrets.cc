#include <dropzone/auth/secrets.h>

#include <chrono>
#include <utility>

#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/files/read_file.h>
#include <dropzone/text/base64.h>
#include <dropzone/text/trimmed.h>

namespace dropzone::auth {
namespace {

/// As long as the start of the server may wait for the store.
Deadline start_deadline() { return std::chrono::steady_clock::now() + std::chrono::seconds(30); }

constexpr std::size_t kLeastSecretBytes = 32;
constexpr std::string_view kTextMember = "text";

}  // namespace

Result<std::optional<std::string>> SharedSecrets::find(const std::string& name) {
  const auto found = objects_.find(name, start_deadline());
  if (!found) return found.error();
  if (!*found) return std::optional<std::string>();
  const Value* const text = (*found)->object.find(kTextMember);
  if (text == nullptr || text->as_string() == nullptr) {
    return Error{ErrorCode::store_corrupt, "The secret " + name + " in the store has no text."};
  }
  return std::optional(*text->as_string());
}

Result<SharedSecrets::Secret> SharedSecrets::find_or_make(
    const std::string& name, const std::function<std::string()>& make) {
  auto existing = find(name);
  if (!existing) return std::move(existing).error();
  if (*existing) return Secret{**std::move(existing)};

  std::string text = make();
  const auto made =
      objects_.insert(name, Object{{std::string(kTextMember), text}}, start_deadline());
  if (!made) return made.error();
  if (*made) return Secret{std::move(text), true};

  auto of_another = find(name);
  if (!of_another) return std::move(of_another).error();
  if (!*of_another) return Error{ErrorCode::unavailable, "The secret " + name + " was removed."};
  return Secret{**std::move(of_another)};
}

Result<std::string> read_secret_file(const std::filesystem::path& path) {
  const auto refuse = [&](const std::string& why) {
    return Error{ErrorCode::invalid_configuration, path.string() + ": " + why};
  };
  auto text = files::read_private_file(path);
  if (!text) {
    return refuse(text.error().detail +
                  " A new one is made by: (umask 077; openssl rand -base64 32 > " + path.string() +
                  ")");
  }
  std::string secret(trimmed(*text, " \t\r\n"));
  if (secret.size() < kLeastSecretBytes) {
    return refuse(
        "it has fewer than 32 characters, which can be guessed. Make one: openssl rand -base64 32 "
        "> " +
        path.string());
  }
  return secret;
}

std::string hash_of(std::string_view secret) {
  return base64_encode(crypto::bytes_of(crypto::OpensslDigest().sha256(secret)), Base64::url);
}

bool is_secret_text(std::string_view text) noexcept {
  constexpr std::string_view kCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.find_first_not_of(kCharacters) == text.npos;
}

std::string derive_key(std::string_view secret, std::string_view purpose) {
  return std::string(crypto::bytes_of(crypto::KeyedHash(secret)(purpose)));
}

}  // namespace dropzone::auth
