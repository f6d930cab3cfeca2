#include <dropzone/crypto/credential_verifier.h>

#include <utility>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/crypto/password_hash.h>
#include <dropzone/crypto/random_bytes.h>

namespace dropzone::crypto {
namespace {

constexpr std::size_t kKeyBytes = 32;

/// The same on every instance, so that all have the same hash of a configured password.
std::string salt_of_first(std::string_view name) {
  const std::string purpose = "dropzone first user\n" + std::string(name);
  return std::string(bytes_of(OpensslDigest().sha256(purpose)).substr(0, 16));
}

/// The key under which a client's verified credentials are remembered.
std::string place_of(const Sha256& mark, std::string_view client) {
  return std::string(bytes_of(mark)).append(client);
}

}  // namespace

CredentialVerifier::CredentialVerifier() : CredentialVerifier(Options{}) {}

CredentialVerifier::CredentialVerifier(Options options)
    : remembered_(options.remembered), keyed_hash_(random_bytes(kKeyBytes)) {}

void CredentialVerifier::set_first(std::string_view name, std::string_view password) {
  const Sha256 mark = cache_key_of({name, password, {}});
  std::string hash = hash_password_with(salt_of_first(name), password);
  const WriteLock lock(mutex_);
  first_name_ = name;
  first_ = {std::move(hash), ++last_number_};
  first_mark_ = mark;
}

void CredentialVerifier::set_hashes(const Hashes& hashes) {
  const WriteLock lock(mutex_);
  std::map<std::string, Password, std::less<>> passwords;
  for (const auto& [name, hash] : hashes) {
    const auto before = passwords_.find(name);
    const bool stays = before != passwords_.end() && before->second.hash == hash;
    const std::uint64_t number = stays ? before->second.number : ++last_number_;
    passwords.emplace(name, Password{hash, number});
  }
  passwords_ = std::move(passwords);
}

bool CredentialVerifier::recall(const Credentials& sent, const Sha256& mark) const {
  const ReadLock lock(mutex_);
  if (!first_.hash.empty() && sent.name == first_name_) return mark == first_mark_;
  const Password* const password = find(sent.name);
  if (password == nullptr) return false;
  const std::string place = place_of(mark, sent.client);
  for (const Marks* marks : {&recent_, &older_}) {
    const auto found = marks->find(place);
    if (found != marks->end()) return found->second == password->number;
  }
  return false;
}

bool CredentialVerifier::verify(const Credentials& sent) {
  Password password;
  bool known = false;
  {
    const ReadLock lock(mutex_);
    const Password* found = find(sent.name);
    known = found != nullptr;
    // An unknown user takes as long as one that there is.
    if (!known && !first_.hash.empty()) found = &first_;
    if (found == nullptr && !passwords_.empty()) found = &passwords_.begin()->second;
    if (found == nullptr) return false;
    password = *found;
  }
  const bool accepted = verify_password(password.hash, sent.password) && known;
  if (accepted) remember(sent, password.number);
  return accepted;
}

Sha256 CredentialVerifier::cache_key_of(const Credentials& sent) const {
  std::string message = std::to_string(sent.name.size());
  message.append(":").append(sent.name).append(sent.password);
  return keyed_hash_(message);
}

std::optional<std::string> CredentialVerifier::hash_of(std::string_view name) const {
  const ReadLock lock(mutex_);
  const Password* const password = find(name);
  return password != nullptr ? std::optional(password->hash) : std::nullopt;
}

const CredentialVerifier::Password* CredentialVerifier::find(std::string_view name) const {
  if (!first_.hash.empty() && name == first_name_) return &first_;
  const auto found = passwords_.find(name);
  return found == passwords_.end() ? nullptr : &found->second;
}

void CredentialVerifier::remember(const Credentials& sent, std::uint64_t number) {
  std::string place = place_of(cache_key_of(sent), sent.client);
  const WriteLock lock(mutex_);
  if (recent_.size() >= remembered_) older_ = std::exchange(recent_, {});
  recent_.insert_or_assign(std::move(place), number);
}

}  // namespace dropzone::crypto
