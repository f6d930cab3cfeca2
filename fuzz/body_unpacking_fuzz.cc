// Packed bodies: the first byte says how, the rest is the stream.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <dropzone/call/memory_account.h>
#include "rest/unpack.h"

#include "check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dropzone;
  if (size == 0) return 0;
  constexpr std::size_t kMost = std::size_t{100} << 10;
  const auto packing = data[0] % 2 == 0 ? http::Packing::gzip : http::Packing::zstd;
  // An allocation of its own, so that a sanitizer sees a read past the end.
  const std::vector<char> packed(data + 1, data + size);
  MemoryBudget budget(std::size_t{16} << 20);
  {
    MemoryAccount account(budget);
    const auto text = http::unpack(packing, {packed.data(), packed.size()}, kMost, &account);
    if (text) {
      check(text->size() <= kMost);
      check(account.held() == text->size());
    } else {
      const auto code = text.error().code;
      check(code == ErrorCode::invalid_request || code == ErrorCode::body_too_large);
    }
  }
  check(budget.used() == 0);
  return 0;
}
