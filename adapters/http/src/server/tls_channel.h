#pragma once

#include <openssl/types.h>

#include <memory>

#include "server/channel.h"
#include "server/descriptor.h"

namespace dropzone::http {

/// A channel that speaks TLS as server over a non-blocking socket. The handshake is part of its
/// first reads. Writing goes to the kernel with SIGPIPE as OpenSSL does: the thread must block it.
[[nodiscard]] std::unique_ptr<Channel> make_tls_channel(SSL_CTX* context, Descriptor socket);

}  // namespace dropzone::http
