#include <string>

#include <zstd.h>
#include <catch2/catch.hpp>

#include "rest/unpack.h"
#include "support/gzip.h"

namespace dropzone::http {
namespace {

std::string zstd(const std::string& text, int level = 3, int window_log = 0) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return packed;
}

/// A stream that says nothing of its length beforehand, as a pipe makes it.
std::string streamed_zstd(const std::string& text, int window_log) {
  std::string packed(ZSTD_compressBound(text.size()) + 64, '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  ZSTD_outBuffer out{packed.data(), packed.size(), 0};
  for (const auto directive : {ZSTD_e_flush, ZSTD_e_end}) {
    ZSTD_inBuffer in{text.data(), directive == ZSTD_e_flush ? text.size() : 0, 0};
    REQUIRE(ZSTD_compressStream2(context, &out, &in, directive) == 0);
  }
  ZSTD_freeCCtx(context);
  packed.resize(out.pos);
  return packed;
}

std::string various(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i * i) + ",";
  text.resize(size);
  return text;
}

std::string packed_as(Packing packing, const std::string& text) {
  return packing == Packing::gzip ? gzip(text) : zstd(text);
}

constexpr std::size_t kMost = 1'000'000;

ErrorCode fault(Packing packing, const std::string& packed, std::size_t most = kMost) {
  const auto text = unpack(packing, packed, most, nullptr);
  REQUIRE_FALSE(text);
  return text.error().code;
}

TEST_CASE("a stream is unpacked whole, and several one after the other are one text") {
  const auto packing = GENERATE(Packing::gzip, Packing::zstd);
  for (const std::size_t size : {0, 1, 65'535, 65'536, 65'537, 1'000'000}) {
    CAPTURE(size);
    const std::string text = various(size);
    CHECK(unpack(packing, packed_as(packing, text), kMost, nullptr).value() == text);
    const std::string first = text.substr(0, size / 3);
    CHECK(unpack(packing, packed_as(packing, first) + packed_as(packing, text.substr(size / 3)),
                 kMost, nullptr)
              .value() == text);
  }
}

TEST_CASE("a stream that is cut short or changed anywhere is refused") {
  const auto packing = GENERATE(Packing::gzip, Packing::zstd);
  const std::string packed = packed_as(packing, various(2'000));
  for (std::size_t length = 0; length < packed.size(); ++length) {
    CHECK(fault(packing, packed.substr(0, length)) == ErrorCode::invalid_request);
  }
  CHECK(fault(packing, packed + "x") == ErrorCode::invalid_request);
  std::string changed = packed;
  changed[packed.size() / 2] = static_cast<char>(changed[packed.size() / 2] ^ 4);
  CHECK(fault(packing, changed) == ErrorCode::invalid_request);
}

TEST_CASE("zeros may follow the members of gzip, and stand between them") {
  const std::string zeros(700, '\0');
  CHECK(unpack(Packing::gzip, gzip("a") + zeros, kMost, nullptr).value() == "a");
  CHECK(unpack(Packing::gzip, gzip("a") + zeros + gzip("b"), kMost, nullptr).value() == "ab");
  CHECK(fault(Packing::gzip, zeros) == ErrorCode::invalid_request);
  CHECK(fault(Packing::gzip, gzip("a") + zeros + "x") == ErrorCode::invalid_request);
}

TEST_CASE("a bomb is refused once it passes the limit") {
  const auto packing = GENERATE(Packing::gzip, Packing::zstd);
  const std::string bomb = packed_as(packing, std::string(50'000'000, ' '));
  CHECK(fault(packing, bomb) == ErrorCode::body_too_large);
  CHECK(fault(packing, packed_as(packing, various(1'001)), 1'000) == ErrorCode::body_too_large);
  CHECK(unpack(packing, packed_as(packing, various(1'000)), 1'000, nullptr).has_value());
}

TEST_CASE("a window of zstd has 8 MiB at most") {
  const std::string text = various(100'000);
  CHECK(unpack(Packing::zstd, streamed_zstd(text, 23), kMost, nullptr).value() == text);
  const auto refused = unpack(Packing::zstd, streamed_zstd(text, 24), kMost, nullptr);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_request);
  CHECK_THAT(refused.error().detail, Catch::Contains("8 MiB"));
  CHECK(unpack(Packing::zstd, zstd(text, 19), kMost, nullptr).value() == text);
}

TEST_CASE("what unpacking takes is counted, the window too, and given back but for the text") {
  const auto packing = GENERATE(Packing::gzip, Packing::zstd);
  const std::string text = various(300'000);
  const std::string packed = packing == Packing::gzip ? gzip(text) : streamed_zstd(text, 23);
  MemoryBudget budget(std::size_t{12} << 20);
  {
    MemoryAccount account(budget);
    REQUIRE(unpack(packing, packed, kMost, &account));
    CHECK(account.held() == text.size());
  }
  CHECK(budget.used() == 0);
  MemoryBudget small(packing == Packing::gzip ? 200'000U : 4U << 20);
  MemoryAccount account(small);
  const auto refused = unpack(packing, packed, kMost, &account);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::overloaded);
}

}  // namespace
}  // namespace dropzone::http
