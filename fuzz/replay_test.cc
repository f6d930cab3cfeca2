#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

TEST_CASE("the fuzzer's corpus replays without a fault") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DROPZONE_CORPUS)) {
    std::ifstream file(entry.path(), std::ios::binary);
    REQUIRE(file);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    INFO(entry.path().filename().string());
    CHECK(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                 bytes.size()) == 0);
    ++count;
  }
  CHECK(count > 0);
}
