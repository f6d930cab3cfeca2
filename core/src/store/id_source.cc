#include <dropzone/store/id_source.h>

#include <dropzone/random_bits.h>
#include <dropzone/text/base57.h>

namespace dropzone {

std::string RandomIdSource::next() {
  std::string id;
  id.reserve(2 * kBase57DigitsOf64Bits);
  append_base57(id, random_bits());
  append_base57(id, random_bits());
  return id;
}

}  // namespace dropzone
