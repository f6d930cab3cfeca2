#include "server/tls_channel.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <array>
#include <new>
#include <span>
#include <string>
#include <string_view>

#include <dropzone/text/hex.h>

namespace dropzone::http {
namespace {

// Encrypted in a row for one connection before others have their turn.
constexpr std::size_t kWriteAtOnce = 1024 * 1024;

std::string subject_of(X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new(BIO_s_mem()), &BIO_free);
  X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* start = nullptr;
  const auto length = BIO_get_mem_data(text.get(), &start);
  return std::string(start, static_cast<std::size_t>(length));
}

std::string fingerprint_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &length);
  return hex_of(std::span(digest).first(length));
}

class TlsChannel final : public Channel {
 public:
  TlsChannel(SSL_CTX* context, Descriptor socket)
      : socket_(std::move(socket)), ssl_(SSL_new(context), &SSL_free) {
    if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.get()) != 1) throw std::bad_alloc();
    SSL_set_accept_state(ssl_.get());
  }

  [[nodiscard]] int descriptor() const noexcept override { return socket_.get(); }

  Outcome read(std::span<char> buffer) override {
    read_wants_writable_ = false;
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &count);
    if (result == 1) return {Status::ok, count};
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ: return {Status::blocked, 0};
      case SSL_ERROR_WANT_WRITE: read_wants_writable_ = true; return {Status::blocked, 0};
      case SSL_ERROR_ZERO_RETURN: return {Status::closed, 0};
      default: broken_ = true; return {Status::broken, 0};
    }
  }

  Outcome write(std::span<const std::string_view> pieces) override {
    Outcome outcome;
    for (const auto piece : pieces) {
      for (auto rest = piece; !rest.empty();) {
        if (outcome.bytes >= kWriteAtOnce) return outcome;
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_write_ex(ssl_.get(), rest.data(), rest.size(), &count);
        if (result != 1) return stopped(result, outcome);
        outcome.bytes += count;
        rest.remove_prefix(count);
      }
    }
    return outcome;
  }

  void end_writing() noexcept override {
    ERR_clear_error();
    if (!broken_ && !is_handshaking()) SSL_shutdown(ssl_.get());
    ::shutdown(socket_.get(), SHUT_WR);
  }

  [[nodiscard]] bool read_wants_writable() const noexcept override { return read_wants_writable_; }
  [[nodiscard]] bool has_buffered_input() const noexcept override {
    return SSL_pending(ssl_.get()) > 0;
  }
  [[nodiscard]] bool is_handshaking() const noexcept override {
    return SSL_is_init_finished(ssl_.get()) == 0;
  }

  [[nodiscard]] std::shared_ptr<const TlsPeer> peer() const override {
    if (!peer_ && SSL_get0_peer_certificate(ssl_.get()) != nullptr) {
      auto* const certificate = SSL_get0_peer_certificate(ssl_.get());
      peer_ = std::make_shared<const TlsPeer>(
          TlsPeer{subject_of(certificate), fingerprint_of(certificate)});
    }
    return peer_;
  }

 private:
  Outcome stopped(int result, Outcome so_far) {
    const int error = SSL_get_error(ssl_.get(), result);
    if (error != SSL_ERROR_WANT_WRITE && error != SSL_ERROR_WANT_READ) {
      broken_ = true;
      return {Status::broken, so_far.bytes};
    }
    return {so_far.bytes > 0 ? Status::ok : Status::blocked, so_far.bytes};
  }

  Descriptor socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  bool read_wants_writable_ = false;
  bool broken_ = false;
  mutable std::shared_ptr<const TlsPeer> peer_;
};

}  // namespace

std::unique_ptr<Channel> make_tls_channel(SSL_CTX* context, Descriptor socket) {
  return std::make_unique<TlsChannel>(context, std::move(socket));
}

}  // namespace dropzone::http
