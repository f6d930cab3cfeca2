#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <dropzone/crypto/cursor_sealer.h>
#include <dropzone/mutex.h>
#include <dropzone/query/cursor_codec.h>
#include <dropzone/result.h>

namespace dropzone::auth {

/// Seals cursors under a key from the secret that all instances share. It asks for the secret
/// until it has it: an unavailable store does not keep a server from starting. One call
/// at a time asks, and the others fail meanwhile (`unavailable`), so that a store that does not
/// answer holds up one thread. Thread-safe. Failures are those of the secret.
class SharedCursors final : public CursorCodec {
 public:
  using SecretSource = std::function<Result<std::string>()>;
  /// The source throws nothing.
  explicit SharedCursors(SecretSource secret) : secret_(std::move(secret)) {}

  /// Asks for the secret now.
  [[nodiscard]] Result<void> prepare() const;

  [[nodiscard]] Result<std::string> seal(const Position& position,
                                         std::string_view query) const override;
  [[nodiscard]] Result<Position> open(std::string_view cursor,
                                      std::string_view query) const override;

 private:
  using Sealer = std::shared_ptr<const crypto::CursorSealer>;
  Result<Sealer> sealer() const;

  const SecretSource secret_;
  mutable Mutex mutex_;
  mutable Sealer sealer_ DROPZONE_GUARDED_BY(mutex_);
  mutable bool asking_ DROPZONE_GUARDED_BY(mutex_) = false;
};

}  // namespace dropzone::auth
