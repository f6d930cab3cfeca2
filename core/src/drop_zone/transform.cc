#include <utility>

#include <dropzone/drop_zone.h>
#include <dropzone/json_text.h>

#include "drop_zone/incoming.h"

namespace dropzone {

TransformResult DropZone::transform(const Kind& kind, Result<Object> object, bool trace) const {
  TransformResult result;
  if (!object) {
    result.record = std::move(object).error();
    return result;
  }
  auto admitted = admit(kind, *std::move(object), [&](std::string_view step, const Object& after) {
    if (trace) result.trace.push_back({std::string(step), to_json(after)});
  });
  if (admitted) {
    result.record = std::move(admitted->data_json);
  } else {
    result.record = std::move(admitted).error();
  }
  return result;
}

}  // namespace dropzone
