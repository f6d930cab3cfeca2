#include <dropzone/store/id_source.h>

#include <cstdint>
#include <random>

#include <dropzone/text/base57.h>

namespace dropzone {
namespace {

// std::random_device is the processor's or kernel's source of random numbers in libstdc++ and
// libc++, not a seeded generator.
std::uint64_t random_bits() {
  thread_local std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

std::string RandomIdSource::next() {
  std::string id;
  id.reserve(2 * kBase57DigitsOf64Bits);
  append_base57(id, random_bits());
  append_base57(id, random_bits());
  return id;
}

}  // namespace dropzone
