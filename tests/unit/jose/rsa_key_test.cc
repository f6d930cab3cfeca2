#include <catch2/catch.hpp>

#include <string>

#include <dropzone/jose/rsa_key.h>

namespace dropzone::jose {
namespace {

// The curve's key of RFC 7468's example 10.1, which is not an RSA key.
constexpr const char* kOfCurve =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgVcB/UNPxalR9zDYAjQIf\n"
    "jojUDiQuGnSJrFEEzZPT/92hRANCAASc7UJtgnF/abqWM60T3XNJEzBv5ez9TdwK\n"
    "H0M6xpM2q+53wmsN/eYLdgtjgBd3DBmHtPilCkiFICXyaA8z9LkJ\n"
    "-----END PRIVATE KEY-----\n";

TEST_CASE("text that is not an RSA key is refused, without revealing it") {
  for (const std::string text :
       {"", "hush-hush", "-----BEGIN PRIVATE KEY-----\nhush-hush", kOfCurve}) {
    const auto key = RsaKey::read(text, "one");
    REQUIRE_FALSE(key);
    CHECK(key.error().code == ErrorCode::invalid_configuration);
    CHECK(key.error().detail == "is not an RSA key in PEM");
  }
}

}  // namespace
}  // namespace dropzone::jose
