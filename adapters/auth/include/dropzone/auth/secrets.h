#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/json/shared_objects.h>
#include <dropzone/kind/kind.h>
#include <dropzone/result.h>

namespace dropzone::auth {

/// Texts that all instances over the same data share, kept in the repository next to the records,
/// in the kind `_dropzone_secrets`, which no request can reach. Thread-safe.
class SharedSecrets {
 public:
  /// All must outlive this object.
  SharedSecrets(RecordRepository& repository, Clock& clock, IdSource& ids)
      : objects_(repository, clock, ids, std::string(kSecretsKind)) {}

  struct Secret {
    std::string text;
    bool made = false;  ///< By this call.
  };

  /// The secret of this name, which is made if there is none. Of several instances that do so at
  /// once one wins, and all return what it made. Failures are those of the repository.
  Result<Secret> find_or_make(const std::string& name, const std::function<std::string()>& make);

 private:
  Result<std::optional<std::string>> find(const std::string& name);

  json::SharedObjects objects_;
};

/// The text of a file that only its owner may read, at least 32 bytes without the white space
/// around it. Faults name the file.
Result<std::string> read_secret_file(const std::filesystem::path& path);

/// The stored form of a random secret: its SHA-256, in base64url.
[[nodiscard]] std::string hash_of(std::string_view secret);

/// Whether a text consists of letters, digits, `-` and `_`, as ids and secrets do.
[[nodiscard]] bool is_secret_text(std::string_view text) noexcept;

/// A key of 32 bytes for one purpose, from a secret that serves several.
[[nodiscard]] std::string derive_key(std::string_view secret, std::string_view purpose);

}  // namespace dropzone::auth
