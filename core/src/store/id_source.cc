#include <dropzone/store/id_source.h>

#include <cstdint>
#include <random>
#include <string_view>

namespace dropzone {
namespace {

// The alphabet of short UUIDs: no 0, 1, I, O, l.
constexpr std::string_view kAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
static_assert(kAlphabet.size() == 57);

// 57^11 > 2^64, so 11 digits hold 64 bits.
constexpr int kDigitsOf64Bits = 11;

void append_base57(std::string& out, std::uint64_t bits) {
  for (int digit = 0; digit < kDigitsOf64Bits; ++digit) {
    out += kAlphabet[bits % kAlphabet.size()];
    bits /= kAlphabet.size();
  }
}

// std::random_device is the processor's or kernel's source of random numbers in libstdc++ and
// libc++, not a seeded generator.
std::uint64_t random_bits() {
  thread_local std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

std::string RandomIdSource::next() {
  std::string id;
  id.reserve(2 * kDigitsOf64Bits);
  append_base57(id, random_bits());
  append_base57(id, random_bits());
  return id;
}

}  // namespace dropzone
