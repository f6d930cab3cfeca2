#include "access/secrets.h"

#include <chrono>
#include <utility>
#include <vector>

#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/json_text.h>
#include <dropzone/kind.h>

#include "options/setting.h"
#include "read_file.h"

namespace dropzone::server {
namespace {

constexpr std::size_t kLeastSecretBytes = 32;
constexpr std::chrono::seconds kPatience{30};
constexpr std::string_view kTextMember = "text";

Deadline soon() { return std::chrono::steady_clock::now() + kPatience; }

Write write_of(const std::string& name, std::string text, Timestamp now, std::string version) {
  Object data{{std::string(kTextMember), std::move(text)}};
  std::string json = to_json(data);
  const std::string kind(kSecretsKind);
  return {.kind = kind,
          .id = name,
          .original = json,
          .data = std::move(data),
          .data_json = json,
          .meta = {.created_at = now,
                   .updated_at = now,
                   .version = std::move(version),
                   .pipeline = kind + "@1",
                   .sha256 = {}},
          .if_exists = IfExists::fail};
}

std::string trimmed(std::string text) {
  constexpr std::string_view kWhiteSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kWhiteSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhiteSpace) + 1 - begin);
}

}  // namespace

Result<std::optional<std::string>> SharedSecrets::find(const std::string& name) {
  std::optional<std::string> json;
  const std::vector<std::string> ids{name};
  const auto found = repository_.find(
      std::string(kSecretsKind), ids, {}, [&](const RecordView& view) { json = view.data; },
      soon());
  if (!found) return found.error();
  if (!json) return std::optional<std::string>();
  const auto object = json::JsonDocumentDecoder().decode(*json, {});
  if (!object) return object.error();
  const Value* const text = object->find(kTextMember);
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
  std::vector<Write> writes;
  writes.push_back(write_of(name, text, clock_.now(), ids_.next()));
  const auto outcomes = repository_.write(std::move(writes), Atomicity::partial, soon());
  if (!outcomes) return outcomes.error();
  if (outcomes->front().status == WriteStatus::created) return Secret{std::move(text), true};

  auto of_another = find(name);
  if (!of_another) return std::move(of_another).error();
  if (!*of_another) return outcomes->front().error;
  return Secret{**std::move(of_another)};
}

Result<std::string> read_secret_file(const std::filesystem::path& path) {
  const std::string where = "--secret-file " + path.string();
  auto text = read_private_file(path);
  if (!text) {
    return fault(where, text.error().detail +
                            " A new one is made by: (umask 077; openssl rand -base64 32 > " +
                            path.string() + ")");
  }
  std::string secret = trimmed(*std::move(text));
  if (secret.size() < kLeastSecretBytes) {
    return fault(where,
                 "it has fewer than 32 characters, which can be guessed. Make one: openssl "
                 "rand -base64 32 > " +
                     path.string());
  }
  return secret;
}

std::string derive_key(std::string_view secret, std::string_view purpose) {
  return std::string(crypto::bytes_of(crypto::KeyedHash(secret)(purpose)));
}

}  // namespace dropzone::server
