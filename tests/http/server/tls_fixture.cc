#include "tls_fixture.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace dropzone::http::testing {
namespace {

void run(const std::string& command) {
  if (std::system((command + " >/dev/null 2>&1").c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

constexpr const char* kNewKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes ";

}  // namespace

TestAuthority::TestAuthority() {
  std::string pattern = std::filesystem::temp_directory_path() / "dropzone-tls-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("no directory for certificates");
  directory_ = pattern;
  run("openssl req -x509 -days 2 -subj /CN=authority " + std::string(kNewKey) + "-keyout " +
      file("ca.key") + " -out " + certificate());
}

TestAuthority::~TestAuthority() { std::filesystem::remove_all(directory_); }

void TestAuthority::issue(const std::string& name, const std::string& common_name) const {
  run("openssl req -subj /O=Example/CN=" + common_name + " -addext subjectAltName=IP:127.0.0.1 " +
      kNewKey + "-keyout " + file(name + ".key") + " -out " + file(name + ".csr"));
  run("openssl x509 -req -days 2 -copy_extensions copy -CAcreateserial -in " + file(name + ".csr") +
      " -CA " + certificate() + " -CAkey " + file("ca.key") + " -out " + file(name + ".pem"));
}

TlsClient::TlsClient(std::uint16_t port, const Options& options)
    : socket_(port), context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free), ssl_() {
  auto* const context = context_.get();
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_load_verify_file(context, options.authority.c_str());
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_cipher_list(context, "ALL");
  if (options.max_version != 0) {
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, options.max_version);
  }
  if (!options.certificate_file.empty()) {
    SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str());
    SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM);
  }
  SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(options.protocols.data()),
                          static_cast<unsigned int>(options.protocols.size()));
  ssl_ = std::shared_ptr<SSL>(SSL_new(context), &SSL_free);
  SSL_set_fd(ssl_.get(), socket_.descriptor());
  if (SSL_connect(ssl_.get()) != 1) throw std::runtime_error("no handshake");
}

void TlsClient::send(std::string_view bytes) {
  if (SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) {
    throw std::runtime_error("cannot send");
  }
}

std::string TlsClient::read_to_end() {
  std::string all;
  std::array<char, 64 * 1024> bytes;
  for (;;) {
    const int count = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (count > 0) {
      all.append(bytes.data(), static_cast<std::size_t>(count));
    } else if (SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN) {
      return all;
    } else {
      throw std::runtime_error("the stream was cut short");
    }
  }
}

std::string TlsClient::server_name() const {
  std::array<char, 100> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(ssl_.get())),
                            NID_commonName, name.data(), static_cast<int>(name.size()));
  return name.data();
}

}  // namespace dropzone::http::testing
