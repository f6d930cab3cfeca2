#include "rest/body.h"

#include <utility>

#include "rest/unpack.h"

namespace dropzone::http {

Result<void> check_body(const Request& request, BodyType type) {
  DROPZONE_CHECK(check_body_type(request, type));
  DROPZONE_CHECK(packing_of(request));
  return {};
}

Result<void> unpack_body(Request& request, std::size_t max_body) {
  DROPZONE_TRY(const Packing packing, packing_of(request));
  if (packing == Packing::none) return {};
  const std::size_t size_before = request.body.size();
  DROPZONE_TRY(request.body, unpack(packing, request.body, max_body, request.memory.get()));
  if (request.memory) request.memory->refund(size_before);
  return {};
}

}  // namespace dropzone::http
