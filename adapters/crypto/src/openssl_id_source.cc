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

std::uint64_t next_number() {
  thread_local Numbers numbers;
  return numbers.next();
}

}  // namespace

std::string OpensslIdSource::next() {
  const std::uint64_t first = next_number();
  return id_of_bits(first, next_number());
}

std::string OpensslIdSource::next_record() {
  if (record_ids_ == RecordIds::scattered) return next();
  const MutexLock lock(mutex_);
  return run_.next(next_number);
}

}  // namespace dropzone::crypto
