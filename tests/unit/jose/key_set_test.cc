#include <catch2/catch.hpp>

#include <string>

#include <dropzone/jose/key_set.h>
#include <dropzone/jose/signing_key.h>
#include <dropzone/text/base64.h>

namespace dropzone::jose {
namespace {

// The examples of RFC 7515, appendices A.2 and A.3, and their keys.
const std::string kModulus =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4"
    "QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
    "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-D"
    "WNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
const std::string kPoint = R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                           R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")";
const std::string kClaims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";
const std::string kRsaToken =
    "eyJhbGciOiJSUzI1NiJ9." + kClaims +
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
    "O8W2Fp5ju"
    "jGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07"
    "Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipU"
    "TI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const std::string kEcToken =
    "eyJhbGciOiJFUzI1NiJ9." + kClaims +
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

std::string rsa(const std::string& more = "", const std::string& modulus = kModulus) {
  return R"({"kty":"RSA","e":"AQAB","n":")" + modulus + "\"" + more + "}";
}
std::string ec(const std::string& more = "", const std::string& point = kPoint) {
  return R"({"kty":"EC","crv":"P-256",)" + point + more + "}";
}
KeySet set_of(const std::string& keys) { return KeySet::read("{\"keys\":[" + keys + "]}").value(); }

TEST_CASE("the published examples of RS256 and ES256 verify, each by its own key") {
  const std::string claims =
      "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
  CHECK(set_of(rsa()).verify(kRsaToken).value() == claims);
  CHECK(set_of(ec()).verify(kEcToken).value() == claims);
  CHECK_FALSE(set_of(ec()).verify(kRsaToken));
  CHECK_FALSE(set_of(rsa()).verify(kEcToken));
}

TEST_CASE("one character of an RS256 token more, less or other is another token") {
  const auto keys = set_of(rsa());
  for (const std::string end : {"=", "A", "AAAA", ".", " "})
    CHECK_FALSE(keys.verify(kRsaToken + end));
  CHECK_FALSE(keys.verify(kRsaToken.substr(0, kRsaToken.size() - 1)));
  for (std::size_t place = 0; place < kRsaToken.size(); place += 7) {
    std::string changed = kRsaToken;
    changed[place] = changed[place] == 'A' ? 'B' : 'A';
    CAPTURE(place);
    CHECK_FALSE(keys.verify(changed));
  }
}

TEST_CASE(
    "a token is checked by the key that it names, and by a nameless one if it is the only one") {
  const auto one = SigningKey::generate("one").value();
  const auto two = SigningKey::generate("two").value();
  const auto keys = set_of(one.public_text() + "," + two.public_text() + "," + rsa());
  CHECK(keys.size() == 3);
  CHECK(keys.verify(two.sign("{}", "JWT").value()).value() == "{}");
  CHECK_FALSE(keys.knows({.algorithm = "ES256", .type = "", .key_id = "three"}));
  CHECK_FALSE(keys.verify(SigningKey::generate("three").value().sign("{}", "JWT").value()));
  CHECK_FALSE(keys.verify(SigningKey::generate("one").value().sign("{}", "JWT").value()));
  CHECK_FALSE(keys.verify(kRsaToken));
  CHECK(set_of(rsa()).knows({.algorithm = "RS256", .type = "", .key_id = ""}));
  CHECK_FALSE(set_of(rsa()).knows({.algorithm = "RS256", .type = "", .key_id = "one"}));
}

TEST_CASE("of several keys of one name the one that signed is found") {
  const auto old = SigningKey::generate("one").value();
  const auto current = SigningKey::generate("one").value();
  const auto keys = set_of(old.public_text() + "," + current.public_text());
  CHECK(keys.verify(old.sign("{}", "JWT").value()));
  CHECK(keys.verify(current.sign("{}", "JWT").value()));
}

TEST_CASE("what else a key may be for, if it says so, it must be for signatures of its algorithm") {
  for (const std::string more : {"", R"(,"alg":"RS256")", R"(,"use":"sig")",
                                 R"(,"key_ops":["verify"])", R"(,"x5c":["AA=="])"}) {
    CAPTURE(more);
    CHECK(set_of(rsa(more)).verify(kRsaToken));
  }
  for (const std::string more :
       {R"(,"alg":"RS512")", R"(,"alg":"HS256")", R"(,"alg":"none")", R"(,"alg":5)",
        R"(,"use":"enc")", R"(,"key_ops":["sign"])", R"(,"key_ops":"verify")"}) {
    CAPTURE(more);
    CHECK(set_of(rsa(more)).size() == 0);
  }
}

TEST_CASE("keys that are of another sort, damaged or weak are passed over") {
  const std::string weak = kModulus.substr(0, 170) + "A";  // 1,024 bits
  const std::string other_point = kPoint.substr(0, 5) + "A" + kPoint.substr(6);
  for (const std::string& key :
       {std::string("5"), std::string("{}"), std::string(R"({"kty":"oct","k":"AAAA"})"),
        std::string(
            R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"),
        rsa("", weak), rsa("", "AA" + kModulus), rsa("", ""), rsa("", "!"),
        rsa("", kModulus.substr(0, 100)),
        rsa("", kModulus + kModulus + kModulus + kModulus + "AAAA"),
        std::string(R"({"kty":"RSA","e":"AQ","n":")" + kModulus + "\"}"),
        std::string(R"({"kty":"RSA","e":"AQAA","n":")" + kModulus + "\"}"),
        std::string(R"({"kty":"RSA","n":")" + kModulus + "\"}"), ec("", other_point),
        ec("", R"("x":"AA","y":"AA")"), ec("", R"("x":5,"y":5)"),
        std::string(R"({"kty":"EC","crv":"P-384",)" + kPoint + "}")}) {
    CAPTURE(key);
    CHECK(set_of(key).size() == 0);
    CHECK(set_of(key + "," + rsa()).verify(kRsaToken));
  }
}

TEST_CASE("text that is not a key set is refused, and an empty set knows nothing") {
  for (const std::string text :
       {"", "[]", "{}", R"({"keys":{}})", R"({"keys":5})", "keys", "{\"keys\":["}) {
    CAPTURE(text);
    CHECK_FALSE(KeySet::read(text));
  }
  std::string many = "{}";
  for (int i = 0; i < 100; ++i) many += ",{}";
  CHECK_FALSE(KeySet::read("{\"keys\":[" + many + "]}"));
  CHECK_FALSE(set_of("").knows({.algorithm = "ES256", .type = "", .key_id = ""}));
  CHECK_FALSE(set_of("").verify(kEcToken));
}

}  // namespace
}  // namespace dropzone::jose
