#include <dropzone/random_bits.h>

#include <exception>
#include <random>

namespace dropzone {
namespace {

// By default libstdc++ takes each number from RDSEED, which takes 25 µs on some virtual machines,
// and more if several processors ask.
std::random_device system_source() {
  try {
    return std::random_device("getentropy");
  } catch (const std::exception&) {
    return std::random_device();  // Another library's, or an older system's.
  }
}

}  // namespace

std::uint64_t random_bits() {
  thread_local std::random_device source = system_source();
  return (std::uint64_t{source()} << 32) | source();
}

}  // namespace dropzone
