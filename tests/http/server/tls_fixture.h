#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "raw_client.h"

namespace dropzone::http::testing {

/// A directory with an authority and what it has signed, made by openssl and removed at the end.
class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  /// NAME.pem and NAME.key, signed by this authority.
  void issue(const std::string& name, const std::string& common_name) const;
  [[nodiscard]] std::string file(const std::string& name) const { return directory_ / name; }
  [[nodiscard]] std::string certificate() const { return file("ca.pem"); }

 private:
  std::filesystem::path directory_;
};

/// A client that speaks TLS and trusts one authority. Throws std::runtime_error where the handshake
/// fails on its side.
class TlsClient {
 public:
  struct Options {
    std::string authority;         ///< PEM file.
    std::string certificate_file;  ///< None if empty.
    std::string key_file;
    int max_version = 0;    ///< 0: the best.
    std::string protocols;  ///< For ALPN, each preceded by its length; none if empty.
  };
  TlsClient(std::uint16_t port, const Options& options);

  void send(std::string_view bytes);
  /// Everything up to the end of the stream. Throws if that was cut short.
  std::string read_to_end();
  /// The common name in the server's certificate.
  [[nodiscard]] std::string server_name() const;

 private:
  RawClient socket_;
  std::shared_ptr<SSL_CTX> context_;
  std::shared_ptr<SSL> ssl_;
};

}  // namespace dropzone::http::testing
