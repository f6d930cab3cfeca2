#include <dropzone/json/decode_retransform.h>

#include <array>

#include "request_members.h"

namespace dropzone::json {
namespace {

// The levels of a filter, with a list of operands in it.
constexpr std::size_t kMaxRetransformDepth = 50;
constexpr std::array<std::string_view, 3> kRetransformNames{"filter", "dryRun", "maxPerSecond"};

}  // namespace

Result<RetransformBody> decode_retransform(std::string_view body, MemoryAccount* memory) {
  DROPZONE_TRY(const Object object, decode_request(body, kMaxRetransformDepth, memory));
  RequestMembers members(object);
  members.allow(kRetransformNames);
  RetransformBody request;
  if (const Value* const filter = members.find("filter")) {
    if (!filter->as_object()) members.refuse("filter", "A filter is an object; see POST /filter.");
    request.filter = *filter;
  }
  request.dry_run = members.flag("dryRun");
  request.max_per_second = members.rate();
  if (members.fault()) return *members.fault();
  return request;
}

}  // namespace dropzone::json
