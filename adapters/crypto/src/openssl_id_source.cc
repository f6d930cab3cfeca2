#include <dropzone/crypto/openssl_id_source.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <dropzone/crypto/random_bytes.h>

namespace dropzone::crypto {
namespace {

/// Random numbers of one thread. Each is given away once, and then forgotten.
class Numbers {
 public:
  std::uint64_t next() {
    if (left_ == 0) fill();
    return std::exchange(numbers_[--left_], 0);
  }

 private:
  void fill() {
    const std::string bytes = random_bytes(sizeof numbers_);
    std::memcpy(numbers_.data(), bytes.data(), sizeof numbers_);
    left_ = numbers_.size();
  }

  std::array<std::uint64_t, 64> numbers_{};
  std::size_t left_ = 0;
};

}  // namespace

std::string OpensslIdSource::next() {
  thread_local Numbers numbers;
  const std::uint64_t first = numbers.next();
  return id_of_bits(first, numbers.next());
}

}  // namespace dropzone::crypto
