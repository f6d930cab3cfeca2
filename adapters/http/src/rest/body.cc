#include "rest/body.h"

#include <utility>

#include "rest/unpack.h"

namespace dropzone::http {

Result<void> check_body(const Request& request, BodyType type) {
  if (auto fine = check_body_type(request, type); !fine) return fine;
  if (const auto packing = packing_of(request); !packing) return packing.error();
  return {};
}

Result<void> read_body(Request& request, BodyType type, std::size_t max_body) {
  if (auto fine = check_body_type(request, type); !fine) return fine;
  const auto packing = packing_of(request);
  if (!packing) return packing.error();
  if (*packing == Packing::none) return {};
  const std::size_t size_before = request.body.size();
  auto unpacked = unpack(*packing, request.body, max_body, request.memory.get());
  if (!unpacked) return std::move(unpacked).error();
  request.body = *std::move(unpacked);
  if (request.memory) request.memory->refund(size_before);
  return {};
}

}  // namespace dropzone::http
