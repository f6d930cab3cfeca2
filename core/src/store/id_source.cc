#include <dropzone/store/id_source.h>

#include <dropzone/random_bits.h>
#include <dropzone/text/base57.h>

namespace dropzone {

std::string id_of_bits(std::uint64_t first, std::uint64_t second) {
  std::string id;
  id.reserve(2 * kBase57DigitsOf64Bits);
  append_base57(id, first);
  append_base57(id, second);
  return id;
}

std::string RandomIdSource::next() { return id_of_bits(random_bits(), random_bits()); }

}  // namespace dropzone
