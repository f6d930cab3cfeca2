#include "server/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <string>
#include <string_view>

#include "server/tls_channel.h"

namespace dropzone::http {
namespace {

// Forward secrecy and authenticated encryption alone; TLS 1.3 has nothing else anyway.
constexpr const char* kTls12Ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

Error fault(const std::string& what) {
  const auto code = ERR_get_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return {ErrorCode::invalid_configuration,
          what + (reason == nullptr ? "." : std::string(": ") + reason + "."),
          {},
          {}};
}

// Picks http/1.1 from what the client speaks.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length,
                    const unsigned char* offered, unsigned int offered_length, void*) {
  constexpr std::string_view ours = "http/1.1";
  for (unsigned int at = 0; at < offered_length; at += 1U + offered[at]) {
    const std::string_view name(reinterpret_cast<const char*>(offered) + at + 1, offered[at]);
    if (name != ours) continue;
    *out = offered + at + 1;
    *out_length = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_protocol(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kTls12Ciphers);
  // If a client just closes, HTTP's own framing says whether a message was whole.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, &choose_protocol, nullptr);
}

Result<void> demand_certificates(SSL_CTX* context, const std::string& authorities) {
  if (SSL_CTX_load_verify_file(context, authorities.c_str()) != 1) {
    return fault("Cannot read the client authorities " + authorities);
  }
  SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(authorities.c_str()));
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  // Sessions that are resumed must belong to this server and this use.
  constexpr std::string_view id = "dropzone";
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(id.data()),
                                 static_cast<unsigned int>(id.size()));
  return {};
}

/// Whether others than its owner and group may read or change the key. A group is allowed to read:
/// that is how keys are handed to services (`ssl-cert`, volumes of secrets).
Result<void> check_secret(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};  // What reads it says why.
  if ((status.st_mode & (S_IWGRP | S_IRWXO)) == 0) return {};
  return Error{ErrorCode::invalid_configuration,
               "Others may read or change the key " + path + ". Run: chmod u=rw,g=r,o= " + path};
}

}  // namespace

struct TlsContext::State {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_server_method()),
                                                            &SSL_CTX_free};
};

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsOptions& options) {
  auto state = std::make_unique<State>();
  auto* const context = state->context.get();
  if (context == nullptr) return fault("TLS could not be started");
  set_protocol(context);
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1) {
    return fault("Cannot read the certificate " + options.certificate_file);
  }
  if (auto kept = check_secret(options.key_file); !kept) return kept.error();
  if (SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return fault("Cannot use the key " + options.key_file + " with the certificate");
  }
  if (!options.client_ca_file.empty()) {
    if (auto demanded = demand_certificates(context, options.client_ca_file); !demanded) {
      return demanded.error();
    }
  }
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(state)));
}

std::unique_ptr<Channel> TlsContext::make_channel(Descriptor socket) const {
  return make_tls_channel(state_->context.get(), std::move(socket));
}

}  // namespace dropzone::http
