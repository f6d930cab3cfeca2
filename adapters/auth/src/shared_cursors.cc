#include <dropzone/auth/shared_cursors.h>

#include <dropzone/auth/secrets.h>

namespace dropzone::auth {

Result<void> SharedCursors::prepare() const {
  const auto found = sealer();
  if (!found) return found.error();
  return {};
}

Result<std::string> SharedCursors::seal(const Position& position, std::string_view query) const {
  const auto found = sealer();
  if (!found) return found.error();
  return (*found)->seal(position, query);
}

Result<Position> SharedCursors::open(std::string_view cursor, std::string_view query) const {
  const auto found = sealer();
  if (!found) return found.error();
  return (*found)->open(cursor, query);
}

Result<SharedCursors::Sealer> SharedCursors::sealer() const {
  {
    const MutexLock lock(mutex_);
    if (sealer_) return sealer_;
    if (std::exchange(asking_, true)) {
      return Error{ErrorCode::unavailable, "The key of cursors is being asked for."};
    }
  }
  const auto secret = secret_();
  const MutexLock lock(mutex_);
  asking_ = false;
  if (!secret) return secret.error();
  sealer_ = std::make_shared<const crypto::CursorSealer>(derive_key(*secret, "cursors"));
  return sealer_;
}

}  // namespace dropzone::auth
