#pragma once

#include <memory>

#include <dropzone/http/server/server.h>
#include <dropzone/result.h>
#include "server/channel.h"
#include "server/descriptor.h"

namespace dropzone::http {

/// A certificate with its key and what else TLS connections share. Immutable, so thread-safe.
class TlsContext {
 public:
  /// Reads the files. Fails with invalid_configuration and says which file is at fault.
  [[nodiscard]] static Result<std::shared_ptr<const TlsContext>> load(const TlsOptions& options);
  ~TlsContext();

  /// A channel that begins as server with the handshake. It keeps what it needs of the context.
  [[nodiscard]] std::unique_ptr<Channel> make_channel(Descriptor socket) const;

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dropzone::http
