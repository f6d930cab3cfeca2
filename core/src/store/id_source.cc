#include <dropzone/store/id_source.h>

#include <dropzone/random_bits.h>
#include <dropzone/text/base57.h>

namespace dropzone {
namespace {

constexpr std::size_t kIdsInRun = 512;
constexpr int kStepBits = 53;
constexpr std::uint64_t kMaxRun = std::uint64_t{kIdsInRun} << kStepBits;

/// The first digit counts most, so the texts have the order of the numbers.
std::string ordered_id(std::uint64_t high, std::uint64_t low) {
  const std::string digits = id_of_bits(low, high);
  return {digits.rbegin(), digits.rend()};
}

}  // namespace

std::string id_of_bits(std::uint64_t first, std::uint64_t second) {
  std::string id;
  id.reserve(2 * kBase57DigitsOf64Bits);
  append_base57(id, first);
  append_base57(id, second);
  return id;
}

std::string IdRun::next(const std::function<std::uint64_t()>& draw) {
  if (left_ == 0) {
    high_ = draw();
    low_ = draw() % (~std::uint64_t{0} - kMaxRun);
    left_ = kIdsInRun;
  }
  --left_;
  low_ += 1 + (draw() >> (64 - kStepBits));
  return ordered_id(high_, low_);
}

std::string RandomIdSource::next() { return id_of_bits(random_bits(), random_bits()); }

}  // namespace dropzone
