#include <dropzone/expects.h>

#include <cstdio>
#include <cstdlib>

namespace dropzone {

void contract_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "%s:%d: precondition broken: %s\n", file, line, condition);
  std::abort();
}

}  // namespace dropzone
